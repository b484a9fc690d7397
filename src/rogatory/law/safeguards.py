"""The safeguards that States are compared by: each a question with a closed scale, from the weakest answer to the strictest.

- A State's file answers with a word of the scale or with `unknown`; there is no default.
- The scales order protection of the person whose data are sought, never ease for the authority.

Left to others: the questions in words (`law/languages/`, section `asks`), what a State answers (`jurisdiction`), what an instrument
answers and the comparison (`crosswalk`).

>>> SCALES["authority_for_traffic"]
('any-authority', 'public-prosecutor', 'judge')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_AUTHORITY: Final = ("any-authority", "public-prosecutor", "judge")

SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "authority_for_subscriber": _AUTHORITY,
    "authority_for_traffic": _AUTHORITY,
    "authority_for_content": _AUTHORITY,
    "notice_to_person": ("no-duty", "may-be-omitted", "may-be-delayed", "always"),
    "bank_secrecy": ("contract-only", "lifted-for-criminal-proceedings", "judge-order"),
    "health_secrecy": ("none", "statutory", "privilege"),
    "telecom_secrecy": ("none", "statutory", "constitutional"),
}
"""The words that may answer, the weakest protection first."""
KNOWN: Final = (
    "issuing_authorities",
    "validating_authorities",
    "central_authority",
    "data_localisation",
    "preservation",
    "provider_retention",
    "consent",
    "geographic_limits",
)
"""Questions that a State's file answers in words, each answer with its article and mark."""
