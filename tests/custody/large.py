"""Seal a generated stream and open it at the same time, through a pipe: nothing of it is ever stored.

python -m tests.custody.large <MiB of one file> <number of small files>     prints what came out, and the peak of memory
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from rogatory.custody import ENTROPY, Manifest, Purpose, SourceFile, new_identity, open_package, recipient_of, seal
from rogatory.moments import parse_instant
from rogatory.node.evidence.workers import workers

BLOCK = hashlib.shake_256(b"a block of evidence").digest(1 << 20)


class Generated:
    """So many MiB, made as they are read."""

    def __init__(self, mib: int) -> None:
        self._left = mib

    def read(self, size: int, /) -> bytes:
        """The next MiB."""
        assert size >= len(BLOCK)
        self._left -= 1
        return BLOCK if self._left >= 0 else b""


def sources(mib: int, files: int) -> Iterator[SourceFile]:
    """One large file and many small ones, each made when it is asked for."""
    if mib:
        yield SourceFile(name="disk.img", stream=Generated(mib), size=mib << 20)
    for number in range(files):
        data = f"record {number}\n".encode() * 20
        yield SourceFile(name=f"folder-{number % 100:02d}/record-{number:06d}.txt", stream=io.BytesIO(data), size=len(data))


def peak_mib() -> int:
    """The most memory that this program has held; `getrusage` would count what the program that started it held."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) >> 10


def main(mib: int, files: int) -> None:
    """Seal in one thread, open in this one."""
    identity = new_identity(os.urandom(32))
    reading, writing = os.pipe()
    made: list[Manifest] = []

    def sealing() -> None:
        with os.fdopen(writing, "wb") as out, workers() as lent:
            purpose = Purpose(order="0" * 64, item="content", facts={"addressee": "https://provider.example"})
            at = parse_instant("2026-11-24T00:00:00Z")
            to = recipient_of(identity)
            made.append(
                seal(
                    sources(mib, files),
                    purpose,
                    recipient=to,
                    at=at,
                    entropy=os.urandom(ENTROPY),
                    out=out,
                    workers=lent,
                )
            )

    thread = threading.Thread(target=sealing)
    thread.start()
    with os.fdopen(reading, "rb") as source, workers() as lent:
        opened = open_package(source, identity, workers=lent)
    thread.join()
    same = [(one.name, one.sha256) for one in made[0].files] == [(one.name, one.sha256) for one in opened.files]
    peak = peak_mib()
    sys.stdout.write(json.dumps({"files": len(opened.files), "bytes": made[0].size, "same": same, "peak_mib": peak}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
