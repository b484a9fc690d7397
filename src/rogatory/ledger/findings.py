"""The numbers of the verification steps, and what is found where one of them fails.

The steps are explained once, in `verify`. The same numbers stand in `docs/reference/ledger-format.md`, in the `where` of
a `ProofError` and in what `rogatory verify` prints; a test compares them.

- A finding names the file, the entry or act, and where there are two values, both of them.

Left to others: finding (`verify`, `damage`, and `cli` for what the ledger may not know), showing (`cli/verify.py`).

>>> Check.ROOT.where
'step 9 (root)'
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rogatory.errors import ProofError


class Check(enum.IntEnum):
    """The verification steps, in the order in which they are taken."""

    FORM = 1
    ORIGIN = 2
    SIGNATURE = 3
    WITNESSES = 4
    PLACE_IN_STEP = 5
    PLACE_IN_LOG = 6
    ENTRIES = 7
    TILES = 8
    ROOT = 9
    GROWTH = 10
    TRUST = 11
    ACT = 12
    CONTENTS = 13
    PACKAGES = 14

    @property
    def title(self) -> str:
        """The step's name in plain words."""
        return self.name.lower().replace("_", " ")

    @property
    def where(self) -> str:
        """How an error names the step."""
        return f"step {self.value} ({self.title})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not verify. `index` is the entry of the log, the hash in the tile or the act in the file."""

    check: Check
    file: str
    says: str
    index: int | None = None
    expected: str = ""
    found: str = ""

    @property
    def sentence(self) -> str:
        """The finding in one line."""
        values = f" Expected {self.expected}, found {self.found}." if self.expected else ""
        return f"{self.check.where}: {self.file}: {self.says}.{values}"


@contextmanager
def step(check: Check, what: str = "") -> Iterator[None]:
    """Give a proof that fails inside the block the number of its step."""
    try:
        yield
    except ProofError as error:
        why = "; ".join(part for part in (what, error.where, error.why) if part)
        raise ProofError(error.what, where=check.where, why=why, cure=error.cure) from error
