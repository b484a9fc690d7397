"""Reading what the one way in has written: cases, contents, statements. Contents are decrypted here and nowhere else.

- A folded case is remembered for its version; another process that adds an act moves the version, and the case is read anew.
- A prepared statement lives for 15 minutes, belongs to one officer, and is taken once.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from rogatory.act import Author, CaseRef, Prepared, SignedAct, disclose, read, withhold
from rogatory.canonical import Value, decode, encode, from_base64url, to_base64url
from rogatory.errors import InputError, StorageError
from rogatory.moments import Instant
from rogatory.node.faults import damaged, database_name
from rogatory.node.installation import Installation
from rogatory.node.models import CaseRow, Contents, Destroyed, PreparedStatement, Skeleton
from rogatory.node.rows import ClockRow, version_of
from rogatory.procedure.case import Case
from rogatory.procedure.fold import fold, kind_of
from rogatory.procedure.kind import ActView, Refusal, view_of
from rogatory.procedure.permit import Request
from rogatory.procedure.words import Role

STATEMENT_LIVES = timedelta(minutes=15)
REMEMBERED = 512
TRIES = 5
HOUSE = "house"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case and the version at which it was read."""

    case: Case
    version: int
    clocks: tuple[ClockRow, ...] | None = None
    """The periods as they were last written; nothing if this process has not written them."""


_institutions: dict[str, str] = {}
_cases: OrderedDict[tuple[str, str], StoredCase] = OrderedDict()


def remembered(house: Installation, case_id: str) -> StoredCase | None:
    """The case as this process saw it last, if it did. Others may have moved it since: only a commit tells."""
    return _cases.get((house.settings.institution, case_id))


def load_case(house: Installation, case_id: str) -> StoredCase:
    """The case as it stands; version 0 and empty if nothing is known of it."""
    key = (house.settings.institution, case_id)
    for _ in range(TRIES):
        version = version_of(case_id)
        known = _cases.get(key)
        if known is not None and known.version == version:
            _cases.move_to_end(key)
            return known
        views = tuple(view for _, view in read_acts(house, case_id))
        if _all_here(case_id, len(views)):
            case = fold(views, me=house.settings.institution)
            stored = StoredCase(case=_remains(case, case_id), version=version)
            _keep(key, stored)
            return stored
    raise damaged("its row counts other acts than are found", where=f"{database_name()}, tables act_skeleton and case_row, case {case_id}")


def _all_here(case_id: str, found: int) -> bool:
    """Whether as many acts were found as the row of the case counts: one that was lost would be a withdrawal that nobody sees."""
    summary = CaseRow.objects.filter(pk=case_id).values_list("summary", flat=True).first()
    return found == (summary.get("acts", found) if isinstance(summary, dict) else 0)


def _remains(case: Case, case_id: str) -> Case:
    """The case; of one whose contents were destroyed: that its acts stand, who the parties are, and which act destroyed it."""
    destroying = Destroyed.objects.filter(pk=case_id).values_list("act", flat=True).first()
    if destroying is None or (case.purged and case.parties):  # nothing was destroyed, or its contents still say all of it
        return case
    summary = CaseRow.objects.filter(pk=case_id).values_list("summary", flat=True).first() or {}
    parties = summary.get("parties")
    named = {Role(role): str(uri) for role, uri in parties.items()} if isinstance(parties, Mapping) else {}
    return replace(case, parties=named, purged=destroying)


def opener(case_id: str) -> str | None:
    """The institution that opened a case; it never changes."""
    known = _institutions.get(case_id)
    if known is None:
        known = CaseRow.objects.filter(pk=case_id).values_list("institution", flat=True).first()
        if known is not None:
            _institutions[case_id] = known
    return known


def remember(house: Installation, case: Case, version: int, clocks: tuple[ClockRow, ...]) -> None:
    """Keep the case that was just committed, so that the next act need not read it."""
    if case.ref is not None:
        _institutions[case.ref.id] = case.ref.institution
        _keep((house.settings.institution, case.ref.id), StoredCase(case=case, version=version, clocks=clocks))


