"""Seal what a provider gives, at its source: hashed and encrypted to the order's own recipient before anything parses it.

One package for each item, and at most one that no act has announced: sealing again replaces it, so that a repeat leaves
nothing behind. A package that is never announced is removed after `LIVES`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from rogatory.canonical import Value, decode, encode
from rogatory.custody import ENTROPY, Purpose, SourceFile
from rogatory.custody import seal as seal_package
from rogatory.errors import RequestError
from rogatory.moments import Instant, format_instant
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence import uploads
from rogatory.node.evidence.workers import workers
from rogatory.node.installation import Installation
from rogatory.node.models import Package, Upload
from rogatory.node.working import load
from rogatory.procedure import Capacity, Case
from rogatory.procedure.order import Item, PackageLine

LIVES = timedelta(days=7)


def may_seal(desk: Desk, person: Person, case_id: str, item: str) -> Case:
    """The case, if this person may seal evidence for that item now. `RequestError` if not."""
    house = desk.house
    case = load(house, case_id, house.clock.now()).case
    if person.capacity is not Capacity.PROVIDER or case.sent is None or case.ref is None:
        raise RequestError("only the addressee of an order seals evidence for it", where=case_id, cure="open your own case")
    if case.restricted or case.grounds or case.purged:
        raise RequestError("the order is stopped", where=case_id, why="Art. 12(2)", cure="release nothing")
    if item in case.ended:
        raise RequestError(f"the time of the item {item} has ended", where="item", why="led Art. 5", cure="release nothing of it")
    if item not in case.sent.seal_to:
        raise RequestError(f"the order has no item {item}", where="item", cure="produce only what is ordered")
    return case


def seal(desk: Desk, person: Person, case_id: str, item: str, files: Iterable[SourceFile]) -> PackageLine:
    """Seal files for one item of an order. `RequestError` if the order has no such item, `PackageError` for what cannot be packed."""
    house, case = desk.house, may_seal(desk, person, case_id, item)
    assert case.sent is not None  # `may_seal` asked
    now = house.clock.now()
    with house.store.stage() as staged, workers() as lent:
        manifest = seal_package(
            files,
            Purpose(order=case.sent.act, item=item, facts=_facts(house, case, item), chain=_chain(house, case, item, now)),
            recipient=case.sent.seal_to[item],
            at=now,
            entropy=os.urandom(ENTROPY),
            out=staged.file,
            workers=lent,
        )
        meta = house.case_keys.seal(case_id, encode({"item": item, "files": len(manifest.files)}), aad=manifest.digest.encode())
        Package.objects.create(
            digest=manifest.digest, case=case_id, act="", size=manifest.size, direction="held", state="sealed", made_at=now, sealed=meta
        )
        staged.digest = manifest.digest
    for digest, line in _held(house, case_id):
        if line.item == item and digest != manifest.digest:
            _drop(house, digest)
    return PackageLine(item=item, digest=manifest.digest, size=manifest.size, files=len(manifest.files))


def seal_uploads(desk: Desk, person: Person, case_id: str, item: str) -> PackageLine:
    """Seal every upload for one item. `RequestError` if one is not whole; a repeat gives the package of the first time."""
    house = desk.house
    may_seal(desk, person, case_id, item)
    rows = [row for row in Upload.objects.filter(case=case_id, officer=person.pseudonym).order_by("id") if _item(house, row) == item]
    if not rows:
        held = [line for _, line in _held(house, case_id) if line.item == item]
        if held:
            return held[0]
        raise RequestError("nothing was uploaded for this item", where=item, cure="upload a file first")
    for row in rows:
        if uploads.offset(house, row) != row.size:
            raise RequestError("is not whole yet", where=f"upload {row.id}", cure="send the rest, or cancel it")
    line = seal(desk, person, case_id, item, _sources(house, rows))
    for row in rows:
        uploads.remove(house, row)
    return line


def remove_left(house: Installation, now: Instant) -> int:
    """Remove packages that no act has announced for too long. How many there were."""
    left = list(Package.objects.filter(direction="held", made_at__lt=now - LIVES).values_list("digest", flat=True))
    for digest in left:
        _drop(house, digest)
    return len(left)


def _sources(house: Installation, rows: Sequence[Upload]) -> Iterator[SourceFile]:
    for row in rows:
        given = uploads.given_of(house, row)
        yield SourceFile(name=given.name, stream=uploads.stored(house, row), size=given.size, sha256=given.sha256)


def _item(house: Installation, row: Upload) -> str:
    return uploads.given_of(house, row).item


def _held(house: Installation, case_id: str) -> list[tuple[str, PackageLine]]:
    """The packages of a case that no act has announced."""
    found = []
    for row in Package.objects.filter(case=case_id, direction="held"):
        meta = decode(house.case_keys.unseal(case_id, bytes(row.sealed or b""), aad=row.digest.encode()), where="package")
        if isinstance(meta, dict):
            files = meta["files"]
            line = PackageLine(item=str(meta["item"]), digest=row.digest, size=row.size, files=files if isinstance(files, int) else 1)
            found.append((row.digest, line))
    return found


def _drop(house: Installation, digest: str) -> None:
    """Forget a package that is still held; an act may have announced it meanwhile, and then it stays."""
    if Package.objects.filter(digest=digest, direction="held").delete()[0]:
        house.store.delete(digest)


def _facts(house: Installation, case: Case, item: str) -> Mapping[str, Value]:
    asked: Item | None = next((one for one in case.sent.items if one.id == item), None) if case.sent else None
    return {
        "issuing": case.ref.institution if case.ref else "",
        "addressee": house.settings.institution,
        "case": case.ref.id if case.ref else "",
        "data": sorted(asked.data) if asked else [],
        "from": asked.start.at if asked else "",
        "until": asked.end.at if asked else "",
        "use": "these proceedings only; any other use needs an authorisation of its own",
    }


def _chain(house: Installation, case: Case, item: str, now: Instant) -> Sequence[Value]:
    """The custody so far: the order received, the data sealed."""
    received = case.events.get("received")
    return [
        *([{"what": "order received", "act": case.sent.act, "at": format_instant(received)}] if received and case.sent else []),
        {"what": "sealed", "item": item, "by": house.settings.institution, "at": format_instant(now)},
    ]
