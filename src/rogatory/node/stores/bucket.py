"""Sealed packages in a bucket of an S3-compatible store, by a setting; `obstore` speaks to it.

- What is under way stays on the local disk, sealed. A package goes to the bucket once it is whole and its digest was checked: by
  parts where it is large, and it can be seen when the last part has been taken, never before.
- Each request carries the SHA-256 of its body in its signature, so that the store refuses what was changed on its way.
- A node has a prefix of its own, and its mark lies there: no node tidies another one's packages away.
- A bucket that keeps old versions is refused, because what must be gone would stay.
- Nothing of the credentials is ever said: what the store answers is cut, and they are struck out of it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from rogatory.errors import ConfigurationError, StorageError
from rogatory.node.stores.reading import stream_of
from rogatory.node.stores.store import Store, checked_name

PART, MOST_PARTS, AT_ONCE = 16 << 20, 9_000, 4
MARK = "owner"
PATIENCE = timedelta(seconds=20)
ABSENT = (NotFoundError, FileNotFoundError)  # obstore raises Python's own error for an object that is not there
FAULTS = (BaseError, OSError)
_STATUS, _CODE = re.compile(r"status code: (\d{3}[A-Za-z ]*)"), re.compile(r"<Code>(\w{1,60})</Code>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Which bucket, where, under which prefix (it ends with a stroke), and with which credentials."""

    name: str
    endpoint: str
    region: str
    prefix: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    authority: bytes | None = None


class BucketStore(Store):
    """The packages of one node, in its bucket."""

    def __init__(self, folder: Path, bucket: Bucket, *, owner: str) -> None:
        super().__init__(folder)
        self._bucket, self._owner = bucket, owner
        self._lock, self._claimed = threading.Lock(), False
        self._objects = S3Store(
            bucket.name,
            endpoint=bucket.endpoint,
            region=bucket.region,
            access_key_id=bucket.access_key,
            secret_access_key=bucket.secret_key,
            virtual_hosted_style_request=False,
            disable_tagging=True,
            client_options={
                "allow_http": bucket.endpoint.startswith("http://"),
                "timeout": timedelta(seconds=120),
                **({"root_certificate": bucket.authority} if bucket.authority else {}),
            },
            retry_config={"max_retries": 4, "retry_timeout": PATIENCE},
        )

    def size(self, digest: str) -> int | None:
        """How many bytes a package has, if it lies in the bucket."""
        key = self._key(digest)
        with self._asking(key):
            try:
                return obstore.head(self._objects, key)["size"]
            except ABSENT:
                return None

    def open_unchecked(self, digest: str) -> BinaryIO:
        """A package, to be read by ranges by somebody who checks it."""
        size, key = self.size(digest), self._key(digest)
        if size is None:
            raise StorageError("is not here", where=self._where(key), why="it was destroyed, or never arrived")

        def read(start: int, length: int) -> memoryview:
            with self._asking(key):
                return memoryview(obstore.get_range(self._objects, key, start=start, length=length))

        return stream_of(read, size)

    def digests(self) -> Iterator[tuple[str, float]]:
        """Every package of this node, and when it was put there."""
        with self._asking(""):
            for page in obstore.list(self._objects, prefix=self._bucket.prefix):
                for one in page:
                    name = one["path"].rpartition("/")[2]
                    if name.endswith(".age"):
                        yield name.removesuffix(".age"), one["last_modified"].timestamp()

    def _keep(self, digest: str, path: Path) -> None:
        size, key = path.stat().st_size, self._key(digest)
        part = max(PART, -(-size // MOST_PARTS))
        with self._asking(key):
            put = obstore.put(self._objects, key, path, use_multipart=size > part, chunk_size=part, max_concurrency=AT_ONCE)
            self._no_versions(put["version"], key)
            there = obstore.head(self._objects, key)["size"]
        if there != size:
            raise StorageError(
                "was not taken whole", where=self._where(key), why=f"{there} of {size} bytes are there", cure="it is tried again"
            )
        path.unlink(missing_ok=True)

    def _forget(self, digest: str) -> None:
        with self._asking(self._key(digest)), suppress(*ABSENT):
            obstore.delete(self._objects, self._key(digest))

    def _key(self, digest: str) -> str:
        return f"{self._bucket.prefix}{checked_name(digest)}.age"

    def _where(self, key: str) -> str:
        return f"{self._bucket.endpoint}, bucket {self._bucket.name}, {key}".removesuffix(", ")

    @contextmanager
    def _asking(self, key: str) -> Iterator[None]:
        """Ask the store for something, in the words of our own errors; the bucket is claimed before the first question."""
        try:
            self._claim()
            yield
        except FAULTS as error:
            raise self._fault(error, key) from None  # its own text could tell more than anybody may read

    def _claim(self) -> None:
        """Set our mark in the bucket, or find it there. `ConfigurationError` if the prefix is another node's."""
        with self._lock:
            if self._claimed:
                return
            key, mine = self._bucket.prefix + MARK, self._owner.encode()
            try:
                found = obstore.get(self._objects, key)
            except ABSENT:
                with suppress(FileExistsError, AlreadyExistsError):
                    obstore.put(self._objects, key, mine, mode="create", use_multipart=False)
                found = obstore.get(self._objects, key)
            if found.bytes() != mine:
                raise ConfigurationError(
                    "holds the packages of another node", where=self._where(key), cure="give each node a prefix or a bucket of its own"
                )
            self._no_versions(found.meta["version"], key)
            self._claimed = True

    def _no_versions(self, version: str | None, key: str) -> None:
        if version not in {None, "null"}:
            raise ConfigurationError(
                "keeps old versions, so that what must be gone would stay", where=self._where(key),
                cure="use a bucket without versioning and without object lock",
            )  # fmt: skip

    def _fault(self, error: Exception, key: str) -> StorageError:
        where = self._where(key)
        if isinstance(error, PermissionDeniedError | UnauthenticatedError | PermissionError):
            what, cure = "the store refuses us", "see that keys/bucket.secret is right and may read, write, list and delete there"
            return StorageError(what, where=where, why=self._said(error), cure=cure)
        if isinstance(error, ABSENT):
            return StorageError("is not there", where=where, why=self._said(error), cure="create the bucket, or restore the object")
        cure = "see that the store runs and can be reached; nothing was lost, and it is tried again"
        return StorageError("the store did not do it", where=where, why=self._said(error), cure=cure)

    def _said(self, error: Exception) -> str:
        """What the store said: its status and code, or a short line; never our credentials."""
        text = " ".join(str(error).partition("\n\nDebug source")[0].split())
        answer, code = _STATUS.search(text), _CODE.search(text)
        text = ", ".join(one[1] for one in (answer, code) if one) or text
        for secret in (self._bucket.secret_key, self._bucket.access_key):
            text = text.replace(secret, "***")
        return text[:300]
