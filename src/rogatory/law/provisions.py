"""Provisions of legal texts: `Art. 5(4)(a)`, `Annex 3.3.3`, with the name of another text in front where it is one.

>>> within("Art. 5(4)(a)", "Art. 5(4)", "eu-e-evidence"), within("Art. 5(4)", "Art. 5(4)(a)", "eu-e-evidence")
(True, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

OTHER_TEXTS = ("reg-1182-71", "reg-2025-1550", "usc-18")
_PROVISION = re.compile(r"(?:([a-z0-9-]+) )?((?:Art\. |Annex )[0-9A-Za-z]+)((?:\.[0-9]+)*)((?:\([0-9A-Za-z]+\))*)")
Provision: TypeAlias = tuple[str, tuple[str, ...]]


def is_provision(text: str, texts: Iterable[str]) -> bool:
    """Whether a text is a provision; `texts` are the ids of the instruments."""
    match = _PROVISION.fullmatch(text)
    return bool(match) and (match[1] is None or match[1] in {*texts, *OTHER_TEXTS})  # type: ignore[index]  # there is a match


def provision(text: str, instrument: str) -> Provision:
    """A provision as its text and its steps: `Art. 5(4)(a)` is (instrument, Art. 5, (4), (a))."""
    match = _PROVISION.fullmatch(text)
    if not match:
        return text, ()
    return match[1] or instrument, (match[2], *re.findall(r"\.[0-9]+", match[3]), *re.findall(r"\([0-9A-Za-z]+\)", match[4]))


def within(cited: str, expected: str, instrument: str) -> bool:
    """Whether a cited provision is the expected one, or lies within it."""
    text, steps = provision(cited, instrument)
    other, outer = provision(expected, instrument)
    return text == other and steps[: len(outer)] == outer
