"""`rogatory law explain`: the full reading of one worked case, or of every case of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rogatory.cli.law.doors import Language, LawFolder, spoken, stop
from rogatory.cli.law.worked import gather
from rogatory.law.casefile import answered
from rogatory.law.explanation import explanation
from rogatory.node.packs import corpus, pack_at, pack_of, vocabulary


def explain(
    case: Annotated[str, typer.Argument(help="The id of a worked case, such as EV-05, or a file of cases")],
    lang: Language = "en",
    law: LawFolder = None,
) -> None:
    """Read a worked case out: findings in order with the facts used, duties, deadlines step by step. Status 2 if there is none."""
    folder = law or corpus()
    path = Path(case)
    beside = [one for one in (folder / "scenarios", folder / "overlay-scenarios") if one.is_dir()]
    cases, errors = gather([path] if path.is_file() else beside, vocabulary(folder))
    if errors:
        raise stop("\n".join(f"{one['file']}:{one['line']}: {one['path']}: {one['message']}" for one in errors))
    chosen = cases if path.is_file() else [one for one in cases if one.id == case]
    if not chosen:
        raise stop(f"{case!r} is neither a file nor a worked case; rogatory law test law/scenarios reads them all")
    for one in chosen:
        added = folder / "overlay-scenarios" in Path(one.file).parents
        pack = pack_of(one.question, folder) if added else pack_at(one.question.instrument, one.question.at, folder)
        spoken(pack.tongues, lang)
        typer.echo(f"{one.id}  {one.title}")
        asked = f"act: {one.question.act}; " if one.question.act else ""
        typer.echo(f"{pack.name}; {asked}{one.question.at.isoformat(timespec='seconds')}; pack {pack.hash[:16]}\n")
        for line in explanation(one.question, answered(one, pack), pack, lang):
            typer.echo(line)
