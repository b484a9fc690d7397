"""Three worlds of facts for the references: every rule kept, one broken, and one more."""

from __future__ import annotations

_USUAL = {
    "proceedings": "criminal-proceedings", "service": "electronic-communications", "data_held": "already-stored",
    "domestic_power": True, "data_held_for": "ordinary-customer", "protection_in_executing_state": "none-known",
    "necessity_reasoned": True, "max_custodial_months": 84, "issuing_authority": "judge", "validated_by": "nobody",
}  # fmt: skip
WORLDS = [_USUAL, {**_USUAL, "service": "financial"}, {**_USUAL, "max_custodial_months": 12}]
