"""How many witnesses must have cosigned the log before an act may cross.

- What orders to disclose, or discloses, waits for the quorum: below it nobody outside can know that the log has one history.
- In an emergency one is enough; the receiver records that there was no quorum.
- Nothing else waits: preservation harms nobody and saves evidence, and what stops a disclosure must never be held up. So an order to
  preserve waits neither, with the decision that it rests on; what is produced later rests on an order to produce, which does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rogatory.procedure.case import Case
from rogatory.procedure.fold import kind_of
from rogatory.procedure.kind import ActView
from rogatory.procedure.words import Role

EMERGENCY = "issue in emergency"
PRESERVATION = "preservation-order"
CERTIFICATES = frozenset({"transmit", "notify enforcing authority"})


def cosignatures_needed(kind: str, case: Case, quorum: int, *, measure: str = "") -> int:
    """How many witnesses must have cosigned, of a log whose quorum this is; `measure` as a certificate states it, else as drafted.

    >>> case = Case(me="https://justice.example")
    >>> cosignatures_needed("authorise", case, 2), cosignatures_needed("withdraw", case, 2)
    (2, 0)
    >>> cosignatures_needed("authorise", case, 2, measure="preservation-order")
    0
    """
    if not kind_of(kind).discloses or _preserves(kind, measure or (case.draft.measure if case.draft else "")):
        return 0
    urgent = case.emergency is not None or kind == EMERGENCY
    return min(1, quorum) if urgent else quorum


def _preserves(kind: str, measure: str) -> bool:
    return measure == PRESERVATION and kind_of(kind).role is Role.ISSUING


def measures(acts: Iterable[ActView]) -> Mapping[str, str]:
    """What the certificates among these acts order, by their own hash and by that of the decision on which each rests."""
    found: dict[str, str] = {}
    for act in acts:
        facts = act.parts.get("facts")
        if act.kind in CERTIFICATES and isinstance(facts, Mapping):
            found |= dict.fromkeys((act.hash, str(act.parts.get("decision"))), str(facts.get("measure", "")))
    return found