def _keep(key: tuple[str, str], stored: StoredCase) -> None:
    _cases[key] = stored
    _cases.move_to_end(key)
    while len(_cases) > REMEMBERED:
        _cases.popitem(last=False)


def read_acts(house: Installation, case_id: str | None) -> Iterable[tuple[SignedAct, ActView]]:
    """Every act of a case, or of the house, with its contents decrypted."""
    rows = Skeleton.objects.filter(case=case_id).order_by("at", "hash").values_list("hash", "text", "foreign")
    sealed = dict(Contents.objects.filter(case=case_id).values_list("hash", "sealed"))
    for digest, text, foreign in rows:
        signed = SignedAct(skeleton=text, disclosures=open_contents(house, case_id, digest, sealed.get(digest)))
        yield signed, _view(digest, signed, foreign=foreign)


def read_act(house: Installation, digest: str) -> tuple[SignedAct, ActView] | None:
    """One act by its hash, with its contents decrypted."""
    row = Skeleton.objects.filter(pk=digest).values_list("case", "text", "foreign").first()
    if row is None:
        return None
    case, text, foreign = row
    sealed = Contents.objects.filter(pk=digest).values_list("sealed", flat=True).first()
    case_id = str(case) if case else None
    signed = SignedAct(skeleton=text, disclosures=open_contents(house, case_id, digest, sealed))
    return signed, _view(digest, signed, foreign=foreign)


def _view(digest: str, signed: SignedAct, *, foreign: bool) -> ActView:
    try:
        skeleton = read(signed.skeleton)
        contents = disclose(skeleton, signed.disclosures)
    except InputError as error:
        raise damaged(str(error), where=f"{database_name()}, tables act_skeleton and act_contents, act {digest}") from error
    if skeleton.hash != digest:
        raise damaged("its text is another act", where=f"{database_name()}, table act_skeleton, act {digest}")
    return view_of(skeleton, contents, foreign=foreign)


def seal_contents(house: Installation, view: ActView, signed: SignedAct, case: Case) -> bytes:
    """The disclosures of an act, encrypted under the key of its case; those that end with an item under a key of the item as well."""
    owner, aad = view.case.id if view.case else HOUSE, view.hash.encode("ascii")
    ending = kind_of(view.kind).of_item(view.parts)
    item = next((one.line.item for one in case.packages if one.line.digest == view.parts.get("package")), None) if ending else None
    if item is None:
        return seal_disclosures(house, owner, view.hash, signed)
    kept = withhold(signed, parts=view.parts.keys() - ending, after=view.after).disclosures
    others = encode({"disclosures": [one for one in signed.disclosures if one not in kept]})
    sealed = to_base64url(house.case_keys.seal_for_item(owner, item, others, aad=aad))
    return house.case_keys.seal(owner, encode({"disclosures": list(kept), "item": item, "of_item": sealed}), aad=aad)


def seal_disclosures(house: Installation, owner: str, digest: str, signed: SignedAct) -> bytes:
    """The disclosures of the act of that hash, encrypted under the key of their owner."""
    return house.case_keys.seal(owner, encode({"disclosures": list(signed.disclosures)}), aad=digest.encode("ascii"))


def open_contents(house: Installation, case_id: str | None, digest: str, sealed: bytes | memoryview[int] | None) -> tuple[str, ...]:
    """The disclosures of an act; none after a purge, and none of what ended with its item."""
    if sealed is None:
        return ()
    try:
        plain = house.case_keys.unseal(case_id or HOUSE, bytes(sealed), aad=digest.encode("ascii"))
    except StorageError as error:
        if case_id and Destroyed.objects.filter(pk=case_id).exists():  # written under the old key while that was destroyed
            return ()
        where = f"{database_name()}, table act_contents, act {digest}, or the key of its case"
        raise damaged("its contents cannot be decrypted", where=where) from error
    held = _held(plain, digest)
    return (*_listed(held), *(_of_item(house, case_id or HOUSE, digest, held) if "of_item" in held else ()))


