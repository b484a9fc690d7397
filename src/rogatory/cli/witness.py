"""`rogatory witness`: one witness alone, small, without case data."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rogatory.cli.serving import serve_wsgi

THREADS = 32
"""So many clients may be slow at once before others wait for them."""


def witness(
    folder: Annotated[Path, typer.Argument(help="The folder of the witness")],
    new: Annotated[str, typer.Option(help="Set up a new witness of this name, print its verifier key, and exit")] = "",
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Print proofs of two histories, and refused heads, as JSON, and exit")
    ] = False,
    port: Annotated[int, typer.Option(help="The port on loopback")] = 8104,
    host: Annotated[str, typer.Option(help="The address to listen at")] = "127.0.0.1",
) -> None:
    """Cosign the heads of logs that only ever grow (C2SP tlog-witness). For a bar, a university, a data protection authority.

    A log names its witnesses in the trust list; no order to disclose crosses a border before most of them have cosigned.
    """
    from rogatory.witness import Memory, create_home, load_home  # only this command needs it

    if new:
        typer.echo(create_home(folder, new).vkey.text)
        return
    home = load_home(folder)
    memory = Memory(home.database, signs=not conflicts)  # what is wrong with it is said here, before anything is served
    if conflicts:
        found = {"conflicts": [asdict(one) for one in memory.conflicts()], "refused": [asdict(one) for one in memory.refusals()]}
        typer.echo(json.dumps(found, indent=2))
        return
    memory.close()
    os.environ["ROGATORY_WITNESS"] = str(folder)
    serve_wsgi("rogatory.witness.wsgi:application", host=host, port=port, threads=THREADS)
