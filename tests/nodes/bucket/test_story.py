"""Evidence whose packages lie in a bucket: uploaded, sealed, sent, received, opened, copied and destroyed, through kills."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests import objects
from tests.nodes.conftest import BUCKET
from tests.nodes.evidence.acts import READ, answered, begin, cleared, files_with, http, listing, offset, received, send

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
CANARY, NAME = b"canary-of-the-bucket-61f0", "canary-name-of-the-bucket.txt"


def keys(store: objects.Objects) -> set[str]:
    """What an outsider's client sees in the bucket."""
    return {one["Key"] for one in store.client().list_objects_v2(Bucket=BUCKET).get("Contents", ())}


def test_t6_the_whole_life_of_evidence_in_a_bucket_leaves_no_plain_byte_no_half_and_no_secret(
    tell: Teller, running_town: tuple[Town, Processes], store: objects.Objects
) -> None:
    processes = running_town[1]
    data = CANARY * 200_000 + os.urandom(20 << 20)  # large enough to be put by parts
    cleared(tell)
    with http(tell, "provider") as client:
        where = begin(client, tell, "identification", NAME, data, digest=hashlib.sha256(data).hexdigest())
        send(client, where, data[:10_000_003])
        processes.kill("provider", "serve")
        processes.wait()
    with http(tell, "provider") as client:
        here = offset(client, where)
        assert here == 10_000_003
        assert send(client, where, data[here:], at=here).headers["upload-complete"] == "?1"
        line = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal").json()
    sent, got = f"provider/{line['digest']}.age", f"fr/{line['digest']}.age"
    assert sent in keys(store)
    answered(tell, [line])
    processes.kill("fr", "serve")
    processes.kill("provider", "work")
    received(tell)
    assert {sent, got} <= keys(store)

    head = store.client().get_object(Bucket=BUCKET, Key=got)["Body"].read(400)
    opened = listing(tell, line["digest"])
    assert [(one["name"], one["sha256"]) for one in opened["files"]] == [(NAME, hashlib.sha256(data).hexdigest())]
    with http(tell, "custodian") as client:
        path = f"/api/v1/cases/{tell.case}/packages/{line['digest']}/open-file"
        assert client.post(path, json={**READ, "file": NAME}).content == data

    assert files_with(tell.town, CANARY, NAME.encode()) == []
    kept = store.pool_bytes()
    assert not [canary for canary in (CANARY, NAME.encode()) if canary in kept]
    assert kept.count(head) == 2  # the search finds what is there
    assert [*tell.town.folder.rglob(f"{line['digest']}*")] == []  # nothing lies on a local disk any more
    said = b"".join(path.read_bytes() for path in tell.town.folder.glob("*.log"))
    assert objects.SECRET.encode() not in said
    assert objects.SECRET.encode() not in b"".join(map(arguments, Path("/proc").glob("[0-9]*/cmdline")))
    assert {Path(name).name for name, _ in files_with(tell.town, objects.SECRET.encode())} == {"bucket.secret"}

    tell.until(tell.legal_end("custodian", "keep the evidence"))
    for part in ("custodian", "provider"):
        tell(part).state(tell.case, "purged")
    tell("custodian").wait("no package in the bucket", tell.case, lambda _: not {sent, got} & keys(store))
    assert head not in store.pool_bytes()  # nor any byte of it in the store's own pool


def arguments(path: Path) -> bytes:
    """The command line of a process that may have ended; what starts the store's own account is not ours."""
    try:
        data = path.read_bytes()
    except OSError:
        return b""
    return b"" if data.startswith(b"radosgw-admin") else data
