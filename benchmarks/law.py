# ruff: noqa: E501
"""Rule outcomes a second beside `cedarpy` with equivalent rules in a parsed policy set, one by one; and a full assessment.

    python benchmarks/law.py

Three worlds of facts: every rule kept, one broken, one untold. Ours says for each rule kept, broken or untold and which
facts are missing; the reference says allow or deny for one rule. Rounds alternate; medians are printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

import cedarpy

from rogatory.law import Question, assess
from rogatory.law.assess import _finding
from rogatory.law.environment import Environment, frozen_facts
from rogatory.moments import instant, parse_instant
from rogatory.node.packs import load_corpus

AT = parse_instant("2026-09-09T15:00:00+01:00")
FACTS = {
    "measure": "production-order", "data": ["session-history"], "data_purpose": "other", "issuing_state": "FR", "executing_state": "IE",
    "issuing_authority": "judge", "validated_by": "nobody", "proceedings": "criminal-proceedings", "service": "electronic-communications",
    "data_held": "already-stored", "data_held_for": "ordinary-customer", "addressee": "designated-establishment", "addressed_as": "controller",
    "domestic_power": True, "necessity_reasoned": True, "protection_in_executing_state": "none-known", "person_informed": "without-delay",
    "imminent_threat": "none", "offences": [{"max_custodial_months": 84, "eu_provision": "none"}],
}  # fmt: skip
POLICIES = """
permit(principal, action, resource) when { context.proceedings == "criminal-proceedings" || context.proceedings == "sentence-execution" };
permit(principal, action, resource) when { ["electronic-communications","domain-or-ip-numbering","user-communication","data-storage"].contains(context.service) };
permit(principal, action, resource) when { context.data_held == "already-stored" };
permit(principal, action, resource) when { context.domestic_power };
permit(principal, action, resource) when { context.data_held_for != "public-authority" };
permit(principal, action, resource) when { context.protection_in_executing_state != "found" };
permit(principal, action, resource) when { context.necessity_reasoned };
permit(principal, action, resource) when { context.max_custodial_months >= 36 };
permit(principal, action, resource) when { context.issuing_authority == "judge" || context.validated_by == "judge" };
"""


def rate(work: Callable[[], int], seconds: float = 0.7) -> float:
    """How many a second."""
    ends, count, begun = time.perf_counter() + seconds, 0, time.perf_counter()
    while time.perf_counter() < ends:
        count += work()
    return count / (time.perf_counter() - begun)


def main() -> None:
    pack = load_corpus("eu-e-evidence")
    worlds = [FACTS, {**FACTS, "service": "financial"}, {name: value for name, value in FACTS.items() if name != "imminent_threat"}]
    questions = [Question(instrument="eu-e-evidence", at=AT, act="issue", facts=facts, events={}) for facts in worlds]  # type: ignore[arg-type]
    rules = [rule for rule in pack.rules if "issue" in rule.acts]
    contexts = [{**{k: v for k, v in facts.items() if isinstance(v, str | bool)}, "max_custodial_months": 84} for facts in worlds]
    policies = [cedarpy.PolicySet.from_str(one) for one in POLICIES.strip().split("\n")]

    def ours() -> int:
        count = 0
        for question in questions:
            env = Environment(question, pack, frozen_facts(question.facts))
            for rule in rules:
                _finding(rule, env)
                count += 1
        return count

    def theirs() -> int:
        count = 0
        for context in contexts:
            for policy in policies:
                request = {"principal": 'User::"a"', "action": 'Action::"issue"', "resource": 'Order::"o"', "context": context}
                cedarpy.is_authorized(request, policy, [])
                count += 1
        return count

    def whole() -> int:
        for question in questions:
            assess(question, pack)
        return len(questions)

    rounds = [(rate(ours), rate(theirs), rate(whole)) for _ in range(5)]
    mine, other, full = (median(one[number] for one in rounds) for number in range(3))
    print(f"rule outcomes: ours {mine:9.0f}/s, cedarpy {other:9.0f}/s, ratio {mine / other:.2f}")
    print(f"full assessments (all rules, duties, deadlines with their steps, grounds): {full:.0f}/s, {1000 / full:.2f} ms each")


if __name__ == "__main__":
    assert instant(AT + timedelta()) == AT
    assert Path(sys.argv[0]).exists()
    main()
