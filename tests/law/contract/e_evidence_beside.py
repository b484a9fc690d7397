"""Regulation (EU) 2023/1543: what stands beside the outcome: duties, things forbidden, open points, deadlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.law.contract.counting import few_working_days, full_hours, local_day, passed, plain, union_days, working, works
from tests.law.contract.e_evidence import by_emergency, preserve_end, produce_end, properly, refusal_end, sensitive, some_ground
from tests.law.contract.shared import after, emergency, production, refused
from tests.law.contract.worlds import Test, World, any_of


def notify(w: World) -> bool:
    if not production(w) or not sensitive(w):
        return False
    if not w.given("person_resides_in") or not w.given("offences"):
        return True
    home = any(w.issuing_state in one["committed_in"] for one in w.offences if "committed_in" in one)
    return not (home and w.person_resides_in == w.issuing_state)


def suspended_by_notice(w: World) -> bool:
    return notify(w) and not emergency(w) and "cleared_to_both" not in w.events and not passed(w, produce_end(w))


def preserves(w: World) -> bool:
    if "received" not in w.events:
        return False
    if production(w):
        return "produced" not in w.events
    if w.measure != "preservation-order" or passed(w, preserve_end(w)):
        return False
    asked, told = w.events.get("clarification_asked"), w.events.get("clarification_given")
    if asked is None:
        return True
    end = union_days(w, "clarification_asked", 5, w.issuing_state)
    return not passed(w, end) or (told is not None and told < end)


def rests_on_emergency(w: World) -> bool:
    return by_emergency(w) and not properly(w)


def unvalidated(w: World) -> bool:
    return "validation_refused" in w.events


def later_notice(w: World) -> bool:
    if not {"received", "notified"} <= w.events.keys():
        return False
    first, second = w.events["received"], w.events["notified"]
    if second - first > timedelta(hours=1):
        return True
    return local_day(second, w.executing_state) > local_day(first, w.executing_state)


def unsettled_hours(w: World) -> bool:
    tests = [
        lambda v: "signed" in v.events and rests_on_emergency(v) and few_working_days(v, "signed", 48, v.issuing_state),
        lambda v: "notified" in v.events and emergency(v) and few_working_days(v, "notified", 96, v.executing_state),
    ]
    return any_of(w, tests)


def extended_from_a_day_off(w: World) -> bool:
    if w.measure != "preservation-order" or not {"received", "extension_received"} <= w.events.keys():
        return False
    return not works(w, local_day(w.events["received"], w.executing_state) + timedelta(days=60), w.executing_state)


def validation_end(w: World) -> Any:
    return full_hours(w, "signed", 48) if rests_on_emergency(w) else None


DUTIES: Mapping[str, Test] = {
    "notify-enforcing-authority": notify,
    "suspend-production": lambda w: "court_review_requested" in w.events or suspended_by_notice(w),
    "seek-validation-afterwards": lambda w: rests_on_emergency(w) and not {"validation_granted", "validation_refused"} & w.events.keys(),
    "inform-person": lambda w: production(w) and (w.person_informed == "without-delay" or "delay_ground_ended" in w.events),
    "preserve": preserves,
    "withdraw": lambda w: unvalidated(w) or refused(w),
    "delete-or-restrict": lambda w: "produced" in w.events and (unvalidated(w) or (refused(w) and emergency(w))),
    "obey-conditions": lambda w: w.supplied_on_condition == "these-proceedings-only",
    "contact-issuing-authority-first": lambda w: not refused(w) and some_ground(w),
    "alternative-means-with-manifest": lambda w: w.size_kb > 25_600,
    "inform-controller": lambda w: w.addressed_as == "processor" and w.controller_may_be_told,
    "review-objection": lambda w: (
        "objection_filed" in w.events and bool({"prohibited-by-applicable-law", "immunity-or-press-freedom"} & set(w.objection_based_on))
    ),
    "record-for-statistics": unvalidated,
}


FORBIDDEN: Mapping[str, Test] = {
    "release-before-end-of-period": suspended_by_notice,
    "produce-after-refusal": refused,
    "inform-user-by-addressee": production,
    "section-m-to-addressee": production,
    "second-extension": lambda w: w.measure == "preservation-order" and "extension_received" in w.events,
}


OPEN: Mapping[str, Test] = {
    "O1": later_notice,
    "O2": lambda w: "signed" in w.events and rests_on_emergency(w),
    "O3": extended_from_a_day_off,
    "O4": unsettled_hours,
    "O5": lambda w: isinstance(produce_end(w), datetime) and {"clarification_asked", "clarification_given"} <= w.events.keys(),
    "O6": lambda w: w.issuing_authority == "public-prosecutor" and production(w) and sensitive(w),
    "O10": lambda w: production(w) and "received" in w.events,
}


DEADLINES: Mapping[str, Callable[[World], Any]] = {
    "produce": produce_end,
    "raise_refusal": refusal_end,
    "seek_validation": after("signed", validation_end),
    "answer_clarification": after("clarification_asked", lambda w: union_days(w, "clarification_asked", 5, w.issuing_state)),
    "object": after("received", lambda w: "undetermined" if production(w) else None),
    "preserve_until": preserve_end,
    "recognise": after("enforcement_received", lambda w: working(w, "enforcement_received", 5, w.executing_state)),
    "answer_enforcing_authority": after("information_requested", lambda w: working(w, "information_requested", 5, w.issuing_state)),
    "access_end_earliest": after("made_available", lambda w: plain(w, "made_available", 10, w.executing_state)),
    "access_end_latest": after("made_available", lambda w: w.events["made_available"] + timedelta(hours=1080)),
}