def _of_item(house: Installation, case_id: str, digest: str, held: Mapping[str, Value]) -> tuple[str, ...]:
    sealed = from_base64url(str(held["of_item"]))
    try:
        plain = house.case_keys.unseal_for_item(case_id, str(held.get("item")), sealed, aad=digest.encode("ascii"))
    except StorageError:  # the item has ended, and its key with it
        return ()
    return _listed(_held(plain, digest))


def _held(plain: bytes, digest: str) -> Mapping[str, Value]:
    value = decode(plain, max_bytes=1 << 23, where=f"contents of {digest}")
    return value if isinstance(value, dict) else {}


def _listed(held: Mapping[str, Value]) -> tuple[str, ...]:
    disclosures = held.get("disclosures")
    return tuple(str(one) for one in disclosures) if isinstance(disclosures, list) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStatement:
    """A statement that was shown to an officer and waits for her key."""

    request: Request
    prepared: Prepared
    version: int


def keep_statement(  # noqa: PLR0913  # each is a different thing; an object of them would be used once
    house: Installation,
    name: str,
    *,
    officer: str,
    case: CaseRef | None,
    version: int,
    prepared: Prepared,
    request: Request,
    now: Instant,
) -> None:
    """Keep what was shown, encrypted, for 15 minutes, under the name by which it is signed."""
    value: dict[str, Value] = {
        "prepared": prepared.to_value(),
        "kind": request.kind,
        "capacity": request.by.capacity,
        "officer": officer,
        "institution": request.by.institution,
        "given": dict(request.given),
        **({"case": {"institution": case.institution, "id": case.id}} if case else {}),
    }
    owner = case.id if case else HOUSE
    PreparedStatement.objects.filter(made_at__lt=now - STATEMENT_LIVES).delete()
    PreparedStatement.objects.create(
        id=name,
        officer=officer,
        case=case.id if case else None,
        version=version,
        sealed=house.case_keys.seal(owner, encode(value), aad=name.encode("ascii")),
        made_at=now,
    )


def take_statement(house: Installation, name: str, *, officer: str, now: Instant) -> KeptStatement | Refusal:
    """The statement of that name, once, for the officer to whom it was shown."""
    try:
        row = PreparedStatement.objects.filter(pk=uuid.UUID(name), officer=officer).first()
    except ValueError:
        row = None
    if row is None or row.made_at < now - STATEMENT_LIVES:
        return Refusal(
            rule="statement.gone",
            article="Art. 4",
            says="This text is not waiting for your key: it was signed, is older than 15 minutes, or was shown to another.",
            cure="Ask for the text again, read it, and sign it.",
        )
    taken, _ = PreparedStatement.objects.filter(pk=row.pk).delete()
    owner = str(row.case) if row.case else HOUSE
    plain = house.case_keys.unseal(owner, bytes(row.sealed), aad=name.encode("ascii"))
    value = decode(plain, max_bytes=1 << 22, where="statement")
    if not taken or not isinstance(value, dict):
        raise StorageError("a statement was taken twice at once", where=name, cure="ask for the text again")
    return KeptStatement(request=_request(value), prepared=Prepared.from_value(value["prepared"]), version=row.version)


def _request(value: dict[str, Value]) -> Request:
    case, given = value.get("case"), value["given"]
    return Request(
        kind=str(value["kind"]),
        by=Author(institution=str(value["institution"]), officer=str(value["officer"]), capacity=str(value["capacity"])),
        case=CaseRef(institution=str(case["institution"]), id=str(case["id"])) if isinstance(case, dict) else None,
        given=given if isinstance(given, dict) else {},
    )


def busy(what: str) -> StorageError:
    """The fault of a case that others keep changing."""
    return StorageError("others keep changing it", where=what, cure="nothing was written; try again")
