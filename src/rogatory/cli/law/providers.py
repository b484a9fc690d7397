"""`rogatory law providers`: who holds what, and who is to be asked."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from rogatory.errors import ConfigurationError, PackError
from rogatory.law.jurisdiction import UNKNOWN
from rogatory.law.providers import Held, Provider, matching
from rogatory.node.packs import load_corpus, load_providers


def providers(
    query: Annotated[str, typer.Argument(help="A name, a service or a domain; every provider if left out")] = "",
    data: Annotated[str, typer.Option(help="Only those that hold this kind of data, such as ip-connection-records")] = "",
    issuing: Annotated[str, typer.Option("--from", help="The State whose authority asks, such as FR")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Say who holds what, for how long, and whom to ask. Institutions only: no person is listed."""
    kinds = load_corpus("eu-e-evidence").vocabulary.facts["data"].words
    if data and data not in kinds:
        typer.echo(f"{data!r} is no kind of data; use one of {', '.join(kinds)}", err=True)
        raise typer.Exit(2)
    try:
        found = matching(load_providers(), query, data=data)
    except (PackError, ConfigurationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps({"providers": [_json(one, issuing.upper()) for one in found]}, ensure_ascii=False, indent=2))
    elif found:
        typer.echo("\n\n".join(_text(one, issuing.upper()) for one in found))
    if not found:
        typer.echo(
            "No provider of the directory answers to that. It may hold the data all the same: the directory is not complete.", err=True
        )
        raise typer.Exit(1)


def _text(one: Provider, issuing: str) -> str:
    lines = [f"{one.name}  ({one.id}; checked {one.checked_on}; {one.source})", "  offers"]
    lines += [f"    {each.name}: {each.sort.replace('-', ' ')}; {', '.join(each.domains)}" for each in one.services]
    lines.append("  holds")
    lines += [f"    {each.data.replace('-', ' '):<24}{_kept(each)}" for each in one.holds]
    lines.append("  ask")
    addressees = [one.addressee_for(issuing)] if issuing else list(one.addressees)
    for addressee in addressees:
        if addressee is None:
            lines.append(f"    nobody is named for {issuing}: use mutual assistance with the State where the provider is established")
        else:
            lines.append(
                f"    {addressee.name} ({addressee.sort.replace('-', ' ')}), {addressee.state}; in {', '.join(addressee.languages)}"
            )
    if not addressees:
        lines.append("    nobody: it has named no establishment and no representative")
    lines.append(f"  in an emergency: {one.emergency}")
    return "\n".join(lines)


def _kept(one: Held) -> str:
    if one.days is not None:
        return f"kept for {one.days} days"
    return {"held": f"held; for how long: {UNKNOWN}", "not-held": "not held"}.get(one.status, UNKNOWN)


def _json(one: Provider, issuing: str) -> dict[str, Any]:
    chosen = one.addressee_for(issuing) if issuing else None
    shown = ([chosen] if chosen else []) if issuing else list(one.addressees)
    return {
        "provider": one.id,
        "name": one.name,
        "offers": [{"service": each.name, "sort": each.sort, "domains": list(each.domains)} for each in one.services],
        "holds": {each.data: each.days if each.days is not None else each.status for each in one.holds},
        "ask": [{"as": each.sort, "name": each.name, "state": each.state, "languages": list(each.languages)} for each in shown],
        "emergency": one.emergency,
        "checked_on": one.checked_on.isoformat(),
    }
