"""The one way in: every form, call and command becomes an act here, and every act is made on this one path.

    prepare (no lock)   load the case and its version -> ask the procedure, which asks the law -> sign
    commit  (one short transaction)   the version is still the same, else prepare again
                        -> act and contents -> case -> clocks -> what must be sent

- A refusal writes nothing but one line of the security log: who, which kind, which rule, a keyed hash of the input.
- What the software must do at once because of an act (`procedure.consequences`) is committed in the same transaction.
- An officer's key signs a statement that was prepared and shown before; the case must not have moved since.

Acts from abroad come in through `reception`, which shares `Working` and `commit` with this module.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import replace

from rogatory.act import (
    Assertion,
    CaseRef,
    Prepared,
    SignedAct,
    Statement,
    entropy_needed,
    prepare,
    read,
    sign,
)
from rogatory.canonical import encode, to_base64url
from rogatory.errors import ActError
from rogatory.law import Pack
from rogatory.node import people, storage
from rogatory.node.committing import commit
from rogatory.node.installation import Installation, draw_call_back_code, draw_recipient, entropy
from rogatory.node.keys import seal_key
from rogatory.node.models import Skeleton
from rogatory.node.security_log import ATTEMPTS, record_refusal
from rogatory.node.working import Made, Ready, Working, author, load, recall
from rogatory.procedure.consequences import Consequence, after_act
from rogatory.procedure.fold import append, fold
from rogatory.procedure.kind import ActView, Fresh, Refusal
from rogatory.procedure.permit import Permission, Request, permit
from rogatory.procedure.sharing import latest
from rogatory.procedure.words import Capacity

TRIES = 8
NOTHING_NEW = Fresh(seal_to=(), call_back_code="")


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
    case_id = request.case.id if request.case else None
    for tries in range(TRIES):
        before = made_before(request.by.officer, nonce) if nonce else None
        if before is not None:
            return before
        now = house.clock.now()
        recalled = recall(house, case_id, now) if tries == 0 else None
        made = _try(recalled or load(house, case_id, now), request, nonce)
        if isinstance(made, Made):
            return made
        if made is not None and recalled is None:  # a refusal is given on the case as it stands, never on what is remembered
            return refused(house, request, made)
    raise storage.busy(case_id or "a new case")


def _try(working: Working, request: Request, nonce: bytes | None) -> Made | Refusal | None:
    """Make the act on the case as loaded; nothing if somebody else was faster."""
    permission = _permit(working, request)
    if isinstance(permission, Refusal):
        return permission
    if permission.kind.key:
        return _needs_key(permission)
    return _finish(working, _statement(working, request, permission, nonce), None)


def show(house: Installation, request: Request) -> tuple[str, str, bytes] | Refusal:
    """Prepare a statement for an officer's key: its name, the text shown to her, and the challenge that her key signs."""
    with house.clock.for_act(request.kind):
        return _show(house, request)


def _show(house: Installation, request: Request) -> tuple[str, str, bytes] | Refusal:
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
    before = made_before(officer, nonce_of(officer, name))
    if before is not None:
        return before
    with house.clock.as_set():
        now = house.clock.now()
    kept = storage.take_statement(house, name, officer=officer, now=now)
    if isinstance(kept, Refusal):
        return refused(house, None, kept, who=officer, hashed=_hashed(house, name.encode()))
    with house.clock.for_act(kept.request.kind):
        return _decide(house, name, officer, kept, assertion)


def _decide(house: Installation, name: str, officer: str, kept: storage.KeptStatement, assertion: Assertion) -> Made | Refusal:
    now = house.clock.now()
    try:
        people.check_assertion(house, officer, assertion, kept.prepared.challenge)
    except ActError:
        record_refusal(who=officer, kind=kept.request.kind, rule="assertion", input_hash=_hashed(house, name.encode()), at=now)
        raise
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
            law=_pack(working, request).hash,
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
    return permit(request, working.case, working.world, _pack(working, request), _drawn(working, request.kind))


def _drawn(working: Working, kind: str) -> Fresh:
    """What an act of this kind needs that is new, and nothing for all others."""
    match kind:
        case "transmit":
            drawn = {item.id: draw_recipient() for item in working.case.granted}
            working.secrets |= {seal_key(item): identity.encode("ascii") for item, (identity, _) in drawn.items()}
            return Fresh(seal_to=tuple(recipient for _, recipient in drawn.values()), call_back_code="")
        case "confirm emergency":
            return Fresh(seal_to=(), call_back_code=draw_call_back_code())
        case _:
            return NOTHING_NEW


def _pack(working: Working, request: Request) -> Pack:
    """The law of the case; a draft names the addressee whose State is concerned, or the State and the measure."""
    if request.kind == "draft request":
        return working.pack(measure=str(request.given.get("measure", "")), state=str(request.given.get("executing_state", "")))
    return working.pack(str(request.given.get("addressee", "")))


def _statement(working: Working, request: Request, permission: Permission, nonce: bytes | None = None) -> Ready:
    institution = working.house.settings.institution
    opened = CaseRef(institution=institution, id=str(uuid.uuid4())) if permission.kind.opens else None
    after = latest(working.case)
    statement = Statement(
        kind=permission.kind.name,
        case=working.case.ref or request.case or opened,
        by=request.by,
        law=_pack(working, request).hash,
        nonce=nonce or entropy(16),
        after=after,
        body=permission.value,
    )
    prepared = prepare(statement, entropy=entropy(entropy_needed(parts=len(permission.value), after=len(after))))
    return Ready(statement=statement, prepared=prepared, body=permission.body)


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
    working.case = append(working.case, view, ready.body) if view.case else working.case
    return view


def add(working: Working, signed: SignedAct, view: ActView) -> None:
    """Add a foreign act, which was read and judged before, to what will be committed, and fold it into the case."""
    working.added.append((signed, view, to_base64url(read(signed.skeleton).nonce)))
    if view.case:
        grown, before = fold((*working.case.acts, view), me=working.case.me), working.case
        # what a destroyed case still says of itself stands in its row, not in its acts
        working.case = replace(grown, parties=before.parties, purged=before.purged) if before.purged else grown


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
                who="software",
                kind=one.kind,
                rule=permission.rule,
                input_hash=_hashed(working.house, encode(one.given or {"none": 0})),
                at=working.now,
            )
            continue
        view = _sign(working, _statement(working, request, permission), None)
        any_made = True
        todo.extend(after_act(working.case, view))
    return any_made


def follow(working: Working, consequences: Iterator[Consequence]) -> None:
    """Add what the software must do because of acts that were just taken up."""
    _follow(working, list(consequences))


def refused(house: Installation, request: Request | None, refusal: Refusal, *, who: str = "", hashed: str = "") -> Refusal:
    """Record the attempt, without its contents, and give the refusal back."""
    record_refusal(
        who=who or (request.by.officer or request.by.capacity if request else "unknown"),
        kind=request.kind if request else "statement",
        rule=refusal.rule,
        input_hash=hashed or _hashed(house, repr(sorted(request.given.items())).encode() if request else b""),
        at=house.clock.now(),
    )
    return refusal


def _hashed(house: Installation, given: bytes) -> str:
    """What was tried, for who holds the node's keys: this line stays for ever, and nobody is to try names on it."""
    return house.keys.fingerprint(given, use=ATTEMPTS)


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
