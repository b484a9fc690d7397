"""US-UK data access agreement under 18 U.S.C. 2523."""

from __future__ import annotations

from collections.abc import Mapping

from tests.law.contract.shared import began
from tests.law.contract.worlds import Rule, Test, World

UK_US: Rule = ("unavailable", lambda w: {w.issuing_state, w.executing_state} == {"GB", "US"} and began(w, 2022, 10, 3), "")


def not_their_person(w: World) -> bool:
    if w.issuing_state == "GB":
        return not (w.person_nationality == "US" or w.person_located_in == "US")
    return w.issuing_state != "US" or w.person_located_in != "GB"


RULES: Mapping[str, list[Rule]] = {
    "issue": [
        UK_US,
        ("blocked", lambda w: any(w.of(one, "max_custodial_months") >= 36 for one in w.each()), "Art. 1"),
        ("blocked", not_their_person, "Art. 4(3)"),
        ("blocked", lambda w: w.specific_target, "Art. 4"),
        ("needs", lambda w: w.certified, "Art. 5(7)"),
    ],
    "use": [
        UK_US,
        ("needs", lambda w: w.use_for != "prosecution-seeking-death" or w.executing_state != "GB" or w.supplier_consents, "Art. 8(4)"),
    ],
}


DUTIES: Mapping[str, Test] = {
    "notify-third-state": lambda w: (
        w.person_nationality != w.issuing_state
        and w.person_located_in not in {w.issuing_state, w.executing_state}
        and not w.third_state_notice_harmful
    )
}
