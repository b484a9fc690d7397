"""EU-US Agreement on mutual legal assistance."""

from __future__ import annotations

from collections.abc import Mapping

from tests.law.contract.worlds import Rule, any_of

RULES: Mapping[str, list[Rule]] = {
    "use": [
        (
            "needs",
            lambda w: any_of(
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
}
