"""`rogatory law state`: one State as the law files know it, with what is not known."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from rogatory.law.jurisdiction import UNKNOWN, Answer, Bond, Jurisdiction
from rogatory.node.packs import load_states, load_tongues

_MARKS = "S: seen in a source. K: known, not compared with the text. I: interpretation. `unknown` is not `no`."


def state(
    code: Annotated[str, typer.Argument(help="The country code, such as AT")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Show one State: which instruments bind it, what protects people there, and what is not known."""
    states = load_states()
    found = states.get(code.upper())
    if found is None:
        typer.echo(f"{code!r} is no State of this release; it knows {', '.join(sorted(states))}", err=True)
        raise typer.Exit(2)
    if as_json:
        typer.echo(json.dumps(_json(found), ensure_ascii=False, indent=2))
        return
    _print(found)


def _print(found: Jurisdiction) -> None:
    place, asks = found.place, load_tongues()["en"].asks
    union = "member of the European Union" if found.union == "EU" else "no member of the European Union"
    typer.echo(f"{found.state}  {found.name}: {union}; {place.zone}; languages {', '.join(found.languages)}")
    typer.echo(f"    {len(place.holidays)} public holidays on Monday to Friday, listed until {place.listed_until}")
    typer.echo("\nInstruments")
    for name, bond in found.bonds.items():
        typer.echo(f"  {name:<16} {_bond(bond)}  [{bond.source.mark}, {bond.source.cite}]")
        if bond.note:
            typer.echo(f"                   {bond.note}")
    typer.echo("\nSafeguards")
    for name, answer in found.safeguards.items():
        typer.echo(f"  {asks[name]}")
        typer.echo(f"      {_answer(answer)}")
    typer.echo("\nAlso asked")
    for topic, answers in found.known.items():
        typer.echo(f"  {asks[topic]}")
        for one in answers or (None,):
            typer.echo(f"      {_answer(one)}")
    typer.echo(f"\n{_MARKS}")


def _bond(bond: Bond) -> str:
    since = f" since {bond.since}" if bond.since else f" since {UNKNOWN}" if bond.status == "bound" else ""
    signed = f"; signed {bond.signed}" if bond.signed else ""
    if bond.declared is None:
        declared = f"; declarations {UNKNOWN}" if bond.status == "bound" and bond.source.cite == "Art. 36" else ""
    else:
        declared = f"; declared {', '.join(bond.declared)}" if bond.declared else "; declared nothing that decides"
    return f"{bond.status.replace('-', ' ')}{since}{signed}{declared}"


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return UNKNOWN
    word = f"{answer.word.replace('-', ' ')}: " if answer.word else ""
    return f"{word}{answer.says}  [{answer.source.mark}, {answer.source.cite}]"


def _json(found: Jurisdiction) -> dict[str, Any]:
    return {
        "state": found.state,
        "name": found.name,
        "zone": found.place.zone,
        "languages": list(found.languages),
        "union": found.union,
        "holidays_until": found.place.listed_until.isoformat(),
        "instruments": {
            name: {
                "status": bond.status,
                "since": bond.since.isoformat() if bond.since else UNKNOWN if bond.status == "bound" else "none",
                "declared": list(bond.declared) if bond.declared is not None else UNKNOWN,
                "mark": bond.source.mark,
                "cite": bond.source.cite,
            }
            for name, bond in found.bonds.items()
        },
        "safeguards": {name: _answer_json(answer) for name, answer in found.safeguards.items()},
        "known": {name: [_answer_json(one) for one in answers] if answers else UNKNOWN for name, answers in found.known.items()},
    }


def _answer_json(answer: Answer | None) -> Any:
    if answer is None:
        return UNKNOWN
    word = {"is": answer.word} if answer.word else {}
    return {**word, "says": answer.says, "cite": answer.source.cite, "mark": answer.source.mark, "source": answer.source.source}
