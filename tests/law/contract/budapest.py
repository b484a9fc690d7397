"""Convention on Cybercrime, CETS 185."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.law.contract.counting import plain
from tests.law.contract.shared import criminal, only, when
from tests.law.contract.words import NO_PARTIES, SIX, SUBSCRIBER
from tests.law.contract.worlds import Rule, Test, World, any_of


def own_ground(w: World) -> bool:
    return any_of(
        w,
        [
            lambda v: "dual-criminality-for-disclosure" in v.executing_state_declared and any(neither(v, one) for one in v.each()),
            lambda v: bool(v.executing_state_considers),
        ],
    )


def neither(w: World, number: int) -> bool:
    return not w.of(number, "criminal_in_executing_state") and not w.of(number, "convention_offence")


PARTY: Rule = (
    "unavailable",
    lambda w: w.issuing_state not in NO_PARTIES and (not w.given("executing_state") or w.executing_state not in NO_PARTIES),
    "Art. 36",
)

PARTY_ASKED: Rule = (
    "unavailable",
    lambda w: w.measure not in {"preservation-request", "assistance-request"} or w.executing_state not in NO_PARTIES,
    "Art. 36",
)


RULES: Mapping[str, list[Rule]] = {
    "issue": [
        PARTY,
        PARTY_ASKED,
        ("blocked", criminal, "Art. 14(2)"),
        ("needs", when("preservation-request", lambda w: set(SIX) <= set(w.request_states)), "Art. 29(2)"),
        ("blocked", when("preservation-order", lambda w: w.preservation_days <= 90), "Art. 16(2)"),
        ("blocked", when("production-order", lambda w: w.domestic_power), "Art. 18(1)"),
        (
            "blocked",
            when(
                "production-order",
                lambda w: w.provider_presence == "in-territory" or (w.provider_presence == "offers-services" and only(w, SUBSCRIBER)),
            ),
            "Art. 18(1)",
        ),
    ],
    "refuse": [PARTY, PARTY_ASKED, ("blocked", when("preservation-request", own_ground), "Art. 29(5)")],
    "access": [
        PARTY,
        (
            "blocked",
            lambda w: any_of(w, [lambda v: v.data_public, lambda v: v.holder_consent == "freely-given" and v.holder_may_disclose]),
            "Art. 32(b)",
        ),
    ],
    "use": [
        PARTY,
        ("unavailable", lambda w: not w.mlat_between, "Art. 28(1)"),
        ("needs", lambda w: w.supplied_on_condition == "none" or w.use_for == "these-proceedings" or w.supplier_consents, "Art. 28(2)"),
    ],
}


def preserves_abroad(w: World) -> bool:
    if w.measure != "preservation-request" or not {"received", "preserved"} & w.events.keys():
        return False
    if "preserved" not in w.events or "later_request" in w.events:
        return True
    return w.at < plain(w, "preserved", 60, w.executing_state)


DUTIES: Mapping[str, Test] = {
    "preserve": preserves_abroad,
    "obey-conditions": lambda w: w.supplied_on_condition == "these-proceedings-only",
}


DEADLINES: Mapping[str, Callable[[World], Any]] = {
    "preserve_until": lambda w: (
        plain(w, "signed", w.preservation_days, w.issuing_state)
        if w.measure == "preservation-order" and "signed" in w.events
        else ("open" if "later_request" in w.events else plain(w, "preserved", 60, w.executing_state))
        if w.measure == "preservation-request" and "preserved" in w.events
        else None
    )
}
