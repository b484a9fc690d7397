"""Where the sealed packages of a node lie: on its own disk, or in a bucket of an S3-compatible store."""

from __future__ import annotations

from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.folder import read_private
from rogatory.node.settings.bucket import BucketSettings
from rogatory.node.stores.bucket import Bucket, BucketStore
from rogatory.node.stores.local import LocalStore
from rogatory.node.stores.store import Store

CREDENTIALS = Path("keys") / "bucket.secret"


def store_of(home: Path, bucket: BucketSettings | None, *, owner: str) -> Store:
    """The store that the settings name. `ConfigurationError` if the credentials are not there, or others may read them."""
    folder = home / "evidence"
    if bucket is None:
        return LocalStore(folder)
    path = home / CREDENTIALS
    lines = read_private(path, cure="write two lines: access key and secret key; chmod 600").decode("utf-8", "replace").split()
    if len(lines) != 2:  # noqa: PLR2004  # an access key and a secret key
        raise ConfigurationError("has not two lines", where=str(path), cure="write the access key and the secret key, a line each")
    access_key, secret_key = lines
    made = Bucket(
        name=bucket.bucket,
        endpoint=bucket.endpoint,
        region=bucket.region,
        prefix=bucket.prefix,
        access_key=access_key,
        secret_key=secret_key,
        authority=_authority(bucket.authority),
    )
    return BucketStore(folder, made, owner=owner)


def _authority(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            "cannot be read", where=str(path), why=error.strerror or "", cure="name the PEM file of the authority"
        ) from error


__all__ = ["Store", "store_of"]
