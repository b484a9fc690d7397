"""What a node does with its evidence by itself: tidy what was left, notice damage, hold nothing in plain."""

from __future__ import annotations

import io
import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from rogatory.errors import PackageError, RequestError, StorageError

CANARY = b"canary-of-an-upload-2f81"


class Later:
    """The node's clock, some time later."""

    def __init__(self, house: Any, by: timedelta) -> None:
        self._house, self._by, self._clock = house, by, house.clock

    def __enter__(self) -> None:
        later = self

        class Moved:
            def now(self) -> Any:
                return later._clock.now() + later._by

            def monotonic(self) -> float:
                return float(later._clock.monotonic())

        self._house.clock = Moved()

    def __exit__(self, *_: object) -> None:
        self._house.clock = self._clock


def upload(house: Any, data: bytes, sent: int) -> Any:
    from rogatory.node.evidence import uploads

    name = uploads.begin(house, str(uuid.uuid4()), "officer", uploads.Given(item="a", name="a.txt", size=len(data)))
    row = uploads.find(name, "officer")
    assert uploads.append(house, row, 0, io.BytesIO(data[:sent])) == sent
    return row


def test_t6_no_byte_of_an_upload_lies_in_plain_and_it_reads_back_whole(house: Any) -> None:
    from rogatory.node.evidence import uploads

    data = CANARY * 200_000
    row = upload(house, data, len(data))
    for path in house.settings.home.rglob("*"):
        if path.is_file():
            assert CANARY not in path.read_bytes(), path
    stored = uploads.stored(house, row)
    read = b"".join(iter(lambda: stored.read(70_001), b""))
    assert read == data


@pytest.mark.parametrize("cut", [1, 3, 4, 5, 40, 1000])
def test_a_record_that_a_crash_cut_off_is_dropped_and_the_upload_goes_on(house: Any, cut: int) -> None:
    from rogatory.node.evidence import uploads

    data = os.urandom((2 << 20) + 77)
    row = upload(house, data, len(data) - 5)
    path = house.store.uploads / str(row.id)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - cut)
    here = uploads.offset(house, row)
    assert here in {1 << 20, 2 << 20}
    assert uploads.append(house, row, here, io.BytesIO(data[here:])) == len(data)
    stored = uploads.stored(house, row)
    assert b"".join(iter(lambda: stored.read(1 << 20), b"")) == data


def test_a_damaged_last_record_is_not_taken_for_what_was_acknowledged(house: Any) -> None:
    from rogatory.node.evidence import uploads

    data = os.urandom(3 << 20)
    row = upload(house, data, len(data))
    path = house.store.uploads / str(row.id)
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    with pytest.raises(RequestError, match="continues elsewhere"):
        uploads.append(house, row, len(data), io.BytesIO(b""))
    assert uploads.append(house, row, 2 << 20, io.BytesIO(data[2 << 20 :])) == len(data)


def test_what_nobody_goes_on_with_is_removed_after_its_time(house: Any) -> None:
    from rogatory.node.evidence import uploads
    from rogatory.node.models import Upload

    row = upload(house, b"x" * 100, 50)
    with Later(house, uploads.LIVES - timedelta(minutes=1)):
        uploads.remove_left(house, house.clock.now())
    assert Upload.objects.filter(pk=row.pk).exists()
    with Later(house, uploads.LIVES + timedelta(minutes=1)):
        uploads.remove_left(house, house.clock.now())
    assert not Upload.objects.filter(pk=row.pk).exists()
    assert not (house.store.uploads / str(row.id)).exists()


def test_the_scrub_finds_a_flipped_bit_and_a_missing_file_and_an_opening_refuses_them(house: Any) -> None:
    from rogatory.node.evidence import keeping
    from rogatory.node.models import Package

    data = os.urandom(5000)
    import hashlib

    digests = []
    for number in range(3):
        digest = hashlib.sha256(data + bytes([number])).hexdigest()
        house.store.put(digest, io.BytesIO(data + bytes([number])))
        Package.objects.create(digest=digest, case=uuid.uuid4(), act="", size=5001, direction="in", state="received")
        digests.append(digest)
    path = house.settings.home / "evidence" / f"{digests[0]}.age"
    raw = bytearray(path.read_bytes())
    raw[2500] ^= 1
    path.write_bytes(raw)
    (house.settings.home / "evidence" / f"{digests[1]}.age").unlink()
    found: set[str] = set()
    scrub = keeping.Scrub(house, turn=3000)  # less than one package: it goes on where it was
    for _ in range(60):
        found |= set(scrub.turn())
    assert found & set(digests) == set(digests[:2])
    with pytest.raises(StorageError, match="damaged"):
        house.store.open(digests[0])
    house.store.open(digests[2]).close()
    Package.objects.filter(digest__in=digests).delete()


