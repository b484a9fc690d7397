"""Open evidence on the record: the act is durable first, then the originals, streamed, each read an act of its own.

The first opening checks the package whole, against what its sender signed and what was ordered, and keeps an index under the
case's key (`checking`). What is wrong then puts the package in quarantine, and nothing of it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rogatory.canonical import Value, decode, encode
from rogatory.custody import Opened, PackedFile, original
from rogatory.errors import PackageError, RequestError, StorageError
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence.arriving import quarantine
from rogatory.node.evidence.checking import checked
from rogatory.node.installation import Installation
from rogatory.node.keys import seal_key
from rogatory.node.working import Made, load
from rogatory.procedure import KINDS, Case, Refusal
from rogatory.procedure.acts.opening import WHOLE, closed
from rogatory.procedure.case import Opening, Package

MAX_INDEX = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Which package is opened, or which original of it, for which use and which purpose."""

    package: str
    use_for: str
    purpose: str
    file: str = WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One place of the list: the original, or the gap where it is withheld; then neither its name nor its hash is shown."""

    number: int
    file: PackedFile | None
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A package that was opened: the act that recorded it, and the originals that it holds."""

    act: Made
    files: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One original that may be read now: the act that recorded it, and its bytes."""

    act: str
    file: PackedFile
    pieces: Iterator[bytes]


def open_listing(desk: Desk, person: Person, case_id: str, look: Look, *, key: str | None = None) -> Listed | Refusal:
    """Open a package as such: recorded, checked whole at the first time, and the list of its originals."""
    made = record(desk, person, case_id, look, key)
    if isinstance(made, Refusal):
        return made
    files = _index(desk.house, case_id, look.package)
    return files if isinstance(files, Refusal) else Listed(act=made, files=_lines(desk.house, case_id, look.package, files))


def listing(desk: Desk, case_id: str, digest: str) -> tuple[PackedFile, ...] | Refusal:
    """The originals of a package whose opening is recorded. `CheckingError` while its first check goes on."""
    return _index(desk.house, case_id, digest)


def open_original(desk: Desk, person: Person, case_id: str, look: Look, *, key: str | None = None) -> Original | Refusal:
    """Open one original: recorded first, then its bytes. `RequestError` if the package has none of that name."""
    made = record(desk, person, case_id, look, key)
    if isinstance(made, Refusal):
        return made
    return _original(desk.house, case_id, look.package, made.hash, look.file)


def recorded_original(desk: Desk, person: Person, case_id: str, act: str) -> Original:
    """The original that this person has just opened by that act. `RequestError` if she has not, or somebody closed the case since."""
    opening = _recorded(desk, person, case_id, act)
    found = _original(desk.house, case_id, opening.digest, act, opening.file)
    if isinstance(found, Refusal):
        raise RequestError(found.says, where=act[:80], cure=found.cure)
    return found


def recorded_listing(desk: Desk, person: Person, case_id: str, act: str) -> tuple[Opening, tuple[Line, ...]]:
    """The opening that this person has just recorded by that act, and the originals of its package. `RequestError` as above."""
    opening = _recorded(desk, person, case_id, act)
    files = _index(desk.house, case_id, opening.digest)
    if isinstance(files, Refusal):
        raise RequestError(files.says, where=act[:80], cure=files.cure)
    return opening, _lines(desk.house, case_id, opening.digest, files)


def _lines(house: Installation, case_id: str, digest: str, files: tuple[PackedFile, ...]) -> tuple[Line, ...]:
    gaps = load(house, case_id, house.clock.now()).case.withheld(digest)
    return tuple(
        Line(number=number, file=None, gap=gaps[one.name].gap) if one.name in gaps else Line(number=number, file=one)
        for number, one in enumerate(files, 1)
    )


def _recorded(desk: Desk, person: Person, case_id: str, act: str) -> Opening:
    case = load(desk.house, case_id, desk.house.clock.now()).case
    opening = next((one for one in case.openings if one.act == act and one.by.officer == person.pseudonym), None)
    shut = opening is None or closed(KINDS["open"], case, opening.digest) is not None or desk.is_stale(opening.at)
    if opening is None or shut or opening.file in case.withheld(opening.digest):
        raise RequestError("was not opened by you just now", where=act[:80], cure="open it again, with its purpose")
    return opening


def record(desk: Desk, person: Person, case_id: str, look: Look, key: str | None) -> Made | Refusal:
    """Record the look. A call that is repeated by its key opens what it opened before, as long as that may be opened, and no more."""
    given = {"package": look.package, "use_for": look.use_for, "purpose": look.purpose, "file": look.file}
    made = desk.make(person, "open", given, case_id, key=key)
    if isinstance(made, Refusal):
        return made
    recorded = _recorded(desk, person, case_id, made.hash)
    if (recorded.digest, recorded.file, recorded.purpose) != (look.package, look.file, look.purpose):
        raise RequestError("another look was recorded by this call", where="Idempotency-Key", cure="give each look a key of its own")
    return made


def _original(house: Installation, case_id: str, digest: str, act: str, name: str) -> Original | Refusal:
    files = _index(house, case_id, digest)
    if isinstance(files, Refusal):
        return files
    file = next((one for one in files if one.name == name), None)
    if file is None:
        raise RequestError("the package holds no file of that name", where=ascii(name)[:120], cure="choose one from the list")
    return Original(act=act, file=file, pieces=_pieces(house, case_id, digest, file))


def originals(house: Installation, case_id: str, digest: str) -> tuple[PackedFile, ...]:
    """Every original of a package that was checked, withheld or not: for what is sealed anew, never for a page."""
    files = _index(house, case_id, digest)
    if isinstance(files, Refusal):
        raise RequestError(files.says, where=digest, cure=files.cure)
    return files


def pieces_of(house: Installation, case_id: str, digest: str, file: PackedFile) -> Iterator[bytes]:
    """The bytes of an original, checked against its hash."""
    return _pieces(house, case_id, digest, file)


def _pieces(house: Installation, case_id: str, digest: str, file: PackedFile) -> Iterator[bytes]:
    identity = identity_of(house, case_id, digest)
    with house.store.open_unchecked(digest) as stream:  # each piece is authenticated; the whole was checked at the first opening
        yield from original(stream, identity, file)


def identity_of(house: Installation, case_id: str, digest: str) -> str:
    """The identity that opens a package: that of its item. `StorageError` if it was destroyed."""
    case = load(house, case_id, house.clock.now()).case
    item = next((one.line.item for one in case.packages if one.line.digest == digest), "")
    return house.case_keys.kept(case_id, seal_key(item)).decode("ascii")


def _index(house: Installation, case_id: str, digest: str) -> tuple[PackedFile, ...] | Refusal:
    name = f"index-{digest[:32]}"
    try:
        kept = house.case_keys.kept(case_id, name)
    except StorageError:
        opened = _checked(house, case_id, digest)
        return opened if isinstance(opened, Refusal) else opened.files
    return _read_index(kept)


def _checked(house: Installation, case_id: str, digest: str) -> Opened | Refusal:
    case = load(house, case_id, house.clock.now()).case
    line = next(one for one in case.packages if one.line.digest == digest)

    def judge(found: Opened | PackageError) -> Opened | Refusal:
        try:
            if isinstance(found, PackageError):
                raise found
            _as_ordered(case, line, found)
        except PackageError as error:
            return _refused(house, case_id, digest, error)
        house.case_keys.keep(case_id, f"index-{digest[:32]}", _write_index(found.files))
        return found

    return checked(house, digest, identity_of(house, case_id, digest), judge)


def _refused(house: Installation, case_id: str, digest: str, error: PackageError) -> Refusal:
    where = "an original" if error.where.startswith(("'", '"')) else error.where  # its name is evidence: no act says it that stays
    quarantine(house, case_id, digest, f"{where}: {error.what}" if where else error.what)
    return Refusal(
        rule="open.as-ordered",
        article="led Art. 4(1)(c)",
        says=f"The package is not what was ordered, or not what its sender signed: {error}",
        cure="It lies in quarantine, nothing of it was shown, and its sender was told how to send again.",
    )


def _as_ordered(case: Case, package: Package, opened: Opened) -> None:
    """What a package says of itself is what its sender signed, and what was ordered. `PackageError` says what is not."""
    line, sent = package.line, case.sent
    item = next((one for one in sent.items if one.id == line.item), None) if sent else None
    stated = opened.order
    if sent is None or item is None or stated.get("order") != sent.act:
        raise PackageError("answers another order", where="metadata/order.json")
    if stated.get("item") != line.item:
        raise PackageError("answers another item", where="metadata/order.json")
    if len(opened.files) != line.files:
        raise PackageError(f"holds {len(opened.files)} files, its sender signed {line.files}", where="package")
    data = stated.get("data")
    if not isinstance(data, list | tuple) or not set(map(str, data)) <= set(item.data):
        raise PackageError("holds a category that was not granted", where="metadata/order.json")
    if (stated.get("from"), stated.get("until")) != (item.start.at, item.end.at):
        raise PackageError("covers other days than were granted", where="metadata/order.json")


def _write_index(files: tuple[PackedFile, ...]) -> bytes:
    value: list[Value] = [[one.name, one.size, one.sha256, one.at] for one in files]
    return encode({"files": value})


def _read_index(data: bytes) -> tuple[PackedFile, ...]:
    value = decode(data, max_bytes=MAX_INDEX, where="index")
    files = value["files"] if isinstance(value, dict) else ()
    rows = files if isinstance(files, list | tuple) else ()
    return tuple(
        PackedFile(name=str(row[0]), size=int(str(row[1])), sha256=str(row[2]), at=int(str(row[3])))
        for row in rows
        if isinstance(row, list | tuple)
    )
