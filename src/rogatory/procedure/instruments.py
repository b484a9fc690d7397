"""Under which instrument an order or request is made: that follows from the measure that is asked for.

An order of Regulation (EU) 2023/1543 crosses from node to node. A European Investigation Order and a request for mutual legal
assistance are drafted, justified and decided in the same steps, and go out as their form, by the channel of their instrument.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ORDERS: Final = "eu-e-evidence"
BY_FORM: Final[Mapping[str, str]] = {"investigation-order": "eio", "assistance-request": "mlat-eu-us"}
"""The instrument of each measure that goes out as a form."""
NAMES: Final[Mapping[str, str]] = {
    ORDERS: "Regulation (EU) 2023/1543",
    "eio": "Directive 2014/41/EU",
    "mlat-eu-us": "EU-US Agreement on mutual legal assistance",
}
"""How each is named in a text that somebody signs."""


def instrument_of(measure: str) -> str:
    """The instrument under which a measure is asked for; that of orders where no other is named."""
    return BY_FORM.get(measure, ORDERS)


def cited(article: str, measure: str, text: str = ORDERS) -> str:
    """A provision as it is shown in a case: of what goes out as a form, with the name of its text in front.

    The steps up to a decision are those of the Regulation, also where another instrument is used: then the provision says so.

    >>> cited("Art. 5(2)", "production-order"), cited("Art. 5(2)", "investigation-order"), cited("Art. 4", "investigation-order", "eio")
    ('Art. 5(2)', 'eu-e-evidence Art. 5(2)', 'eio Art. 4')
    """
    plain = article.startswith(("Art. ", "Annex "))
    return f"{text} {article}" if plain and measure in BY_FORM else article
