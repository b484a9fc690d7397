"""Loaded by each process of the nodes under test: a file that is removed, or replaced, is kept for who searches, while somebody does."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import suppress
from pathlib import Path

KEPT = os.environ.get("ROGATORY_TEST_REMOVED", "")
_numbers = itertools.count()


def keep(event: str, arguments: tuple[object, ...]) -> None:
    """Give the file that is about to go another name, in the folder of what was removed; it is there while somebody searches."""
    if event not in {"os.remove", "os.rename"} or not Path(KEPT).is_dir():
        return
    path, folder = (arguments[0], arguments[1]) if event == "os.remove" else (arguments[1], arguments[3])
    beside = {"src_dir_fd": folder} if isinstance(folder, int) and folder >= 0 else {}
    with suppress(OSError):
        os.link(path, f"{KEPT}/{os.getpid()}-{next(_numbers)}", **beside, follow_symlinks=False)  # type: ignore[arg-type]


if KEPT:
    sys.addaudithook(keep)
