"""The words of the contract, and for each fact the values that could matter to a rule."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

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
BEYOND: Mapping[str, tuple[Any, ...]] = {"turnover_eur": (10**18,), "penalty_eur": (10**18,)}
"""What a sum that is missing may be and no case states: more than any that is stated, so that it could always decide."""