def test_a_part_that_arrives_at_the_wrong_place_or_twice_changes_nothing(house: Any) -> None:
    import hashlib

    data = os.urandom(10_000)
    digest = hashlib.sha256(data).hexdigest()
    assert house.store.append(digest, 0, io.BytesIO(data[:4000]), size=len(data)) == 4000
    for wrong in (0, 3999, 4001, 10_000):
        with pytest.raises(RequestError, match="continues elsewhere"):
            house.store.append(digest, wrong, io.BytesIO(b"zz"), size=len(data))
    assert house.store.append(digest, 4000, io.BytesIO(data[4000:]), size=len(data)) == len(data)
    assert house.store.append(digest, 0, io.BytesIO(b"again"), size=len(data)) == len(data)
    with house.store.open(digest) as stream:
        assert stream.read() == data


def test_a_package_that_is_not_what_was_announced_is_not_kept(house: Any) -> None:
    with pytest.raises(PackageError, match="not what was announced"):
        house.store.append("a" * 64, 0, io.BytesIO(b"12345"), size=5)
    assert house.store.arrived("a" * 64) == 0


def test_a_package_whose_last_part_was_durable_when_the_node_was_killed_is_taken_up_when_its_sender_asks(house: Any) -> None:
    import hashlib

    from rogatory.node.evidence import arriving
    from rogatory.node.models import Package

    data = os.urandom(10_000)
    digest = hashlib.sha256(data).hexdigest()
    row = Package.objects.create(digest=digest, case=uuid.uuid4(), act="", size=len(data), direction="in", state="announced")
    (house.store._arriving / f"{digest}.age").write_bytes(data)
    assert arriving.offset(house, digest) == (len(data), len(data))
    row.refresh_from_db()
    assert (row.state, house.store.has(digest)) == ("arrived", True)
    Package.objects.filter(pk=digest).update(state="announced")  # as if killed before the row was told
    assert arriving.offset(house, digest) == (len(data), len(data))
    row.refresh_from_db()
    assert row.state == "arrived"
    row.delete()


def test_t6_an_upload_of_a_browser_is_encrypted_before_it_touches_the_disk(tmp_path: Any) -> None:
    import tempfile

    from rogatory.node.evidence.spool import Spool

    spool = Spool(str(tmp_path))
    spool.close()
    spool._file = tempfile.NamedTemporaryFile(dir=tmp_path, delete=False)  # noqa: SIM115  # so that the test can look into it
    data = CANARY * 50_000
    for start in range(0, len(data), 65_536):
        spool.write(data[start : start + 65_536])
    spool._file.flush()
    assert CANARY not in next(tmp_path.iterdir()).read_bytes()
    spool.rewind()
    assert b"".join(iter(lambda: spool.read(10_007), b"")) == data
    spool.close()


def test_the_key_of_a_case_that_another_process_destroyed_opens_nothing_here(house: Any) -> None:
    from rogatory.node.keys import CaseKeys

    case = str(uuid.uuid4())
    other = CaseKeys(house.settings.home, house.keys)
    sealed = house.case_keys.seal(case, b"words", aad=b"x")
    assert other.unseal(case, sealed, aad=b"x") == b"words"
    house.case_keys.destroy(case)
    with pytest.raises(StorageError, match="destroyed"):
        other.unseal(case, sealed, aad=b"x")
    assert house.case_keys.unseal(case, house.case_keys.seal(case, b"new", aad=b"y"), aad=b"y") == b"new"
    with pytest.raises(StorageError):
        house.case_keys.unseal(case, sealed, aad=b"x")
    assert not [path for path in (house.settings.home / "casekeys").iterdir() if case in path.name and not path.name.endswith(".key")]


