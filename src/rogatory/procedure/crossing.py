"""What it means when two acts of different institutions cross: neither author knew of the other's act.

One row a pair, each with its article. The fold gives the meaning its effect: what stops a case outranks what carries it on,
and a restriction stays whatever comes after it. A pair that has no row fails a test, and so does a row without a pair.
Receipts (`acknowledge`) cross with everything and change nothing; they have no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rogatory.procedure.acts import KINDS
from rogatory.procedure.words import Phase, Role


class Meaning(StrEnum):
    """What holds after two acts have crossed."""

    BOTH_STAND = "both stand; neither changes the other"
    SEALED_AND_RESTRICTED = "the package stays sealed and is restricted at once on both sides"
    STOPPED = "the order is stopped; the other act stays on record and has no further effect"
    PERIOD_STARTS_ANEW = "the answer starts the period anew; what was done meanwhile stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """The meaning of one pair, and its article."""

    meaning: Meaning
    article: str


_FETCHED = "reg-2025-1550 Annex 3.3.3"
_BOTH, _SEALED, _STOPPED = Meaning.BOTH_STAND, Meaning.SEALED_AND_RESTRICTED, Meaning.STOPPED

_ROWS: Mapping[str, Mapping[str, tuple[Meaning, str]]] = {
    # what the issuing authority does, and what the addressee does meanwhile
    "withdraw": {
        "ask": (_STOPPED, "Art. 10(6)"),
        "call back": (_STOPPED, "Art. 10(4)"),
        "preserve": (_STOPPED, "Art. 10(1)"),
        "object": (_STOPPED, "Art. 17(2)"),
        "produce": (_SEALED, "Art. 12(2)"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "clear": (_STOPPED, "Art. 10(2)"),
        "restrict": (_BOTH, "Art. 12(2)"),
    },
    "set aside": {
        "ask": (_STOPPED, "Art. 10(6)"),
        "call back": (_STOPPED, "Art. 10(4)"),
        "preserve": (_STOPPED, "Art. 10(1)"),
        "object": (_STOPPED, "Art. 17(4)"),
        "produce": (_SEALED, "Art. 17(4)"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "clear": (_STOPPED, "Art. 10(2)"),
        "restrict": (_BOTH, "Art. 17(4)"),
    },
    "clarify": {
        "ask": (Meaning.PERIOD_STARTS_ANEW, "Art. 10(6)"),
        "call back": (Meaning.PERIOD_STARTS_ANEW, "Art. 10(6)"),
        "preserve": (Meaning.PERIOD_STARTS_ANEW, "Art. 10(6)"),
        "object": (Meaning.PERIOD_STARTS_ANEW, "Art. 10(6)"),
        "produce": (Meaning.PERIOD_STARTS_ANEW, "Art. 10(6)"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "clear": (_BOTH, "Art. 10(2)"),
        "restrict": (_BOTH, "Art. 10(6)"),
    },
    "uphold": {
        "ask": (_BOTH, "Art. 17(3)"),
        "call back": (_BOTH, "Art. 17(3)"),
        "preserve": (_BOTH, "Art. 17(3)"),
        "object": (_BOTH, "Art. 17(3)"),
        "produce": (_BOTH, "Art. 17(3)"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "clear": (_BOTH, "Art. 10(2)"),
        "restrict": (_BOTH, "Art. 17(3)"),
    },
    "receive": {
        "ask": (_BOTH, "Art. 10(6)"),
        "call back": (_BOTH, "Art. 10(4)"),
        "preserve": (_BOTH, "Art. 10(1)"),
        "object": (_BOTH, "Art. 17(2)"),
        "produce": (_BOTH, "Art. 10"),
        "raise ground for refusal": (_SEALED, "Art. 12(2)"),
        "clear": (_BOTH, "Art. 10(2)"),
        "restrict": (_BOTH, "Art. 10"),
    },
    "purge": {
        "ask": (_STOPPED, "Art. 4(5)"),
        "call back": (_STOPPED, "Art. 4(5)"),
        "preserve": (_STOPPED, "Art. 4(5)"),
        "object": (_STOPPED, "Art. 4(5)"),
        "produce": (_SEALED, "Art. 4(5)"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "clear": (_STOPPED, "Art. 4(5)"),
        "restrict": (_BOTH, "Art. 4(5)"),
    },
    # what the enforcing authority does, and what the addressee does meanwhile
    "raise ground for refusal": {
        "ask": (_STOPPED, "Art. 12(2)"),
        "call back": (_STOPPED, "Art. 12(2)"),
        "preserve": (_STOPPED, "Art. 12(2)"),
        "object": (_STOPPED, "Art. 12(2)"),
        "produce": (_SEALED, "Art. 12(2)"),
        "restrict": (_BOTH, "Art. 12(2)"),
    },
    "clear": {
        "ask": (_BOTH, "Art. 10(2)"),
        "call back": (_BOTH, "Art. 10(2)"),
        "preserve": (_BOTH, "Art. 10(2)"),
        "object": (_BOTH, "Art. 10(2)"),
        "produce": (_BOTH, "Art. 10(2)"),
        "restrict": (_BOTH, "Art. 10(2)"),
    },
    # what the issuing authority does with evidence that it holds, and what the others do meanwhile
    "quarantine": {
        **dict.fromkeys(("ask", "call back", "preserve", "object", "restrict"), (_BOTH, "led Art. 4(1)(c)")),
        **dict.fromkeys(("produce", "clear"), (_BOTH, "Art. 10")),
        "raise ground for refusal": (_SEALED, "Art. 12(2)"),
    },
    "contain": {
        **dict.fromkeys(("ask", "call back", "preserve", "object", "clear", "restrict"), (_BOTH, "led Art. 30")),
        "produce": (_SEALED, "led Art. 30"),
        "raise ground for refusal": (_SEALED, "Art. 12(2)"),
    },
    "ask for longer availability": {
        **dict.fromkeys(("ask", "call back", "preserve", "object", "produce", "clear", "restrict"), (_BOTH, _FETCHED)),
        "leave available longer": (_BOTH, _FETCHED),
        "raise ground for refusal": (_SEALED, "Art. 12(2)"),
    },
    "leave available longer": {
        **dict.fromkeys(
            ("clarify", "uphold", "receive", "quarantine", "clear", "restrict", "retain", "lift restriction"), (_BOTH, _FETCHED)
        ),
        "raise ground for refusal": (_SEALED, "Art. 12(2)"),
        "withdraw": (_STOPPED, "Art. 12(2)"),
        "set aside": (_STOPPED, "Art. 17(4)"),
        "purge": (_STOPPED, "Art. 4(5)"),
        "end keeping": (_STOPPED, "led Art. 5"),
        "contain": (_SEALED, "led Art. 30"),
    },
    "retain": {
        **dict.fromkeys(("ask", "call back", "preserve", "object", "produce", "clear", "restrict"), (_BOTH, "led Art. 5")),
        "raise ground for refusal": (_SEALED, "Art. 12(2)"),
    },
    "end file": {
        **dict.fromkeys(("ask", "call back", "preserve", "object", "clear", "leave available longer"), (_STOPPED, "led Art. 5")),
        "produce": (_SEALED, "led Art. 5"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "restrict": (_BOTH, "led Art. 5"),
    },
    "end keeping": {
        **dict.fromkeys(("ask", "call back", "preserve", "object", "clear"), (_STOPPED, "led Art. 5")),
        "produce": (_SEALED, "led Art. 5"),
        "raise ground for refusal": (_STOPPED, "Art. 12(2)"),
        "restrict": (_BOTH, "led Art. 5"),
    },
    # a certificate says what was done; whatever it crossed, it stands
    # a node that states the end which it now counts changes nothing: the decision stands
    "agree to keeping": dict.fromkeys(
        (
            *("agree to keeping", "ask", "ask for longer availability", "call back", "certify purge", "clarify", "clear", "contain"),
            *("end file", "end keeping", "leave available longer", "object", "preserve", "produce", "purge", "quarantine"),
            *("raise ground for refusal", "receive", "restrict", "retain", "set aside", "uphold", "withdraw"),
        ),
        (_BOTH, "led Art. 5"),
    ),
    "certify purge": dict.fromkeys(
        (
            *("ask for longer availability", "leave available longer"),
            *("ask", "call back", "certify purge", "clarify", "clear", "contain", "end file", "end keeping", "object"),
            *("preserve", "produce", "purge", "quarantine", "raise ground for refusal", "receive", "restrict", "retain"),
            *("set aside", "uphold", "withdraw"),
        ),
        (_BOTH, "led Art. 5"),
    ),
    # a restriction of one node, and what the others do meanwhile
    "restrict": {
        "ask": (_BOTH, "Art. 4(5)"),
        "call back": (_BOTH, "Art. 4(5)"),
        "preserve": (_BOTH, "Art. 4(5)"),
        "object": (_BOTH, "Art. 4(5)"),
        "produce": (_SEALED, "Art. 4(5)"),
        "restrict": (_BOTH, "Art. 4(5)"),
    },
}

_ISSUING_MAKES = (
    *("withdraw", "set aside", "clarify", "uphold", "receive", "purge", "quarantine", "contain", "retain", "end keeping"),
    *("ask for longer availability", "end file"),
)
_OTHERS_MAKE = ("ask", "call back", "preserve", "object", "produce", "leave available longer", "raise ground for refusal", "clear")
_ANYBODY_MAKES = ("restrict", "certify purge", "agree to keeping")
_REMEDIES = {
    "lift restriction": "led Art. 16(3)",
    "complain": "Art. 18(1)",
    "reject complaint": "Art. 18(1)",
    "uphold complaint": "Art. 18(1)",
    "suspend": "Art. 18(1)",
}
"""Remedies that more than one institution can make, with their articles."""
_ISSUING_REMEDIES = {
    "annul": "Art. 18(1)",
    "apply for disclosure": "led Art. 16(3)",
    "refuse disclosure": "led Art. 16(3)",
    "disclose to defence": "led Art. 16(3)",
}
_CLOSING = frozenset({"uphold complaint", "suspend", "annul"})


def _with_remedies() -> Mapping[frozenset[str], tuple[Meaning, str]]:
    """A remedy changes nothing of what it crossed; what closes the case also closes what was produced meanwhile."""
    found: dict[frozenset[str], tuple[Meaning, str]] = {}
    before = [*_ISSUING_MAKES, *_OTHERS_MAKE, *_ANYBODY_MAKES]
    for remedy, article in _REMEDIES.items():
        before.append(remedy)
        found |= {frozenset({remedy, other}): (_BOTH, article) for other in before}
    for remedy, article in _ISSUING_REMEDIES.items():
        found |= {frozenset({remedy, other}): (_BOTH, article) for other in (*_OTHERS_MAKE, *_ANYBODY_MAKES, *_REMEDIES)}
    return {
        **found,
        **{frozenset({"produce", closing}): (_SEALED, "Art. 18(1)") for closing in sorted(_CLOSING)},
        **{frozenset({"raise ground for refusal", closing}): (_SEALED, "Art. 12(2)") for closing in (*_REMEDIES, *_ISSUING_REMEDIES)},
    }


CROSSINGS: Mapping[frozenset[str], Crossing] = {
    **{
        frozenset({one, other}): Crossing(meaning=meaning, article=article)
        for one, others in _ROWS.items()
        for other, (meaning, article) in others.items()
    },
    **{pair: Crossing(meaning=meaning, article=article) for pair, (meaning, article) in _with_remedies().items()},
}

_BEGIN_A_CASE = frozenset({"transmit", "notify enforcing authority", "acknowledge"})


def pairs() -> frozenset[frozenset[str]]:
    """Every pair of kinds that two institutions of one case can make without knowing of each other."""
    makers = {
        name: frozenset({kind.role}) if kind.role else frozenset(Role)
        for name, kind in KINDS.items()
        if any(kind.parts.values()) and kind.phase is not Phase.HOUSE and not kind.travels and name not in _BEGIN_A_CASE
    }
    return frozenset(
        frozenset({one, other})
        for one, roles in makers.items()
        for other, others in makers.items()
        if any(left is not right for left in roles for right in others) and (one != other or len(roles) > 1)
    )
