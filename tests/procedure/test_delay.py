"""A delay of notice crosses with its short justification, and with nothing of section M (Art. 13(2), 5(5))."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rogatory.demo import facts
from rogatory.demo.cast import FR, IE, PROVIDER
from rogatory.demo.stories import decision
from rogatory.procedure import ActView, Refusal, take_up
from tests.procedure.parties import PACK, Parties, pseudonym

JUSTIFICATION = "Telling the user now would obstruct the inquiries."


def persons(parties: Parties, **changed: Any) -> dict[str, Any]:
    given = facts.persons(facts.notice_day(parties.now))
    first, *others = given["persons"]
    return {"persons": [{**first, **changed}, *others]}


def prepared(**changed: Any) -> tuple[Parties, Any]:
    parties = Parties()
    return parties, parties.prepare(facts.item_identification(), facts.item_traffic(), persons=persons(parties, **changed))


def sent(parties: Parties) -> ActView:
    parties.act("officer", "submit", {"to": pseudonym(FR, "judge"), "note": "For decision"})
    parties.act("judge", "authorise", decision())
    made = parties.act("officer", "transmit", {})
    assert isinstance(made, ActView), made
    return made


def test_the_certificate_carries_the_short_justification_and_the_reasons_stay_in_the_file() -> None:
    parties, _ = prepared()
    made = sent(parties)
    assert made.parts["delay"] == [JUSTIFICATION]
    assert parties.settle() == []

    for name in ("provider", "ie"):
        acts = str(parties.nodes[name].case.acts)
        assert JUSTIFICATION in acts
        assert "would destroy the device" not in acts


def test_nothing_is_justified_where_everybody_is_told_without_delay() -> None:
    parties, named = prepared(told="without-delay", until=None, grounds=[], reasons=None, justification=None)

    assert isinstance(named, ActView), named
    assert sent(parties).parts["delay"] == []
    assert parties.settle() == []


@pytest.mark.parametrize(
    "text",
    [
        facts.draft()["summary"],
        f"Short: {facts.suspicion()['facts'].upper()} So later.",
        facts.suspicion()["against"].replace(" ", "  "),
        facts.justification("traffic")["necessity"],
        facts.suspicion()["admissibility"].partition(". ")[0] + ".",
    ],
)
def test_a_justification_that_repeats_section_m_is_refused(text: str) -> None:
    _, named = prepared(justification=text)

    assert isinstance(named, Refusal)
    assert named.article == "Art. 5(5)"
    assert named.where == "persons.user.justification"


def test_what_is_written_afterwards_is_compared_before_anybody_decides() -> None:
    parties, named = prepared()
    assert isinstance(named, ActView)
    parties.act(
        "officer", "draft", {**facts.draft(facts.item_identification(), facts.item_traffic()), "summary": f"Threats. {JUSTIFICATION}"}
    )

    answer = parties.act("officer", "submit", {"to": pseudonym(FR, "judge"), "note": "For decision"})

    assert isinstance(answer, Refusal)
    assert answer.rule == "submit.section-m"


@pytest.mark.parametrize(("node", "kind"), [("provider", "transmit"), ("ie", "notify enforcing authority")])
def test_a_receiver_refuses_a_delay_that_nobody_justified(node: str, kind: str) -> None:
    parties, _ = prepared()
    sent(parties)
    to = {"provider": PROVIDER, "ie": IE}[node].institution
    party = parties.nodes[node]
    for under_way in [one for one in parties.network if one.to == to and one.act.kind != kind]:
        parties.deliver(parties.network.index(under_way))
    act = next(one.act for one in parties.network if one.to == to and one.act.kind == kind)

    answer = take_up(replace(act, parts={**act.parts, "delay": []}), party.case, parties.world(party), PACK)

    assert isinstance(answer, Refusal)
    assert (answer.article, answer.where) == ("Art. 13(2)", "delay")
