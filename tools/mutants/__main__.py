"""Say which changes of the law engine its tests do not notice.

python -m tools.mutants [MODULE...]          every module of rogatory.law, or these
python -m tools.mutants --again [MODULE...]  only what survived last time, after a test was added
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from tools.mutants.changes import Change, changes
from tools.mutants.listed import judged, report
from tools.mutants.trying import (
    LAW,
    ROOT,
    SURVIVED,
    Bench,
    Measured,
    collect,
    in_child,
    load_plugins,
    loaded,
    measure,
    prepare,
    quickest,
    split,
    try_anew,
    try_in_place,
)

FOLDER = ROOT / ".mutants"
Result = dict[str, Any]
_OUT = sys.stdout


def say(text: str) -> None:
    """Print, whatever pytest does with the output."""
    print(text, file=_OUT, flush=True)


def main() -> int:
    """Try every change of the modules, and report; 1 if too many survive, or one that is not listed."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("--again", action="store_true", help="only what survived last time")
    parser.add_argument("--report", action="store_true", help="only tell what was found before, and write the page")
    parser.add_argument("module", nargs="*", help="clocks, or src/rogatory/law/clocks.py")
    given = parser.parse_args()
    known = [path.stem for path in sorted(LAW.glob("*.py")) if path.stem != "__init__"]
    modules = [Path(one).stem for one in given.module] or known
    unknown = sorted(set(modules) - set(known))
    if unknown:
        parser.error(f"rogatory.law has no module {unknown[0]}; it has {', '.join(known)}")
    FOLDER.mkdir(exist_ok=True)
    if given.report:
        return report({module: _results(module) for module in modules}, _totals(modules), whole=not given.module)
    prepare()
    in_place(modules, again=given.again)
    load_plugins()
    noticed: list[str] = []
    for module in modules:
        anew(module, noticed)
    return report({module: _results(module) for module in modules}, _totals(modules), whole=len(modules) == len(known))


def _planned(module: str, *, again: bool) -> tuple[tuple[Change, ...], str]:
    """The changes to try, in a file of results that is begun anew or keeps what was killed before."""
    source = (LAW / f"{module}.py").read_text(encoding="utf-8")
    found, left_out = changes(module, source)
    (FOLDER / f"{module}.total").write_text(str(len(found)), encoding="utf-8")
    file = FOLDER / f"{module}.jsonl"
    kept: list[Result] = []
    if again and file.exists():
        current = {(one.key, one.line) for one in found}
        kept = [one for one in _results(module) if one["result"] != SURVIVED and (tuple(one["key"]), one["line"]) in current]
        noticed = {(tuple(one["key"]), one["line"]) for one in kept}
        found = tuple(one for one in found if (one.key, one.line) not in noticed)
    file.write_text("".join(f"{json.dumps(one)}\n" for one in kept), encoding="utf-8")
    say(f"{module}: {len(found)} changes to try; {left_out} left out")
    return found, source


def _totals(modules: Sequence[str]) -> dict[str, int]:
    """How many changes each module has, as far as that was found out."""
    files = {module: FOLDER / f"{module}.total" for module in modules}
    return {module: int(file.read_text(encoding="utf-8")) for module, file in files.items() if file.exists()}


def _results(module: str) -> list[Result]:
    if not (FOLDER / f"{module}.jsonl").exists():
        return []
    return [json.loads(line) for line in (FOLDER / f"{module}.jsonl").read_text(encoding="utf-8").splitlines()]


def _note(change: Change, result: str) -> None:
    row = {"key": change.key, "line": change.line, "result": result}
    with (FOLDER / f"{change.module}.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(row)}\n")
    if result == SURVIVED:
        say(f"  survived: {change.module}:{change.line} {change.within}\n    was {change.was}\n    is  {change.became}")


def in_place(modules: Sequence[str], *, again: bool) -> None:
    """Measure the tests, then try the changes within functions, all in a fork that has loaded the law; the others are kept for later."""
    reasoned = judged()

    def work(items: list[pytest.Item]) -> int:
        _warm()
        bench = Bench(items, _measured(items))
        for one in bench.measured:
            if not one.passed:
                say(f"NOT ASKED, since it fails although nothing was changed: {one.name}")
        _save(bench.measured)
        everything = [one for one in gc.get_objects() if isinstance(one, FunctionType)]
        gc.collect()
        gc.freeze()  # what is loaded is not looked at again in every fork, which would copy it
        for module in modules:
            all_, source = _planned(module, again=again)
            path = LAW / f"{module}.py"
            inside, outside = split(path, source, all_)
            (FOLDER / f"{module}.outside.json").write_text(json.dumps([asdict(one) for one in outside]), encoding="utf-8")
            functions = loaded(path, everything)
            for change, exchange in inside:
                _note(change, try_in_place(exchange, bench, functions, judged=change.key in reasoned))
        return 0

    if in_child(lambda: collect(work), loud=True) != SURVIVED:
        sys.exit("the tests could not be run")


def _warm() -> None:
    """Load the law before anything forks, as the first test that asks for it would."""
    from rogatory.node import packs  # noqa: PLC0415  # loaded with its law only in this process

    for instrument in packs.instruments(packs.corpus()):
        packs.load_corpus(instrument)
    packs.load_providers()
    packs.load_routes()


def _measured(items: Sequence[pytest.Item]) -> list[Measured]:
    """What each test needs and calls, found in a fork, so that nothing is left here. Of a file that is as it was, it is known already."""
    file = FOLDER / "measured.json"
    law = sha256(b"".join(path.read_bytes() for path in sorted(LAW.glob("*.py")))).hexdigest()
    digests = {path: sha256(path.read_bytes()).hexdigest() + law for path in {one.path for one in items}}
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    known = {name: row for name, row in rows.items() if row[0] in digests.values() and row[2]}
    todo = [one for one in items if one.nodeid not in known]

    def work() -> int:
        for one, item in zip(measure(todo, LAW), todo, strict=True):
            known[one.name] = [digests[item.path], one.seconds, one.passed, sorted(one.modules), sorted(one.calls)]
        file.write_text(json.dumps(known), encoding="utf-8")
        return 0

    if todo and in_child(work, loud=True) != SURVIVED:
        sys.exit("the tests could not be measured")
    rows = json.loads(file.read_text(encoding="utf-8"))
    found = [(one.nodeid, *rows[one.nodeid][1:]) for one in items]
    return [Measured(name, seconds, passed, frozenset(modules), frozenset(calls)) for name, seconds, passed, modules, calls in found]


def _save(measured: Iterable[Measured]) -> None:
    rows = {one.name: [one.seconds, sorted(one.modules)] for one in measured}
    (FOLDER / "tests.json").write_text(json.dumps(rows), encoding="utf-8")


def anew(module: str, noticed: list[str]) -> None:
    """Try the changes outside every function: the tests that call anything of the module, or nothing and look at what was read."""
    path = LAW / f"{module}.py"
    outside = [Change(**one) for one in json.loads((FOLDER / f"{module}.outside.json").read_text(encoding="utf-8"))]
    rows = json.loads((FOLDER / "tests.json").read_text(encoding="utf-8"))
    called = {name: seconds for name, (seconds, modules) in rows.items() if module in modules or not modules}
    reasoned = judged()
    for change in outside:
        order = {name: called[name] for name in quickest(called, judged=change.key in reasoned)}
        _note(change, try_anew(change, path, order, noticed))


if __name__ == "__main__":
    sys.exit(main())
