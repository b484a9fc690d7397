"""Question 5: each case folded again from its acts, against what lists, clocks and the outbox say of it."""

from __future__ import annotations

from collections.abc import Iterator

from rogatory.errors import RogatoryError
from rogatory.moments import instant
from rogatory.node import storage
from rogatory.node.audit.findings import Difference, Question
from rogatory.node.evidence.purging import DESTROYING
from rogatory.node.installation import Installation
from rogatory.node.models import CaseRow, Clock, Contents, Outbox, Package, Skeleton
from rogatory.node.working import Working
from rogatory.procedure.case import Case
from rogatory.procedure.fold import fold
from rogatory.procedure.periods import periods

TRIES = 5


def cases(house: Installation) -> Iterator[Difference]:
    """Every case of which something says more, less or else than its acts."""
    known = {str(one) for one in Skeleton.objects.exclude(case=None).values_list("case", flat=True).distinct()}
    rows = {str(one) for one in CaseRow.objects.values_list("id", flat=True)}
    for case in sorted(known - rows):
        yield _case(case, "has acts, and no list shows it")
    for case in sorted(rows - known):
        yield _case(case, "is shown in lists, and has no act")
    for case in sorted(known & rows):
        yield from _one(house, case)
    here = Skeleton.objects.values("hash")
    for digest in Outbox.objects.exclude(hash__in=here).values_list("hash", flat=True):
        yield _case(f"act {digest}", "is due to somebody, and is not here")
    for digest, act in Package.objects.exclude(act="").exclude(act__in=here).values_list("digest", "act"):
        yield _case(f"package {digest}", f"is announced by act {act}, which is not here")


def _one(house: Installation, case_id: str) -> Iterator[Difference]:
    """One case; read again if it moved while it was read."""
    found: list[Difference] = []
    for _ in range(TRIES):
        before = CaseRow.objects.get(pk=case_id)
        try:
            found = list(_compare(house, before))
        except RogatoryError as error:
            found = [_case(case_id, f"its acts make no case: {error}")]
        if CaseRow.objects.filter(pk=case_id, version=before.version).exists():
            break
    yield from found


def _compare(house: Installation, row: CaseRow) -> Iterator[Difference]:
    case_id = str(row.id)
    acts = Skeleton.objects.filter(case=row.id).exclude(kind="consult")  # for which purpose somebody looked goes by its own schedule
    missing = acts.exclude(hash__in=Contents.objects.filter(case=row.id).values("hash")).count()
    if missing > 0:  # of a destroyed case only the acts and their places can be looked at
        if not acts.filter(kind__in=DESTROYING).exists():
            yield _case(case_id, f"the contents of {missing} acts are not here, so it cannot be folded again")
        return
    case = fold(tuple(view for _, view in storage.read_acts(house, case_id)), me=house.settings.institution)
    said = {
        "state": (row.state, case.state.value),
        "institution": (row.institution, case.ref.institution if case.ref else ""),
        "acts": (row.summary.get("acts"), len(case.acts)),
        "restricted": (row.summary.get("restricted"), case.restricted),
        "emergency": (row.summary.get("emergency"), case.emergency is not None),
        "parties": (row.summary.get("parties"), {role.value: uri for role, uri in case.parties.items()}),
    }
    for name, (shown, folded) in said.items():
        if shown != folded:
            yield _case(case_id, f"{name}: lists show {shown}, its acts say {folded}")
    yield from _clocks(house, case, row)


def _clocks(house: Installation, case: Case, row: CaseRow) -> Iterator[Difference]:
    """The periods as they were when the case last moved."""
    working = Working(house=house, case=case, version=row.version, now=instant(row.updated))
    due = {one.name: (one.elapsed, one.legal, one.state) for one in periods(case, working.world, working.pack(), house.zone)}
    held = {
        one.name: (instant(one.elapsed) if one.elapsed else None, instant(one.legal) if one.legal else None, one.state)
        for one in Clock.objects.filter(case=row.id)
    }
    for name in sorted(due.keys() | held.keys()):
        if due.get(name) != held.get(name):
            yield _case(str(row.id), f"period {name}: its row says {held.get(name)}, its acts say {due.get(name)}")


def _case(about: str, says: str) -> Difference:
    return Difference(question=Question.CASES, about=about if " " in about else f"case {about}", says=says)
