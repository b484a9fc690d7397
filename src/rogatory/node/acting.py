"""The one way in: every form, call and command becomes an act here, and every act is made on this one path.

    prepare (no lock)   load the case and its version -> ask the procedure, which asks the law -> sign
    commit  (one short transaction)   the version is still the same, else prepare again
                        -> act and contents -> case -> clocks -> what must be sent

- A refusal writes nothing but one line of the security log: who, which kind, which rule, the hash of the input.
- What the software must do at once because of an act (`procedure.consequences`) is committed in the same transaction.
- An officer's key signs a statement that was prepared and shown before; the case must not have moved since.

Acts from abroad come in through `reception`, which shares `Working` and `commit` with this module.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from rogatory.act import (
    Assertion,
    Author,
    CaseRef,
    Contents,
    Prepared,
    SignedAct,
    Statement,
    disclose,
    entropy_needed,
    prepare,
    read,
    sign,
)
from rogatory.canonical import Value, encode, sha256_hex, to_base64url
from rogatory.moments import Instant
from rogatory.node import people, storage
from rogatory.node.models import Skeleton
from rogatory.node.installation import Installation, draw_recipient, entropy, fresh
from rogatory.node.rows import ActRow, ActRows, CaseUpdate, ClockRow, ForeignProofRow, OutboxRow, PackageRow
from rogatory.node.rows import write as write_rows
from rogatory.node.security_log import record_refusal
from rogatory.procedure.case import Case
from rogatory.procedure.consequences import Consequence, after_act
from rogatory.procedure.fold import append, fold
from rogatory.procedure.kind import ActView, Refusal, World
from rogatory.procedure.periods import periods
from rogatory.procedure.permit import Permission, Request, permit
from rogatory.procedure.sharing import due, latest
from rogatory.procedure.words import Capacity

TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An act that was made: durable, and placed in the ledger at the next step of its clock."""

    hash: str
    kind: str
    case: CaseRef | None
    at: Instant
    followed_by: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A statement in plain, and as it will be signed."""

    statement: Statement
    prepared: Prepared


@dataclass
class Working:
    """A case being worked on outside any lock: what was loaded, and what will be committed if nobody was faster."""

    house: Installation
    case: Case
    version: int
    now: Instant
    clocks: tuple[ClockRow, ...] | None = None
    added: list[tuple[SignedAct, ActView, str]] = field(default_factory=list)
    proofs: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """What the author of an act of this node knows."""
        return World(
            now=self.now,
            me=self.house.settings.institution,
            institutions=self.house.institutions(self.now),
            officers=people.officers(self.house),
        )


def load(house: Installation, case_id: str | None, now: Instant) -> Working:
    """The case as it stands, with its version; an empty one if nothing is known of it."""
    me = house.settings.institution
    if case_id is None:
        return Working(house=house, case=Case(me=me), version=0, now=now, clocks=())
    stored = storage.load_case(house, case_id)
    return Working(house=house, case=stored.case, version=stored.version, now=now, clocks=stored.clocks)


def author(house: Installation, officer: str | None, capacity: str) -> Author:
    """The author of an act of this node."""
    return Author(institution=house.settings.institution, officer=officer, capacity=capacity)


def nonce_of(officer: str | None, key: str) -> bytes:
    """The nonce of an act that its caller names by a key: the same call again is the same act, and has no second effect."""
    return hashlib.sha256(f"rogatory/repeat/v1\n{officer}\n{key}".encode()).digest()[:16]


def made_before(officer: str | None, nonce: bytes) -> Made | None:
    """The act that this caller made under that nonce, if she did."""
    text = Skeleton.objects.filter(nonce=to_base64url(nonce), foreign=False).values_list("text", flat=True).first()
    if text is None:
        return None
    act = read(text)
    return Made(hash=act.hash, kind=act.kind, case=act.case, at=act.at, followed_by=(), findings=()) if act.by.officer == officer else None


def make(house: Installation, request: Request, *, key: str | None = None) -> Made | Refusal:
    """Make an act that no officer's key signs. A refusal changes nothing but the security log.

    With a `key` chosen by the caller the same call again gives the act that it made the first time.
    """
    nonce = nonce_of(request.by.officer, key) if key else None
    for _ in range(TRIES):
        before = made_before(request.by.officer, nonce) if nonce else None
        if before is not None:
            return before
        working = load(house, request.case.id if request.case else None, house.clock.now())
        permission = _permit(working, request)
        if isinstance(permission, Refusal):
            return refused(house, request, permission)
        if permission.kind.key:
            return refused(house, request, _needs_key(permission))
        made = _finish(working, _statement(working, request, permission, nonce), None)
        if made is not None:
            return made
    raise storage.busy(request.case.id if request.case else "a new case")


def show(house: Installation, request: Request) -> tuple[str, str, bytes] | Refusal:
    """Prepare a statement for an officer's key: its name, the text shown to her, and the challenge that her key signs."""
    working = load(house, request.case.id if request.case else None, house.clock.now())
    permission = _permit(working, request)
    if isinstance(permission, Refusal):
        return refused(house, request, permission)
    name = str(uuid.uuid4())
    ready = _statement(working, request, permission, nonce_of(request.by.officer, name))
    storage.keep_statement(
        house,
        name, officer=request.by.officer or "", case=request.case, version=working.version, prepared=ready.prepared,
        request=request, now=working.now,
    )  # fmt: skip
    return name, permission.text, ready.prepared.challenge


