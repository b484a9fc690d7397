"""Whether an act may be made, by this person, in this case, now; and whether an act from abroad is taken up.

Making an act, in this order; the first that fails is the answer, with its article and its cure:

1. the kind is known, and people may make it (software makes the others);
2. the person is enrolled in that capacity, the kind is open to it, and she is not the filter person of the case;
3. the institution has the role that makes it in this case;
4. the case is in a state in which it can be made, and holds what the act is about;
5. the body is whole and well formed;
6. the law permits it;
7. what the kind itself needs is there;
8. what the law leaves to a human is answered, where the kind waits for that.

Taking up an act from abroad: its author's accreditation, capacity and role; exactly the parts that are due to this node;
the state on what its author had; what the kind asks of a foreign act; and the law, by this node's own pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rogatory.act import Author, CaseRef
from rogatory.canonical import Value
from rogatory.errors import ActError
from rogatory.law import Assessment, Finding, Pack, assess, for_a_human
from rogatory.procedure.acts import KINDS
from rogatory.procedure.case import Case
from rogatory.procedure.facts import question
from rogatory.procedure.fold import append, had, kind_of, read_body
from rogatory.procedure.instruments import ORDERS, cited, instrument_of
from rogatory.procedure.kind import ActView, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.sharing import latest
from rogatory.procedure.words import Capacity, Role, State

STOPPED = frozenset({State.REFUSED, State.WITHDRAWN, State.LAPSED, State.PURGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks to do."""

    kind: str
    by: Author
    case: CaseRef | None
    given: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """It may be done, with this body; the text is what the officer signs, if her key must."""

    kind: Kind[Body]
    by: Author
    value: Mapping[str, Value]
    body: Body
    text: str
    assessment: Assessment | None


def permit(request: Request, case: Case, world: World, pack: Pack, fresh: Fresh) -> Permission | Refusal:
    """Whether the act may be made now. A refusal names its rule, its article and its cure."""
    answer = _permit(request, case, world, pack, fresh)
    if isinstance(answer, Permission):
        return answer
    measure = case.draft.measure if case.draft else str(request.given.get("measure", ""))
    by_law = bool(answer.findings and answer.findings[0].cite)
    return replace(answer, article=cited(answer.article, measure, instrument_of(measure) if by_law else ORDERS))


def _permit(request: Request, case: Case, world: World, pack: Pack, fresh: Fresh) -> Permission | Refusal:
    kind = KINDS.get(request.kind)
    if kind is None:  # 1
        return Refusal(
            rule="kind",
            article="Art. 9",
            says=f"{request.kind!r} is no kind of act.",
            cure=f"Use one of: {', '.join(sorted(KINDS))}.",
            where="kind",
        )
    refused = closed_to(kind, request.by, request.case, case, world)  # 2, 3, 4
    if refused:
        return refused
    if kind.law_first or kind.clocked:
        world = replace(world, assessment=assess(question(case, kind.law_act, world), pack))
    try:  # 5
        value = kind.complete(request.given, case, request.by, world, fresh)
        body = read_body(kind, value)
    except (ActError, ValueError) as error:
        return _malformed(kind, error)
    missing = kind.parts.keys() - value.keys()
    if missing:
        return kind.refuse("incomplete", f"{min(missing)} is missing.", "Give every part.", where=min(missing))
    asks = kind.law_act and not kind.law_first
    preview = append(case, _provisional(request, case, value, world), body) if asks or kind.answered else case
    if asks:
        world = replace(world, assessment=assess(question(preview, kind.law_act, world), pack))
    refused = kind.needs(case, request.by, body, world) if kind.needs_first else None
    return (
        refused
        or _by_law(kind, world.assessment if kind.law_act else None)
        or (  # 6
            kind.needs(case, request.by, body, world)  # 7
            or (_by_humans(kind, _unanswered(preview, world, pack)) if kind.answered else None)  # 8
            or Permission(
                kind=kind,
                by=request.by,
                value=value,
                body=body,
                text=kind.text(case, request.by, body),
                assessment=world.assessment,
            )
        )
    )


