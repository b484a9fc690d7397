"""`rogatory audit`: the ledger of a node against its acts against what its lists show, each way; the node may be running."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def audit(as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False) -> None:
    """Audit the node that ROGATORY_HOME names, stopped or running. Nothing is written. Exit status: 0 all agrees, 1 not."""
    from rogatory.cli.node import configure

    configure()
    from rogatory.node import faults
    from rogatory.node.audit import Question
    from rogatory.node.audit import audit as differences
    from rogatory.node.installation import installation

    with faults.named():
        found = list(differences(installation()))
    if as_json:
        listed = [{"question": one.question.value, "about": one.about, "says": one.says} for one in found]
        typer.echo(json.dumps({"ok": not found, "differences": listed}, indent=2))
    else:
        for question in Question:
            bad = [one for one in found if one.question is question]
            typer.echo(f"{question.value}. {question.name.lower():<7} {'agrees' if not bad else f'{len(bad)} difference(s)'}")
            for one in bad:
                typer.echo(f"     {one.about}: {one.says}")
        typer.echo("Audited: everything agrees." if not found else f"NOT IN ORDER: {len(found)} difference(s), each named above.")
    raise typer.Exit(1 if found else 0)
