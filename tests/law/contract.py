"""The contract of the worked cases, read a second time: a tiny evaluator that shares no line with the engine.

Each rule is a plain function of the facts. It asks for a fact when it needs it; a missing one splits the world into one world
for each value that could matter, so that a rule is untold exactly if it is kept in some of these worlds and broken in others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

Facts = Mapping[str, Any]
MEMBERS = {"AT", "BE", "BG", "CY", "CZ", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}  # fmt: skip  # noqa: E501  # without Denmark
ZONES = {"AT": "Europe/Vienna", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "ES": "Europe/Madrid", "FR": "Europe/Paris", "GB": "Europe/London", "IE": "Europe/Dublin", "JP": "Asia/Tokyo", "US": "America/New_York", "AS": "Pacific/Pago_Pago", "WS": "Pacific/Apia"}  # fmt: skip  # noqa: E501  # the States of the generated cases
NO_PARTIES = {"IE", "AS", "WS"}  # to the Budapest Convention, of the States above
SUBSCRIBER = {"identity-and-contact", "payment-details"}
TRAFFIC = {"session-history", "call-records", "device-location"}
CONTENT = {"messages", "mailbox", "stored-files"}
FOUR = {"judge", "court", "investigating-judge", "public-prosecutor"}
THREE = FOUR - {"public-prosecutor"}
DECLARED = ("dual-criminality-for-disclosure", "supervision-required", "notification-required", "no-traffic-under-article-8", "no-subscriber-only-emergency")  # fmt: skip  # noqa: E501  # as the contract lists them
SIX = ("authority", "offence-and-facts", "data-and-relation", "custodian-or-location", "necessity", "later-request")


def subsets(words: tuple[str, ...]) -> list[list[str]]:
    return [list(some) for size in range(len(words) + 1) for some in combinations(words, size)]


NUMBERS = (0, 3, 4, 35, 36, 47, 48, 90, 91, 25_600, 25_601, 10**9)
VALUES: Mapping[str, tuple[Any, ...]] = {
    "measure": (
        "production-order",
        "preservation-order",
        "preservation-request",
        "assistance-request",
        "giving-effect-request",
        "emergency-request",
        "investigation-order",
    ),
    "data": (
        ["identity-and-contact"],
        ["ip-connection-records"],
        ["session-history"],
        ["mailbox"],
        ["identity-and-contact", "session-history"],
        ["payment-details", "ip-connection-records"],
        ["call-records", "messages"],
    ),
    "data_purpose": ("identify-user-only", "other"),
    "data_held": ("already-stored", "future"),
    "issuing_state": tuple(ZONES),
    "executing_state": ("AT", "DE", "DK", "ES", "FR", "GB", "IE", "JP", "US"),
    "issuing_authority": (*sorted(FOUR), "other-investigating-authority"),
    "validated_by": ("nobody", *sorted(FOUR)),
    "measure_reserved_to": tuple(subsets(tuple(sorted(THREE)))),
    "service": ("electronic-communications", "domain-or-ip-numbering", "user-communication", "data-storage", "financial", "other"),
    "addressee": ("designated-establishment", "legal-representative", "other-establishment"),
    "addressed_as": ("controller", "processor"),
    "provider_presence": ("in-territory", "offers-services", "neither"),
    "proceedings": ("criminal-proceedings", "sentence-execution", "assistance-to-another-state", "other"),
    "imminent_threat": ("none", "to-a-person", "to-infrastructure-endangering-persons", "to-infrastructure-only"),
    "data_held_for": ("ordinary-customer", "public-authority", "privileged-professional"),
    "protection_in_executing_state": ("none-known", "suspected", "found"),
    "person_informed": ("without-delay", "delayed"),
    "delay_grounds": ([], ["public-security"]),
    "objection_based_on": tuple(
        subsets(("storage-location", "no-similar-rules", "prohibited-by-applicable-law", "immunity-or-press-freedom"))
    ),
    "delivery_means": ("decentralised-system", "secure-link"),
    "use_for": (
        "these-proceedings",
        "other-criminal-proceedings",
        "tax-proceedings",
        "unrelated-civil-claim",
        "immediate-public-security-threat",
        "prosecution-seeking-death",
    ),
    "supplied_on_condition": ("none", "these-proceedings-only"),
    "holder_consent": ("freely-given", "under-threat", "not-given"),
    "request_states": ([], list(SIX), [*SIX, "emergency-facts"], ["emergency-facts"], list(SIX[:5])),
    "executing_state_declared": tuple(subsets(DECLARED)),
    "executing_state_considers": tuple(subsets(("political-offence", "essential-interests"))),
    "breach_risk": ("none", "some", "high"),
    "offences": ([], [{}]),
    "eu_provision": ("none", "dir-2019-713-art-3", "dir-2011-93-art-7", "dir-2013-40-art-8", "dir-2017-541-art-14", "dir-2017-541-art-13"),
    "annex_iv_box": ("none", "fraud"),
    **dict.fromkeys(("stated_days", "preservation_days"), (0, 29, 30, 31, 45, 60, 90, 91)),
    "turnover_eur": (0, 10**9, 10**12),
    **dict.fromkeys(("sentence_months", "size_kb", "penalty_eur", "max_custodial_months"), NUMBERS),
    **{key: tuple(ZONES) for key in ("person_resides_in", "person_nationality", "person_located_in", "customer_state", "data_from_state")},
    "committed_in": ([], ["ES"], ["DE"], ["FR", "ES"]),
}
YES_NO = (True, False)


class Missing(Exception):  # noqa: N818  # no error: a fact is asked for that nobody stated
    def __init__(self, *name: Any) -> None:
        self.name = name


class World:
    """The facts of one question, as a rule asks for them."""

    def __init__(
        self, facts: Facts, events: Mapping[str, datetime], at: datetime, calendar: Mapping[str, set[date]], assumed: bool
    ) -> None:
        self.facts, self.events, self.at, self.calendar, self.assumed = facts, events, at, calendar, assumed

    def __getattr__(self, name: str) -> Any:
        if name in self.facts:
            return self.facts[name]
        raise Missing(name)

    def of(self, number: int, key: str) -> Any:
        offence = self.offences[number]
        if key in offence:
            return offence[key]
        raise Missing("offences", number, key)

    def each(self) -> range:
        return range(len(self.offences))

    def given(self, name: str) -> bool:
        return name in self.facts

    def with_(self, name: tuple[Any, ...], value: Any) -> World:
        if len(name) == 1:
            return World({**self.facts, name[0]: value}, self.events, self.at, self.calendar, self.assumed)
        offences = [dict(one) for one in self.facts["offences"]]
        offences[name[1]][name[2]] = value
        return World({**self.facts, "offences": offences}, self.events, self.at, self.calendar, self.assumed)


def worlds(world: World, rule: Callable[[World], Any]) -> Iterator[Any]:
    """What a rule says in every world that the missing facts leave open."""
    try:
        yield rule(world)
    except Missing as missing:
        for value in VALUES.get(missing.name[-1], YES_NO):
            yield from worlds(world.with_(missing.name, value), rule)


def kept(world: World, rule: Callable[[World], Any]) -> bool | None:
    """True, false, or nothing if it is untold. A rule that does not apply is kept."""
    found = {answer is not False for answer in worlds(world, rule)}
    return found.pop() if len(found) == 1 else None


# ---- conclusions


def emergency(w: World) -> bool:
    return w.imminent_threat in {"to-a-person", "to-infrastructure-endangering-persons"}


def sensitive(w: World) -> bool:
    """Traffic or content data, under the Regulation."""
    return bool(set(w.data) & (TRAFFIC | CONTENT)) or ("ip-connection-records" in w.data and w.data_purpose == "other")


def production(w: World) -> bool:
    return w.measure == "production-order"


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


def notify(w: World) -> bool:
    if not production(w) or not sensitive(w):
        return False
    if not w.given("person_resides_in") or not w.given("offences"):
        return True
    home = any(w.issuing_state in one["committed_in"] for one in w.offences if "committed_in" in one)
    return not (home and w.person_resides_in == w.issuing_state)


def ground(w: World) -> list[str]:
    found = []
    if w.protection_in_executing_state == "found":
        found.append("immunity-or-privilege")
    if w.rights_breach_evidence:
        found.append("manifest-breach-of-fundamental-right")
    if w.already_tried:
        found.append("ne-bis-in-idem")
    if any(not_criminal(w, one) for one in w.each()):
        found.append("not-an-offence-in-executing-state")
    return found


def not_criminal(w: World, number: int) -> bool:
    if w.of(number, "criminal_in_executing_state"):
        return False
    return w.of(number, "annex_iv_box") == "none" or w.of(number, "max_custodial_months") < 36


def some_ground(w: World) -> bool:
    """Kept if a ground is open; untold only if none is open and one depends on what is missing."""
    tests: list[Callable[[World], bool]] = [
        lambda v: v.protection_in_executing_state == "found",
        lambda v: v.rights_breach_evidence,
        lambda v: v.already_tried,
        lambda v: any(not_criminal(v, one) for one in v.each()),
    ]
    return _any(w, tests)


def _any(w: World, tests: list[Callable[[World], bool]]) -> bool:
    missing: Missing | None = None
    for test in tests:
        try:
            if test(w):
                return True
        except Missing as one:
            missing = one
    if missing is not None:
        raise missing
    return False


# ---- the counting of time


def local_day(moment: datetime, state: str) -> date:
    return moment.astimezone(ZoneInfo(ZONES[state])).date()


def midnight(day: date, state: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(ZONES[state])).astimezone(UTC)


def works(w: World, day: date, state: str) -> bool:
    return day.isoweekday() < 6 and day not in w.calendar[state]


def union_days(w: World, event: str, count: int, state: str) -> datetime:
    first = local_day(w.events[event], state)
    last = first + timedelta(days=count)
    while not works(w, last, state):
        last += timedelta(days=1)
    while sum(works(w, first + timedelta(days=n), state) for n in range(1, (last - first).days + 1)) < 2:
        last += timedelta(days=1)
    return midnight(last, state)


def working(w: World, event: str, count: int, state: str) -> datetime:
    day = local_day(w.events[event], state)
    while count:
        day += timedelta(days=1)
        count -= works(w, day, state)
    return midnight(day, state)


def plain(w: World, event: str, count: int, state: str) -> datetime:
    return midnight(local_day(w.events[event], state) + timedelta(days=count), state)


def full_hours(w: World, event: str, count: int) -> datetime:
    start = w.events[event].astimezone(UTC)
    next_hour = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_hour + timedelta(hours=count)


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


def provider_end(w: World) -> Any:
    if not production(w) or "served" not in w.events:
        return None
    return plain(w, "served", max(30, w.stated_days), w.executing_state)


def passed(w: World, end: Any) -> bool:
    return isinstance(end, datetime) and w.at >= end


# ---- the rules: (outcome if broken, function, the articles that it cites if it is broken)

Rule = tuple[str, Callable[[World], Any], str]


def began(w: World, year: int, month: int, day: int) -> bool:
    return w.assumed or w.at >= datetime(year, month, day, tzinfo=ZoneInfo(ZONES[w.issuing_state]))


def asked(w: World) -> bool:
    raise Missing("measure" if not w.given("measure") else "data")


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


def only(w: World, *kinds: set[str]) -> bool:
    return set(w.data) <= set().union(*kinds)


def own_ground(w: World) -> bool:
    return _any(
        w,
        [
            lambda v: "dual-criminality-for-disclosure" in v.executing_state_declared and any(_neither(v, one) for one in v.each()),
            lambda v: bool(v.executing_state_considers),
        ],
    )


def _neither(w: World, number: int) -> bool:
    return not w.of(number, "criminal_in_executing_state") and not w.of(number, "convention_offence")


def when(measure: str, rule: Callable[[World], Any]) -> Callable[[World], Any]:
    return lambda w: w.measure != measure or rule(w)


PARTY: Rule = (
    "unavailable",
    lambda w: w.issuing_state not in NO_PARTIES and (not w.given("executing_state") or w.executing_state not in NO_PARTIES),
    "Art. 36",
)
FORCE_2AP: Rule = ("unavailable", lambda w: w.assumed, "Art. 16")
CRIMINAL: Callable[[World], Any] = lambda w: w.proceedings == "criminal-proceedings"  # noqa: E731  # one rule, used in three places
BOTH_BOUND: Rule = ("unavailable", lambda w: {w.issuing_state, w.executing_state} <= MEMBERS - {"IE"}, "")
UK_US: Rule = ("unavailable", lambda w: {w.issuing_state, w.executing_state} == {"GB", "US"} and began(w, 2022, 10, 3), "")


def not_their_person(w: World) -> bool:
    if w.issuing_state == "GB":
        return not (w.person_nationality == "US" or w.person_located_in == "US")
    return w.issuing_state != "US" or w.person_located_in != "GB"


RULES: Mapping[tuple[str, str], list[Rule]] = {
    ("eu-e-evidence", "issue"): E_ISSUE,
    **{("eu-e-evidence", act): rules for act, rules in E_OTHER.items()},
    ("budapest", "issue"): [
        PARTY,
        ("blocked", CRIMINAL, "Art. 14(2)"),
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
    ("budapest", "refuse"): [PARTY, ("blocked", when("preservation-request", own_ground), "Art. 29(5)")],
    ("budapest", "access"): [
        PARTY,
        (
            "blocked",
            lambda w: _any(w, [lambda v: v.data_public, lambda v: v.holder_consent == "freely-given" and v.holder_may_disclose]),
            "Art. 32(b)",
        ),
    ],
    ("budapest", "use"): [
        PARTY,
        ("unavailable", lambda w: not w.mlat_between, "Art. 28(1)"),
        ("needs", lambda w: w.supplied_on_condition == "none" or w.use_for == "these-proceedings" or w.supplier_consents, "Art. 28(2)"),
    ],
    ("budapest-2ap", "issue"): [
        FORCE_2AP,
        ("blocked", CRIMINAL, "Art. 2(1)"),
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
    ("budapest-2ap", "enforce"): [
        FORCE_2AP,
        ("blocked", when("production-order", lambda w: "provider_refused" in w.events or passed(w, provider_end(w))), "Art. 7(7)"),
    ],
    ("budapest-2ap", "produce"): [
        FORCE_2AP,
        ("blocked", when("production-order", lambda w: "refusal_raised" not in w.events), "Art. 7(5)"),
    ],
    ("budapest-2ap", "transfer-onward"): [FORCE_2AP, ("needs", lambda w: w.supplier_consents, "Art. 14(10)")],
    ("un-cybercrime", "issue"): [
        ("unavailable", lambda w: w.assumed, "Art. 65"),
        (
            "blocked",
            lambda w: _any(
                w,
                [
                    (lambda v, n=n: v.of(n, "convention_offence")) if key else (lambda v, n=n: v.of(n, "max_custodial_months") >= 48)
                    for n in w.each()
                    for key in (True, False)
                ],
            ),
            "Art. 35",
        ),
    ],
    ("eio", "issue"): [
        BOTH_BOUND,
        ("blocked", CRIMINAL, "Art. 4"),
        ("blocked", lambda w: w.domestic_power, "Art. 6(1)"),
        ("needs", lambda w: w.issuing_authority in FOUR or w.validated_by in FOUR, "Art. 2(c)"),
        (
            "needs",
            lambda w: not w.measure_reserved_to or w.issuing_authority in w.measure_reserved_to or w.validated_by in w.measure_reserved_to,
            "Art. 2(c)",
        ),
        ("needs", lambda w: w.necessity_reasoned, "Art. 6(1)"),
    ],
    ("mlat-eu-us", "use"): [
        (
            "needs",
            lambda w: _any(
                w,
                [
                    lambda v: v.use_for in {"these-proceedings", "other-criminal-proceedings", "immediate-public-security-threat"},
                    lambda v: v.data_public,
                    lambda v: v.supplier_consents,
                ],
            ),
            "Art. 9(1)",
        )
    ],
    ("cloud-act-us-uk", "issue"): [
        UK_US,
        ("blocked", lambda w: any(w.of(one, "max_custodial_months") >= 36 for one in w.each()), "Art. 1"),
        ("blocked", not_their_person, "Art. 4(3)"),
        ("blocked", lambda w: w.specific_target, "Art. 4"),
        ("needs", lambda w: w.certified, "Art. 5(7)"),
    ],
    ("cloud-act-us-uk", "use"): [
        UK_US,
        ("needs", lambda w: w.use_for != "prosecution-seeking-death" or w.executing_state != "GB" or w.supplier_consents, "Art. 8(4)"),
    ],
}


def outcome(instrument: str, act: str, w: World) -> tuple[str, list[str]]:
    """The outcome, and the articles of the rules that are broken and decide it."""
    rules = RULES[(instrument, act)]
    answers = [(kind, kept(w, rule), cite) for kind, rule, cite in rules]
    if act == "issue" and not (w.given("measure") and w.given("data")):
        answers.append(("blocked", None, ""))
    for kind in ("unavailable", "blocked"):
        if any(one == kind and answer is False for one, answer, _ in answers):
            return kind, [cite for one, answer, cite in answers if one == kind and answer is False]
    if any(answer is None for kind, answer, _ in answers if kind != "needs"):
        return "undetermined", []
    if any(answer is False for _, answer, _ in answers):
        return "needs", [cite for _, answer, cite in answers if answer is False]
    return ("undetermined", []) if any(answer is None for _, answer, _ in answers) else ("permitted", [])


# ---- what stands beside the outcome: duties, forbidden things, open points, each with a test


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


def preserves_abroad(w: World) -> bool:
    if w.measure != "preservation-request" or not {"received", "preserved"} & w.events.keys():
        return False
    if "preserved" not in w.events or "later_request" in w.events:
        return True
    return w.at < plain(w, "preserved", 60, w.executing_state)


def rests_on_emergency(w: World) -> bool:
    return by_emergency(w) and not properly(w)


def refused(w: World) -> bool:
    return "refusal_raised" in w.events


def unvalidated(w: World) -> bool:
    return "validation_refused" in w.events


def later_notice(w: World) -> bool:
    if not {"received", "notified"} <= w.events.keys():
        return False
    first, second = w.events["received"], w.events["notified"]
    if second - first > timedelta(hours=1):
        return True
    return local_day(second, w.executing_state) > local_day(first, w.executing_state)


def few_working_days(w: World, event: str, count: int, state: str) -> bool:
    first, last = local_day(w.events[event], state), local_day(full_hours(w, event, count) - timedelta(seconds=1), state)
    return sum(works(w, first + timedelta(days=n), state) for n in range(1, (last - first).days + 1)) < 2


def unsettled_hours(w: World) -> bool:
    tests = [
        lambda v: "signed" in v.events and rests_on_emergency(v) and few_working_days(v, "signed", 48, v.issuing_state),
        lambda v: "notified" in v.events and emergency(v) and few_working_days(v, "notified", 96, v.executing_state),
    ]
    return _any(w, tests)


def extended_from_a_day_off(w: World) -> bool:
    if w.measure != "preservation-order" or not {"received", "extension_received"} <= w.events.keys():
        return False
    return not works(w, local_day(w.events["received"], w.executing_state) + timedelta(days=60), w.executing_state)


Test = Callable[[World], bool]
DUTIES: Mapping[str, Mapping[str, Test]] = {
    "eu-e-evidence": {
        "notify-enforcing-authority": notify,
        "suspend-production": lambda w: "court_review_requested" in w.events or suspended_by_notice(w),
        "seek-validation-afterwards": lambda w: (
            rests_on_emergency(w) and not {"validation_granted", "validation_refused"} & w.events.keys()
        ),
        "inform-person": lambda w: production(w) and (w.person_informed == "without-delay" or "delay_ground_ended" in w.events),
        "preserve": preserves,
        "withdraw": lambda w: unvalidated(w) or refused(w),
        "delete-or-restrict": lambda w: "produced" in w.events and (unvalidated(w) or (refused(w) and emergency(w))),
        "obey-conditions": lambda w: w.supplied_on_condition == "these-proceedings-only",
        "contact-issuing-authority-first": lambda w: not refused(w) and some_ground(w),
        "alternative-means-with-manifest": lambda w: w.size_kb > 25_600,
        "inform-controller": lambda w: w.addressed_as == "processor" and w.controller_may_be_told,
        "review-objection": lambda w: (
            "objection_filed" in w.events
            and bool({"prohibited-by-applicable-law", "immunity-or-press-freedom"} & set(w.objection_based_on))
        ),
        "record-for-statistics": unvalidated,
    },
    "budapest": {"preserve": preserves_abroad, "obey-conditions": lambda w: w.supplied_on_condition == "these-proceedings-only"},
    "budapest-2ap": {"give-reasons": lambda w: production(w) and refused(w)},
    "cloud-act-us-uk": {
        "notify-third-state": lambda w: (
            w.person_nationality != w.issuing_state
            and w.person_located_in not in {w.issuing_state, w.executing_state}
            and not w.third_state_notice_harmful
        )
    },
    "led": {
        "report-breach": lambda w: "breach_known" in w.events and w.breach_risk != "none",
        "inform-person": lambda w: w.breach_risk == "high" and not w.breached_data_encrypted and not w.delay_grounds,
        "tell-foreign-controller": lambda w: "breach_known" in w.events and w.given("data_from_state"),
        "document-breach": lambda w: "breach_known" in w.events,
    },
}
FORBIDDEN: Mapping[str, Mapping[str, Test]] = {
    "eu-e-evidence": {
        "release-before-end-of-period": suspended_by_notice,
        "produce-after-refusal": refused,
        "inform-user-by-addressee": production,
        "section-m-to-addressee": production,
        "second-extension": lambda w: w.measure == "preservation-order" and "extension_received" in w.events,
    },
    "budapest-2ap": {"produce-after-refusal": refused, "enforce-directly": production},
}
OPEN: Mapping[str, Mapping[str, Test]] = {
    "eu-e-evidence": {
        "O1": later_notice,
        "O2": lambda w: "signed" in w.events and rests_on_emergency(w),
        "O3": extended_from_a_day_off,
        "O4": unsettled_hours,
        "O5": lambda w: isinstance(produce_end(w), datetime) and {"clarification_asked", "clarification_given"} <= w.events.keys(),
        "O6": lambda w: w.issuing_authority == "public-prosecutor" and production(w) and sensitive(w),
        "O10": lambda w: production(w) and "received" in w.events,
    }
}


# ---- deadlines: the last moment, a word, or nothing


def after(event: str, end: Callable[[World], Any]) -> Callable[[World], Any]:
    return lambda w: end(w) if event in w.events else None


def validation_end(w: World) -> Any:
    return full_hours(w, "signed", 48) if rests_on_emergency(w) else None


DEADLINES: Mapping[str, Mapping[str, Callable[[World], Any]]] = {
    "eu-e-evidence": {
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
    },
    "budapest": {
        "preserve_until": lambda w: (
            plain(w, "signed", w.preservation_days, w.issuing_state)
            if w.measure == "preservation-order" and "signed" in w.events
            else ("open" if "later_request" in w.events else plain(w, "preserved", 60, w.executing_state))
            if w.measure == "preservation-request" and "preserved" in w.events
            else None
        )
    },
    "budapest-2ap": {
        "produce": provider_end,
        "serve": after("received", lambda w: plain(w, "received", 45, w.executing_state) if w.measure == "giving-effect-request" else None),
    },
    "eio": {
        "acknowledge": after("received", lambda w: union_days(w, "received", 7, w.executing_state)),
        "recognise": after("received", lambda w: union_days(w, "received", 30, w.executing_state)),
        "execute": after("recognised", lambda w: union_days(w, "recognised", 90, w.executing_state)),
    },
}
