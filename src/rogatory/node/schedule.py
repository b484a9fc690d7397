"""What is no evidence goes by a schedule of its own: by the law, in days that the node's operator may shorten.

Directive (EU) 2016/680, Arts. 4(1)(e), 5 and 25. Evidence ends with its items (`evidence.purging`); here goes the rest.

    drafts            orders that were never sent, so many days after the last act on them: the whole case, by its own act
    answers           orders that were declined (they are recognised if they come back), or answered without any data, likewise,
                      on every node
    consultations     for which purpose somebody looked; who looked and when stays, in the skeleton
    messages          what was sent to whom and how it was answered; the acts themselves are kept with their case
    sessions, texts   who is signed in, and texts that waited for a key: hours and minutes

A restriction, a complaint or an application of the defence holds the first two back. What the worker removes of the next two is
counted in an act of the house (`sweep`), so that it has its place in the log; the page adds them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from rogatory.canonical import Value
from rogatory.moments import Instant, format_instant, instant
from rogatory.node import storage, write_log
from rogatory.node.acting import make
from rogatory.node.installation import Installation
from rogatory.node.models import CaseRow, Contents, Outbox, PreparedStatement, Skeleton
from rogatory.node.working import author
from rogatory.procedure import Capacity, Refusal, Request, State
from rogatory.procedure.acts.ending import UNSENT

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the schedule: what, for how long, under which article, how much lies here, how much has gone and when last."""

    what: str
    kept_for: str
    article: str
    held: int
    removed: int
    last: Instant | None


def run(house: Installation, now: Instant) -> None:
    """Remove what is due. Each part can be done again, so that a crash leaves none undone."""
    keep = house.settings.keep
    _end_files(house, [state.value for state in UNSENT - {State.DECLINED}], _before(now, keep.drafts), keep.drafts)
    _end_files(house, [State.DECLINED.value, State.ANSWERED.value], _before(now, keep.answers), keep.answers)
    _sweep_consultations(house, _before(now, keep.consultations))
    _sweep_messages(house, messages_swept_before(house, now))
    SessionStore.clear_expired()  # by the clock by which they were begun: a demonstration that moves its own signs nobody out
    PreparedStatement.objects.filter(made_at__lt=now - storage.STATEMENT_LIVES).delete()


def lines(house: Installation) -> tuple[Line, ...]:
    """The schedule as everybody who is signed in may read it: numbers, and nothing of any case."""
    keep = house.settings.keep
    swept: dict[str, list[tuple[int, Instant]]] = {}
    for _, view in storage.read_acts(house, None):
        removed = view.parts.get("removed")
        if view.kind == "sweep" and isinstance(removed, int):
            swept.setdefault(str(view.parts.get("what")), []).append((removed, view.at))
    ended = [instant(at) for at in Skeleton.objects.filter(kind="end file", foreign=False).order_by("at").values_list("at", flat=True)]
    cases, read = CaseRow.objects, Skeleton.objects.filter(kind="consult").values("hash")
    unsent = cases.filter(state__in=[state.value for state in UNSENT]).count()
    return (
        _line("orders that were never sent, or answered without data", f"{keep.drafts} and {keep.answers} days after the last act on them",
              "led Art. 5", unsent, [(1, at) for at in ended]),
        _line("for which purpose somebody looked at a case", f"{keep.consultations} days", "led Art. 25",
              Contents.objects.filter(hash__in=read).count(), swept.get("consultations", [])),
        _line("what was sent to whom, and how it was answered", f"{keep.messages} days", "led Art. 5",
              Outbox.objects.exclude(state="waiting").count(), swept.get("messages", [])),
        _line("who is signed in", "8 hours", "led Art. 5", Session.objects.count(), []),
        _line("texts that wait for a key", "15 minutes", "led Art. 5", PreparedStatement.objects.count(), []),
    )  # fmt: skip


def _line(what: str, kept_for: str, article: str, held: int, gone: list[tuple[int, Instant]]) -> Line:
    last = max((at for _, at in gone), default=None)
    return Line(what=what, kept_for=kept_for, article=article, held=held, removed=sum(count for count, _ in gone), last=last)


def messages_swept_before(house: Installation, now: Instant) -> Instant:
    """Of which acts what was sent to whom is no longer kept: those before it."""
    return _before(now, house.settings.keep.messages)


def _before(now: Instant, days: int) -> Instant:
    """The beginning of the day so many days ago: what is older goes, in one piece a day."""
    return instant(datetime.combine(now.date() - timedelta(days=days), time(), tzinfo=UTC))


def _quiet(states: list[str], before: Instant) -> QuerySet[CaseRow]:
    """Cases in these states on which nobody has acted since; looking at one does not prolong it."""
    since = Skeleton.objects.filter(case=OuterRef("pk"), at__gte=before).exclude(kind="consult")
    return CaseRow.objects.filter(state__in=states).exclude(Exists(since))


def _end_files(house: Installation, states: list[str], before: Instant, days: int) -> None:
    for case_id in _quiet(states, before).values_list("pk", flat=True)[:AT_ONCE]:
        case = storage.load_case(house, str(case_id)).case
        if case.packages or case.held_back or case.ref is None or case.ref.institution != case.me:
            continue
        last = max(act.at for act in case.acts if act.kind != "consult")
        given: dict[str, Value] = {"last_act": format_instant(last), "days": days}
        by = author(house, None, Capacity.SOFTWARE)
        make(house, Request(kind="end file", by=by, case=case.ref, given=given), key=f"end file {case_id}")


def _sweep_consultations(house: Installation, before: Instant) -> None:
    """The contents of looks; each case is read anew by every process afterwards."""
    due = Skeleton.objects.filter(kind="consult", at__lt=before, hash__in=Contents.objects.values("hash"))
    rows = list(due.order_by("at").values_list("hash", "case")[: AT_ONCE * 10])
    if not rows:
        return
    with transaction.atomic():
        if not _swept(house, "consultations", len(rows), before):
            return
        Contents.objects.filter(hash__in=[digest for digest, _ in rows]).delete()
        CaseRow.objects.filter(pk__in={case for _, case in rows}).update(version=F("version") + 1)
    write_log.cut()


def _sweep_messages(house: Installation, before: Instant) -> None:
    due = Outbox.objects.exclude(state="waiting").filter(hash__in=Skeleton.objects.filter(at__lt=before).values("hash"))
    rows = list(due.order_by("pk").values_list("pk", flat=True)[: AT_ONCE * 10])
    with transaction.atomic():
        if rows and _swept(house, "messages", len(rows), before):
            Outbox.objects.filter(pk__in=rows).delete()


def _swept(house: Installation, what: str, removed: int, before: Instant) -> bool:
    """Record what goes, in the transaction in which it goes: after a crash both have happened or neither, and nothing is counted twice."""
    given: dict[str, Value] = {"what": what, "removed": removed, "before": format_instant(before)}
    by = author(house, None, Capacity.SOFTWARE)
    return not isinstance(make(house, Request(kind="sweep", by=by, case=None, given=given)), Refusal)
