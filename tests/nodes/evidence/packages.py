"""The sealed packages of nodes as somebody sees them who looks from outside: on the local disk, or in the bucket that node.toml names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from rogatory.demo.cast import STAGES
from rogatory.demo.town import Town
from tests import objects


@dataclass(frozen=True)
class Bucket:
    """A bucket, and the prefix of one node in it."""

    client: Any
    name: str
    prefix: str

    @classmethod
    def of(cls, home: Path) -> Self | None:
        """The bucket of the node in that folder; nothing if its packages lie on its disk."""
        settings = tomllib.loads((home / "node.toml").read_text()).get("evidence")
        if settings is None:
            return None
        return cls(client=objects.client(settings["endpoint"]), name=settings["bucket"], prefix=f"{home.name}/")

    def everything(self) -> list[str]:
        """The key of each object under the prefix."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def read(self, key: str) -> bytes:
        """The bytes of one object; none if it went away meanwhile."""
        try:
            data: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return b""
        return data


def read_package(home: Path, digest: str) -> bytes:
    """A package as it lies at the node in that folder."""
    bucket = Bucket.of(home)
    return bucket.read(f"{bucket.prefix}{digest}.age") if bucket else (home / "evidence" / f"{digest}.age").read_bytes()


def write_package(home: Path, digest: str, data: bytes) -> None:
    """Put other bytes in the place of a package, as only who owns the store can."""
    bucket = Bucket.of(home)
    if bucket:
        bucket.client.put_object(Bucket=bucket.name, Key=f"{bucket.prefix}{digest}.age", Body=data)
    else:
        (home / "evidence" / f"{digest}.age").write_bytes(data)


def lying(town: Town, digest: str) -> list[str]:
    """Where anything of a package lies: at any node, on a disk or in a bucket, whole or half."""
    on_disks = [path.relative_to(town.folder).as_posix() for path in town.folder.rglob(f"*{digest}*")]
    return [*on_disks, *(key for bucket in buckets(town) for key in bucket.everything() if digest in key)]


def buckets(town: Town) -> Iterator[Bucket]:
    """The buckets of a town's nodes."""
    for stage in STAGES:
        if bucket := Bucket.of(town.home(stage)):
            yield bucket
