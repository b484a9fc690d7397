"""Record refused attempts: who, which kind, which rule, a keyed hash of the input, no contents."""

from __future__ import annotations

from typing import Final

from rogatory.moments import Instant
from rogatory.node.models import SecurityEntry

ATTEMPTS: Final = b"rogatory/attempts/v1"
"""For which use the keyed hash of an input is made (`NodeKeys.fingerprint`)."""


def record_refusal(*, who: str, kind: str, rule: str, input_hash: str, at: Instant) -> None:
    """One line of the security log."""
    SecurityEntry.objects.create(at=at, who=who[:220], kind=kind[:40], rule=rule[:80], input_hash=input_hash)
