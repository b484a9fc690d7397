"""Regulation (EU) 2023/1543: what an authority or an addressee may do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.law.contract.counting import full_hours, passed, plain, union_days
from tests.law.contract.shared import began, emergency, production
from tests.law.contract.words import CONTENT, FOUR, MEMBERS, THREE, TRAFFIC
from tests.law.contract.worlds import Rule, Test, World, any_of


def sensitive(w: World) -> bool:
    """Traffic or content data, under the Regulation."""
    return bool(set(w.data) & (TRAFFIC | CONTENT)) or ("ip-connection-records" in w.data and w.data_purpose == "other")


def lists_it(w: World, number: int) -> bool:
    provision = w.of(number, "eu_provision")
    if provision == "none":
        return False
    directive, _, article = provision.removeprefix("dir-").rpartition("-art-")
    if directive == "2017-541":
        return int(article) in {*range(3, 13), 14}
    last = {"2019-713": 8, "2011-93": 7, "2013-40": 8}[directive]
    return 3 <= int(article) <= last and w.of(number, "by_information_system")


def threshold(w: World) -> bool:
    if not production(w) or not sensitive(w):
        return True
    return any(w.of(one, "max_custodial_months") >= 36 or lists_it(w, one) for one in w.each())


def by_emergency(w: World) -> bool:
    return (
        w.issuing_authority == "other-investigating-authority"
        and (w.measure == "preservation-order" or not sensitive(w))
        and emergency(w)
        and not w.validator_reachable
        and w.domestic_without_validation
    )


def signers(w: World) -> set[str]:
    return THREE if production(w) and sensitive(w) else FOUR


def properly(w: World) -> bool:
    return w.issuing_authority in signers(w) or w.validated_by in signers(w)


def not_criminal(w: World, number: int) -> bool:
    if w.of(number, "criminal_in_executing_state"):
        return False
    return w.of(number, "annex_iv_box") == "none" or w.of(number, "max_custodial_months") < 36


GROUNDS: Mapping[str, Test] = {
    "immunity-or-privilege": lambda w: w.protection_in_executing_state == "found",
    "manifest-breach-of-fundamental-right": lambda w: w.rights_breach_evidence,
    "ne-bis-in-idem": lambda w: w.already_tried,
    "not-an-offence-in-executing-state": lambda w: any(not_criminal(w, one) for one in w.each()),
}


def some_ground(w: World) -> bool:
    """Kept if a ground is open; untold only if none is open and one depends on what is missing."""
    return any_of(w, list(GROUNDS.values()))


def produce_end(w: World) -> Any:
    """`None` if there is no such deadline, a word, or its last moment."""
    if not production(w) or "received" not in w.events:
        return None
    if "refusal_raised" in w.events or "court_review_requested" in w.events:
        return "suspended"
    asked, told = w.events.get("clarification_asked"), w.events.get("clarification_given")
    if asked and (told is None or told < asked):
        return "suspended"
    start = "clarification_given" if asked and told else "received"
    return full_hours(w, start, 8) if emergency(w) else union_days(w, start, 10, w.executing_state)


def preserve_end(w: World) -> Any:
    if w.measure != "preservation-order" or "received" not in w.events:
        return None
    end = union_days(w, "received", 90 if "extension_received" in w.events else 60, w.executing_state)
    return "open" if "later_request" in w.events and w.events["later_request"] < end else end


def refusal_end(w: World) -> Any:
    if "notified" not in w.events:
        return None
    return full_hours(w, "notified", 96) if emergency(w) else union_days(w, "notified", 10, w.executing_state)


E_ISSUE: list[Rule] = [
    ("unavailable", lambda w: began(w, 2026, 8, 18), "Art. 34(2)"),
    ("unavailable", lambda w: w.issuing_state in MEMBERS and w.executing_state in MEMBERS, "Art. 1(1)"),
    ("unavailable", lambda w: w.issuing_state != w.executing_state, "Art. 1(1)"),
    ("blocked", lambda w: w.proceedings in {"criminal-proceedings", "sentence-execution"}, "Art. 2"),
    (
        "blocked",
        lambda w: w.proceedings != "sentence-execution" or (w.sentence_months >= 4 and not w.sentenced_in_absentia and w.absconded),
        "Art. 2(2)",
    ),
    ("blocked", lambda w: w.service not in {"financial", "other"}, "Art. 3(3)"),
    ("blocked", lambda w: w.data_held == "already-stored", "Art. 3(8)"),
    ("blocked", threshold, "Art. 5(4)"),
    ("blocked", lambda w: w.domestic_power, "Art."),
    (
        "blocked",
        lambda w: not production(w) or w.addressed_as == "controller" or not w.controller_identifiable or w.approach_harmful,
        "Art. 5(6)",
    ),
    ("blocked", lambda w: w.data_held_for != "public-authority" or w.customer_state == w.issuing_state, "Art."),
    (
        "blocked",
        lambda w: (
            not (production(w) and sensitive(w))
            or w.data_held_for != "privileged-professional"
            or w.customer_state == w.issuing_state
            or w.approach_harmful
            or w.privilege_waived
        ),
        "Art. 5(9)",
    ),
    ("blocked", lambda w: not (production(w) and sensitive(w)) or w.protection_in_executing_state != "found", "Art. 5(10)"),
    ("blocked", lambda w: w.addressee != "other-establishment" or (emergency(w) and not w.first_addressee_reacted), "Art. 7(2)"),
    ("blocked", lambda w: not production(w) or w.person_informed == "without-delay" or bool(w.delay_grounds), "Art. 13(2)"),
    ("needs", lambda w: properly(w) or by_emergency(w), "Art. 4"),
    ("needs", lambda w: w.necessity_reasoned, "Art."),
    (
        "needs",
        lambda w: not production(w) or w.person_informed == "without-delay" or (w.delay_reasoned and w.delay_justified),
        "Art. 13(2)",
    ),
]


def link_lasts(w: World) -> bool:
    if w.delivery_means != "secure-link":
        return True
    ends = datetime.fromisoformat(w.access_ends)
    if ends < plain(w, "made_available", 10, w.executing_state):
        return False
    return w.longer_access_requested or ends <= w.events["made_available"] + timedelta(hours=45 * 24)


def waited(w: World) -> bool:
    if "notified" not in w.events or emergency(w):
        return True
    return "cleared_to_both" in w.events or passed(w, produce_end(w))


E_OTHER: Mapping[str, list[Rule]] = {
    "extend": [
        ("blocked", lambda w: not passed(w, preserve_end(w)), "Art. 11(1)"),
        ("blocked", lambda w: "extension_received" not in w.events, "Art. 11(1)"),
    ],
    "produce": [
        ("blocked", lambda w: "refusal_raised" not in w.events, "Art. 12(2)"),
        ("blocked", lambda w: "court_review_requested" not in w.events, "Art. 17(3)"),
        ("blocked", waited, "Art. 10(2)"),
    ],
    "deliver": [
        ("blocked", lambda w: w.size_kb <= 25_600 or w.delivery_means != "decentralised-system", "Art. 19(5)"),
        ("blocked", link_lasts, "reg-2025-1550 Annex 3.3.3"),
    ],
    "refuse": [
        ("blocked", some_ground, "Art. 12(1)"),
        ("blocked", lambda w: not passed(w, refusal_end(w)), "Art. 12(1)"),
    ],
    "object": [("blocked", lambda w: bool(set(w.objection_based_on) - {"storage-location", "no-similar-rules"}), "Art. 17(2)")],
    "penalise": [
        ("blocked", lambda w: "recognised" in w.events and not w.provider_complied, "Art. 16(10)"),
        ("blocked", lambda w: w.penalty_eur * 50 <= w.turnover_eur, "Art. 15(1)"),
    ],
    "use": [
        ("blocked", lambda w: "validation_refused" not in w.events, "Art. 4(5)"),
        ("blocked", lambda w: "refusal_raised" not in w.events, "Art. 10(4)"),
        (
            "blocked",
            lambda w: "conditions_set" not in w.events or w.supplied_on_condition == "none" or w.use_for == "these-proceedings",
            "Art.",
        ),
    ],
}


RULES: Mapping[str, list[Rule]] = {"issue": E_ISSUE, **E_OTHER}
