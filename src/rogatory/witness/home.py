"""The folder of a witness: its name, its key, the trust list that says which logs it serves.

| file | what |
|---|---|
| `witness.toml` | `name`, under which it cosigns |
| `witness.key` | its Ed25519 key, 32 bytes, mode 0600 |
| `trust.json`, `anchor.pub` | the trust list, read again when it changes, and the key of its anchor, set by hand |
| `witness.sqlite3` | the newest head of each log, and the evidence of two histories |
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.errors import ConfigurationError
from rogatory.exchange.message import read_signing_public
from rogatory.exchange.trust import read_trust
from rogatory.ledger import KeyUse, VerifierKey, read_vkey, vkey_of
from rogatory.moments import Instant

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One witness as set up in a folder."""

    folder: Path
    name: str
    key: Ed25519PrivateKey

    @property
    def vkey(self) -> VerifierKey:
        """What the trust list says of it."""
        return vkey_of(self.key, name=self.name, use=KeyUse.COSIGNATURE)

    @property
    def database(self) -> Path:
        """Where it remembers."""
        return self.folder / "witness.sqlite3"

    def logs(self, at: Instant) -> Mapping[str, Collection[VerifierKey]]:
        """The logs of the trust list in force, by origin. `TrustError` if it cannot be relied on."""
        try:
            anchor = read_signing_public((self.folder / "anchor.pub").read_text().strip())
            trust = read_trust((self.folder / "trust.json").read_text(), anchor=anchor, at=at)
        except FileNotFoundError as error:
            raise ConfigurationError(
                "is not there", where=str(error.filename), cure="copy the trust list and its anchor's key here"
            ) from error
        return {one.log.origin: (read_vkey(one.log.vkey),) for one in trust.entities}


def create_home(folder: Path, name: str) -> Home:
    """Draw the key of a new witness. `ConfigurationError` if the folder holds one already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    home = Home(folder=folder, name=name, key=key)
    _ = home.vkey  # the name must be one that a note can carry
    try:
        handle = os.open(folder / "witness.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError("holds a witness already", where=str(folder), cure="run it, or name another folder") from error
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    (folder / "witness.toml").write_text(f'name = "{name}"\n')
    return home


def load_home(folder: Path) -> Home:
    """Read the folder of a witness. `ConfigurationError` says what is missing, open to others or of a wrong form."""
    path = folder / "witness.key"
    try:
        settings = tomllib.loads((folder / "witness.toml").read_text())
        raw, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError as error:
        raise ConfigurationError("is not there", where=str(error.filename), cure=f"run: rogatory witness {folder} --new NAME") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("is not TOML", where=str(folder / "witness.toml"), why=str(error)) from error
    if mode & 0o077:
        raise ConfigurationError("may be read by others", where=str(path), cure=f"chmod 600 {path}")
    if len(raw) != _KEY_BYTES:
        raise ConfigurationError("is no key of 32 bytes", where=str(path), cure="restore it from its own backup")
    name = settings.get("name")
    if set(settings) != {"name"} or not isinstance(name, str):
        raise ConfigurationError("gives more or less than a name", where=str(folder / "witness.toml"), cure='name = "witness.example"')
    return Home(folder=folder, name=name, key=Ed25519PrivateKey.from_private_bytes(raw))