def test_two_processes_that_draw_the_key_of_a_case_at_once_agree_on_one(house: Any) -> None:
    from rogatory.node.keys import CaseKeys

    both = [CaseKeys(house.settings.home, house.keys) for _ in range(2)]
    cases, start = [str(uuid.uuid4()) for _ in range(100)], threading.Barrier(2)

    def draw(keys: Any) -> list[bytes]:
        start.wait()
        return [keys.seal(case, b"words", aad=b"x") for case in cases]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(draw, both)
    for case, one, two in zip(cases, first, second, strict=True):
        assert {keys.unseal(case, sealed, aad=b"x") for keys in both for sealed in (one, two)} == {b"words"}
    assert not [path.name for path in (house.settings.home / "casekeys").iterdir() if path.name.startswith(".")]


def test_what_a_crash_left_of_a_secret_half_kept_is_destroyed_with_it(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    case, keys = str(uuid.uuid4()), house.case_keys
    keys.ensure(case)

    def killed(_self: Path, *_: Any, **__: Any) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        for name in ("replace", "unlink"):
            patched.setattr(Path, name, killed)
        with pytest.raises(KeyboardInterrupt):
            keys.keep(case, "index-a", b"names of originals")
    keys.keep(case, "index-ab", b"others")
    left = [path for path in (house.settings.home / "casekeys").iterdir() if "index-a." in path.name]
    assert len(left) == 1
    keys.destroy_kept(case, "index-a")
    assert not left[0].exists()
    assert keys.kept(case, "index-ab") == b"others"


def test_a_key_that_a_crash_left_half_written_is_removed_after_a_day_and_one_that_is_being_written_is_not(house: Any) -> None:
    from rogatory.node.evidence import keeping

    folder, case = house.settings.home / "casekeys", str(uuid.uuid4())
    old, young = folder / f".{case}.key.{'a' * 16}.new", folder / f".{case}.key.{'b' * 16}.new"
    for path in (old, young):
        path.write_bytes(b"half")
    written = young.stat().st_mtime - 25 * 3600
    os.utime(old, (written, written))
    with Later(house, timedelta(days=400)):  # the files' own clock counts
        keeping.tidy(house, keeping.Scrub(house))
    assert not old.exists()
    assert young.exists()
    young.unlink()


def test_what_ends_with_an_item_is_gone_with_its_identity_and_the_other_items_stay(house: Any) -> None:
    from rogatory.node.keys import CaseKeys, seal_key

    case, mine, other = str(uuid.uuid4()), house.case_keys, CaseKeys(house.settings.home, house.keys)
    for item in ("a", "b"):
        mine.keep(case, seal_key(item), f"identity of {item}".encode())
    sealed = {item: mine.seal_for_item(case, item, CANARY, aad=b"act") for item in ("a", "b")}
    assert other.unseal_for_item(case, "a", sealed["a"], aad=b"act") == CANARY
    for wrong in ({"item": "b", "aad": b"act"}, {"item": "a", "aad": b"another act"}):
        with pytest.raises(StorageError, match="cannot be decrypted"):
            mine.unseal_for_item(case, wrong["item"], sealed["a"], aad=wrong["aad"])
    other.destroy_kept(case, seal_key("a"))
    for one in (mine, other):
        with pytest.raises(StorageError, match="was destroyed"):
            one.unseal_for_item(case, "a", sealed["a"], aad=b"act")
        assert one.unseal_for_item(case, "b", sealed["b"], aad=b"act") == CANARY


def test_why_a_package_is_in_quarantine_names_no_original(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The act crosses to the sender, and stays longer than the evidence."""
    from rogatory.node.evidence import opening

    said: list[str] = []
    monkeypatch.setattr(opening, "quarantine", lambda _house, _case, _digest, why: said.append(why))
    for where in (ascii("data/Jane's diary.txt"), ascii("data/diary.txt"), "metadata/order.json", ""):
        opening._refused(house, "", "", PackageError("is not what the manifest says", where=where))
    what = "is not what the manifest says"
    assert said == [f"an original: {what}", f"an original: {what}", f"metadata/order.json: {what}", what]
