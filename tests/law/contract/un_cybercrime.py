"""United Nations Convention against Cybercrime, A/RES/79/243."""

from __future__ import annotations

from collections.abc import Mapping

from tests.law.contract.worlds import Rule, any_of

RULES: Mapping[str, list[Rule]] = {
    "issue": [
        ("unavailable", lambda w: w.assumed, "Art. 65"),
        (
            "blocked",
            lambda w: any_of(
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
}
