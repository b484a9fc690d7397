"""European Investigation Order, Directive 2014/41/EU."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.law.contract.counting import union_days
from tests.law.contract.shared import after, criminal
from tests.law.contract.words import FOUR, MEMBERS
from tests.law.contract.worlds import Rule, World

BOTH_BOUND: Rule = ("unavailable", lambda w: {w.issuing_state, w.executing_state} <= MEMBERS - {"IE"}, "")


RULES: Mapping[str, list[Rule]] = {
    "issue": [
        BOTH_BOUND,
        ("blocked", criminal, "Art. 4"),
        ("blocked", lambda w: w.domestic_power, "Art. 6(1)"),
        ("needs", lambda w: w.issuing_authority in FOUR or w.validated_by in FOUR, "Art. 2(c)"),
        (
            "needs",
            lambda w: not w.measure_reserved_to or w.issuing_authority in w.measure_reserved_to or w.validated_by in w.measure_reserved_to,
            "Art. 2(c)",
        ),
        ("needs", lambda w: w.necessity_reasoned, "Art. 6(1)"),
    ],
}


DEADLINES: Mapping[str, Callable[[World], Any]] = {
    "acknowledge": after("received", lambda w: union_days(w, "received", 7, w.executing_state)),
    "recognise": after("received", lambda w: union_days(w, "received", 30, w.executing_state)),
    "execute": after("recognised", lambda w: union_days(w, "recognised", 90, w.executing_state)),
}
