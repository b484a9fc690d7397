"""Test vectors that others published: read where they lie, never copied, and missed loudly.

They lie in the folder that ROGATORY_VECTORS names, else in `shared/vectors` beside the checkout. A test that needs a folder
which is not there is skipped, and the summary of the run names the folder.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[1].parent / "shared" / "vectors"
FOLDER = Path(os.environ.get("ROGATORY_VECTORS", _BESIDE))


def cases(folder: str, pattern: str) -> list[Any]:
    """One parameter for each file; without the folder one that is skipped and says so."""
    found = sorted((FOLDER / folder).rglob(pattern))
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"NOT RUN: vectors of {folder} not found; set ROGATORY_VECTORS"))]
    return [pytest.param(file, id=str(file.relative_to(FOLDER / folder))) for file in found]


def wycheproof(name: str) -> dict[str, Any]:
    """One file of Wycheproof; without it the test is skipped."""
    file = FOLDER / "wycheproof" / name
    if not file.is_file():
        pytest.skip(f"NOT RUN: Wycheproof {name} not found; set ROGATORY_VECTORS")
    return json.loads(file.read_text())