def decide(house: Installation, name: str, officer: str, assertion: Assertion) -> Made | Refusal:
    """Make the act whose statement was shown, with the assertion of the officer's key over exactly that statement."""
    now = house.clock.now()
    before = made_before(officer, nonce_of(officer, name))
    if before is not None:
        return before
    kept = storage.take_statement(house, name, officer=officer, now=now)
    if isinstance(kept, Refusal):
        return refused(house, None, kept, who=officer, hashed=sha256_hex(name.encode()))
    people.check_assertion(house, officer, assertion, kept.prepared.challenge)
    request = kept.request
    working = load(house, request.case.id if request.case else None, now)
    if working.version != kept.version:
        return refused(house, request, _moved())
    permission = _permit(working, request)
    if isinstance(permission, Refusal):
        return refused(house, request, permission)
    made = _finish(working, _ready(kept.prepared, request, working, permission), assertion)
    return made if made is not None else refused(house, request, _moved())


def _ready(prepared: Prepared, request: Request, working: Working, permission: Permission) -> Ready:
    """The statement that was shown, in plain again: its parts are in its own disclosures."""
    shown = prepared.plain()
    return Ready(
        statement=Statement(
            kind=permission.kind.name,
            case=shown.case,
            by=request.by,
            law=working.house.pack.hash,
            nonce=shown.nonce,
            after=shown.after,
            body=shown.body,
        ),
        prepared=prepared,
    )


def make_by_software(house: Installation, case_id: str, consequences: Iterator[Consequence]) -> Made | None:
    """Make what the software must, of itself, in one transaction; nothing if the case moved or nothing is to be done."""
    working = load(house, case_id, house.clock.now())
    if not _follow(working, list(consequences)):
        return None
    return commit(working)


def _permit(working: Working, request: Request) -> Permission | Refusal:
    drawn = fresh()
    if request.kind == "transmit":
        identity, recipient = draw_recipient()
        working.secrets["seal"] = identity.encode("ascii")
        drawn = replace(drawn, seal_to=recipient)
    return permit(request, working.case, working.world, working.house.pack, drawn)


