"""`rogatory demo`: three nodes on this machine, with fictional people; or the whole story, told without pages."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console


def demo(  # noqa: PLR0913, PLR0917  # each is an option of the command
    headless: Annotated[bool, typer.Option("--headless", help="Tell a story over the HTTP doors, verify everything, exit")] = False,
    story: Annotated[str, typer.Option(help="main, refusal, objection, emergency or lapse")] = "main",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output (with --headless)")] = False,
    files: Annotated[
        Path | None, typer.Option(help="Write each node's case file and the anchor's key there, for rogatory verify (with --headless)")
    ] = None,
    step_ms: Annotated[int, typer.Option(help="The step of the ledger's clock, in milliseconds")] = 250,
    folder: Annotated[Path | None, typer.Option(help="Where the nodes live; a temporary folder by default")] = None,
    database: Annotated[list[str] | None, typer.Option(help="NODE=postgresql://... to let a node use PostgreSQL; may be repeated")] = None,
) -> None:
    """Show the main job with three nodes (France, Ireland, a provider), each with its own database, keys and log."""
    from rogatory.demo.processes import running  # the demonstration is only loaded when asked for
    from rogatory.demo.report import report, write_files
    from rogatory.demo.stories import STORIES, Teller
    from rogatory.demo.town import build
    from rogatory.moments import instant

    if story not in STORIES:
        typer.echo(f"{story!r} is no story; use one of {', '.join(STORIES)}", err=True)
        raise typer.Exit(2)
    console = Console(stderr=True, highlight=False)
    databases = dict(one.partition("=")[::2] for one in database or ())
    root = folder or Path(tempfile.mkdtemp(prefix="rogatory-demo-"))
    if folder is not None and folder.exists() and any(folder.iterdir()):
        typer.echo(f"{folder} is not empty; name an empty folder", err=True)
        raise typer.Exit(2)
    try:
        console.print("Setting up three nodes: keys, trust list, people, enrolments by two registrars each …")
        town = build(root, now=instant(datetime.now(UTC)), step_ms=step_ms, databases=databases)
        with running(town), Teller(town, lambda who, what: console.print(f"[bold]{who:>12}[/bold]  {what}")) as tell:
            if headless:
                STORIES[story](tell)
                result = {"story": story, **report(tell)}
                if files is not None:
                    write_files(tell, files)
                good = all(one["ok"] for one in result["verification"])
                if as_json:
                    typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
                else:
                    _print(Console(highlight=False), result)
                raise typer.Exit(0 if good else 1)
            _stay(console, town)
    finally:
        if folder is None:
            shutil.rmtree(root, ignore_errors=True)


def _stay(console: Console, town: Any) -> None:
    """Prepare cases in several states, say how to enter, and wait for Ctrl-C."""
    from rogatory.demo.cast import STAGES, WITNESS_NAME, WITNESS_PORT
    from rogatory.demo.facts import item_identification, item_traffic
    from rogatory.demo.stories import STORIES, Teller, decide_and_send, prepare

    console.print("Preparing cases in several states …")
    quiet = lambda _who, _what: None  # noqa: E731  # one line
    prepare(Teller(town, quiet), item_identification(), item_traffic())
    sent = Teller(town, quiet)
    prepare(sent, item_identification(), item_traffic())
    decide_and_send(sent)
    STORIES["refusal"](Teller(town, quiet))
    console.print("\nThree nodes are running. Browsers resolve these names by themselves:")
    for stage in STAGES:
        console.print(f"\n  [bold]{stage.base_url}[/bold]   {stage.title}")
        for player in stage.players:
            actor = town.actors[player.part]
            console.print(f"      {player.name} ({', '.join(player.capacities)})   API token: {actor.token}")
    console.print(
        f"\n  [bold]http://127.0.0.1:{WITNESS_PORT}[/bold]   a witness that stands alone ({WITNESS_NAME}); the nodes witness one another"
    )
    console.print(
        "\n  OpenAPI document: /api/v1/openapi.json on each node; public log: /log/checkpoint"
        f"\n  The clock of the demonstration is the file {town.clock} (milliseconds ahead of real time; it may only grow)."
        "\n\nPress Ctrl-C to stop.\n"
    )
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    stopped.wait()
    console.print("Stopping …")


def _print(console: Console, result: dict[str, Any]) -> None:
    console.print(f"\n[bold]Story '{result['story']}', case {result['case']}[/bold]\n")
    console.print(f"[bold]{'at (UTC)':<20}{'node':<10}{'act':<27}{'by':<31}{'article':<15}{'entry':<7}hash[/bold]", soft_wrap=True)
    for one in result["acts"]:
        at, entry = one["at"][:19].replace("T", " "), "" if one["index"] is None else str(one["index"])
        by, node = one["by"]["capacity"], one["node"]
        console.print(
            f"{at:<20}{node:<10}{one['kind']:<27}{by:<31}{one['article']:<15}{entry:<7}{one['hash'][:16]}",
            soft_wrap=True,
        )
    listed = {
        "Periods": [_period(one) for one in result["deadlines"]],
        "Refused on the way": [_refusal(one) for one in result["refusals"]],
    }
    for title, rows in listed.items():
        if rows:
            console.print(f"\n[bold]{title}[/bold]")
            for row in rows:
                console.print(f"  {row}", soft_wrap=True)
    if result["evidence"]:
        console.print("\n[bold]Evidence[/bold]")
        for one in result["evidence"]:
            console.print(f"  {one['file']}: sealed {one['sealed'][:16]}, opened {one['opened'][:16]}")
    bad = [one for one in result["verification"] if not one["ok"]]
    console.print(f"\n[bold]Verified offline[/bold]: {len(result['verification']) - len(bad)} of {len(result['verification'])} checks hold")
    for one in bad:
        console.print(f"  [bold red]does not hold[/bold red]: {one['check']}")


def _period(one: dict[str, Any]) -> str:
    end = one.get("legal", one["state"])
    return f"{one['node']:>8}  {one['name']:<22} {end}  {one['article']}  ({one['steps'][-1] if one['steps'] else ''})"


def _refusal(one: dict[str, Any]) -> str:
    return f"{one['who']} tried to {one['what']}: {one.get('article', '')}. Cure: {one.get('cure', '')}"
