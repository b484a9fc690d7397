"""`rogatory law schema`: the schemas of the law's files, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rogatory.canonical import Value
from rogatory.cli.law.doors import LawFolder, stop
from rogatory.law.schemas import schemas
from rogatory.node.packs import corpus, instruments, load_period, period_files, vocabulary


def schema(
    name: Annotated[str, typer.Argument(metavar="[KIND]", help="instrument, overlay, jurisdiction, provider or routes")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write all of them into this folder")] = None,
    law: LawFolder = None,
) -> None:
    """Show the schema of one kind of law file (JSON Schema 2020-12), or write all of them into a folder."""
    found = {kind: text(value) for kind, value in of(law or corpus()).items()}
    if out:
        write(out, law)
        typer.echo(f"{out}: {', '.join(found)}")
    elif name in found:
        typer.echo(found[name], nl=False)
    else:
        raise stop(f"{name or 'nothing'} is no kind of law file; name one of {', '.join(found)}, or give --out FOLDER")


def of(folder: Path) -> dict[str, Value]:
    """The schemas for a folder of law, by kind."""
    pack = load_period(period_files(instruments(folder)[0], folder)[0], folder)
    return dict(schemas(vocabulary(folder), pack.tongues))


def text(value: Value) -> str:
    """A schema as it lies in a file."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def write(out: Path, law: Path | None = None) -> None:
    """Write every schema into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for kind, value in of(law or corpus()).items():
        (out / f"{kind}.schema.json").write_text(text(value), encoding="utf-8")
