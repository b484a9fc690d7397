"""What every store of packages does alike, on the local disk and in a bucket of Ceph's gateway."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rogatory.errors import ConfigurationError, PackageError, RequestError, StorageError
from rogatory.node.settings.bucket import read_bucket
from rogatory.node.stores import store_of
from rogatory.node.stores.bucket import Bucket, BucketStore
from rogatory.node.stores.local import LocalStore
from rogatory.node.stores.reading import stream_of
from rogatory.node.stores.store import Store
from tests import objects

NAME = "packages-of-a-node"
LARGE = (33 << 20) + 7  # three parts of a bucket


@pytest.fixture(scope="module")
def gateway() -> Iterator[objects.Objects]:
    with objects.server() as started:
        started.client().create_bucket(Bucket=NAME)
        yield started


def bucket(gateway: objects.Objects, **more: str) -> Bucket:
    given = {"name": NAME, "prefix": "fr/", "access_key": objects.ACCESS, "secret_key": objects.SECRET, "endpoint": gateway.endpoint}
    return Bucket(**{**given, "region": "us-east-1", **more})


@pytest.fixture(params=["local", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "local":
        return LocalStore(tmp_path)
    return BucketStore(tmp_path, bucket(request.getfixturevalue("gateway")), owner="urn:fr")


def put(store: Store, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    store.put(digest, io.BytesIO(data))
    return digest


@pytest.mark.parametrize("size", [0, 1, 5000, LARGE])
def test_what_was_put_reads_back_whole_and_from_any_place(store: Store, size: int) -> None:
    data = os.urandom(size)
    digest = put(store, data)
    assert (store.has(digest), store.size(digest), store.arrived(digest)) == (True, size, size)
    with store.open(digest) as stream:
        assert stream.read() == data
        for place in (size // 2, 0, max(0, size - 3), size, size + 10):
            stream.seek(place)
            assert stream.read(9) == data[place : place + 9]
    assert digest in {name for name, _ in store.digests()}
    store.delete(digest)
    store.delete(digest)
    assert not store.has(digest)
    with pytest.raises(StorageError, match="is not here"):
        store.open(digest)


def test_what_arrives_in_parts_is_seen_when_it_is_whole_and_never_before(store: Store) -> None:
    data = os.urandom(LARGE)
    digest = hashlib.sha256(data).hexdigest()
    here = 0
    for step in (5, 1 << 20, 20 << 20):
        here = store.append(digest, here, io.BytesIO(data[here : here + step]), size=LARGE)
        assert (store.arrived(digest), store.has(digest)) == (here, False)
        with pytest.raises(RequestError, match="continues elsewhere"):
            store.append(digest, here - 1, io.BytesIO(b"x"), size=LARGE)
    again = type(store)(store._folder, **({"bucket": store._bucket, "owner": "urn:fr"} if isinstance(store, BucketStore) else {}))
    assert again.append(digest, here, io.BytesIO(data[here:]), size=LARGE) == LARGE  # after a restart
    assert again.has(digest)
    assert not [*store._arriving.iterdir()]
    with store.open(digest) as stream:
        assert stream.read() == data
    store.delete(digest)


def test_what_has_another_digest_is_not_kept(store: Store) -> None:
    with pytest.raises(PackageError, match="not what was announced"):
        store.append("b" * 64, 0, io.BytesIO(b"12345"), size=5)
    with pytest.raises(PackageError, match="not what was announced"):
        store.put("b" * 64, io.BytesIO(b"12345"))
    assert (store.arrived("b" * 64), store.has("b" * 64)) == (0, False)
    assert not [path for folder in (store.temporary, store._arriving) for path in folder.iterdir()]


@pytest.mark.parametrize("name", ["", "../keys", "A" * 64, "a" * 63, "a" * 64 + "/x"])
def test_nothing_but_a_digest_makes_a_name(store: Store, name: str) -> None:
    for ask in (store.has, store.open_unchecked, store.delete, store.arrived):
        with pytest.raises(PackageError, match="no digest"):
            ask(name)


def test_a_byte_that_was_changed_in_the_store_is_found_before_use(store: Store, request: pytest.FixtureRequest) -> None:
    data = bytearray(os.urandom(LARGE))
    digest = put(store, bytes(data))
    data[LARGE // 2] ^= 1
    if isinstance(store, BucketStore):
        client = request.getfixturevalue("gateway").client()
        client.put_object(Bucket=NAME, Key=f"fr/{digest}.age", Body=bytes(data))
    else:
        store._path(digest).write_bytes(data)
    with pytest.raises(StorageError, match="damaged where it lies"):
        store.open(digest)
    store.delete(digest)


def test_a_bucket_of_another_node_is_not_touched(gateway: objects.Objects, tmp_path: Path) -> None:
    mine = BucketStore(tmp_path / "a", bucket(gateway, prefix="shared/"), owner="urn:fr")
    digest = put(mine, b"mine")
    theirs = BucketStore(tmp_path / "b", bucket(gateway, prefix="shared/"), owner="urn:ie")
    for ask in (lambda: [*theirs.digests()], lambda: theirs.delete(digest), lambda: put(theirs, b"theirs")):
        with pytest.raises(ConfigurationError, match="another node"):
            ask()
    assert [name for name, _ in mine.digests()] == [digest]


def test_h10_a_bucket_that_keeps_old_versions_is_refused(gateway: objects.Objects, tmp_path: Path) -> None:
    """What must be gone would stay; also when versions are switched on later."""
    client = gateway.client()
    client.create_bucket(Bucket="with-versions")
    early = BucketStore(tmp_path / "a", bucket(gateway, name="with-versions", prefix="early/"), owner="urn:fr")
    put(early, b"before")
    client.put_bucket_versioning(Bucket="with-versions", VersioningConfiguration={"Status": "Enabled"})
    for one in (early, BucketStore(tmp_path / "b", bucket(gateway, name="with-versions", prefix="late/"), owner="urn:fr")):
        with pytest.raises(ConfigurationError, match="keeps old versions"):
            put(one, b"after")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "no-such-bucket"}, "is not there.*NoSuchBucket.*create the bucket"),
        ({"secret_key": "wrong-canary-71e"}, "refuses us.*SignatureDoesNotMatch.*bucket.secret"),
        ({"access_key": "NOBODY-canary-71e"}, "refuses us.*InvalidAccessKeyId.*bucket.secret"),
        ({"endpoint": "http://127.0.0.1:9"}, "did not do it.*can be reached"),
    ],
)
def test_a_fault_names_bucket_key_and_cure_and_no_secret(
    gateway: objects.Objects, tmp_path: Path, wrong: dict[str, str], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = BucketStore(tmp_path, bucket(gateway, **wrong), owner="urn:fr")
    asks: list[Callable[[], object]] = [lambda: store.has("a" * 64), lambda: put(store, b"x"), lambda: [*store.digests()]]
    for ask in asks:
        with pytest.raises(StorageError, match=says) as caught:
            ask()
        text = f"{caught.value} {caught.value.__cause__} {store._bucket} {caplog.text}"
        assert str(wrong.get("name", NAME)) in str(caught.value)
        assert not [secret for secret in (objects.SECRET, objects.ACCESS, "canary-71e") if secret in text]
        assert caught.value.__suppress_context__
    assert not [*store.temporary.iterdir()]


def test_nothing_half_written_is_seen_when_the_store_dies_in_the_middle(gateway: objects.Objects, tmp_path: Path) -> None:
    """Some parts were taken, the last was not: no reader sees the package, and putting it again makes it whole."""
    data = os.urandom(LARGE)
    digest = hashlib.sha256(data).hexdigest()
    client = gateway.client()
    begun = client.create_multipart_upload(Bucket=NAME, Key=f"fr/{digest}.age")["UploadId"]
    client.upload_part(Bucket=NAME, Key=f"fr/{digest}.age", UploadId=begun, PartNumber=1, Body=data[: 16 << 20])
    store = BucketStore(tmp_path, bucket(gateway), owner="urn:fr")
    assert not store.has(digest)
    assert digest not in {name for name, _ in store.digests()}
    put(store, data)
    with store.open(digest) as stream:
        assert stream.read() == data


def test_ranges_are_read_on_ahead_and_a_fault_in_the_middle_is_told() -> None:
    data = os.urandom(30 << 20)
    asked: list[int] = []

    def fetch(start: int, length: int) -> memoryview:
        asked.append(length)
        if start > 20 << 20:
            raise StorageError("the store did not do it")
        return memoryview(data)[start : start + length]

    with stream_of(fetch, len(data)) as stream:
        assert stream.read(100) == data[:100]
        assert sum(asked) < 1 << 20  # somebody who looks in does not fetch much
        assert stream.read(15 << 20) == data[100 : 100 + (15 << 20)]
        with pytest.raises(StorageError):
            stream.read()
    assert max(asked) <= 8 << 20


GOOD = {"bucket": "evidence-fr", "endpoint": "https://store.example", "region": "eu"}


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({**GOOD, "buckets": "x"}, "buckets is missing or unknown"),
        ({"bucket": "evidence-fr"}, "endpoint is missing"),
        ({**GOOD, "endpoint": "http://store.example"}, "no https address"),
        ({**GOOD, "endpoint": "https://a:b@store.example"}, "holds credentials"),
        ({**GOOD, "endpoint": "https://store.example/bucket"}, "no address of a store"),
        ({**GOOD, "bucket": "No_Bucket"}, "no name of S3"),
        ({**GOOD, "prefix": "../x"}, "no name of S3"),
        ({**GOOD, "region": 7}, "region is no text"),
        ("evidence-fr", "no table"),
    ],
)
def test_a_wrong_setting_says_what_where_and_how_to_cure_it(table: object, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        read_bucket(table, node="fr", where="node.toml")
    assert "a:b" not in str(caught.value)


def test_credentials_lie_in_a_private_file_of_their_own(tmp_path: Path) -> None:
    settings = read_bucket(GOOD, node="fr", where="node.toml")
    assert settings.prefix == "fr/"
    (tmp_path / "keys").mkdir()
    secret = tmp_path / "keys" / "bucket.secret"
    with pytest.raises(ConfigurationError, match=r"is not there.*two lines"):
        store_of(tmp_path, settings, owner="urn:fr")
    secret.write_text("access\n")
    secret.chmod(0o644)
    with pytest.raises(ConfigurationError, match="may be read by others"):
        store_of(tmp_path, settings, owner="urn:fr")
    secret.chmod(0o600)
    with pytest.raises(ConfigurationError, match="has not two lines"):
        store_of(tmp_path, settings, owner="urn:fr")
    secret.write_text("access\nsecret-canary\n")
    store = store_of(tmp_path, settings, owner="urn:fr")
    assert isinstance(store, BucketStore)
    assert "canary" not in repr(store._bucket)
