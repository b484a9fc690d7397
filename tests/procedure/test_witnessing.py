"""How many witnesses an act waits for."""

from __future__ import annotations

import pytest

from rogatory.procedure import KINDS
from rogatory.procedure.case import Case
from rogatory.procedure.witnessing import cosignatures_needed

ME = "https://justice.example"
DISCLOSE = {"authorise", "issue in emergency", "transmit", "produce"}


def test_what_discloses_waits_for_the_quorum_and_nothing_else_waits():
    needed = {kind: cosignatures_needed(kind, Case(me=ME), 2) for kind in KINDS}
    assert {kind for kind, number in needed.items() if number} == DISCLOSE
    assert needed["transmit"] == 2


def test_in_an_emergency_one_of_three_is_enough():
    assert cosignatures_needed("issue in emergency", Case(me=ME), 2) == 1


@pytest.mark.parametrize("kind", sorted(DISCLOSE))
def test_an_order_to_preserve_waits_for_nobody_and_what_is_produced_does(kind):
    assert cosignatures_needed(kind, Case(me=ME), 2, measure="preservation-order") == (2 if kind == "produce" else 0)


@pytest.mark.parametrize("kind", sorted(DISCLOSE))
def test_where_no_witness_is_named_nothing_waits(kind):
    assert cosignatures_needed(kind, Case(me=ME), 0) == 0
