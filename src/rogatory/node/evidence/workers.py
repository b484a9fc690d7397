"""Threads that the custody's streams borrow: the ciphers release the interpreter's lock, so that all cores work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from rogatory.custody import Workers


@contextmanager
def workers() -> Iterator[Workers]:
    """One thread for each core and one that keeps the order, for one package."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool, ThreadPoolExecutor(1) as line:
        yield Workers(any_order=pool, in_order=line)
