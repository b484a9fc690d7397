"""What the commands of `rogatory law` share: their options, and the end of a command that was asked for what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from rogatory.law.tongue import Tongue

LawFolder: TypeAlias = Annotated[Path | None, typer.Option("--law", help="A folder of law files, in place of the one of this release")]
Language: TypeAlias = Annotated[str, typer.Option("--lang", help="The language of the explanation: en, fr, de, es")]


def spoken(tongues: Mapping[str, Tongue], lang: str) -> Tongue:
    """The language that was asked for; the command ends if the release does not speak it."""
    if lang not in tongues:
        raise stop(f"{lang!r} is no language of this release; it speaks {', '.join(tongues)}")
    return tongues[lang]


def stop(words: str) -> typer.Exit:
    """The end of a command that was asked for what is not there: status 2."""
    typer.echo(words, err=True)
    return typer.Exit(2)
