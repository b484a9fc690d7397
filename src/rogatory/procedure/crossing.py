"""What it means when two acts of different institutions cross: neither author knew of the other's act.

One row a pair, each with its article. The fold gives the meaning its effect: what stops a case outranks what carries it on,
and a restriction stays whatever comes after it. A pair that is missing here fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rogatory.procedure.acts import KINDS
from rogatory.procedure.words import Role


class Meaning(StrEnum):
    """What holds after two acts have crossed."""

    BOTH_STAND = "both stand; neither changes the other"
    SEALED_AND_RESTRICTED = "the package stays sealed and is restricted at once on both sides"
    STOPPED = "the order is stopped; the other act stays on record and has no further effect"
    REFUSAL_STANDS = "the ground for refusal stands, although it was cleared by another officer"
    PERIOD_STARTS_ANEW = "the answer starts the period anew; what was produced meanwhile stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """The meaning of one pair, and its article."""

    meaning: Meaning
    article: str


_STOPS = {"withdraw": "Art. 12(2)", "set aside": "Art. 17(4)", "raise ground for refusal": "Art. 12(2)"}
_RECORDS = {"acknowledge", "receive", "restrict", "preserve", "call back", "purge"}


def crossing_kinds() -> dict[str, frozenset[Role]]:
    """Every kind that crosses, with the roles whose institutions make it."""
    return {
        name: frozenset({kind.role}) if kind.role else frozenset(Role)
        for name, kind in KINDS.items()
        if any(kind.parts.values()) and kind.phase != "house"
    }


def _row(one: str, other: str) -> Crossing:
    pair = {one, other}
    stops = sorted(pair & _STOPS.keys())
    if "produce" in pair and stops:
        return Crossing(meaning=Meaning.SEALED_AND_RESTRICTED, article=_STOPS[stops[0]])
    if pair == {"raise ground for refusal", "clear"}:
        return Crossing(meaning=Meaning.REFUSAL_STANDS, article="Art. 12(1)")
    if pair & _RECORDS:
        return Crossing(meaning=Meaning.BOTH_STAND, article="Art. 10")
    if stops:
        return Crossing(meaning=Meaning.STOPPED, article=_STOPS[stops[0]])
    if "clarify" in pair:
        return Crossing(meaning=Meaning.PERIOD_STARTS_ANEW, article="Art. 10(6)")
    return Crossing(meaning=Meaning.BOTH_STAND, article="Art. 10")


def _table() -> dict[frozenset[str], Crossing]:
    kinds = crossing_kinds()
    return {
        frozenset({one, other}): _row(one, other)
        for one, roles in kinds.items()
        for other, others in kinds.items()
        if any(left is not right for left in roles for right in others)
    }


CROSSINGS = _table()
