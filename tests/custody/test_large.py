"""Large evidence: 2 GiB in one file and 10,000 small ones, sealed and opened in flat memory. `make test-large` for more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGE = "ROGATORY_LARGE"
SMALLER = [(2048, 0, 200), (0, 10_000, 200)]
LARGER = [(20_480, 0, 200), (0, 100_000, 500)]


@pytest.mark.slow
@pytest.mark.parametrize(("mib", "files", "most"), LARGER if os.environ.get(LARGE) else SMALLER)
def test_t14_memory_stays_flat_however_much_is_sealed_and_opened(mib: int, files: int, most: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.custody.large", str(mib), str(files)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    sys.stdout.write(f"{result}\n")
    assert result["same"]
    assert result["files"] == files + bool(mib)
    assert result["peak_mib"] < most
