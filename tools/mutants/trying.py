"""Try changes: one process holds the law and its tests ready and forks for each change, so that a change costs a fraction of a second.

- A change within functions is put into the functions that are loaded already, closures of packs included; the tests are those that
  call one of these functions, the quickest first.
- A change outside every function (a constant, a class, a default) is imported anew with all that reads it.

A change is *killed* when a test fails, *timed out* when a test needs many times its processor time, and has *survived* otherwise.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import itertools
import mmap
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, TypeVar

import hypothesis
import pytest
import yaml

from tools.mutants.changes import Change, Exchange, exchanged, name_of

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
LAW = ROOT / "src" / "rogatory" / "law"
OPTIONS = (
    *("-q", "--capture=no", "--tb=native", "--rootdir", str(ROOT), "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *(word for name in ("cacheprovider", "randomly") for word in ("-p", f"no:{name}")),
)
TESTS = ("tests/law",)
PATIENCE = 3
"""So many times its own processor time, and so many seconds more, may a test take."""
MEMORY = 1 << 31
BUDGET = 3.0
"""Seconds of tests that are asked about a change whose survival has its reason; of any other every test is asked, the quickest first."""
RECENT, FILES = 20, 2
"""So many tests that noticed a change before, and so many of their files, are asked first."""
KILLED, TIMED_OUT, SURVIVED = "killed", "timed out", "survived"
_STATUS = {0: SURVIVED, 1: KILLED}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a test needs, and what it calls: modules of the law, and the names of their functions."""

    name: str
    seconds: float
    passed: bool
    modules: frozenset[str]
    calls: frozenset[str]


@dataclass(slots=True)
class Bench:
    """The tests as they were collected, what each needs and calls, and the functions of the law."""

    items: list[pytest.Item]
    measured: list[Measured] = field(default_factory=list)
    last: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, 4))
    """The number of the test that a fork runs, which is the one that noticed if it did not come through."""
    noticed: list[int] = field(default_factory=list)
    """The tests that noticed changes before, the latest first: they are asked first."""

    def note(self) -> None:
        """Remember which test noticed a change."""
        number = int.from_bytes(self.last[:4], "big")
        self.noticed = [number, *(one for one in self.noticed if one != number)][:RECENT]

    def order(self, calls: frozenset[str], *, judged: bool) -> list[int]:
        """The tests that call one of these functions, the quickest first."""
        called = {number: one.seconds for number, one in enumerate(self.measured) if one.passed and one.calls & calls}
        found = quickest(called, judged=judged)
        first = [one for one in self.noticed if one in found]
        return [*first, *(one for one in found if one not in first)]


def quickest(seconds: Mapping[T, float], *, judged: bool) -> list[T]:
    """All the tests, the quickest first; for a change that was judged those that fit into the budget."""
    order = sorted(seconds, key=lambda one: seconds[one])
    if not judged:
        return order
    spent = itertools.accumulate(seconds[one] for one in order)
    return [one for one, sum_ in zip(order, spent, strict=True) if sum_ <= BUDGET] or order[:1]


def prepare() -> None:
    """What every process shares: the same examples in each run, and a parser of YAML that remembers."""
    os.chdir(ROOT)
    os.environ.setdefault("ROGATORY_LAW_EXAMPLES", "20")
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # a failure need not be made small
    patient = list(hypothesis.HealthCheck)  # a busy machine is no failure
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=phases, suppress_health_check=patient
    )
    hypothesis.settings.load_profile("mutants")
    parse, known = yaml.parse, dict[str, list[Any]]()

    def remembering(stream: str, Loader: Any) -> Iterable[Any]:  # noqa: N803  # the name that yaml gives it
        if stream not in known:
            events = []
            for event in parse(stream, Loader=Loader):
                events.append(event)
                yield event
            known[stream] = events
        else:
            yield from known[stream]

    yaml.parse = remembering


def in_child(work: Callable[[], int], *, loud: bool = False) -> str:
    """Run something in a fork of this process, and say how it ended; loud where a failure is not what was looked for."""
    child = os.fork()
    if not child:
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            status = work()
        except BaseException:  # noqa: BLE001  # whatever a change breaks, it is noticed
            if loud:
                traceback.print_exc(file=sys.__stderr__)
            status = 1
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        return TIMED_OUT if os.WTERMSIG(ended) in {signal.SIGPROF, signal.SIGALRM} else KILLED
    return _STATUS[os.WEXITSTATUS(ended)]


class _Outcome:
    """Whether the test that runs has failed."""

    failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed


def run_items(items: Sequence[pytest.Item], seconds: Sequence[float]) -> int:
    """Run tests until one fails; 1 if one did. A test that takes far too long ends the process."""
    if not items:
        return 0
    outcome = _Outcome()
    manager = items[0].config.pluginmanager
    manager.register(outcome)
    for item, usual in zip(items, seconds, strict=True):
        signal.setitimer(signal.ITIMER_PROF, PATIENCE * usual + PATIENCE)
        signal.setitimer(signal.ITIMER_REAL, 20 * PATIENCE * (usual + 1))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if outcome.failed:
            return 1
    manager.unregister(outcome)
    return 0


