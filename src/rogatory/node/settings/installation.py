"""What one installation is: `node.toml` in its home, read strictly."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.node.settings.bucket import BucketSettings, read_bucket

_KEYS = {"institution", "base_url", "name", "state", "roles", "step_ms", "keep"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """For how many days this node keeps what is no evidence (LED Arts. 5 and 25); a State's own law may ask for other numbers."""

    drafts: int = 180
    answers: int = 365
    consultations: int = 1095
    messages: int = 180


LEAST_KEPT, MOST_KEPT = 60, 3660
"""Messages are needed as long as a package can be fetched (at most 45 days); nothing is kept without an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """One node: its institution, where its pages are, its State, its roles, the step of its ledger's clock, its bucket if it has one."""

    home: Path
    institution: str
    base_url: str
    name: str
    state: str
    roles: tuple[str, ...]
    step_ms: int
    bucket: BucketSettings | None = None
    keep: Keep = Keep()


def home_from_environment() -> Path:
    """The folder of this node. `ConfigurationError` if the environment does not name one."""
    path = os.environ.get("ROGATORY_HOME")
    if not path:
        raise ConfigurationError("no folder is named for this node", where="ROGATORY_HOME", cure="set it, or run: rogatory demo")
    return Path(path)


def load_node(home: Path) -> NodeSettings:
    """Read `node.toml`. `ConfigurationError` names what is missing, unknown or of the wrong type."""
    path = home / "node.toml"
    try:
        read = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise ConfigurationError("the node has no node.toml", where=str(path), cure="write one; docs/start/operator.md") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError("is not TOML", where=str(path), why=str(error)) from error
    read.setdefault("step_ms", 1000)
    evidence = read.pop("evidence", None)
    read.setdefault("keep", {})
    wrong = sorted(_KEYS ^ read.keys())
    if wrong:
        raise ConfigurationError(f"{wrong[0]} is missing or unknown", where=str(path), cure=f"give {', '.join(sorted(_KEYS))}")
    if not isinstance(read["step_ms"], int) or not 20 <= read["step_ms"] <= 60000:  # noqa: PLR2004  # the range below
        raise ConfigurationError("step_ms is no whole number from 20 to 60000", where=str(path))
    for name in ("institution", "base_url", "name", "state"):
        if not isinstance(read[name], str) or not read[name]:
            raise ConfigurationError(f"{name} is no text", where=str(path))
    return NodeSettings(
        home=home,
        institution=read["institution"],
        base_url=read["base_url"],
        name=read["name"],
        state=read["state"],
        roles=tuple(read["roles"]),
        step_ms=read["step_ms"],
        bucket=read_bucket(evidence, node=read["name"], where=str(path)) if evidence is not None else None,
        keep=_keep(read["keep"], path),
    )


def _keep(read: object, path: Path) -> Keep:
    names = {one.name for one in fields(Keep)}
    if not isinstance(read, dict) or not read.keys() <= names:
        raise ConfigurationError("[keep] names something unknown", where=str(path), cure=f"give days for {', '.join(sorted(names))}")
    for name, days in read.items():
        if isinstance(days, bool) or not isinstance(days, int) or not LEAST_KEPT <= days <= MOST_KEPT:
            raise ConfigurationError(f"keep.{name} is no whole number of days from {LEAST_KEPT} to {MOST_KEPT}", where=str(path))
    return Keep(**read)
