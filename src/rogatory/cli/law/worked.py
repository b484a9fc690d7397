"""`rogatory law test`: put worked cases to the engine and compare. Its exit status and its JSON are those of `law/README.md`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from rogatory.canonical import Value
from rogatory.cli.law.doors import LawFolder
from rogatory.errors import CaseFileError
from rogatory.law import Pack
from rogatory.law.casefile import Difference, WorkedCase, read_cases, run
from rogatory.law.keeping import LIMIT as KEPT
from rogatory.law.keeping import open_kept
from rogatory.law.vocabulary import Vocabulary
from rogatory.node.packs import corpus, instruments, pack_at, pack_of, read_law_file, vocabulary

Problem: TypeAlias = dict[str, Any]


def test(
    paths: Annotated[list[Path], typer.Argument(help="Files of worked cases, or folders of them")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
    law: LawFolder = None,
    laid_over: Annotated[bool, typer.Option("--overlays", help="With what the States concerned add to the instrument")] = False,
    pack: Annotated[Path | None, typer.Option("--pack", help="Put them to this kept pack, instead of the law of today")] = None,
    signed_by: Annotated[str, typer.Option("--signed-by", help="The key (hex) that must have signed the kept pack")] = "",
) -> None:
    """Put worked cases to the law engine and compare. Exit status: 0 all passed, 1 some failed, 2 a file breaks the format."""
    folder = law or corpus()
    kept = open_kept(str(pack), read_law_file(pack, KEPT), signed_by).pack if pack else None
    cases, errors = gather(paths, kept.vocabulary if kept else vocabulary(folder))
    known = (kept.instrument,) if kept else instruments(folder)
    if not cases and not errors:
        errors.append({"file": ", ".join(map(str, paths)), "line": 0, "path": "", "message": "there is no case at all"})
    results = [] if errors else [(case, _run(case, known, folder, kept, laid_over=laid_over)) for case in cases]
    failed = sum(bool(differences) for _, differences in results)
    if as_json:
        typer.echo(json.dumps(_json(results, failed, errors), ensure_ascii=False, indent=2))
    else:
        _print(results, failed, errors)
    raise typer.Exit(2 if errors else 1 if failed else 0)


def gather(paths: list[Path], words: Vocabulary) -> tuple[list[WorkedCase], list[Problem]]:
    """Every case of the files and folders, in the order of their paths; and what breaks the format."""
    errors: list[Problem] = []
    cases: dict[str, WorkedCase] = {}
    for file in _files(paths, errors):
        try:
            read = read_cases(str(file), read_law_file(file), words)
        except CaseFileError as error:
            errors.append(_error(str(file), error))
            continue
        except (OSError, UnicodeDecodeError) as error:
            errors.append({"file": str(file), "line": 0, "path": "", "message": f"cannot be read: {error}"})
            continue
        for case in read:
            if case.id in cases:
                errors.append({"file": case.file, "line": case.line, "path": "id", "message": f"the id {case.id} stands twice"})
            else:
                cases[case.id] = case
    return list(cases.values()), errors


def _run(case: WorkedCase, known: tuple[str, ...], folder: Path, kept: Pack | None, *, laid_over: bool) -> tuple[Difference, ...]:
    """The differences of a case; a case of an instrument that this release does not hold fails, and says so."""
    instrument = case.question.instrument
    if instrument in known:
        plain = kept or (pack_of(case.question, folder) if laid_over else pack_at(instrument, case.question.at, folder))
        return run(case, plain)
    because = f"this release holds {', '.join(known)}"
    return (Difference(path="instrument", expected=instrument, answered="not in this release", because=(because,)),)


def _files(paths: list[Path], errors: list[Problem]) -> list[Path]:
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(path.rglob("*.yaml"))
        elif path.is_file():
            found.add(path)
        else:
            errors.append({"file": str(path), "line": 0, "path": "", "message": "there is no such file or folder"})
    return sorted(found)


def _error(file: str, error: CaseFileError) -> Problem:
    place, _, path = error.where.partition(": ")
    line = place.rsplit(":", 2)[1] if place.count(":") >= 2 else "0"  # noqa: PLR2004  # file:line:column
    return {"file": file, "line": int(line), "path": path, "message": error.what}


def _json(results: list[tuple[WorkedCase, tuple[Difference, ...]]], failed: int, errors: list[Problem]) -> Problem:
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


def _told(value: Value) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _print(results: list[tuple[WorkedCase, tuple[Difference, ...]]], failed: int, errors: list[Problem]) -> None:
    for one in errors:
        place = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
        typer.echo(f"{place}: {one['path'] + ': ' if one['path'] else ''}{one['message']}", err=True)
    for case, differences in results:
        if not differences:
            continue
        typer.echo(f"{case.id}  {case.title}\n    {case.file}:{case.line}")
        for difference in differences:
            typer.echo(f"    {difference.path}: expected {_told(difference.expected)}, answered {_told(difference.answered)}")
        for reason in dict.fromkeys(reason for difference in differences for reason in difference.because):
            typer.echo(f"        rests on {reason}")
    if not errors:
        typer.echo(f"{len(results)} cases: {len(results) - failed} passed, {failed} failed")