def _statement(working: Working, request: Request, permission: Permission, nonce: bytes | None = None) -> Ready:
    institution = working.house.settings.institution
    opened = CaseRef(institution=institution, id=str(uuid.uuid4())) if permission.kind.opens else None
    after = latest(working.case)
    statement = Statement(
        kind=permission.kind.name,
        case=working.case.ref or request.case or opened,
        by=request.by,
        law=working.house.pack.hash,
        nonce=nonce or entropy(16),
        after=after,
        body=permission.value,
    )
    prepared = prepare(statement, entropy=entropy(entropy_needed(parts=len(permission.value), after=len(after))))
    return Ready(statement=statement, prepared=prepared)


def _finish(working: Working, ready: Ready, assertion: Assertion | None) -> Made | None:
    view = _sign(working, ready, assertion)
    _follow(working, list(after_act(working.case, view)))
    return commit(working)


def _sign(working: Working, ready: Ready, assertion: Assertion | None) -> ActView:
    keys, statement = working.house.keys, ready.statement
    signed = sign(ready.prepared, at=working.now, key=keys.act_key, kid=keys.act_kid, assertion=assertion)
    view = ActView(
        hash=signed.hash,
        kind=statement.kind,
        case=statement.case,
        by=statement.by,
        at=working.now,
        after=tuple(sorted(statement.after)),
        parts=statement.body,
        foreign=False,
    )
    working.added.append((signed, view, to_base64url(statement.nonce)))
    working.case = append(working.case, view) if view.case else working.case
    return view


def add(working: Working, signed: SignedAct, view: ActView) -> None:
    """Add a foreign act, which was read and judged before, to what will be committed, and fold it into the case."""
    working.added.append((signed, view, to_base64url(read(signed.skeleton).nonce)))
    if view.case:
        working.case = fold((*working.case.acts, view), me=working.case.me)


def view_of(digest: str, signed: SignedAct, contents: Contents, *, foreign: bool) -> ActView:
    """An act as the fold sees it."""
    skeleton = read(signed.skeleton)
    return ActView(
        hash=digest,
        kind=skeleton.kind,
        case=skeleton.case,
        by=skeleton.by,
        at=skeleton.at,
        after=contents.after,
        parts=contents.body,
        foreign=foreign,
    )


def _follow(working: Working, todo: list[Consequence]) -> bool:
    """Sign what follows of itself, and what follows from that. Whether anything did."""
    any_made = False
    while todo:
        one = todo.pop(0)
        by = author(working.house, None, Capacity.SOFTWARE)
        request = Request(kind=one.kind, by=by, case=working.case.ref, given=one.given)
        permission = _permit(working, request)
        if isinstance(permission, Refusal):
            record_refusal(
                who="software", kind=one.kind, rule=permission.rule, input_hash=sha256_hex(encode(one.given or {"none": 0})),
                at=working.now,
            )  # fmt: skip
            continue
        view = _sign(working, _statement(working, request, permission), None)
        any_made = True
        todo.extend(after_act(working.case, view))
    return any_made


def follow(working: Working, consequences: Iterator[Consequence]) -> None:
    """Add what the software must do because of acts that were just taken up."""
    _follow(working, list(consequences))


def commit(working: Working) -> Made | None:
    """Write everything in one short transaction; nothing, if somebody else was faster."""
    house, case = working.house, working.case
    ref = case.ref
    clocks = _clocks(working) if ref else ()
    rows = ActRows(
        acts=tuple(_row(house, signed, view, nonce, working.now) for signed, view, nonce in working.added),
        case=_case_update(working) if ref else None,
        clocks=clocks if ref and clocks != working.clocks else None,
        outbox=tuple(_outbox(working)),
        proofs=tuple(ForeignProofRow(hash=digest, text=text) for digest, text in working.proofs.items()),
        packages=tuple(_packages(working)),
    )
    if ref and working.secrets:
        house.case_keys.ensure(ref.id)
        for name, secret in working.secrets.items():
            if _uses(working, name):
                house.case_keys.keep(ref.id, name, secret)
    with transaction.atomic():
        if not write_rows(rows):
            transaction.set_rollback(True)
            return None
    storage.remember(house, case, working.version + 1, clocks)
    if not ref:
        people.forget()
    _, first, _ = working.added[0]
    return Made(
        hash=first.hash,
        kind=first.kind,
        case=ref,
        at=first.at,
        followed_by=tuple(view.hash for _, view, _ in working.added[1:]),
        findings=case.dissent,
    )


