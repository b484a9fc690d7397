"""The safeguards that States are compared by: each a question with a closed scale, from the weakest answer to the strictest.

- A State's file answers with a word of the scale or with `unknown`; there is no default.
- The scales order protection of the person whose data are sought, never ease for the authority.

Left to others: what a State answers (`jurisdiction`), what an instrument answers and the comparison (`crosswalk`).

>>> SCALES["authority_for_traffic"].words
('any-authority', 'public-prosecutor', 'judge')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What is asked, and the words that may answer, the weakest protection first."""

    asks: str
    words: tuple[str, ...]


_AUTHORITY: Final = ("any-authority", "public-prosecutor", "judge")

SCALES: Final[Mapping[str, Scale]] = {
    "authority_for_subscriber": Scale(asks="Who must stand behind an order for subscriber data?", words=_AUTHORITY),
    "authority_for_traffic": Scale(asks="Who must stand behind an order for traffic data?", words=_AUTHORITY),
    "authority_for_content": Scale(asks="Who must stand behind an order for content?", words=_AUTHORITY),
    "notice_to_person": Scale(
        asks="Must the person be told?",
        words=("no-duty", "may-be-omitted", "may-be-delayed", "always"),
    ),
    "bank_secrecy": Scale(
        asks="What protects data held by banks in criminal proceedings?",
        words=("contract-only", "lifted-for-criminal-proceedings", "judge-order"),
    ),
    "health_secrecy": Scale(
        asks="What protects data held by doctors and hospitals?",
        words=("none", "statutory", "privilege"),
    ),
    "telecom_secrecy": Scale(
        asks="How is the secrecy of communications protected?",
        words=("none", "statutory", "constitutional"),
    ),
}

KNOWN: Final[Mapping[str, str]] = {
    "issuing_authorities": "Which authorities may issue, as the State has notified or its law says?",
    "validating_authorities": "Which authorities may validate?",
    "central_authority": "Which central or designated authority sends and receives?",
    "data_localisation": "Must data be kept in the country?",
    "preservation": "Can data be kept from erasure before an order, and how long?",
    "provider_retention": "For how long must providers keep data?",
    "consent": "What can consent of the person or the holder open, and what not?",
    "geographic_limits": "Which limits by place or nationality narrow what may be asked?",
}
"""Questions that a State's file answers in words, each answer with its article and mark."""
