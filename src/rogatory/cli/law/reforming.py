"""`rogatory law reform`: what a draft would have changed in past cases.

A draft is one instrument's file, one State's overlay, or a whole folder of law. An overlay is tried as what it is, on top of the
instrument and of what the other State adds; so is an instrument's file with `--overlays`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rogatory.cli.law.doors import LawFolder, stop
from rogatory.cli.law.worked import gather
from rogatory.law import Pack
from rogatory.law.casefile import WorkedCase
from rogatory.law.reform import by_category, by_route, compare, picture, table
from rogatory.node.drafts import read_draft
from rogatory.node.packs import corpus, instruments, pack_at, pack_for, pack_of, states_of, vocabulary


def reform(
    draft: Annotated[Path, typer.Argument(help="The draft: one instrument's file, one State's overlay, or a whole folder of law")],
    over: Annotated[list[Path], typer.Option("--over", help="Files of past cases, or folders of them")],
    image: Annotated[Path | None, typer.Option("--picture", help="Write the picture here, as SVG")] = None,
    laid_over: Annotated[bool, typer.Option("--overlays", help="With what the States concerned add to the instrument")] = False,
    law: LawFolder = None,
) -> None:
    """Run a draft over past cases and show what would change, by category of data and by State. Status 2 for a broken file."""
    folder = law or corpus()
    then, held, overlaid = _draft(draft, folder, laid_over=laid_over)
    cases, errors = gather(over, vocabulary(folder))
    if errors:
        raise stop("\n".join(f"{one['file']}:{one['line']}: {one['path']}: {one['message']}" for one in errors))
    found = compare(cases, lambda case: _today(case, folder, laid_over=overlaid), then)
    if not found:
        raise stop(f"none of the {len(cases)} cases asks about {held}")
    changed = [one for one in found if one.kind != "same"]
    for one in changed:
        typer.echo(f"{one.case.id:<10} {one.category}, {one.route}: {one.case.title}")
        for line in one.differences:
            typer.echo(f"{'':<10} {line}")
        typer.echo(f"{'':<10} because: {one.because}")
    typer.echo("")
    typer.echo("\n".join(table(found, by_category, "category of data")) + "\n")
    typer.echo("\n".join(table(found, by_route, "States")) + "\n")
    typer.echo(f"{len(found)} cases: {len(changed)} would be answered otherwise")
    if image:
        image.write_text(picture(found, f"{draft.name} over {len(found)} cases: {len(changed)} change"), encoding="utf-8")
        typer.echo(f"picture: {image}")


def _today(case: WorkedCase, folder: Path, *, laid_over: bool) -> Pack:
    return pack_of(case.question, folder) if laid_over else pack_at(case.question.instrument, case.question.at, folder)


def _draft(draft: Path, folder: Path, *, laid_over: bool) -> tuple[Callable[[WorkedCase], Pack | None], str, bool]:
    """The law of the draft for a case, nothing where it holds none; of what it is law; and whether overlays count."""
    if draft.is_dir():
        names = instruments(draft)

        def of_folder(case: WorkedCase) -> Pack | None:
            name = case.question.instrument
            states = states_of(case.question) if laid_over else frozenset[str]()
            return pack_for(name, states, draft) if name in names else None

        return of_folder, ", ".join(names), laid_over
    if not draft.is_file():
        raise stop(f"{draft} is neither a file nor a folder")
    read = read_draft(draft, folder)
    overlaid = laid_over or bool(read.state)

    def of_file(case: WorkedCase) -> Pack | None:
        states = states_of(case.question) if overlaid else frozenset[str]()
        return read.pack(case.question, states)

    return of_file, f"{read.instrument} in {read.state}" if read.state else read.instrument, overlaid
