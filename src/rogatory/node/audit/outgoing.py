"""Question 5, further: what a case has due to others and what lies of its evidence, against its acts.

An act that a court made and that never leaves is worse than one that was altered: nobody abroad can miss it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rogatory.custody import recipient_of
from rogatory.errors import RogatoryError
from rogatory.node.audit.findings import Difference, about_case
from rogatory.node.evidence.keeping import LYING
from rogatory.node.installation import Installation
from rogatory.node.keys import seal_key
from rogatory.node.models import Outbox, Package
from rogatory.node.schedule import messages_swept_before
from rogatory.node.worker.sending import REFUSED, SENT, WAITS
from rogatory.procedure.case import Case
from rogatory.procedure.case import Package as Announced
from rogatory.procedure.fold import kind_of
from rogatory.procedure.sharing import due

LONGEST = timedelta(hours=1)
"""No act waits longer than that before it is tried again."""


def outbox(house: Installation, case: Case, case_id: str) -> Iterator[Difference]:
    """Everything that is due and that nobody sends, and everything that waits and is due to nobody."""
    known = {act.hash: act for act in case.acts}
    rows = {(one.hash, one.to): one for one in Outbox.objects.filter(case=case_id)}
    wanted, now = set(_due(case)), house.clock.now()  # not that of the audit's beginning: a running node goes on
    swept = messages_swept_before(house, now)
    for digest, to in sorted(wanted - rows.keys()):
        if known[digest].at >= swept:
            yield about_case(f"act {digest}", f"is due to {to}, and neither waits for it nor was sent")
    for digest, to in sorted(rows.keys() - wanted):
        yield about_case(f"act {digest}", f"is listed as due to {to}, to whom it is not due")
    for (digest, to), row in sorted(rows.items()):
        if row.state not in {WAITS, SENT, REFUSED}:
            yield about_case(f"act {digest}", f"will never be sent to {to}: its row says {row.state!r}")
        elif row.state == WAITS and row.due_at > now + LONGEST:
            yield about_case(f"act {digest}", f"is held back from {to} until {row.due_at}")


def _due(case: Case) -> Iterator[tuple[str, str]]:
    """What was due by each act of ours, from the act that opened the case abroad on."""
    opened = False
    for act in case.acts:
        opened = opened or kind_of(act.kind).opens
        if opened and not act.foreign:
            yield from ((one.hash, one.to) for one in due(case, act))


def packages(house: Installation, case: Case, case_id: str) -> Iterator[Difference]:
    """Every package that acts announce against its row and its file, and every row of one that no act announces."""
    rows = {one.digest: one for one in Package.objects.filter(case=case_id).exclude(act="")}
    announced = {one.line.digest: one for one in case.packages}
    for digest in sorted(announced.keys() | rows.keys()):
        row, one = rows.get(digest), announced.get(digest)
        if row is None or one is None:
            says = f"is announced by act {one.act}, and has no row" if one else "is listed, and no act of its case announces it"
        else:
            says = _unlike(case, row, one) or _lying(house, row)
        if says:
            yield about_case(f"package {digest}", says)


def identities(house: Installation, case: Case, case_id: str) -> Iterator[Difference]:
    """That each item of an order of ours that has not ended can be opened: who takes its identity away destroys it without an act."""
    if case.sent is None or case.purged or case.ref is None or case.ref.institution != case.me:
        return
    for item, recipient in sorted(case.sent.seal_to.items()):
        if item in case.ended:
            continue
        file = f"casekeys/{case_id}.{seal_key(item)}"
        try:
            same = recipient_of(house.case_keys.kept(case_id, seal_key(item)).decode("ascii")) == recipient
        except (RogatoryError, UnicodeDecodeError) as error:
            yield about_case(case_id, f"what was sealed to it for {item} cannot be opened: {file}: {error}")
        else:
            if not same:
                yield about_case(case_id, f"what was sealed to it for {item} cannot be opened: {file} is of another recipient")


def _unlike(case: Case, row: Package, one: Announced) -> str:
    foreign = (act := case.act(one.act)) is not None and act.foreign
    said = {"act": (row.act, one.act), "size": (row.size, one.line.size), "direction": (row.direction, "in" if foreign else "out")}
    states = _states(case, one, foreign=foreign)
    wrong = [f"{name}: its row says {shown}, its acts say {folded}" for name, (shown, folded) in said.items() if shown != folded]
    if row.state not in states:
        wrong.append(f"state: its row says {row.state}, by its acts it is {' or '.join(sorted(states))}")
    return "; ".join(wrong)


def _states(case: Case, one: Announced, *, foreign: bool) -> set[str]:
    """In which states a package may be by the acts; what the worker is about to do is as good as done."""
    if one.line.item in case.ended:
        return {"ending", "purged"}
    here = ({"arrived", "received", "quarantined"} if one.received else {"announced", "arrived"}) if foreign else set()
    out = set() if foreign else {"waiting", "sent", "refused", "expired"}
    return here | out | ({"purged"} if case.purged else set())


def _lying(house: Installation, row: Package) -> str:
    size = house.store.size(row.digest) if row.state in LYING else row.size
    if size is None:
        return "does not lie in the store"
    return "" if size == row.size else f"has {size} bytes in the store, and its row says {row.size}"
