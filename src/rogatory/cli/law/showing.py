"""`rogatory law show`: one rule as it stands on a day."""

from __future__ import annotations

from typing import Annotated

import typer

from rogatory.cli.law.doors import stop
from rogatory.moments import parse_day
from rogatory.node.packs import corpus, instruments, load_corpus


def show(
    rule: Annotated[str, typer.Argument(help="The id of a rule, such as eu-e-evidence.E16")],
    on: Annotated[str, typer.Option("--on", help="The day on which it is asked, such as 2026-09-01")] = "",
) -> None:
    """Show one rule: what it says, its articles, and whether it is in force on a day."""
    instrument = rule.partition(".")[0]
    if instrument not in instruments(corpus()):
        raise stop(f"{instrument!r} is no instrument of this release; it knows {', '.join(instruments(corpus()))}")
    pack = load_corpus(instrument)
    found = next((one for one in pack.rules if one.id == rule), None)
    if found is None:
        raise stop(f"{rule!r} is no rule of {instrument}; it has {', '.join(one.id for one in pack.rules)}")
    typer.echo(f"{found.id}   {pack.name}   ({found.place})")
    typer.echo(f"  {found.says['en']}")
    typer.echo(f"  acts: {', '.join(sorted(found.acts))}; if broken: {found.kind}; known by: {found.mark}; from: {', '.join(found.origin)}")
    typer.echo(f"  cure: {found.cure['en']}")
    if on:
        applies = pack.applies_from is not None and parse_day(on) >= pack.applies_from
        typer.echo(f"  on {on}: {'in force' if applies else 'not in force'} (applies from {pack.applies_from or 'a day not yet known'})")
