"""`rogatory log`: the files of a log in a folder, of one's own node or of anybody's (C2SP `tlog-tiles`).

The folder is a whole log: any static web server can serve it, any reader of such logs can read it, `rogatory verify` checks it.

- `export` writes the log of the node that ROGATORY_HOME names; `fetch` copies one over HTTP, and believes nothing of it.
- A full tile or bundle that is in the folder already is not read again. The checkpoint is written last: a copy that broke off
  is the older log with some files too many, never a newer one with some too few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import typer

from rogatory.errors import FormError
from rogatory.ledger import Address, bundles_of, read_checkpoint, tiles_of

app = typer.Typer(no_args_is_help=True, help="Copy a log, of this node or of another one, into a folder that anybody can check.")
Folder = Annotated[Path, typer.Argument(help="The folder to write to; an older copy in it is brought up to date")]
Get = Callable[[str], bytes | None]


@app.command()
def export(folder: Folder) -> None:
    """Write the log of this node (ROGATORY_HOME) as static files."""
    from rogatory.cli.node import configure

    configure()
    from rogatory.node import faults, log

    with faults.named():
        written = _write(folder, log.files(lambda path: (folder / path).is_file()))
    signed = read_checkpoint((folder / "checkpoint").read_text(encoding="utf-8"))
    (folder / "log.vkey").write_text(log.verifier_key(signed) + "\n")
    _say(folder, written)


@app.command("new-key")
def new_key() -> None:
    """Draw a further key for the log of this node, and print its verifier key for the anchor.

    The worker signs with it from the instant that the trust list gives it, once it has been started again; until then with the
    present one. No request fails in between.
    """
    from rogatory.cli.node import configure

    configure()
    from rogatory.ledger import vkey_of
    from rogatory.node import log
    from rogatory.node.installation import installation
    from rogatory.node.keys import draw_log_key

    key = draw_log_key(installation().settings.home)
    typer.echo(vkey_of(key, name=log.origin()).text)


@app.command("token-key")
def print_token_key() -> None:
    """Print the verifier key of the key in the token that ROGATORY_LOG_TOKEN names, for the anchor."""
    from rogatory.cli.node import configure

    configure()
    from rogatory.ledger import vkey_of
    from rogatory.node import log
    from rogatory.node.keys.token import ADDRESS, token_keys

    keys = token_keys()
    if not keys:
        raise FormError("is not set", where=ADDRESS, cure="docs/how-to/keep-the-log.md")
    typer.echo(vkey_of(keys[0], name=log.origin()).text)


@app.command()
def fetch(
    url: Annotated[str, typer.Argument(help="Where the log is served: checkpoint and tile/ lie below")],
    folder: Folder,
) -> None:
    """Copy a log over HTTP. Nothing of it is verified here: run `rogatory verify FOLDER --log-key KEY` afterwards."""
    import httpx  # only this command speaks to the network

    with httpx.Client(base_url=url.rstrip("/") + "/", timeout=30, follow_redirects=True) as client:

        def get(path: str) -> bytes | None:
            answer = client.get(path)
            return None if answer.status_code == HTTPStatus.NOT_FOUND else answer.raise_for_status().content

        try:
            written = _write(folder, served(get, lambda path: (folder / path).is_file()))
        except httpx.HTTPError as error:
            raise FormError("does not answer as a log", where=url, why=str(error), cure="name the address above `checkpoint`") from error
    _say(folder, written)


def served(get: Get, have: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Every file of a log that is served, but full tiles and bundles that are there already; the checkpoint last."""
    text = get("checkpoint")
    if text is None:
        raise FormError("is not there", where="checkpoint", cure="name the address above `checkpoint`")
    size = read_checkpoint(text.decode("utf-8", errors="replace")).checkpoint.size
    for address in (*bundles_of(size), *tiles_of(size)):
        if have(address.path) and address == address.whole:
            continue
        yield _first_of(get, (address, address.whole))  # a partial file may be gone once the full one is there
    yield "checkpoint", text


def _first_of(get: Get, addresses: tuple[Address, ...]) -> tuple[str, bytes]:
    for address in addresses:
        data = get(address.path)
        if data is not None:
            return address.path, data
    raise FormError("is not served", where=addresses[0].path, cure="ask the log's node: it must serve what its checkpoint covers")


def _write(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Write each file so that it is whole or not there. How many."""
    count = 0
    for path, data in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.new")
        beside.write_bytes(data)
        beside.replace(target)
        count += 1
    return count


def _say(folder: Path, written: int) -> None:
    head = read_checkpoint((folder / "checkpoint").read_text(encoding="utf-8"))
    lines = len(head.note.signatures)
    typer.echo(f"{head.checkpoint.origin}: {head.checkpoint.size} entries, {lines} signature(s); {written} files written to {folder}")
    typer.echo(f"Check it: rogatory verify {folder} --log-key KEY")
