"""What somebody who holds a node's whole disk and its secret could read of a case: keys, wrapped keys, sealed contents."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rogatory.node.keys import CaseKeys, NodeKeys


def secrets(home: Path, case: str) -> list[bytes]:
    """The keys of a case, plain and as they lie on the disk."""
    files = [*(home / "casekeys").glob(f"{case}.*")]
    keys = NodeKeys.load(home)
    found = [path.read_bytes()[:48] for path in files]
    found.append(keys.unseal((home / "casekeys" / f"{case}.key").read_bytes(), aad=f"case {case}".encode()))
    kept = CaseKeys(home, keys)
    found += [kept.kept(case, name) for name in kept.names(case) if name.startswith("seal-")]
    return found


def contents(home: Path, case: str) -> list[bytes]:
    """The contents of the acts of a case, sealed as they lie in the tables."""
    with sqlite3.connect(home / "node.sqlite3", timeout=10) as tables:
        return [row[0] for row in tables.execute('SELECT sealed FROM act_contents WHERE "case" = ?', (case.replace("-", ""),))]
