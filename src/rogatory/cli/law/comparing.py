"""`rogatory law crosswalk`: for each safeguard, who protects most, who least, and of whom it is not known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer

from rogatory.cli.law.doors import LawFolder, stop
from rogatory.law.casefile import read_facts
from rogatory.law.crosswalk import Answered, Row
from rogatory.law.crosswalk import crosswalk as compare
from rogatory.node.packs import corpus, instruments, load_corpus, load_routes, load_states, vocabulary

USUAL: Final = """at: 2026-11-24T12:00:00Z
assume_in_force: true
given: ordinary-order
facts:
  issuing_authority: judge
  measure_reserved_to: []
  specific_target: true
  certified: true
"""
"""The usual request that is put to every instrument, in force or not; each safeguard is found by changing one fact of it."""
MANY = 6
_READ: Final = """What is not known is neither strict nor weak. Where an instrument leaves a question to domestic law, the answer of the
State counts beside it. Routes of instruments that are not in force are compared as if they were."""


def crosswalk(
    safeguard: Annotated[str, typer.Argument(help="One safeguard only, such as validation_traffic; every one if left out")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
    law: LawFolder = None,
) -> None:
    """Compare safeguards: the strictest and the weakest State and instrument, and where it is not known."""
    folder = law or corpus()
    question = read_facts("the usual request", USUAL, vocabulary(folder))
    packs = {name: load_corpus(name, folder) for name in instruments(folder)}
    rows = compare(question, packs, load_routes(folder), load_states(folder))
    chosen = [row for row in rows if safeguard in {"", row.safeguard}]
    if not chosen:
        raise stop(f"{safeguard!r} is no safeguard; it knows {', '.join(row.safeguard for row in rows)}")
    if as_json:
        typer.echo(json.dumps({"safeguards": [_json(row) for row in chosen]}, ensure_ascii=False, indent=2))
        return
    for of in ("instruments", "States"):
        these = [row for row in chosen if row.of == of]
        if these:
            typer.echo(f"{'Instruments, route by route' if of == 'instruments' else 'States'}\n")
        for row in these:
            _print(row, whole=bool(safeguard))
    typer.echo(_READ)


def _print(row: Row, *, whole: bool) -> None:
    typer.echo(f"{row.asks}  ({row.safeguard})")
    weakest = row.weakest
    typer.echo(f"    strictest  {_group(row.strictest, whole=whole) or 'not known of anybody'}")
    if row.strictest:
        typer.echo(f"    weakest    {_group(weakest, whole=whole) or 'all that are known protect alike'}")
    typer.echo(f"    unknown    {_names(row.unknown, whole=whole) or 'nobody'}\n")


def _group(answers: Iterable[Answered], *, whole: bool) -> str:
    found = tuple(answers)
    return f"{found[0].word}: {_names([one.who for one in found], whole=whole)}" if found else ""


def _names(names: Iterable[str], *, whole: bool) -> str:
    found = list(names)
    if whole or len(found) <= MANY:
        return ", ".join(found)
    return f"{', '.join(found[:MANY])} and {len(found) - MANY} more"


def _json(row: Row) -> dict[str, Any]:
    return {
        "safeguard": row.safeguard,
        "asks": row.asks,
        "of": row.of,
        "strictest": [one.who for one in row.strictest],
        "weakest": [one.who for one in row.weakest],
        "unknown": list(row.unknown),
        "answers": {one.who: one.word if one.rank is not None else "unknown" for one in row.answers},
    }
