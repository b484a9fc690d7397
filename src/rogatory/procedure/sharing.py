"""Who is sent which act, with which parts and which predecessors.

- Each audience gets exactly the parts that its role must see (`Kind.parts`), and the predecessors that it holds itself.
- A decision crosses together with the order that rests on it, and never before.
- Nothing crosses before the order was sent: until then nobody abroad knows that there is a case.
- The enforcing authority is a party only where it is notified (Art. 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rogatory.procedure.case import Case
from rogatory.procedure.fold import kind_of
from rogatory.procedure.kind import ActView
from rogatory.procedure.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One act that is due to one institution."""

    hash: str
    to: str


def due(case: Case, act: ActView) -> tuple[Due, ...]:
    """What must be sent because of this act of our own; the decision before the order that rests on it."""
    receivers = sorted(_receivers(case, act))
    carried = [one.hash for one in case.acts if kind_of(one.kind).travels] if kind_of(act.kind).opens else []
    return tuple(Due(hash=digest, to=to) for to in receivers for digest in (*carried, act.hash))


def _receivers(case: Case, act: ActView) -> Iterator[str]:
    if case.sent is None:
        return  # nobody abroad learns of a case before its order was sent
    for role in case.reach.get(act.hash, frozenset()):
        institution = case.parties.get(role)
        if institution is None or institution == act.by.institution:
            continue
        if role is Role.ENFORCING and not case.sent.notification:
            continue
        yield institution


def holders(case: Case, act: ActView) -> frozenset[str]:
    """The institutions that hold an act, or will."""
    if kind_of(act.kind).travels:
        return frozenset({act.by.institution}).union(*(frozenset(_receivers(case, one)) for one in case.acts if kind_of(one.kind).opens))
    return frozenset({act.by.institution, *_receivers(case, act)})


def latest(case: Case) -> tuple[str, ...]:
    """What the next act names as coming before it: the latest acts here, and the latest that each party holds.

    So every party can tell from what it is shown which of the acts that it holds the author knew. A decision counts as held
    by all, because it reaches them together with the act that is about to be made.
    """
    parties = {case.me, *case.parties.values()}
    held = {act.hash: frozenset(parties) if kind_of(act.kind).travels else holders(case, act) | {case.me} for act in case.acts}
    return tuple(sorted(frozenset().union(*(_heads(case, held, party) for party in parties))))


def _heads(case: Case, held: Mapping[str, frozenset[str]], party: str) -> frozenset[str]:
    covered: set[str] = set()
    heads = set()
    for act in reversed(case.acts):
        mine = party in held[act.hash]
        if mine and act.hash not in covered:
            heads.add(act.hash)
        if mine or act.hash in covered:
            covered.update(act.after)
    return frozenset(heads)


def parts_for(case: Case, act: ActView, institution: str) -> frozenset[str]:
    """The parts of an act that an institution must see, and no others."""
    role = case.role_of(institution)
    kind = kind_of(act.kind)
    return frozenset(name for name, roles in kind.parts.items() if role in roles)


def predecessors_for(case: Case, act: ActView, institution: str) -> frozenset[str]:
    """The predecessors of an act that an institution holds as well, and may therefore be shown."""
    return frozenset(before for before in act.after if (one := case.act(before)) and institution in holders(case, one))
