"""`rogatory law sign`: the owner's signature over the law, and what `law check` says of it.

The owner's key stays with the owner. What lies beside the law is `signature.json` and the public key, `owner.pem`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from rogatory.cli.law.doors import LawFolder, stop
from rogatory.cli.law.keeping import private_key
from rogatory.errors import PackError
from rogatory.law.keeping import public_hex
from rogatory.law.signing import LIMIT, Signed, read_signed
from rogatory.law.signing import sign as signed
from rogatory.moments import parse_day
from rogatory.node.packs import corpus, instruments, law_files, load_period, pack_hashes, period_files, read_law_file

SIGNATURE, OWNER = "signature.json", "owner.pem"
SHOWN = 5
"""How many changed files a line names."""


def sign(
    key: Annotated[Path, typer.Option("--key", help="The owner's Ed25519 key, PEM (openssl genpkey -algorithm ed25519)")],
    on: Annotated[str, typer.Option("--on", help="The day of signing, such as 2026-11-25")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for the law; by default the owner that every instrument names")] = "",
    new_owner: Annotated[bool, typer.Option("--new-owner", help="The key may be another than the one in owner.pem")] = False,
    law: LawFolder = None,
) -> None:
    """Sign the law as it lies: every file, the hash of every pack, the owner, the first day of review. Nothing secret is written."""
    folder, private = law or corpus(), private_key(key)
    known = owner_key(folder)
    mine = public_hex(private.public_key())
    if known and known != mine and not new_owner:
        raise stop(f"{folder / OWNER} holds the key {known}, and {key} is {mine}; give --new-owner if the law changes hands")
    packs = [load_period(period, folder) for name in instruments(folder) for period in period_files(name, folder)]
    owners = {pack.owner for pack in packs}
    if not owner and len(owners) > 1:
        raise stop(f"the instruments name several owners ({'; '.join(sorted(owners))}); say with --owner who signs")
    text = signed(
        law_files(folder),
        pack_hashes(folder),
        private,
        owner=owner or owners.pop(),
        on=parse_day(on),
        review_by=min(pack.review_by for pack in packs),
    )
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / OWNER).write_bytes(public)
    (folder / SIGNATURE).write_text(text + "\n", encoding="utf-8")
    typer.echo(standing(folder)[0])


def owner_key(folder: Path) -> str:
    """The owner's public key beside the law (hex); empty if there is none. `PackError` if it is none."""
    path = folder / OWNER
    if not path.is_file():
        return ""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PackError("is no public key", where=OWNER, why=str(error), cure="give the one that law sign wrote") from error
    if not isinstance(key, Ed25519PublicKey):
        raise PackError("is no Ed25519 key", where=OWNER, cure="give the one that law sign wrote")
    return public_hex(key)


def standing(folder: Path, *, by: str = "") -> tuple[str, tuple[str, ...]]:
    """What can be said of the signature, in a line; and what is wrong for a reader who wants it to hold, with the key she knows.

    `PackError` if there is a signature that does not hold.
    """
    path = folder / SIGNATURE
    if not path.is_file():
        return "not signed; the owner signs with: rogatory law sign --key KEY --on DAY", ("the law is not signed",) if by else ()
    held = read_signed(SIGNATURE, read_law_file(path, LIMIT).removesuffix("\n"))
    wrong = _of_key(held, owner_key(folder), by)
    differences = (*held.differences(law_files(folder)), *_packs(held, folder))
    if by and differences:
        wrong += (f"{len(differences)} things are not as they were signed",)
    more = f", and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
    since = f"; since then {', '.join(differences[:SHOWN])}{more}" if differences else "; every file and pack is as it was signed"
    return f"signed on {held.signed_on} by {held.owner}, key {held.key[:16]}, review by {held.review_by}{since}", wrong


def _of_key(held: Signed, beside: str, by: str) -> tuple[str, ...]:
    if beside != held.key:
        return (f"signed with the key {held.key}, and {OWNER} holds {beside or 'none'}",)
    return (f"signed with the key {held.key}, not with {by}",) if by and by.lower() != held.key else ()


def _packs(held: Signed, folder: Path) -> tuple[str, ...]:
    """Packs whose hash is another than was signed: also where the files are the same and the engine reads them otherwise."""
    now = pack_hashes(folder)
    return tuple(f"pack {name} is another" for name in sorted(now.keys() & held.packs.keys()) if now[name] != held.packs[name])
