"""Question 5: each case folded again from its acts, against what lists, clocks and the outbox say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q

from rogatory.act import read
from rogatory.errors import RogatoryError, StorageError
from rogatory.moments import Instant, format_instant, instant
from rogatory.node import storage
from rogatory.node.audit.findings import Difference, about_case
from rogatory.node.audit.outgoing import identities, outbox, packages
from rogatory.node.committing import summary
from rogatory.node.evidence.purging import DESTROYING, REMAIN
from rogatory.node.installation import Installation
from rogatory.node.listed import check, periods_of
from rogatory.node.models import CaseRow, Contents, Destroyed, Outbox, Package, Skeleton
from rogatory.node.refusals import miscounted
from rogatory.node.working import Working
from rogatory.procedure import State
from rogatory.procedure.fold import fold
from rogatory.procedure.periods import periods

TRIES = 5


def cases(house: Installation) -> Iterator[Difference]:
    """Every case of which something says more, less or else than its acts."""
    known = {str(one) for one in Skeleton.objects.exclude(case=None).values_list("case", flat=True).distinct()}
    rows = {str(one) for one in CaseRow.objects.values_list("id", flat=True)}
    for case in sorted(known - rows):
        yield about_case(case, "has acts, and no list shows it")
    for case in sorted(rows - known):
        yield about_case(case, "is shown in lists, and has no act")
    for case in sorted(known & rows):
        yield from _one(house, case)
    here = Skeleton.objects.values("hash")
    for digest in Outbox.objects.exclude(hash__in=here).values_list("hash", flat=True):
        yield about_case(f"act {digest}", "is due to somebody, and is not here")
    for digest, act in Package.objects.exclude(act="").exclude(act__in=here).values_list("digest", "act"):
        yield about_case(f"package {digest}", f"is announced by act {act}, which is not here")
    for one in Destroyed.objects.all():
        if not Skeleton.objects.filter(pk=one.act, case=one.case, kind__in=DESTROYING).exists():
            yield about_case(str(one.case), f"is listed as destroyed by act {one.act}, which is not here")


def _one(house: Installation, case_id: str) -> Iterator[Difference]:
    """One case; read again if it moved while it was read."""
    found: list[Difference] = []
    for _ in range(TRIES):
        before = CaseRow.objects.get(pk=case_id)
        try:
            found = list(_compare(house, before))
        except RogatoryError as error:
            found = [about_case(case_id, f"its acts make no case: {error}")]
        if CaseRow.objects.filter(pk=case_id, version=before.version).exists():
            break
    yield from found


def _compare(house: Installation, row: CaseRow) -> Iterator[Difference]:
    case_id = str(row.id)
    try:
        check(row, periods_of(case_id))
    except StorageError as error:
        yield about_case(case_id, error.why)
    emptied = Destroyed.objects.filter(pk=row.id).values_list("emptied_at", flat=True).first()
    if emptied is not None:
        yield from _remains(house, row, instant(emptied))
        return
    acts = Skeleton.objects.filter(case=row.id).exclude(kind="consult")  # for which purpose somebody looked goes by its own schedule
    missing = acts.exclude(hash__in=Contents.objects.filter(case=row.id).values("hash")).count()
    if missing > 0:
        yield about_case(case_id, f"the contents of {missing} acts are not here, so it cannot be folded again")
        return
    case = fold(tuple(view for _, view in storage.read_acts(house, case_id)), me=house.settings.institution)
    working = Working(house=house, case=case, version=row.version, now=instant(row.updated))
    facts = summary(working)
    said = {
        "state": (row.state, case.state.value),
        "institution": (row.institution, case.ref.institution if case.ref else ""),
        "reference": (row.reference, case_id[:8]),
        **{name: (row.summary.get(name), fact) for name, fact in facts.items()},
    }
    yield from _unlike(case_id, said)
    yield from _clocks(working, case_id)
    yield from outbox(house, case, case_id)
    yield from packages(house, case, case_id)
    yield from identities(house, case, case_id)
    yield from (about_case(f"act {act}", says) for act, says in miscounted(case))


def _unlike(case_id: str, said: Mapping[str, tuple[object, object]]) -> Iterator[Difference]:
    for name, (shown, folded) in said.items():
        if shown != folded:
            yield about_case(case_id, f"{name}: lists show {shown}, its acts say {folded}")


def _remains(house: Installation, row: CaseRow, emptied: Instant) -> Iterator[Difference]:
    """A destroyed case: its acts stand, and nothing else of it is here but who destroyed what, and what came afterwards."""
    case_id = str(row.id)
    acts = Skeleton.objects.filter(case=row.id)
    opener = next((ref.institution for text in acts.values_list("text", flat=True) if (ref := read(text).case)), "")
    said = {
        "state": (row.state, State.PURGED.value),
        "institution": (row.institution, opener),
        "reference": (row.reference, case_id[:8]),
        "acts": (row.summary.get("acts"), acts.count()),
    }
    yield from _unlike(case_id, said)
    for digest in acts.filter(foreign=False, at__lt=emptied, kind__in=REMAIN).values_list("hash", flat=True):
        read_again = storage.read_act(house, digest)
        if read_again is None or not read_again[1].parts:
            yield about_case(f"act {digest}", "says what was destroyed, and its contents are not here, or their key is not")
    before = acts.filter(Q(foreign=False) | Q(received_at__lt=emptied), at__lt=emptied).exclude(kind__in=REMAIN)
    for digest in Contents.objects.filter(hash__in=before.values("hash")).values_list("hash", flat=True):
        yield about_case(f"act {digest}", f"its contents are here again: its case was destroyed on {format_instant(emptied)}")
    for name in house.case_keys.names(case_id):
        yield about_case(case_id, f"casekeys/{case_id}.{name} is here again: the case was destroyed")
    for digest, state in Package.objects.filter(case=row.id).values_list("digest", "state"):
        if state != "purged" or house.store.has(digest):
            yield about_case(f"package {digest}", f"is here again, or listed as {state}: its case was destroyed")


def _clocks(working: Working, case_id: str) -> Iterator[Difference]:
    """The periods as they were when the case last moved."""
    ends = periods(working.case, working.world, working.pack(), working.house.zone)
    due = {one.name: (one.elapsed, one.legal, one.state) for one in ends}
    held = {one.name: (one.elapsed, one.legal, one.state) for one in periods_of(case_id)}
    for name in sorted(due.keys() | held.keys()):
        if due.get(name) != held.get(name):
            yield about_case(case_id, f"period {name}: its row says {held.get(name)}, its acts say {due.get(name)}")
