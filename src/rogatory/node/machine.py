"""What the machine remembers of a node until it is switched off: the newest checkpoint signed while the node was known to be current.

It lies in the service's runtime folder (`RUNTIME_DIRECTORY`, as systemd sets it: memory, which no backup holds), with the id of the
machine's start. A process that is started again and finds that very checkpoint in its tables knows that nothing was restored in
between: an older copy does not hold it, and what an older copy adds has other roots. Without such a folder nothing is remembered.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")
LONGEST = 1 << 16


def remember(institution: str, checkpoint: str) -> None:
    """Remember a checkpoint of the node that is known to be current."""
    file, boot = _file(institution), _boot()
    if file is None or boot is None:
        return
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError):  # without it the node asks its peers at the next start
        new.write_text(f"{boot}\n{checkpoint}", encoding="utf-8")
        new.replace(file)


def remembered(institution: str) -> str | None:
    """The checkpoint that was remembered since the machine was switched on; nothing if none was, or if it cannot be read."""
    file = _file(institution)
    if file is None:
        return None
    try:
        boot, _, checkpoint = file.read_bytes()[:LONGEST].decode().partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return checkpoint if checkpoint and boot == _boot() else None


def _boot() -> str | None:
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return None


def _file(institution: str) -> Path | None:
    """One file for each node that runs here; systemd may name several folders, of which the first is taken."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    name = "".join(letter if letter.isalnum() else "-" for letter in institution.partition("://")[2])
    return Path(folder) / f"current-{name}" if folder else None
