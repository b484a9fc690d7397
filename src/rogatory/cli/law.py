"""`rogatory law`: worked cases, the check of the corpus, one rule as it stands. Needs nothing but the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rogatory.cli import providers, states
from rogatory.errors import CaseFileError, ConfigurationError, PackError
from rogatory.law.casefile import Difference, WorkedCase, read_cases, run
from rogatory.law.vocabulary import read_vocabulary
from rogatory.moments import parse_day
from rogatory.node.packs import corpus, instruments, load_corpus, overlays, pack_for, pack_of

app = typer.Typer(no_args_is_help=True, help="Worked cases, the check of the law files, one rule as it stands.")


@app.command()
def test(
    paths: Annotated[list[Path], typer.Argument(help="Files of worked cases, or folders of them")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Put worked cases to the law engine and compare. Exit status: 0 all passed, 1 some failed, 2 a file breaks the format."""
    errors: list[dict[str, Any]] = []
    cases: list[WorkedCase] = []
    vocabulary = read_vocabulary("facts.yaml", (corpus() / "facts.yaml").read_text(encoding="utf-8"))
    known = instruments(corpus())
    for file in _files(paths, errors):
        try:
            read = read_cases(str(file), file.read_text(encoding="utf-8"), vocabulary)
        except CaseFileError as error:
            errors.append(_error(str(file), error))
            continue
        except (OSError, UnicodeDecodeError) as error:
            errors.append({"file": str(file), "line": 0, "path": "", "message": f"cannot be read: {error}"})
            continue
        for case in read:
            if any(other.id == case.id for other in cases):
                errors.append({"file": case.file, "line": case.line, "path": "id", "message": f"the id {case.id} stands twice"})
            else:
                cases.append(case)
    if not cases and not errors:
        errors.append({"file": ", ".join(map(str, paths)), "line": 0, "path": "", "message": "there is no case at all"})
    results = [] if errors else [(case, _run(case, known)) for case in cases]
    failed = sum(bool(differences) for _, differences in results)
    if as_json:
        typer.echo(json.dumps(_json(results, failed, errors), ensure_ascii=False, indent=2))
    else:
        _print(results, failed, errors)
    raise typer.Exit(2 if errors else 1 if failed else 0)


def _run(case: WorkedCase, known: tuple[str, ...]) -> tuple[Difference, ...]:
    """The differences of a case; a case of an instrument that this release does not hold fails, and says so."""
    instrument = case.question.instrument
    if instrument in known:
        return run(case, pack_of(case.question))
    because = f"this release holds {', '.join(known)}"
    return (Difference(path="instrument", expected=instrument, answered="not in this release", because=(because,)),)


def _files(paths: list[Path], errors: list[dict[str, Any]]) -> list[Path]:
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(path.rglob("*.yaml"))
        elif path.is_file():
            found.add(path)
        else:
            errors.append({"file": str(path), "line": 0, "path": "", "message": "there is no such file or folder"})
    return sorted(found)


def _error(file: str, error: CaseFileError) -> dict[str, Any]:
    place, _, path = error.where.partition(": ")
    line = place.rsplit(":", 2)[1] if place.count(":") >= 2 else "0"  # noqa: PLR2004  # file:line:column
    return {"file": file, "line": int(line), "path": path, "message": error.what}


def _json(results: list[tuple[WorkedCase, tuple[Difference, ...]]], failed: int, errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "passed": len(results) - failed,
        "failed": failed,
        "errors": errors,
        "cases": [
            {
                "id": case.id,
                "file": case.file,
                "line": case.line,
                "passed": not differences,
                "differences": [{"path": one.path, "expected": one.expected, "answered": one.answered} for one in differences],
            }
            for case, differences in results
        ],
    }


def _print(results: list[tuple[WorkedCase, tuple[Difference, ...]]], failed: int, errors: list[dict[str, Any]]) -> None:
    for one in errors:
        place = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
        typer.echo(f"{place}: {one['path'] + ': ' if one['path'] else ''}{one['message']}", err=True)
    for case, differences in results:
        if not differences:
            continue
        typer.echo(f"{case.id}  {case.title}\n    {case.file}:{case.line}")
        for difference in differences:
            typer.echo(f"    {difference.path}: expected {difference.expected}, answered {difference.answered}")
        for finding in differences[0].because:
            typer.echo(f"        rests on {finding}")
    if not errors:
        typer.echo(f"{len(results)} cases: {len(results) - failed} passed, {failed} failed")


@app.command()
def check() -> None:
    """Load every instrument: types, words, citations, conditions. Exit status: 0 sound, 2 a file is broken."""
    try:
        for name in instruments(corpus()):
            pack = load_corpus(name)
            typer.echo(f"{name}: {len(pack.rules)} rules, {len(pack.periods)} deadlines, {len(pack.places)} States; pack {pack.hash}")
        for state, name in overlays(corpus()):
            laid = pack_for(name, frozenset({state}))
            typer.echo(f"{name} in {state}: further rules: {len(laid.rules) - len(load_corpus(name).rules)}; pack {laid.hash}")
    except (PackError, ConfigurationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


@app.command()
def show(
    rule: Annotated[str, typer.Argument(help="The id of a rule, such as eu-e-evidence.E16")],
    on: Annotated[str, typer.Option("--on", help="The day on which it is asked, such as 2026-09-01")] = "",
) -> None:
    """Show one rule: what it says, its articles, and whether it is in force on a day."""
    instrument = rule.partition(".")[0]
    if instrument not in instruments(corpus()):
        typer.echo(f"{instrument!r} is no instrument of this release; it knows {', '.join(instruments(corpus()))}", err=True)
        raise typer.Exit(2)
    pack = load_corpus(instrument)
    found = next((one for one in pack.rules if one.id == rule), None)
    if found is None:
        typer.echo(f"{rule!r} is no rule of {instrument}; it has {', '.join(one.id for one in pack.rules)}", err=True)
        raise typer.Exit(2)
    typer.echo(f"{found.id}   {pack.name}   ({found.place})")
    typer.echo(f"  {found.says['en']}")
    typer.echo(f"  acts: {', '.join(sorted(found.acts))}; if broken: {found.kind}; known by: {found.mark}; from: {', '.join(found.origin)}")
    typer.echo(f"  kept by: {', '.join(dict.fromkeys(one.cite for one in found.keep)) or 'what is asked being known'}")
    typer.echo(f"  broken cites: {', '.join(dict.fromkeys(one.cite for one in found.choose))}")
    typer.echo(f"  cure: {found.cure['en']}")
    if on:
        applies = parse_day(on) >= pack.applies_from
        typer.echo(f"  on {on}: {'in force' if applies else 'not in force'} (applies from {pack.applies_from})")


app.command()(states.state)
app.command()(providers.providers)
