"""`rogatory recount`: the oversight body counts a period again from the ledger, and compares with the tables and with the peers.

- `state` runs on a node: it seals the seeds and acts of a period to the overseer's own age key. Nobody else can open it.
- `check` runs at the overseer, with no node and no database: statements of several nodes, and copies of their logs.

Each difference names its act or entry. What is compared:

1. Each step, built again from its seed and its acts, is the entry that the log signed.
2. Each act of a node in the period stands in one of its steps, and each act in a step is one of its acts.
3. What one node says that it sent to another, that one has; and what it has of another, that one made.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer

from rogatory.canonical import decode, encode, from_base64url
from rogatory.custody.age import ENTROPY, Sealing, opened, read_header
from rogatory.errors import FormError, PackageError, RequestError
from rogatory.ledger import Counted, bundles_of, read_bundle, read_checkpoint, recount
from rogatory.moments import parse_instant

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A node's statement, opened."""

    file: Path
    value: Mapping[str, Any]

    @property
    def institution(self) -> str:
        """Whose it is."""
        return str(self.value["institution"])

    @property
    def steps(self) -> tuple[Counted, ...]:
        """Its steps."""
        return tuple(Counted(leaf=one["leaf"], seed=from_base64url(one["seed"]), acts=tuple(one["acts"])) for one in self.value["steps"])

    @property
    def acts(self) -> dict[str, Mapping[str, Any]]:
        """The acts that its tables hold, by hash."""
        return {str(one["hash"]): one for one in self.value["acts"]}


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="The sealed statements, one of each node")],
    key: Annotated[Path, typer.Option(help="The overseer's age identity file")],
    log: Annotated[list[Path], typer.Option(help="A copy of a log (rogatory log fetch); one for each node")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Count again and compare. Exit status: 0 all agrees, 1 differences, each named. Verify the copies of the logs first."""
    stated = [_open(file, key) for file in files]
    entries = dict(map(_entries, log))
    differences = [line for one in stated for line in (*_steps(one, entries), *_tables(one))] + list(_peers(stated))
    figures = {one.institution: dict(sorted(Counter(str(act["kind"]) for act in _own(one).values()).items())) for one in stated}
    if as_json:
        typer.echo(json.dumps({"ok": not differences, "figures": figures, "differences": differences}, indent=2, ensure_ascii=False))
    else:
        for one in stated:
            typer.echo(f"{one.institution}: {len(one.steps)} entries, {sum(figures[one.institution].values())} acts of its own")
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
    if not isinstance(value, dict) or value.keys() != expected or value["v"] != 1:
        raise FormError("is no statement of version 1", where=str(file))
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


def _entries(folder: Path) -> tuple[str, dict[int, bytes]]:
    """The entries of a copied log, by number."""
    head = read_checkpoint((folder / "checkpoint").read_text(encoding="utf-8")).checkpoint
    found: dict[int, bytes] = {}
    for address in bundles_of(head.size):
        here = next((one for one in (address, address.whole) if (folder / one.path).is_file()), None)
        if here is not None:
            for place, entry in enumerate(read_bundle((folder / here.path).read_bytes(), here)):
                found[here.index * 256 + place] = entry
    return head.origin, found


def _steps(one: Stated, entries: Mapping[str, Mapping[int, bytes]]) -> Iterator[str]:
    """1: each step is the entry that the log signed, and none between the first and the last is left out."""
    origin = str(one.value["origin"])
    if origin not in entries:
        yield f"1. {one.institution}: there is no copy of its log {origin} to count by"
        return
    leaves = [step.leaf for step in one.steps]
    if leaves != list(range(leaves[0], leaves[-1] + 1) if leaves else []):
        yield f"1. {one.institution}: entries between the first and the last are left out"
    yield from (f"1. {one.institution}, entry {wrong.leaf}: {wrong.says}" for wrong in recount(one.steps, entries[origin].get))


def _own(one: Stated) -> dict[str, Mapping[str, Any]]:
    return {digest: act for digest, act in one.acts.items() if act["by"] == one.institution}


def _tables(one: Stated) -> Iterator[str]:
    """2: the acts of the tables against those of the steps. Steps at the edges also hold acts of the minutes around the period."""
    placed = {digest for step in one.steps for digest in step.acts}
    for digest in sorted(_own(one).keys() - placed):
        yield f"2. {one.institution}, act {digest}: the tables hold it, and no entry of the log does"
    edges = {digest for step in (*one.steps[:EDGE], *one.steps[-EDGE:]) for digest in step.acts}
    for digest in sorted(placed - _own(one).keys() - edges):
        yield f"2. {one.institution}, act {digest}: an entry of the log holds it, and the tables do not"


EDGE = 120
"""Steps at either end of the period in which an act may stand whose own instant lies just outside it."""


def _peers(stated: Sequence[Stated]) -> Iterator[str]:
    """3: what one node says that it sent, and what the other says that it has."""
    by_name = {one.institution: one for one in stated}
    for one in stated:
        for digest, act in _own(one).items():
            for to in act["sent"]:
                if to in by_name and digest not in by_name[to].acts:
                    yield f"3. act {digest} ({act['kind']}): {one.institution} has sent it to {to}, which does not have it"
        for digest, act in one.acts.items():
            author = by_name.get(str(act["by"]))
            if author is not None and author is not one and digest not in author.acts:
                yield f"3. act {digest} ({act['kind']}): {one.institution} has it from {author.institution}, which does not have it"
