"""`rogatory law keep`: write a pack into one file, under its hash, signed by its owner; `law test --pack` runs it again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from rogatory.cli.law.doors import LawFolder, stop
from rogatory.law.keeping import keep as kept
from rogatory.node.packs import corpus, instruments, pack_files, period_files


def keep(
    instrument: Annotated[str, typer.Argument(help="The instrument, such as eu-e-evidence")],
    out: Annotated[Path, typer.Option("--out", help="The folder that keeps packs by their hash")],
    key: Annotated[Path | None, typer.Option("--key", help="The owner's Ed25519 key, PEM (openssl genpkey -algorithm ed25519)")] = None,
    law: LawFolder = None,
) -> None:
    """Keep every period of an instrument as one file each, named by the hash of the pack. What is kept already stays as it is."""
    folder = law or corpus()
    if instrument not in instruments(folder):
        raise stop(f"{instrument!r} is no instrument; this law knows {', '.join(instruments(folder))}")
    private = _private(key) if key else None
    out.mkdir(parents=True, exist_ok=True)
    for period in period_files(instrument, folder):
        digest, text = kept(pack_files(period, folder), private)
        path = out / f"{digest}.json"
        if path.exists():
            typer.echo(f"{path} is kept already")
            continue
        path.write_text(text, encoding="utf-8")
        signed = f"signed by {_public(private)}" if private else "not signed; give --key to sign it"
        typer.echo(f"{path}: {instrument}, {period.name}; {signed}")


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise stop(f"{path}: is no private key that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise stop(f"{path}: is no Ed25519 key; make one with openssl genpkey -algorithm ed25519")
    return key


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
