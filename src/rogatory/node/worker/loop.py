"""What a node does by itself: place acts in the ledger, have it witnessed; send what is due, take note of packages, run out periods.

Its queue is the tables that the acts' own transactions wrote. Whatever it was doing when it was killed is still in those tables.

- One worker holds the lock and works; others stand by.
- The ledger has a thread of its own: a peer that hangs, a large package or a long destruction must not show in the rhythm of the log
  (RIGHTS, H5). Neither thread shares anything but tables with the other.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connections

from rogatory.errors import ClockError, RogatoryError
from rogatory.moments import Instant
from rogatory.node import log, machine, schedule, write_log
from rogatory.node.acting import make_by_software
from rogatory.node.evidence import arriving, keeping, purging
from rogatory.node.faults import fault_of
from rogatory.node.installation import Installation
from rogatory.node.models import CaseRow, Clock
from rogatory.node.restored import Currency
from rogatory.node.rows import forget_refusals
from rogatory.node.worker.packages import PackageSender
from rogatory.node.worker.placing import Placer
from rogatory.node.worker.sending import Sender
from rogatory.node.worker.stamping import Stamper
from rogatory.node.worker.witnessing import Asker
from rogatory.node.working import load
from rogatory.procedure.consequences import at_end_of_period
from rogatory.procedure.periods import as_it_stands
from rogatory.procedure.retention import KEEP

LOOK = timedelta(milliseconds=100)
TIDY = timedelta(minutes=1)
LEAVES = timedelta(seconds=5)
"""How long a worker that is told to stop waits for what it is doing; what is not done then is still in the tables."""
_log = structlog.get_logger("rogatory.work")


class Worker:
    """The worker of one node."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.asker = Asker(house)
        self.placer = Placer(house, confirmed=self.asker.confirmed)
        self.stamper = Stamper(house)
        self.sender = Sender(house)
        self.packages = PackageSender(house)
        self._tidied = 0.0
        self._scrub = keeping.Scrub(house)
        self._currency: Currency | None = None
        self._leading = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop. A fault is logged and tried again; nothing is lost by it."""
        ended = threading.Event()
        failed: list[BaseException] = []
        rest = threading.Thread(target=self._rest, args=(stop, ended, failed), name="work", daemon=True)
        rest.start()
        while not (stop.is_set() or ended.is_set()):
            self._guarded(self.lead)
            for job in (self.place, self.ask_witnesses, self.stamp) if self._leading.is_set() else ():
                self._guarded(job)
            stop.wait(LOOK.total_seconds())
        rest.join(LEAVES.total_seconds())
        self._guarded(self.placer.leave)
        if failed:
            raise failed[0]  # the process ends, as it would have by its own thread, and is started again

    def _rest(self, stop: threading.Event, ended: threading.Event, failed: list[BaseException]) -> None:
        """Everything that may wait for others, in its own thread, as long as this worker leads."""
        jobs = (self.look_back, self.receive_packages, self.send, self.run_out_periods, self.destroy, self.tidy)
        try:
            while not (stop.is_set() or ended.is_set()):
                for job in jobs:
                    if self._leading.is_set() and not stop.is_set():
                        self._guarded(job)
                stop.wait(LOOK.total_seconds())
        except BaseException as error:  # noqa: BLE001  # handed to the thread that is waited for
            failed.append(error)
        finally:
            ended.set()
            connections.close_all()

    def lead(self) -> None:
        """Whether this worker holds the lock of the node, taking it if it is free; while it cannot be asked nobody leads here."""
        leads = False
        try:
            leads = self.placer.leads()
        finally:
            (self._leading.set if leads else self._leading.clear)()

    def _guarded(self, job: Callable[[], object]) -> None:
        with contextlib.suppress(OSError):  # what is said may go to the full disk of which it speaks
            self._try(job)

    def _try(self, job: Callable[[], object]) -> None:
        try:
            job()
        except ClockError as error:
            _log.error("the clock may not be used", why=str(error))
        except (RogatoryError, DatabaseError, OSError, ValueError, TypeError) as error:
            fault = fault_of(error)
            if fault is None and isinstance(error, ValueError | TypeError):
                raise
            _log.warning("a job failed and will be tried again", job=job.__name__, why=str(fault or error))
            close_old_connections()

    def look_back(self) -> None:
        """What was destroyed since the newest act here, if this node may be an old copy; asked until it is known not to be."""
        self._currency = self._currency or Currency(self.house)
        self._currency.holds()

    def place(self) -> None:
        """One step of the ledger, if its moment has come. What a current node signs is remembered by its machine."""
        if self.placer.step_if_due() and self._currency is not None and self._currency.known:
            newest = log.last_signed()
            if newest is not None:
                machine.remember(self.house.settings.institution, newest.text)

    def ask_witnesses(self) -> None:
        """Cosignatures on the newest checkpoint."""
        self.asker.ask()

    def stamp(self) -> None:
        """A time-stamp on the newest checkpoint, once an hour; an optional setting."""
        self.stamper.stamp()

    def send(self) -> None:
        """Acts that are due, then packages."""
        now = self.house.clock.now()
        self.sender.send_due(now)
        self.packages.send(now)

    def receive_packages(self) -> None:
        """An act for each package that arrived whole."""
        arriving.receive(self.house)

    def run_out_periods(self) -> None:
        """What follows from periods that have ended; `as_of` is the legal instant, however late this node was."""
        now = self.house.clock.now()
        for case_id in {str(one) for one in due_cases(now)}:
            self._run_out(case_id, now)

    def destroy(self) -> None:
        """What an act of destruction ordered: keys first, with which go all copies, then files, then contents."""
        purging.destroy(self.house)

    def tidy(self) -> None:
        """Once a minute: what was left lying, the checking of what is kept, refusals whose twelve months are over, the schedule.

        Last, what the log of writes still holds of what went.
        """
        monotonic = self.house.clock.monotonic()
        if monotonic - self._tidied < TIDY.total_seconds():
            return
        self._tidied = monotonic
        keeping.tidy(self.house, self._scrub)
        forget_refusals(self.house.clock.now())
        schedule.run(self.house, self.house.clock.now())
        write_log.cut()

    def _run_out(self, case_id: str, now: Instant) -> None:
        working = load(self.house, case_id, now)
        answer = as_it_stands(working.case, working.world, working.pack())
        make_by_software(self.house, case_id, at_end_of_period(working.case, now, answer, self.house.zone))


def due_cases(now: Instant) -> list[str]:
    """The cases of which a period has reached its legal end, and whose end has consequences still to come."""
    rows = Clock.objects.filter(legal__lte=now, state="running", case__in=CaseRow.objects.exclude(state="purged").values("id"))
    acting = rows.filter(name__in=["seek_validation", KEEP]) | rows.filter(name__startswith="tell ")
    return [str(one) for one in acting.values_list("case", flat=True).distinct()]
