"""Write an act and all that follows from it in one short transaction; nothing, if somebody else was faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.db import transaction

from rogatory.act import SignedAct
from rogatory.canonical import Value
from rogatory.node import people, storage
from rogatory.node.keys import seal_key
from rogatory.node.listed import with_digest
from rogatory.node.refusals import comparisons_of, refusals_of
from rogatory.node.rows import ActRow, ActRows, CaseUpdate, ClockRow, ForeignProofRow, OutboxRow, PackageRow
from rogatory.node.rows import write as write_rows
from rogatory.node.working import Made, Working
from rogatory.procedure.case import Case
from rogatory.procedure.kind import ActView
from rogatory.procedure.periods import periods
from rogatory.procedure.sharing import due
from rogatory.procedure.words import State


def commit(working: Working) -> Made | None:
    """Write everything in one short transaction; nothing, if somebody else was faster."""
    house, case = working.house, working.case
    ref = case.ref
    clocks = _clocks(working) if ref else ()
    rows = ActRows(
        acts=tuple(_row(working, signed, view, nonce) for signed, view, nonce in working.added),
        case=_case_update(working, clocks) if ref else None,
        clocks=clocks if ref and clocks != working.clocks else None,
        outbox=tuple(_outbox(working)),
        proofs=tuple(ForeignProofRow(hash=digest, text=text) for digest, text in working.proofs.items()),
        packages=tuple(_packages(working)),
        ending=_ending(working),
        refusals=tuple(refusals_of(working)) if ref else (),
        comparisons=tuple(comparisons_of(working)) if ref else (),
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
    return not name.startswith(seal_key("")) or any(view.kind == "transmit" for _, view, _ in working.added)


def _row(working: Working, signed: SignedAct, view: ActView, nonce: str) -> ActRow:
    return ActRow(
        hash=view.hash,
        kind=view.kind,
        case=view.case.id if view.case else None,
        institution=view.by.institution,
        at=view.at,
        text=signed.skeleton,
        foreign=view.foreign,
        received_at=working.now if view.foreign else None,
        nonce=nonce,
        sealed=storage.seal_contents(working.house, view, signed, working.case),
    )


def _case_update(working: Working, clocks: tuple[ClockRow, ...]) -> CaseUpdate:
    case = working.case
    assert case.ref is not None  # only called for acts of a case
    update = CaseUpdate(
        id=case.ref.id,
        institution=case.ref.institution,
        reference=case.ref.id[:8],
        expected_version=working.version,
        state=case.state.value,
        summary=summary(working),
        updated=working.now,
    )
    return replace(update, summary=with_digest(update, clocks))


def _waits_for(case: Case) -> str | None:
    """The officer before whom something lies undecided."""
    if case.state is State.SUBMITTED:
        return case.submitted_to
    undecided = case.emergency is not None and case.emergency.validated is None
    return case.emergency.sought_from if case.emergency and undecided else None


def summary(working: Working) -> Mapping[str, Value]:
    """The facts about a case that lists show: no contents, no persons."""
    case = working.case
    return {
        "parties": {role.value: uri for role, uri in case.parties.items()},
        "acts": len(case.acts),
        "waits_for": _waits_for(case) or "nobody",
        "emergency": case.emergency is not None,
        "restricted": case.restricted,
    }


def _clocks(working: Working) -> tuple[ClockRow, ...]:
    ends = periods(working.case, working.world, working.pack(), working.house.zone)
    return tuple(ClockRow(name=one.name, elapsed=one.elapsed, legal=one.legal, state=one.state) for one in ends)


def _packages(working: Working) -> Iterator[PackageRow]:
    """The sealed packages that an answer announces: ours are due to the issuing authority now, those from abroad may come."""
    for _, view, _ in working.added:
        if view.kind == "produce" and view.case is not None:
            for package in working.case.packages:
                if package.act == view.hash:
                    yield PackageRow(
                        digest=package.line.digest, case=view.case.id, act=view.hash, size=package.line.size, incoming=view.foreign
                    )


def _ending(working: Working) -> tuple[str, ...]:
    """The packages of the items whose time an act has just ended: the worker destroys them."""
    ended = {view.hash for _, view, _ in working.added if view.kind == "end keeping"}
    return tuple(one.line.digest for one in working.case.packages if working.case.ended.get(one.line.item) in ended) if ended else ()


def _outbox(working: Working) -> Iterator[OutboxRow]:
    sent = set()
    for _, view, _ in working.added:
        if view.foreign or view.case is None:
            continue
        for one in due(working.case, view):
            if (one.hash, one.to) not in sent:
                sent.add((one.hash, one.to))
                yield OutboxRow(hash=one.hash, case=view.case.id, to=one.to, due_at=working.now)
