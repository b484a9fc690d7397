"""`rogatory recount`: the oversight body counts a period again from the ledger, and compares with the tables and with the peers.

- `state` runs on a node: it seals the seeds and acts of a period to the overseer's own age key. Nobody else can open it.
- `check` runs at the overseer, with no node and no database: statements of several nodes, copies of their logs fetched afterwards, and the
  trust list. What it compares, in which order, stands in `recount_check`. Each difference names its act or entry.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from rogatory.canonical import decode, encode
from rogatory.cli.recount_check import Stated, compare, copy_of, is_open
from rogatory.custody.age import ENTROPY, Sealing, opened, read_header
from rogatory.errors import FormError, PackageError, RequestError
from rogatory.exchange.message import read_signing_public
from rogatory.exchange.trust import read_trust
from rogatory.ledger import read_checkpoint
from rogatory.moments import Instant, instant, parse_instant

VERSION, COSIGNATURE = 2, 72
LIMIT = 1 << 30
app = typer.Typer(no_args_is_help=True, help="Count a period again from the ledger, for the oversight body.")


@app.command()
def state(
    file: Annotated[Path, typer.Argument(help="The sealed statement to write (.age)")],
    since: Annotated[str, typer.Option("--from", help="The first instant, 2026-01-01T00:00:00Z")],
    until: Annotated[str, typer.Option("--to", help="The instant at which the period ends")],
    key: Annotated[str, typer.Option("--for", help="The overseer's age recipient, age1...")],
) -> None:
    """State to the overseer what this node (ROGATORY_HOME) did in a period: seeds of its steps and facts of its acts, sealed."""
    from rogatory.cli.node import configure

    configure()
    from rogatory.node.installation import installation
    from rogatory.node.recounting import statement

    sealed = BytesIO()
    try:
        sealing = Sealing(sealed, recipient=key, entropy=os.urandom(ENTROPY))
    except PackageError as error:
        raise FormError("is no age recipient", where="--for", why=str(error), cure="give the line that begins with age1") from error
    sealing.write(encode(statement(installation(), parse_instant(since), parse_instant(until))))
    sealing.close()
    file.write_bytes(sealed.getvalue())
    typer.echo(f"Sealed to {key}: {file}")


@app.command()
def check(  # noqa: PLR0913, PLR0917  # each is an option of the command
    files: Annotated[list[Path], typer.Argument(help="The sealed statements, one of each node")],
    key: Annotated[Path, typer.Option(help="The overseer's age identity file")],
    log: Annotated[list[Path], typer.Option(help="A copy of a log (rogatory log fetch), made after the statement; one for each node")],
    trust: Annotated[Path, typer.Option(help="The trust list, which names the logs, their keys and their witnesses")],
    anchor: Annotated[Path, typer.Option(help="The key of the trust anchor, from elsewhere than the nodes")],
    at: Annotated[
        str, typer.Option(help="When the trust list must be in force; if nothing is said, when the newest copy was cosigned")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Count again and compare. Exit status: 0 all agrees, 1 differences, each named."""
    stated = [_open(file, key) for file in files]
    moment = parse_instant(at) if at else _newest(log)
    named = read_trust(_text(trust), anchor=read_signing_public(_text(anchor)), at=moment)
    differences = list(compare(stated, dict(copy_of(folder, named) for folder in log), named))
    figures = {one.institution: dict(sorted(Counter(str(act["kind"]) for act in one.own.values()).items())) for one in stated}
    still = [one.institution for one in stated if is_open(one)]
    if as_json:
        answer = {"ok": not differences, "figures": figures, "differences": differences, "not_over": still}
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        for one in stated:
            over = ", and the period was not over when it was stated" if one.institution in still else ""
            typer.echo(f"{one.institution}: {len(one.steps)} entries, {sum(figures[one.institution].values())} acts of its own{over}")
            for kind, count in figures[one.institution].items():
                typer.echo(f"  {count:>7}  {kind}")
        typer.echo("\n".join(differences) if differences else "Counted again: everything agrees.")
    raise typer.Exit(1 if differences else 0)


def _open(file: Path, key: Path) -> Stated:
    lines = [line.strip() for line in key.read_text().splitlines() if line.startswith("AGE-SECRET-KEY-")]
    if not lines:
        raise FormError("holds no age identity", where=str(key), cure="give the file that age-keygen wrote")
    value = decode(_plain(file, lines), max_bytes=LIMIT, where=str(file))
    expected = {"v", "institution", "origin", "from", "to", "checkpoint", "steps", "acts"}
    if not isinstance(value, dict) or value.keys() - {"before", "after"} != expected or value["v"] != VERSION:
        raise FormError(f"is no statement of version {VERSION}", where=str(file), cure="have the node make it again")
    return Stated(file=file, value=value)


def _plain(file: Path, identities: Sequence[str]) -> bytes:
    """What the file holds, opened with whichever of the identities it is sealed to."""
    data = file.read_bytes()
    why = ""
    for identity in identities:
        source = BytesIO(data)
        try:
            return b"".join(bytes(piece) for piece in opened(source, read_header(source), identity))
        except PackageError as error:
            why = str(error)
    raise RequestError("cannot be opened", where=str(file), why=why, cure="ask the node for one sealed to this key")


def _newest(folders: Sequence[Path]) -> Instant:
    """The newest time that a cosignature on one of these copies states; that it holds is verified later, with the keys of the list."""
    lines = [line for one in folders for line in read_checkpoint(_text(one / "checkpoint") + "\n").note.signatures]
    times = [int.from_bytes(line.data[:8], "big") for line in lines if len(line.data) == COSIGNATURE]
    if not times:
        raise FormError("cannot be told", where="--at", why="no copy of a log carries a cosignature", cure="give the time, such as now")
    return instant(datetime.fromtimestamp(max(times), UTC))


def _text(file: Path) -> str:
    if not file.is_file():
        raise FormError("is not here", where=str(file), cure="give the file's name")
    return file.read_text(encoding="utf-8").strip()
