"""`rogatory law keep`: write a pack into one file, under its hash, signed by its owner; `law test --pack` runs it again."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from rogatory.cli.law.doors import LawFolder, stop
from rogatory.law.keeping import keep as kept
from rogatory.law.keeping import public_hex
from rogatory.node.packs import corpus, instruments, pack_files, period_files, states_having


def keep(
    instrument: Annotated[str, typer.Argument(help="The instrument, such as eu-e-evidence")],
    out: Annotated[Path, typer.Option("--out", help="The folder that keeps packs by their hash")],
    key: Annotated[Path | None, typer.Option("--key", help="The owner's Ed25519 key, PEM (openssl genpkey -algorithm ed25519)")] = None,
    laid_over: Annotated[bool, typer.Option("--overlays", help="Also with what each State, and each two States, add to it")] = False,
    law: LawFolder = None,
) -> None:
    """Keep every period of an instrument as one file each, named by the hash of the pack. What is kept already stays as it is.

    An act pins the pack with what its two States add; with `--overlays` each such pack is kept as well.
    """
    folder = law or corpus()
    if instrument not in instruments(folder):
        raise stop(f"{instrument!r} is no instrument; this law knows {', '.join(instruments(folder))}")
    private = private_key(key) if key else None
    out.mkdir(parents=True, exist_ok=True)
    having = sorted(states_having(instrument, folder)) if laid_over else []
    concerned = [(), *((state,) for state in having), *combinations(having, 2)]
    for period in period_files(instrument, folder):
        for states in concerned:
            digest, text = kept(pack_files(period, folder, frozenset(states)), private)
            path = out / f"{digest}.json"
            if path.exists():
                typer.echo(f"{path} is kept already")
                continue
            path.write_text(text, encoding="utf-8")
            signed = f"signed by {public_hex(private.public_key())}" if private else "not signed; give --key to sign it"
            where = f" in {' and '.join(states)}" if states else ""
            typer.echo(f"{path}: {instrument}{where}, {period.name}; {signed}")


def private_key(path: Path) -> Ed25519PrivateKey:
    """The owner's key, which stays where it is."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise stop(f"{path}: is no private key that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise stop(f"{path}: is no Ed25519 key; make one with openssl genpkey -algorithm ed25519")
    return key
