"""Second Additional Protocol to the Convention on Cybercrime, CETS 224."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.law.contract.counting import passed, plain
from tests.law.contract.shared import after, criminal, emergency, only, production, refused, when
from tests.law.contract.words import FOUR, SUBSCRIBER, TRAFFIC
from tests.law.contract.worlds import Rule, Test, World


def provider_end(w: World) -> Any:
    if not production(w) or "served" not in w.events:
        return None
    return plain(w, "served", max(30, w.stated_days), w.executing_state)


FORCE_2AP: Rule = ("unavailable", lambda w: w.assumed, "Art. 16")


RULES: Mapping[str, list[Rule]] = {
    "issue": [
        FORCE_2AP,
        ("blocked", criminal, "Art. 2(1)"),
        ("blocked", when("production-order", lambda w: only(w, SUBSCRIBER)), "Art. 7(1)"),
        (
            "needs",
            when(
                "production-order",
                lambda w: "supervision-required" not in w.executing_state_declared or w.issuing_authority in FOUR or w.validated_by in FOUR,
            ),
            "Art. 7(2)",
        ),
        (
            "needs",
            when("production-order", lambda w: "notification-required" not in w.executing_state_declared or w.executing_state_notified),
            "Art. 7(5)",
        ),
        ("blocked", when("giving-effect-request", lambda w: only(w, SUBSCRIBER, TRAFFIC)), "Art. 8(1)"),
        (
            "blocked",
            when(
                "giving-effect-request",
                lambda w: not set(w.data) & TRAFFIC or "no-traffic-under-article-8" not in w.executing_state_declared,
            ),
            "Art. 8(13)",
        ),
        ("blocked", when("emergency-request", emergency), "Art. 3(2)"),
        (
            "blocked",
            when(
                "emergency-request",
                lambda w: not only(w, SUBSCRIBER) or "no-subscriber-only-emergency" not in w.executing_state_declared,
            ),
            "Art. 9(1)",
        ),
        ("needs", when("emergency-request", lambda w: "emergency-facts" in w.request_states), "Art. 9(3)"),
    ],
    "enforce": [
        FORCE_2AP,
        ("blocked", when("production-order", lambda w: "provider_refused" in w.events or passed(w, provider_end(w))), "Art. 7(7)"),
    ],
    "produce": [
        FORCE_2AP,
        ("blocked", when("production-order", lambda w: "refusal_raised" not in w.events), "Art. 7(5)"),
    ],
    "transfer-onward": [FORCE_2AP, ("needs", lambda w: w.supplier_consents, "Art. 14(10)")],
}


DUTIES: Mapping[str, Test] = {"give-reasons": lambda w: production(w) and refused(w)}


FORBIDDEN: Mapping[str, Test] = {"produce-after-refusal": refused, "enforce-directly": production}


DEADLINES: Mapping[str, Callable[[World], Any]] = {
    "produce": provider_end,
    "serve": after("received", lambda w: plain(w, "received", 45, w.executing_state) if w.measure == "giving-effect-request" else None),
}
