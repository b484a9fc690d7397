"""Law Enforcement Directive (EU) 2016/680."""

from __future__ import annotations

from collections.abc import Mapping

from tests.law.contract.worlds import Test

DUTIES: Mapping[str, Test] = {
    "report-breach": lambda w: "breach_known" in w.events and w.breach_risk != "none",
    "inform-person": lambda w: w.breach_risk == "high" and not w.breached_data_encrypted and not w.delay_grounds,
    "tell-foreign-controller": lambda w: "breach_known" in w.events and w.given("data_from_state"),
    "document-breach": lambda w: "breach_known" in w.events,
}
