"""`rogatory law reform`: what a draft would have changed in past cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rogatory.cli.law.doors import LawFolder, stop
from rogatory.cli.law.worked import gather
from rogatory.law import Pack, load
from rogatory.law.reform import by_category, by_route, compare, picture, table
from rogatory.node.packs import corpus, instruments, load_corpus, pack_at, pack_files, period_files, read_law_file, vocabulary


def reform(
    draft: Annotated[Path, typer.Argument(help="The draft: one instrument's file, or a whole folder of law")],
    over: Annotated[list[Path], typer.Option("--over", help="Files of past cases, or folders of them")],
    image: Annotated[Path | None, typer.Option("--picture", help="Write the picture here, as SVG")] = None,
    law: LawFolder = None,
) -> None:
    """Run a draft over past cases and show what would change, by category of data and by State. Status 2 for a broken file."""
    folder = law or corpus()
    packs = _draft(draft, folder)
    cases, errors = gather(over, vocabulary(folder))
    if errors:
        raise stop("\n".join(f"{one['file']}:{one['line']}: {one['path']}: {one['message']}" for one in errors))
    found = compare(cases, lambda case: pack_at(case.question.instrument, case.question.at, folder), packs)
    if not found:
        raise stop(f"none of the {len(cases)} cases asks about {', '.join(packs)}")
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


def _draft(draft: Path, folder: Path) -> dict[str, Pack]:
    if draft.is_dir():
        return {name: load_corpus(name, draft) for name in instruments(draft)}
    if not draft.is_file():
        raise stop(f"{draft} is neither a file nor a folder")
    beside = period_files(instruments(folder)[0], folder)[0]
    files = {name: text for name, text in pack_files(beside, folder).items() if not name.startswith("instruments/")}
    pack = load({**files, f"instruments/{draft.name}": read_law_file(draft)})
    return {pack.instrument: pack}
