"""Where sealed packages lie when not on the local disk: the table `[evidence]` of `node.toml`, read strictly.

Credentials do not stand there: they lie in a private file of their own (`keys/bucket.secret`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rogatory.errors import ConfigurationError

_NEEDED, _ALLOWED = {"bucket", "endpoint", "region"}, {"bucket", "endpoint", "region", "prefix", "authority"}
_NAME, _PREFIX = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_-]{1,100}){0,9}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSettings:
    """A bucket of an S3-compatible store; `prefix` ends with a stroke, `authority` is a PEM file of the store's own authority."""

    bucket: str
    endpoint: str
    region: str
    prefix: str
    authority: Path | None


def read_bucket(table: object, *, node: str, where: str) -> BucketSettings:
    """Read the table. `ConfigurationError` names what is missing, unknown or not allowed."""
    if not isinstance(table, dict):
        raise ConfigurationError("evidence is no table", where=where, cure="write [evidence] with bucket, endpoint and region")
    wrong = sorted((_NEEDED - table.keys()) | (table.keys() - _ALLOWED))
    if wrong:
        raise ConfigurationError(
            f"evidence.{wrong[0]} is missing or unknown",
            where=where,
            cure=f"give {', '.join(sorted(_NEEDED))}; prefix and authority if need be",
        )
    for name, value in table.items():
        if not isinstance(value, str) or not value:
            raise ConfigurationError(f"evidence.{name} is no text", where=where)
    prefix = table.get("prefix", node).strip("/")
    if not _NAME.fullmatch(table["bucket"]) or not _PREFIX.fullmatch(prefix):
        raise ConfigurationError(
            "evidence.bucket or evidence.prefix is no name of S3", where=where, cure="small letters, digits and hyphens"
        )
    return BucketSettings(
        bucket=table["bucket"],
        endpoint=_endpoint(table["endpoint"], where),
        region=table["region"],
        prefix=f"{prefix}/",
        authority=Path(table["authority"]) if "authority" in table else None,
    )


def _endpoint(text: str, where: str) -> str:
    parts = urlsplit(text)
    if parts.username or parts.password:
        raise ConfigurationError(
            "evidence.endpoint holds credentials", where=where, cure="write them into keys/bucket.secret, and draw new ones"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ConfigurationError("evidence.endpoint is no https address", where=where, cure="https://; http only on this machine")
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigurationError("evidence.endpoint is no address of a store", where=where, cure="https://store.example, without a path")
    return text.rstrip("/")