def closed_to(kind: Kind[Body], by: Author, named: CaseRef | None, case: Case, world: World) -> Refusal | None:
    """Why this person cannot make that act in this case now, whatever she writes; nothing if she can begin to write.

    `named` is the case that she names, if she names one.
    """
    return (
        _person(kind, by, world)
        or _apart(kind, by, case)
        or _role(kind, named, case, world)
        or _state(kind, case)
        or kind.premise(case, by)
    )


def take_up(act: ActView, case: Case, world: World, pack: Pack) -> tuple[str, ...] | Refusal:
    """Whether an act from abroad is taken up: findings for a human, or the refusal that its author is sent."""
    kind = kind_of(act.kind)
    earlier = had(case, act)
    sender = world.institutions.get(act.by.institution)
    if sender is None or (kind.role is not None and kind.role not in sender.roles):
        return kind.refuse(
            "accreditation",
            f"{act.by.institution} is not accredited for this act.",
            "Only an institution with a trust mark for the role may make it.",
            article="Art. 4",
            where="by",
        )
    if Capacity(act.by.capacity) not in kind.who or (act.by.officer is not None and act.by.capacity not in sender.capacities):
        return _not_competent(kind, act.by.capacity)
    refused = _audience(kind, act, case, world)
    if refused:
        return refused
    body = read_body(kind, act.parts)
    grown = append(earlier, act, body)
    grown = replace(grown, parties=grown.parties or case.parties)
    refused = _parties(kind, act, grown)
    if refused:
        return refused
    if earlier.state in STOPPED:  # what its author knew to be stopped; anything else its own node has judged
        refused = _state(kind, earlier)
        if refused:
            return refused
    world = replace(world, foreign=True)
    refused = kind.accept(earlier, act, body, world)
    if refused:
        return refused
    return _own_law(kind, act, grown, replace(world, now=max(world.now, act.at)), pack)


def _parties(kind: Kind[Body], act: ActView, grown: Case) -> Refusal | None:
    """The author has the part in the case that the kind asks for. A decision arrives before the order names the parties."""
    if kind.travels and not grown.parties:
        opener = act.case.institution if act.case else ""
        right = act.by.institution == opener
    else:
        right = kind.role is None or grown.role_of(act.by.institution) is kind.role
    if right:
        return None
    return kind.refuse("role", "Its author has another part in this case.", "Send it to the right case.", where="case")


def _audience(kind: Kind[Body], act: ActView, case: Case, world: World) -> Refusal | None:
    """Exactly the parts that are due to this node are disclosed: none withheld, none shown that may not be."""
    mine = case.role_of(world.me)
    me = world.institutions.get(world.me)
    roles = {mine} if mine else {role for role in (me.roles if me else ()) if role is not kind.role}
    if not roles:
        return kind.refuse("addressee", "This node is no party of the case.", "Send it to the parties.", where="case")
    due = [{name for name, seen in kind.parts.items() if role in seen} for role in sorted(roles)]
    if any(act.parts.keys() == one for one in due):
        return None
    wrong = min(due[0] ^ act.parts.keys())
    word = "withheld from" if wrong in due[0] else "shown, though it may not be, to"
    return kind.refuse(
        "audience",
        f"The part {wrong} is {word} this node.",
        "Disclose exactly what is due.",
        article="Art. 5(5)",
        where=wrong,
    )


def _own_law(kind: Kind[Body], act: ActView, grown: Case, world: World, pack: Pack) -> tuple[str, ...] | Refusal:
    if not kind.law_abroad or kind.law_act is None:
        return ()
    answer = assess(question(grown, kind.law_act, replace(world, now=act.at)), pack)
    refused = _by_law(kind, answer)
    return refused or ()


def provisional_view(request: Request, case: Case, value: Mapping[str, Value], world: World) -> ActView:
    """The act as it will stand, before it has a hash: for previews of what the law will say."""
    return _provisional(request, case, value, world)


def _provisional(request: Request, case: Case, value: Mapping[str, Value], world: World) -> ActView:
    return ActView(
        hash="0" * 64,
        kind=request.kind,
        case=case.ref or request.case,
        by=request.by,
        at=world.now,
        after=latest(case),
        parts=value,
        foreign=False,
    )


