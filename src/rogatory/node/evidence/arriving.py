"""Packages that arrive from another node: announced by its act, resumable, counted, hashed, and sealed to us.

What an act announced may come, and nothing else. What is seen to be wrong on arrival (a package that is sealed to another
recipient) is put in quarantine, unopened, and its producer is told; what can only be seen on opening is found then.
"""

from __future__ import annotations

import io

from rogatory.canonical import Value
from rogatory.custody import Readable, sealed_to
from rogatory.errors import PackageError, StorageError
from rogatory.moments import parse_day
from rogatory.node import storage
from rogatory.node.acting import make
from rogatory.node.installation import Installation
from rogatory.node.keys import seal_key
from rogatory.node.models import Package
from rogatory.node.working import Made, author
from rogatory.procedure import Capacity, Refusal, Request
from rogatory.procedure.order import PackageLine

AGAIN = "Seal exactly what was ordered to the recipient that the order names, and answer again."


def offset(house: Installation, digest: str) -> tuple[int, int]:
    """How many bytes of an announced package are here, and how many there will be. `PackageError` if nobody announced it.

    A package whose last part was durable when we were killed is whole for its sender, who will not send again: it is taken up now.
    """
    row = _announced(house, digest)
    here = house.store.arrived(digest)
    if here == row.size and row.state == "announced":
        here = append(house, digest, here, io.BytesIO())
    return here, row.size


def append(house: Installation, digest: str, at: int, stream: Readable) -> int:
    """Take bytes of an announced package from the offset `at` on. How many are here, durable."""
    row = _announced(house, digest)
    here = house.store.append(digest, at, stream, size=row.size)
    if here == row.size:
        Package.objects.filter(pk=digest, state="announced").update(state="arrived")
    return here


def receive(house: Installation) -> int:
    """A `receive` act for each package that arrived whole, or a `quarantine` for what is not for us. How many there were."""
    done = 0
    for row in Package.objects.filter(direction="in", state="arrived").order_by("digest"):
        case_id = str(row.case)
        case = storage.load_case(house, case_id).case
        line = next((one for one in case.packages if one.line.digest == row.digest), None)
        if line is None:
            continue
        made: Made | Refusal | None = None
        if not line.received:
            by = author(house, None, Capacity.SOFTWARE)
            given: dict[str, Value] = {"digest": row.digest, "size": row.size, "produced": line.act}
            made = make(house, Request(kind="receive", by=by, case=case.ref, given=given), key=f"receive {row.digest}")
        wrong = _wrong(house, case_id, line.line)
        if wrong and not isinstance(made, Refusal) and not line.quarantined:
            quarantine(house, case_id, row.digest, wrong)
        Package.objects.filter(pk=row.pk, state="arrived").update(state="quarantined" if wrong else "received")
        done += 1
    return done


def quarantine(house: Installation, case_id: str, digest: str, why: str) -> Made | Refusal:
    """Keep a package sealed, and tell its producer."""
    case = storage.load_case(house, case_id).case
    given: dict[str, Value] = {"package": digest, "why": why[:300], "article": "led Art. 4(1)(c)", "again": AGAIN}
    by = author(house, None, Capacity.SOFTWARE)
    made = make(house, Request(kind="quarantine", by=by, case=case.ref, given=given), key=f"quarantine {digest}")
    Package.objects.filter(pk=digest, direction="in").update(state="quarantined")
    return made


def _wrong(house: Installation, case_id: str, line: PackageLine) -> str:
    """What is wrong with a package, as far as can be seen without opening it."""
    identity = house.case_keys.kept(case_id, seal_key(line.item)).decode("ascii")
    try:
        with house.store.open_unchecked(line.digest) as stream:
            sealed_to(stream, identity)
    except PackageError as error:
        return f"the package {error.what}"
    return ""


def _announced(house: Installation, digest: str) -> Package:
    row = Package.objects.filter(pk=digest, direction="in").first()
    if row is None:
        raise PackageError("no act announced this package", where=digest[:80], cure="send the act first, then the package")
    if row.state in {"ending", "purged"}:
        raise PackageError("belongs to a case whose evidence was destroyed", where=digest, cure="destroy your copy as well")
    if row.state == "announced":
        case = storage.load_case(house, str(row.case)).case
        line = next((one for one in case.packages if one.line.digest == digest), None)
        if line is not None and house.clock.now().date() > parse_day(line.available_until):
            raise PackageError(
                "came after its time", where=digest, why=f"it could be fetched until {line.available_until}",
                cure="answer again",
            )  # fmt: skip
        if case.restricted or case.purged:
            raise StorageError("the case is restricted", where=digest, cure="wait until the restriction is lifted")
    return row
