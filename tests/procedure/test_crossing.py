"""Two acts of different institutions that crossed: one row a pair, and the same case whatever came first."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest

from rogatory.act import Author, CaseRef
from rogatory.moments import instant, parse_instant
from rogatory.procedure import ActView, Case, Role, State, fold
from rogatory.procedure.crossing import CROSSINGS, Meaning, pairs

FR, IE, PROVIDER = "https://fr.example", "https://ie.example", "https://provider.example"
CASE = CaseRef(institution=FR, id="0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10")
BEGIN = parse_instant("2026-09-07T10:00:00Z")
AUTHOR = {Role.ISSUING: FR, Role.ENFORCING: IE, Role.ADDRESSEE: PROVIDER}
ITEM = {
    "id": "a",
    "data": ["session-history"],
    "purpose": "other",
    "identifiers": [{"type": "account", "value": "x", "source": "exhibit"}],
    "start": {"at": "2026-09-01T00:00:00+02:00", "zone": "Europe/Paris"},
    "end": {"at": "2026-09-02T00:00:00+02:00", "zone": "Europe/Paris"},
    "wanted": "log-ins",
}


def view(kind: str, by: str, number: int, after: tuple[str, ...], parts: dict[str, object]) -> ActView:
    return ActView(
        hash=f"{number:064x}",
        kind=kind,
        case=CASE,
        by=Author(institution=by, capacity="software"),
        at=instant(BEGIN + timedelta(minutes=number)),
        after=after,
        parts=parts,  # type: ignore[arg-type]
        foreign=False,
    )


def transmitted() -> ActView:
    parts = {
        "reference": "R",
        "decision": "f" * 64,
        "items": [ITEM],
        "facts": {"measure": "production-order"},
        "provisions": ["law"],
        "seal_to": {"a": "age1x"},
        "notification": True,
        "emergency": False,
        "user_information": "none",
        "delay": [],
        "retention_days": 10,
        "addressee": PROVIDER,
        "enforcing": IE,
    }
    return view("transmit", FR, 1, (), parts)


PRODUCED = {
    "answer": "whole",
    "packages": [{"item": "a", "digest": "d" * 64, "size": 10, "files": 1}],
    "sealed_to": {"a": "age1x"},
    "words": "all",
    "read_back": "x",
    "means": "sealed package",
    "available_until": "2026-10-01",
    "kept_until": {"a": "2026-09-17"},
}
STOPS = {
    "withdraw": (FR, {"words": "withdrawn"}),
    "raise ground for refusal": (IE, {"grounds": ["ne-bis-in-idem"], "facts": [], "explanation": "tried", "contacted": "yes"}),
}


def test_every_pair_that_can_cross_has_a_row_and_every_row_a_pair() -> None:
    assert pairs() == CROSSINGS.keys()


def test_every_row_names_its_article() -> None:
    assert all(re.match(r"(led )?Art\. \d|reg-2025-1550 Annex \d", row.article) for row in CROSSINGS.values())


@pytest.mark.parametrize("stop", STOPS)
def test_a_production_that_crosses_a_stop_stays_on_record_and_stops_nothing_less(stop: str) -> None:
    by, parts = STOPS[stop]
    order = transmitted()
    produce = view("produce", PROVIDER, 3, (order.hash,), PRODUCED)
    stopped = view(stop, by, 2, (order.hash,), parts)

    cases = [fold(acts, me=FR) for acts in itertools.permutations((order, produce, stopped))]

    assert CROSSINGS[frozenset({"produce", stop})].meaning is Meaning.SEALED_AND_RESTRICTED
    assert {case.state for case in cases} == {State.WITHDRAWN if stop == "withdraw" else State.REFUSED}
    assert all(case.packages for case in cases)


def test_two_nodes_with_the_same_acts_have_the_same_case_whatever_came_first() -> None:
    order = transmitted()
    acts = [
        order,
        view("preserve", PROVIDER, 2, (order.hash,), {"words": "preserved"}),
        view("clear", IE, 3, (order.hash,), {"to": "both"}),
        view("ask", PROVIDER, 4, (order.hash,), {"words": "which account?"}),
        view("withdraw", FR, 5, (order.hash,), {"words": "withdrawn"}),
    ]

    folded = {fold(one, me=FR) == fold(acts, me=FR) for one in itertools.permutations(acts)}

    assert folded == {True}


def test_an_unknown_case_is_empty() -> None:
    assert Case(me=FR).state is State.EMPTY
