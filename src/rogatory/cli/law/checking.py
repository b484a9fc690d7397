"""`rogatory law check`: is the law sound as a text? Every file is read, so that one run names every file that is broken.

Exit status: 0 sound; 1 something lacks or contradicts (a gap between periods, a rule that no case tries); 2 a file is broken.
What is only due for review is listed and breaks nothing: a day that passes must not stop anybody's work. So it is with a signature
that is older than the law: it is said, and only `--signed-by KEY` asks for one that holds. One that is false is a broken file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rogatory.cli.law.doors import LawFolder
from rogatory.cli.law.signing import standing
from rogatory.cli.law.worked import gather
from rogatory.errors import PackError, RogatoryError
from rogatory.law import Assessment, Pack
from rogatory.law.casefile import WorkedCase, answered
from rogatory.law.soundness import Dated, contradictions, gaps, stale, uncovered
from rogatory.moments import parse_day
from rogatory.node.packs import (
    corpus,
    instruments,
    load_period,
    load_providers,
    load_routes,
    load_states,
    overlays,
    pack_at,
    pack_for,
    pack_of,
    period_files,
    vocabulary,
)


def check(
    law: LawFolder = None,
    on: Annotated[str, typer.Option("--on", help="List what is due for review on this day, such as 2027-01-31")] = "",
    signed_by: Annotated[str, typer.Option("--signed-by", help="Fail unless all of it is signed with this key (hex)")] = "",
) -> None:
    """Check the law: words, types, sources, dates, gaps, contradictions, languages, and a worked case for and against each rule."""
    folder = law or corpus()
    try:
        vocabulary(folder)
        names = instruments(folder)
    except (RogatoryError, OSError, UnicodeDecodeError) as error:
        _broken([error])
    packs, broken = _load(folder, names)
    laid, broken_beside = _beside(folder)
    broken += broken_beside
    if broken:
        _broken(broken)
    lacking = [one for name in names for one in gaps([_dated(path, pack) for path, pack in packs[name]])]
    lacking += [one for name in names for _, pack in packs[name] for one in contradictions(pack)]
    paths = [path for path in (folder / "scenarios", folder / "overlay-scenarios") if path.is_dir()]
    cases, errors = gather(paths, vocabulary(folder)) if paths else ([], [])
    if errors:
        _broken([PackError(one["message"], where=f"{one['file']}:{one['line']}: {one['path']}") for one in errors])
    for name in names:
        for _, pack in packs[name]:
            missing = uncovered(pack, (answered(case, pack) for case in _of(cases, pack, folder)))
            lacking += missing
            _line(pack, len(_of(cases, pack, folder)), len(missing))
    for state, pack in laid:
        lacking += [one for one in uncovered(pack, _answers(cases, pack, state, folder)) if f".{state}." in one]
        further = sum(f".{state}." in rule.id for rule in pack.rules)
        typer.echo(f"{pack.instrument:<16} in {state}: {further} further rule{'s' if further > 1 else ''}; pack {pack.hash[:16]}")
    typer.echo(f"{len(load_states(folder))} States, {len(load_providers(folder))} providers, {len(load_routes(folder))} routes")
    lacking += _signature(folder, signed_by)
    for one in lacking:
        typer.echo(one, err=True)
    if on:
        late = [one for name in names for _, pack in packs[name] for one in stale(pack, parse_day(on))]
        typer.echo("\n".join(late) or f"nothing is due for review on {on}")
    if lacking:
        typer.echo(f"{len(lacking)} things to mend", err=True)
        raise typer.Exit(1)


def _signature(folder: Path, by: str) -> tuple[str, ...]:
    """Say how the law is signed; what lacks of it."""
    try:
        line, wrong = standing(folder, by=by)
    except PackError as error:
        _broken([error])
    typer.echo(line)
    return wrong


def _load(folder: Path, names: tuple[str, ...]) -> tuple[dict[str, list[tuple[Path, Pack]]], list[Exception]]:
    packs: dict[str, list[tuple[Path, Pack]]] = {}
    broken: list[Exception] = []
    for name in names:
        for path in period_files(name, folder):
            try:
                packs.setdefault(name, []).append((path, load_period(path, folder)))
            except (RogatoryError, OSError, UnicodeDecodeError) as error:
                broken.append(error)
    return packs, broken


def _beside(folder: Path) -> tuple[list[tuple[str, Pack]], list[Exception]]:
    """What stands beside the instruments: each overlay laid over its instrument; and what of overlays, providers, routes is broken."""
    laid: list[tuple[str, Pack]] = []
    broken: list[Exception] = []
    for state, name in overlays(folder):
        try:
            laid.append((state, pack_for(name, frozenset({state}), folder)))
        except (RogatoryError, OSError, UnicodeDecodeError) as error:
            broken.append(error)
    for read in (load_states, load_providers, load_routes):
        try:
            read(folder)
        except (RogatoryError, OSError, UnicodeDecodeError) as error:
            broken.append(error)
    return laid, broken


def _answers(cases: list[WorkedCase], pack: Pack, state: str, folder: Path) -> Iterator[Assessment]:
    """The answers to the cases that an overlay concerns."""
    for case in cases:
        question = case.question
        if question.instrument == pack.instrument and state in {question.facts.get("issuing_state"), question.facts.get("executing_state")}:
            yield answered(case, pack_of(question, folder))


def _broken(errors: list[Exception]) -> NoReturn:
    for one in dict.fromkeys(str(error) for error in errors):
        typer.echo(one, err=True)
    raise typer.Exit(2)


def _dated(path: Path, pack: Pack) -> Dated:
    file = f"instruments/{pack.instrument}/{path.name}"
    return Dated(file=file, ends_at=pack.ends_at, applies_from=pack.applies_from, applies_until=pack.applies_until)


def _of(cases: list[WorkedCase], pack: Pack, folder: Path) -> list[WorkedCase]:
    return list(_those(cases, pack, folder))


def _those(cases: list[WorkedCase], pack: Pack, folder: Path) -> Iterator[WorkedCase]:
    for case in cases:
        if case.question.instrument == pack.instrument and pack_at(pack.instrument, case.question.at, folder).hash == pack.hash:
            yield case


def _line(pack: Pack, cases: int, lacking: int) -> None:
    begins = f"from {pack.applies_from}" if pack.applies_from else "not in force"
    periods = sum(len(many) for many in pack.periods.values())
    tried = "each rule tried both ways" if not lacking else f"{lacking} lacking"
    typer.echo(
        f"{pack.instrument:<16} {begins:<16} {len(pack.rules):>3} rules {periods:>3} deadlines {len(pack.duties):>3} duties"
        f" {cases:>4} cases, {tried}; checked {pack.checked_on}, review by {pack.review_by}; pack {pack.hash[:16]}"
    )