def _uses(working: Working, name: str) -> bool:
    return name != "seal" or any(view.kind == "transmit" for _, view, _ in working.added)


def _row(house: Installation, signed: SignedAct, view: ActView, nonce: str, now: Instant) -> ActRow:
    return ActRow(
        hash=view.hash,
        kind=view.kind,
        case=view.case.id if view.case else None,
        institution=view.by.institution,
        at=view.at,
        text=signed.skeleton,
        foreign=view.foreign,
        received_at=now if view.foreign else None,
        nonce=nonce,
        sealed=storage.seal_contents(house, view, signed),
    )


def _case_update(working: Working) -> CaseUpdate:
    case = working.case
    assert case.ref is not None  # noqa: S101  # only called for acts of a case
    return CaseUpdate(
        id=case.ref.id,
        institution=case.ref.institution,
        reference=case.ref.id[:8],
        expected_version=working.version,
        state=case.state.value,
        summary=summary(working),
        updated=working.now,
    )


def summary(working: Working) -> Mapping[str, Value]:
    """The facts about a case that lists show: no contents, no persons."""
    case = working.case
    return {
        "parties": {role.value: uri for role, uri in case.parties.items()},
        "acts": len(case.acts),
        "waits_for": case.submitted_to or (case.emergency.sought_from if case.emergency else None) or "nobody",
        "emergency": case.emergency is not None,
        "restricted": case.restricted,
    }


def _clocks(working: Working) -> tuple[ClockRow, ...]:
    ends, _ = periods(working.case, working.world, working.house.pack, working.house.zone)
    return tuple(ClockRow(name=one.name, elapsed=one.elapsed, legal=one.legal, state=one.state) for one in ends)


def _packages(working: Working) -> Iterator[PackageRow]:
    """The sealed packages that an answer of ours announces: from now on they are due to the issuing authority."""
    for _, view, _ in working.added:
        if view.kind == "produce" and not view.foreign and view.case is not None:
            for package in working.case.packages:
                if package.act == view.hash:
                    yield PackageRow(digest=package.line.digest, case=view.case.id, act=view.hash, size=package.line.size)


def _outbox(working: Working) -> Iterator[OutboxRow]:
    sent = set()
    for _, view, _ in working.added:
        if view.foreign or view.case is None:
            continue
        for one in due(working.case, view):
            if (one.hash, one.to) not in sent:
                sent.add((one.hash, one.to))
                yield OutboxRow(hash=one.hash, case=view.case.id, to=one.to, due_at=working.now)


def refused(house: Installation, request: Request | None, refusal: Refusal, *, who: str = "", hashed: str = "") -> Refusal:
    """Record the attempt, without its contents, and give the refusal back."""
    record_refusal(
        who=who or (request.by.officer or request.by.capacity if request else "unknown"),
        kind=request.kind if request else "statement",
        rule=refusal.rule,
        input_hash=hashed or sha256_hex(repr(sorted(request.given.items())).encode() if request else b""),
        at=house.clock.now(),
    )
    return refusal


def _needs_key(permission: Permission) -> Refusal:
    return permission.kind.refuse(
        "key",
        "This act is signed with the officer's own key.",
        "Ask for the statement, and sign it with the key.",
        where="assertion",
    )


def _moved() -> Refusal:
    return Refusal(
        rule="statement.moved",
        article="Art. 4",
        says="The case has moved since the text was shown.",
        cure="Look at what changed, and sign anew.",
    )
