"""The Chromium of this machine, for tests of pages.

- The one that the distribution packages is used; no browser is ever downloaded.
- Where none is installed, `executable` skips the test aloud and says what would install one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

ABSENT = "NOT TESTED in a browser: Chromium is not installed. To install it: sudo apt-get install chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def executable() -> str:
    """Where Chromium is."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip(ABSENT)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that lives as long as the context. Pages that it opens are of this machine, so it needs no sandbox."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield started
        finally:
            started.close()
