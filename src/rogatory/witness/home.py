"""The folder of a witness: its name, its key, the trust list that says which logs it serves.

| file | what |
|---|---|
| `witness.toml` | `name`, under which it cosigns |
| `witness.key` | its Ed25519 key, 32 bytes, mode 0600 |
| `trust.json`, `anchor.pub` | the trust list, read again when it changes, and the key of its anchor, set by hand |
| `witness.sqlite3` | the newest head of each log, and the evidence of two histories; made with the key, never anew |
| `witness.signed` | how many heads were cosigned: a `witness.sqlite3` that knows of fewer is an older copy |
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.errors import ConfigurationError
from rogatory.folder import TrustFile, read_private, write_durably
from rogatory.ledger import KeyUse, VerifierKey, vkey_of
from rogatory.moments import Instant
from rogatory.witness.memory import Memory

KEY, SETTINGS, KEY_BYTES = "witness.key", "witness.toml", 32


@dataclass(frozen=True, kw_only=True)
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

    @cached_property
    def _trust(self) -> TrustFile:
        return TrustFile(self.folder)

    def logs(self, at: Instant) -> Mapping[str, Collection[VerifierKey]]:
        """The logs that name this witness in the trust list in force, by origin. `TrustError` if it cannot be relied on."""
        return self._trust.at(at).served_by(self.name, at)


def create_home(folder: Path, name: str) -> Home:
    """Draw the key of a new witness. `ConfigurationError` if the folder holds one already, `FormError` for a wrong name."""
    home = Home(folder=folder, name=name, key=Ed25519PrivateKey.generate())
    _ = home.vkey  # the name must be one that a note can carry
    if (folder / KEY).exists():
        raise ConfigurationError("holds a witness already", where=str(folder), cure="run it, or name another folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    Memory.new(home.database).close()
    write_durably(folder / SETTINGS, f"name = {json.dumps(name)}\n".encode(), replace=True)
    write_durably(folder / KEY, home.key.private_bytes_raw())
    return load_home(folder)


def load_home(folder: Path) -> Home:
    """Read the folder of a witness. `ConfigurationError` says what is missing, open to others or of a wrong form."""
    key = read_private(folder / KEY, size=KEY_BYTES, cure=f"run: rogatory witness {folder} --new NAME")
    path = folder / SETTINGS
    try:
        settings = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise ConfigurationError("is not there", where=str(path), cure='write one: name = "witness.example"') from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("is not TOML", where=str(path), why=str(error)) from error
    name = settings.get("name")
    if set(settings) != {"name"} or not isinstance(name, str):
        raise ConfigurationError("gives more or less than a name", where=str(path), cure='name = "witness.example"')
    return Home(folder=folder, name=name, key=Ed25519PrivateKey.from_private_bytes(key))
