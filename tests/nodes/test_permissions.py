"""Who may do what, over the doors of real nodes: every person tries every kind of act in a case that is with the provider."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from rogatory.demo.processes import running
from rogatory.demo.stories import Teller
from rogatory.procedure import KINDS
from tests.nodes.conftest import town
from tests.nodes.evidence.acts import cleared, http

pytestmark = [pytest.mark.nodes, pytest.mark.slow]

OFFICERS = {"officer", "second-officer"}
DECIDERS = {"prosecutor", "judge"}
CUSTODIANS = {"custodian", "second-custodian"}
ISSUERS = OFFICERS | DECIDERS
EVERYBODY = ISSUERS | CUSTODIANS | {"filter", "enforcing", "provider"}
MAY: dict[str, set[str]] = {
    "accept filtering": {"filter"},
    "acknowledge": set(),
    "agree to keeping": set(),
    "agree to open": CUSTODIANS,
    "allow secondary use": {"judge"},
    "annul": {"judge"},
    "apply for disclosure": DECIDERS | CUSTODIANS,
    "ask for longer availability": ISSUERS | CUSTODIANS,
    "ask": {"provider"},
    "authorise": DECIDERS,
    "call back": {"provider"},
    "certify purge": set(),
    "clarify": ISSUERS,
    "clear": {"enforcing"},
    "complain": {"judge", "enforcing"},
    "complete form": EVERYBODY - {"filter"},
    "confirm emergency": ISSUERS,
    "consult": EVERYBODY,
    "contain": DECIDERS | CUSTODIANS,
    "correct clock": set(),
    "decide filtering": {"filter"},
    "decline": DECIDERS,
    "delay notice": {"judge"},
    "disclose to defence": {"judge"},
    "draft": ISSUERS,
    "draft request": ISSUERS,
    "end file": set(),
    "end keeping": set(),
    "enrol": set(),
    "invalidate": DECIDERS,
    "issue in emergency": OFFICERS,
    "justify": ISSUERS,
    "lapse": set(),
    "leave available longer": {"provider"},
    "lift delay": ISSUERS,
    "lift restriction": {"judge"},
    "name custodians": ISSUERS,
    "name filter person": {"judge"},
    "name persons": ISSUERS,
    "notify enforcing authority": set(),
    "notify person": ISSUERS | CUSTODIANS,
    "object": {"provider"},
    "open for filtering": {"filter"},
    "open": CUSTODIANS,
    "order opening together": {"judge"},
    "preserve": {"provider"},
    "produce": {"provider"},
    "purge": {"judge"},
    "quarantine": CUSTODIANS,
    "raise ground for refusal": {"enforcing"},
    "receive": set(),
    "refer to filter": CUSTODIANS,
    "refuse disclosure": {"judge"},
    "reject complaint": {"judge", "enforcing"},
    "restrict": DECIDERS | CUSTODIANS,
    "retain": {"judge"},
    "return": DECIDERS,
    "seek validation": OFFICERS,
    "set aside": {"judge"},
    "state suspicion": ISSUERS,
    "submit": ISSUERS,
    "suspend": {"judge"},
    "sweep": set(),
    "transfer onward": {"judge"},
    "transmit": ISSUERS,
    "uphold complaint": {"judge", "enforcing"},
    "uphold": ISSUERS,
    "validate afterwards": DECIDERS,
    "withdraw": ISSUERS,
}
"""For every kind of act, the people of the demonstration who may make it where the case allows it; nobody where software does."""
SECTION_M = {"summary", "against", "reliability", "necessity", "proportionality", "less_intrusive", "narrowness", "section_m", "reasons"}


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teller]:
    """A case that is with the provider, in a town of its own."""
    with (
        town(tmp_path_factory.mktemp("permissions"), "sqlite") as made,
        running(made),
        Teller(made, lambda _who, _what: None) as teller,
    ):
        cleared(teller)
        yield teller


def answer(tell: Teller, part: str, kind: str) -> dict[str, Any]:
    """What a person is told who tries an act and writes nothing in it."""
    with http(tell, part) as client:
        response = client.post(f"/api/v1/cases/{tell.case}/acts/{kind.replace(' ', '-')}", json={"given": {}})
    assert response.status_code in {403, 409, 422}, (part, kind, response.text)
    problem: dict[str, Any] = response.json()
    assert problem["title"], (part, kind)
    assert problem["cure"], (part, kind)
    return problem


def test_everybody_may_do_what_the_table_says_and_nothing_else(tell: Teller) -> None:
    assert MAY.keys() == KINDS.keys()
    ends = time.monotonic() + 60
    while not held(tell, "enforcing") | held(tell, "provider") <= held(tell, "officer") and time.monotonic() < ends:
        time.sleep(0.2)  # what the others have made is still under way to her
    before = {part: held(tell, part) for part in ("officer", "enforcing", "provider")}
    wrong = [
        f"{part}: {kind}"
        for kind in KINDS
        for part in sorted(EVERYBODY)
        if (answer(tell, part, kind)["code"].rpartition(".")[2] in {"capacity", "role", "part"}) == (part in MAY[kind])
    ]
    assert wrong == []
    assert {part: held(tell, part) for part in before} == before


def test_what_software_does_is_for_no_person() -> None:
    assert all(kind.who == {"software"} for kind in KINDS.values() if kind.automatic)


def test_every_node_holds_exactly_the_parts_that_are_due_to_it(tell: Teller) -> None:
    for part, role in (("enforcing", "enforcing"), ("provider", "addressee")):
        foreign = [
            one for one in tell(part).case(tell.case)["timeline"] if one["by"]["institution"] != tell.town.actors[part].stage.institution
        ]
        assert foreign
        for one in foreign:
            due = {name for name, seen in KINDS[one["kind"]].parts.items() if role in {r.value for r in seen}}
            assert one["parts"].keys() == due, (part, one["kind"])


def test_section_m_reaches_the_provider_in_no_part_of_any_act(tell: Teller) -> None:
    seen = {name for one in tell("provider").case(tell.case)["timeline"] for name in one["parts"]}
    assert not seen & SECTION_M


def held(tell: Teller, part: str) -> set[str]:
    """The acts that a node holds of the case; looking is left out, and acknowledgements, which may still be under way."""
    return {one["hash"] for one in tell(part).case(tell.case)["timeline"] if one["kind"] not in {"consult", "acknowledge"}}