def _person(kind: Kind[Body], by: Author, world: World) -> Refusal | None:
    capacity = by.capacity
    if capacity == Capacity.SOFTWARE and by.officer is None:
        return None if Capacity.SOFTWARE in kind.who else _not_competent(kind, capacity)
    officer = world.officers.get(by.officer or "")
    if officer is None or capacity not in officer.capacities:
        return kind.refuse(
            "enrolled",
            f"This person is not enrolled as {capacity}.",
            "Two registrars of the institution must enrol her first.",
            article="Art. 4",
            where="by",
        )
    return None if Capacity(capacity) in kind.who else _not_competent(kind, capacity)


def _apart(kind: Kind[Body], by: Author, case: Case) -> Refusal | None:
    """A filter person does nothing else in the case."""
    if case.filter is None or by.officer != case.filter.officer or by.capacity == Capacity.FILTER:
        return None
    return kind.refuse("apart", "You are the filter person of this case.", "Leave it to somebody of the team.", where="by")


def _not_competent(kind: Kind[Body], capacity: str) -> Refusal:
    may = ", ".join(sorted(kind.who))
    return kind.refuse("capacity", f"'{kind.name}' is not for a person who acts as {capacity}.", f"It is for: {may}.", where="by")


def _role(kind: Kind[Body], named: CaseRef | None, case: Case, world: World) -> Refusal | None:
    me = world.institutions.get(world.me)
    if kind.role is not None and (me is None or kind.role not in me.roles):
        return kind.refuse("role", f"This institution is not accredited as {kind.role.value}.", "Ask one that is.", article="Art. 4")
    if named is not None and case.ref is not None and named != case.ref:
        return kind.refuse("case", "The act belongs to another case.", "Make it in its own case.", where="case")
    if case.acts and kind.role is not None and case.role_of(world.me) is not kind.role:
        return kind.refuse("part", "This institution has another part in the case.", f"It is for the {kind.role.value} side.")
    return None


def _state(kind: Kind[Body], case: Case) -> Refusal | None:
    if case.state in kind.states:
        return None
    article = kind.missing_step or kind.article
    if case.state is State.REFUSED and kind.role is Role.ADDRESSEE:
        article = "Art. 12(2)"
    may = ", ".join(sorted(state.value for state in kind.states))
    return kind.refuse(
        "state",
        f"'{kind.name}' cannot follow: the case is in the state '{case.state.value}'.",
        f"It is possible in: {may}.",
        article=article,
    )


def _malformed(kind: Kind[Body], error: ActError | ValueError) -> Refusal:
    where = error.where if isinstance(error, ActError) else kind.name
    what = error.what if isinstance(error, ActError) else str(error)
    zoned = ".at" in where or ".start" in where or ".end" in where or "identifiers" in where
    return kind.refuse(
        "form",
        what[:400],
        "Give it in the form that the page or the API document shows.",
        article="Annex I, section E" if zoned else None,
        where=where,
    )


def _unanswered(preview: Case, world: World, pack: Pack) -> tuple[Finding, ...]:
    """What nobody has answered yet of what the law leaves to a human: of the whole answer, where the law was asked for it."""
    return world.assessment.for_a_human if world.assessment else for_a_human(question(preview, "issue", world), pack)


def _by_humans(kind: Kind[Body], unanswered: tuple[Finding, ...]) -> Refusal | None:
    """A question that is for a human stands open: the law's own sentence says which, and what would answer it."""
    if not unanswered:
        return None
    one = unanswered[0]
    return Refusal(
        rule=one.rule,
        article=one.cite or kind.article,
        says=one.says.get("en", ""),
        cure=one.cure.get("en", ""),
        where="state suspicion",
        findings=unanswered,
    )


def _by_law(kind: Kind[Body], answer: Assessment | None) -> Refusal | None:
    if answer is None or answer.outcome in kind.accepts:
        return None
    deciding = answer.deciding
    first = deciding[0] if deciding else None
    return Refusal(
        rule=first.rule if first else f"{kind.name}.law",
        article=first.cite if first else kind.article,
        says=first.says.get("en", "The law does not permit it.") if first else "The law does not permit it.",
        cure=first.cure.get("en", "") if first else "",
        where=", ".join(answer.missing),
        findings=deciding,
    )
