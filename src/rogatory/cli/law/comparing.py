"""`rogatory law crosswalk`: for each safeguard, who protects most, who least, and of whom it is not known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Final

import typer

from rogatory.cli.law.doors import Language, LawFolder, spoken, stop
from rogatory.law.casefile import read_facts
from rogatory.law.crosswalk import Answered, Row
from rogatory.law.crosswalk import crosswalk as compare
from rogatory.law.telling import answered
from rogatory.law.tongue import Tongue
from rogatory.node.packs import corpus, instruments, load_corpus, load_routes, load_states, load_tongues, vocabulary

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


def crosswalk(
    safeguard: Annotated[str, typer.Argument(help="One safeguard only, such as validation_traffic; every one if left out")] = "",
    lang: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
    law: LawFolder = None,
) -> None:
    """Compare safeguards: the strictest and the weakest State and instrument, and where it is not known."""
    folder = law or corpus()
    tongue = spoken(load_tongues(folder), lang)
    question = read_facts("the usual request", USUAL, vocabulary(folder))
    packs = {name: load_corpus(name, folder) for name in instruments(folder)}
    rows = compare(question, packs, load_routes(folder), load_states(folder))
    chosen = [row for row in rows if safeguard in {"", row.safeguard}]
    if not chosen:
        raise stop(f"{safeguard!r} is no safeguard; it knows {', '.join(row.safeguard for row in rows)}")
    if as_json:
        typer.echo(json.dumps({"safeguards": [_json(row, tongue) for row in chosen]}, ensure_ascii=False, indent=2))
        return
    for of in ("instruments", "states"):
        these = [row for row in chosen if row.of == of]
        if these:
            typer.echo(f"{tongue.crosswalk[of]}\n")
        for row in these:
            _print(row, tongue, whole=bool(safeguard))
    typer.echo(tongue.crosswalk["how-to-read"])


def _print(row: Row, tongue: Tongue, *, whole: bool) -> None:
    words = tongue.crosswalk
    wide = max(len(words[one]) for one in ("strictest", "weakest", "unknown")) + 2

    def line(name: str, told: str, otherwise: str) -> None:
        typer.echo(f"    {words[name]:<{wide}}{told or words[otherwise]}")

    typer.echo(f"{tongue.asks[row.safeguard]}  ({row.safeguard})")
    line("strictest", _group(row.strictest, tongue, whole=whole), "of-nobody")
    if row.strictest:
        line("weakest", _group(row.weakest, tongue, whole=whole), "alike")
    line("unknown", _names(row.unknown, tongue, whole=whole), "nobody")
    typer.echo("")


def _group(answers: Iterable[Answered], tongue: Tongue, *, whole: bool) -> str:
    found = tuple(answers)
    return f"{answered(found[0], tongue)}: {_names([one.who for one in found], tongue, whole=whole)}" if found else ""


def _names(names: Iterable[str], tongue: Tongue, *, whole: bool) -> str:
    found = list(names)
    if whole or len(found) <= MANY:
        return ", ".join(found)
    return tongue.crosswalk["and-more"].format(names=", ".join(found[:MANY]), count=len(found) - MANY)


def _json(row: Row, tongue: Tongue) -> dict[str, Any]:
    return {
        "safeguard": row.safeguard,
        "asks": tongue.asks[row.safeguard],
        "of": row.of,
        "strictest": [one.who for one in row.strictest],
        "weakest": [one.who for one in row.weakest],
        "unknown": list(row.unknown),
        "answers": {one.who: answered(one, tongue) if one.rank is not None else "unknown" for one in row.answers},
    }
