"""An emergency is no way around the judge."""

from __future__ import annotations

import itertools

import pytest

from rogatory.demo import facts
from rogatory.procedure import Refusal
from tests.procedure.parties import PACK, Parties

DATA = sorted({data for data, _ in PACK.category_of})
THREAT = {"threat": "A child is held.", "why_no_validator": "02:40 at night; both were called."}


def issued(*wanted: tuple[str, str]) -> object:
    """What becomes of an order for these kinds of data that an officer issues in an emergency."""
    parties = Parties()
    items = [
        {**facts.item_subscriber(), "id": f"item-{at}", "data": [data], "purpose": purpose} for at, (data, purpose) in enumerate(wanted)
    ]
    made = parties.prepare(*items, emergency=True)
    assert not isinstance(made, Refusal), made
    return parties.act("officer", "issue in emergency", THREAT)


CHOICES = [(data, purpose) for data in DATA for purpose in ("identify-user-only", "other")]
MIXED = [*((one,) for one in CHOICES), *itertools.combinations(CHOICES, 2)]


@pytest.mark.parametrize("wanted", MIXED, ids=lambda wanted: "+".join(f"{data}-{purpose}" for data, purpose in wanted))
def test_t4_no_unvalidated_content(wanted: tuple[tuple[str, str], ...]) -> None:
    """Every kind of data and every pair, for either purpose: only what identifies the user is issued without validation."""
    one_purpose = "other" if any(purpose == "other" for _, purpose in wanted) else "identify-user-only"
    categories = {PACK.category(data, one_purpose) for data, _ in wanted}

    answer = issued(*wanted)

    assert isinstance(answer, Refusal) == bool(categories & {"traffic", "content"})


def test_nobody_abroad_learns_of_a_case_before_its_order_was_sent() -> None:
    parties = Parties()
    parties.act("officer", "draft", facts.draft(facts.item_subscriber()))
    parties.act("officer", "state suspicion", facts.suspicion())
    answer = parties.act("prosecutor", "restrict", {"why": "A complaint stands.", "article": "Art. 4(5)"})

    assert isinstance(answer, Refusal)
    assert parties.network == []


def test_an_order_is_withdrawn_once() -> None:
    parties = Parties()
    parties.send_in_emergency(facts.item_subscriber(), facts.item_identification())
    parties.pass_time(49)  # validation was not sought: the software withdraws the order

    again = parties.act("officer", "withdraw", {"words": "Withdrawn."})

    assert isinstance(again, Refusal)
    assert again.rule == "withdraw.withdrawn"
    assert parties.settle() == []
