"""Nine rules in Cedar, each a policy set of its own, asked one by one. Reads seconds a line, writes rule outcomes a second."""

from __future__ import annotations

import sys
import time

import cedarpy
from law_worlds import WORLDS

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
"""  # noqa: E501  # one policy a line


def main() -> None:
    policies = [cedarpy.PolicySet.from_str(one) for one in POLICIES.strip().split("\n")]
    for line in sys.stdin:
        ends, begun, count = time.perf_counter() + float(line), time.perf_counter(), 0
        while time.perf_counter() < ends:
            for context in WORLDS:
                for policy in policies:
                    request = {"principal": 'User::"a"', "action": 'Action::"issue"', "resource": 'Order::"o"', "context": context}
                    cedarpy.is_authorized(request, policy, [])
                    count += 1
        print(count / (time.perf_counter() - begun), flush=True)


if __name__ == "__main__":
    main()