def measure(items: Sequence[pytest.Item], folder: Path) -> Iterator[Measured]:
    """Run every test once, and note its time and what it calls of the law."""
    outcome, inside = _Outcome(), f"{folder}{os.sep}"
    items[0].config.pluginmanager.register(outcome)
    for item in items:
        codes: set[CodeType] = set()

        def note(frame: FrameType, event: str, _: object, codes: set[CodeType] = codes) -> None:
            if event == "call":
                codes.add(frame.f_code)

        outcome.failed, begun = False, time.process_time()
        sys.setprofile(note)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        sys.setprofile(None)
        ours = [code for code in codes if code.co_filename.startswith(inside)]
        yield Measured(
            item.nodeid,
            time.process_time() - begun,
            not outcome.failed,
            frozenset(Path(code.co_filename).stem for code in ours),
            frozenset(name_of(code) for code in ours),
        )


def loaded(path: Path, everything: Iterable[FunctionType]) -> Mapping[str, list[FunctionType]]:
    """The functions of a file that are loaded, by their names."""
    found: dict[str, list[FunctionType]] = {}
    for one in everything:
        if one.__code__.co_filename == str(path):
            found.setdefault(name_of(one.__code__), []).append(one)
    return found


def try_in_place(exchange: Exchange, bench: Bench, functions: Mapping[str, list[FunctionType]], *, judged: bool) -> str:
    """Try a change within functions."""
    order = bench.order(exchange.altered, judged=judged)
    if not exchange.code.keys() & functions.keys():
        raise LookupError("a changed function is not among those that are loaded")
    if not order:
        return SURVIVED

    def work() -> int:
        for name, code in exchange.code.items():
            for function in functions.get(name, ()):
                function.__code__ = code
        for one in order:
            bench.last[:4] = one.to_bytes(4, "big")
            if run_items([bench.items[one]], [bench.measured[one].seconds]):
                return 1
        return 0

    result = in_child(work)
    if result != SURVIVED:
        bench.note()
    return result


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module its changed source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(self._path)) if fullname == self._name else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self._path)
        exec(compile(self._source, self._path, "exec"), module.__dict__)  # noqa: S102  # the change under test


class Loop:
    """A plug-in that hands the collected tests to some work instead of running them."""

    def __init__(self, work: Callable[[list[pytest.Item]], int]) -> None:
        self._work = work
        self.status = 1

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work, and say that nothing is left to be run."""
        if not session.testsfailed:
            self.status = self._work(session.items)
        return True

    def pytest_internalerror(self, excrepr: object) -> None:
        """Show what pytest would show."""
        print(excrepr, file=sys.__stderr__)


def collect(work: Callable[[list[pytest.Item]], int], tests: Sequence[str] = TESTS) -> int:
    """Collect the tests, and do some work with them in this process."""
    loop = Loop(work)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        pytest.main([*OPTIONS, *tests], plugins=[loop])
    return loop.status


def try_anew(change: Change, path: Path, order: Mapping[str, float], noticed: list[str]) -> str:
    """Try a change outside every function, in a process that has loaded nothing of Rogatory yet.

    The files whose tests noticed the last changes are asked first, each alone: to collect all of them takes longer.
    """
    last, names = mmap.mmap(-1, 4), list(order)
    result = SURVIVED
    for files in (*([one] for one in noticed), sorted({file_of(name) for name in order})):
        result = in_child(lambda files=files: _anew(change, path, order, files, last))  # type: ignore[misc]  # bound here
        if result != SURVIVED:
            break
    number = int.from_bytes(last[:4], "big")
    if result != SURVIVED and number:
        noticed[:] = [*dict.fromkeys([file_of(names[number - 1]), *noticed])][:FILES]
    return result


def load_plugins() -> None:
    """Load what pytest loads into this process, once for all its forks; nothing of Rogatory is among it."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        pytest.main([*OPTIONS, "--version"])


def file_of(name: str) -> str:
    """The file in which a test stands."""
    return name.partition("::")[0]


def _anew(change: Change, path: Path, order: Mapping[str, float], files: Sequence[str], last: mmap.mmap) -> int:
    """Load the change, and run the tests of some files until one fails; `last` holds one more than the number of the test that ran."""
    sys.meta_path.insert(0, _Changed(f"rogatory.law.{change.module}", path, change.source))
    signal.setitimer(signal.ITIMER_PROF, PATIENCE * 10)
    numbers = {name: number for number, name in enumerate(order, 1)}

    def run(items: list[pytest.Item]) -> int:
        for one in sorted((one for one in items if one.nodeid in order), key=lambda one: numbers[one.nodeid]):
            last[:4] = numbers[one.nodeid].to_bytes(4, "big")
            if run_items([one], [order[one.nodeid]]):
                return 1
        return 0

    return collect(run, files)


def split(path: Path, source: str, all_: Sequence[Change]) -> tuple[list[tuple[Change, Exchange]], list[Change]]:
    """The changes within functions with what they exchange, and those outside."""
    found = [(change, exchanged(str(path), source, change.source)) for change in all_]
    return [(change, one) for change, one in found if one is not None], [change for change, one in found if one is None]
