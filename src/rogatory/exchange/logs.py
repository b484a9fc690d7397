"""Whose signatures count on a log: its keys with their dates, its witnesses, how many of them are needed.

- A log is named with at least three witnesses, or with none at all; its own node is never one of them. The quorum is the
  smallest majority.
- A key that has ended or was revoked still verifies what it signed before: a checkpoint shows when by the times that its
  witnesses' cosignatures state. Without a quorum of such times nothing shows it, and the checkpoint is refused.

Left to others: the signatures themselves (`rogatory.ledger`), reading the list (`trust`), how many an act needs (`procedure`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rogatory.errors import ProofError
from rogatory.ledger import Check, SignedCheckpoint, VerifierKey, verify_cosignatures
from rogatory.ledger.findings import step
from rogatory.ledger.note import verify_note
from rogatory.moments import Instant, format_instant

LEAST = 3
"""A log that is witnessed has at least so many witnesses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedKey:
    """A key of a log, and the seconds since 1970 from which and until which it signs."""

    key: VerifierKey
    since: float = 0.0
    until: float = float("inf")

    def holds(self, at: float) -> bool:
        """Whether it signs at that time."""
        return self.since <= at < self.until

    def held_in(self, second: int) -> bool:
        """Whether it held when a witness cosigned: she states the second that had begun, and the key may be as young as that second."""
        return math.floor(self.since) <= second < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWitness:
    """A witness as a log names it: where it is asked (under which host, if that is not in the address), and its key."""

    name: str
    url: str
    key: VerifierKey
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedLog:
    """One log: its origin, its keys (the newest first), its witnesses."""

    origin: str
    keys: tuple[DatedKey, ...]
    witnesses: tuple[NamedWitness, ...]

    @property
    def quorum(self) -> int:
        """How many witnesses must have cosigned: the smallest majority; none where none is named."""
        return len(self.witnesses) // 2 + 1 if self.witnesses else 0

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The keys with which its witnesses cosign."""
        return tuple(one.key for one in self.witnesses)

    def signing_at(self, at: Instant) -> tuple[VerifierKey, ...]:
        """The keys with which the log signs at an instant."""
        return tuple(one.key for one in self.keys if one.holds(at.timestamp()))

    def signer_of(self, signed: SignedCheckpoint) -> VerifierKey:
        """The key of this log that has signed a checkpoint, whenever that was; the newest if none has."""
        return next((one.key for one in self.keys if signed.note.signatures_by(one.key)), self.keys[0].key)

    def key_for(self, signed: SignedCheckpoint, at: Instant) -> VerifierKey:
        """The key by which a checkpoint is to be verified; `ProofError` if it had ended before the checkpoint was signed.

        The signature of that key is not verified here. A checkpoint that no key of the log has signed gets the newest key, so that
        verifying says what is missing.
        """
        present = [one for one in self.keys if signed.note.signatures_by(one.key)]
        if not present:
            return self.keys[0].key
        if len(present) > 1:  # during a change of keys: no line of a key that is known may be false (C2SP signed-note)
            with step(Check.SIGNATURE):
                for one in present:
                    verify_note(signed.note, one.key)
        for one in present:
            if one.holds(at.timestamp()) or self._in_time(one, signed):
                return one.key
        ended = present[0]
        raise ProofError(
            "is signed with a key that does not hold any more",
            where=Check.SIGNATURE.where,
            why=f"checkpoint of {self.origin}, key {ended.key.key_id.hex()}, judged at {format_instant(at)}",
            cure="ask for one that the log has signed with its present key, or that its witnesses cosigned in time",
        )

    def _in_time(self, key: DatedKey, signed: SignedCheckpoint) -> bool:
        """Whether a quorum of witnesses saw the checkpoint while the key held."""
        found = [verify_cosignatures(signed, one) for one in self.witness_keys]
        seconds = [one.timestamp for one in found if one is not None]
        return 0 < self.quorum <= sum(key.held_in(second) for second in seconds)
