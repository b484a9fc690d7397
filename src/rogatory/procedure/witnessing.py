"""How many witnesses must have cosigned the log before an act may cross.

- What orders to disclose, or discloses, waits for the quorum: below it nobody outside can know that the log has one history.
- In an emergency one is enough; the receiver records that there was no quorum.
- Nothing else waits: preservation harms nobody and saves evidence, and what stops a disclosure must never be held up.
"""

from __future__ import annotations

from rogatory.procedure.case import Case
from rogatory.procedure.fold import kind_of

EMERGENCY = "issue in emergency"


def cosignatures_needed(kind: str, case: Case, quorum: int) -> int:
    """How many witnesses must have cosigned, of a log whose quorum this is.

    >>> case = Case(me="https://justice.example")
    >>> cosignatures_needed("authorise", case, 2), cosignatures_needed("withdraw", case, 2)
    (2, 0)
    """
    if not kind_of(kind).discloses:
        return 0
    urgent = case.emergency is not None or kind == EMERGENCY
    return min(1, quorum) if urgent else quorum
