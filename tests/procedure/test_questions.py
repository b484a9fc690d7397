"""Suspicion, jurisdiction and admissibility are answered by a human in words, or nobody decides on the order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.demo import facts
from rogatory.demo.cast import FR
from rogatory.demo.stories import decision
from rogatory.procedure import ActView, Refusal
from rogatory.procedure.answers import TICKS, not_an_answer
from rogatory.procedure.questions import asked, on_issuing
from tests.procedure.parties import PACK, Parties, pseudonym

WORDS = ("facts", "reliability", "against", "jurisdiction", "admissibility")


def prepared(suspicion: dict[str, Any] | None = None, *, emergency: bool = False, **changed: Any) -> tuple[Parties, Any]:
    """A case with everything but what is told here of suspicion and forum, and what became of that."""
    parties = Parties()
    item = facts.item_subscriber()
    made = parties.act("officer", "draft", {**facts.draft(item, emergency=emergency), **changed})
    assert isinstance(made, ActView), made
    stated = parties.act("officer", "state suspicion", {**facts.suspicion(), **suspicion}) if suspicion is not None else None
    parties.act("officer", "justify", {**facts.justification("identification"), "item": item["id"]})
    parties.act("officer", "name persons", facts.persons(facts.notice_day(parties.now)))
    return parties, stated


def submitted(parties: Parties) -> Any:
    return parties.act("officer", "submit", {"to": pseudonym(FR, "prosecutor"), "note": "For decision"})


@pytest.mark.parametrize("part", WORDS)
@pytest.mark.parametrize(
    "text", ["yes", "OK.", "n/a", "N / A", "✓", "—", "see file", "siehe Akte", "néant", "sí, conforme", "yes yes yes yes yes", " "]
)
def test_a_tick_is_no_answer(part: str, text: str) -> None:
    parties, stated = prepared({part: text})

    assert isinstance(stated, Refusal)
    assert stated.where == part
    assert "it does not say" in stated.says
    assert stated.cure
    assert isinstance(submitted(parties), Refusal)


@pytest.mark.parametrize("part", WORDS)
@pytest.mark.parametrize("text", ["He did it.", "Very reliable indeed", "xx xx xx xx xx xx", "a b c d e f g"])
def test_a_few_words_are_no_answer(part: str, text: str) -> None:
    _, stated = prepared({part: text})

    assert isinstance(stated, Refusal)


def test_nothing_is_no_answer_and_the_refusal_says_so_in_words() -> None:
    _, empty = prepared({"admissibility": ""})
    _, absent = prepared({"admissibility": None})
    _, court = prepared({"court": "n/a"})

    assert isinstance(empty, Refusal)
    assert "nothing is written here" in empty.says
    assert empty.where == "state suspicion.admissibility"
    assert isinstance(absent, Refusal)
    assert isinstance(court, Refusal)
    assert "names no court" in court.says


def test_one_text_does_not_answer_two_questions() -> None:
    text = "The victim received the threat in Lyon, and the court of Lyon will try it."
    _, stated = prepared({"jurisdiction": text, "admissibility": f"  {text.upper()}"})

    assert isinstance(stated, Refusal)
    assert "two questions" in stated.says


def test_a_basis_that_the_law_does_not_know_is_refused_with_the_sentence_of_the_law() -> None:
    for basis in ("none-stated", "because we can"):
        _, stated = prepared({"basis": basis})
        assert isinstance(stated, Refusal)
        assert stated.rule == "eu-e-evidence.jurisdiction"
        assert "Why this State may prosecute is stated" in stated.says


def test_nobody_submits_an_order_of_which_the_suspicion_is_not_stated() -> None:
    parties, _ = prepared()

    answer = submitted(parties)

    assert isinstance(answer, Refusal)
    assert "the facts that link the identifiers to the offence" in answer.says


@pytest.mark.parametrize("emergency", [False, True])
def test_the_law_lists_its_questions_until_they_are_answered(emergency: bool) -> None:
    parties, _ = prepared(emergency=emergency)
    node = parties.nodes["fr"]
    before = asked(on_issuing(node.case, parties.world(node), PACK), node.case, PACK)
    parties.act("officer", "state suspicion", facts.suspicion())
    after = asked(on_issuing(node.case, parties.world(node), PACK), node.case, PACK)

    assert [one.rule.partition(".")[2] for one in before] == ["link", "jurisdiction", "admissibility"]
    assert all(one.open and not one.answer and one.mark == "I" and one.cure["es"] for one in before)
    assert not any(one.open for one in after)
    assert after[2].answer == {name: facts.suspicion()[name] for name in ("court", "admissibility")}
    assert after[1].answer["basis"] == "territory"


@pytest.mark.parametrize("fact", ["link_reasoned", "jurisdiction_reasoned", "jurisdiction_basis", "admissibility_reasoned"])
def test_nobody_ticks_a_question_as_a_circumstance(fact: str) -> None:
    parties = Parties()
    order = facts.draft(facts.item_subscriber())
    order["circumstances"].append({"fact": fact, "value": True})

    answer = parties.act("officer", "draft", order)

    assert isinstance(answer, Refusal)
    assert "in words" in answer.says


def test_answers_stay_at_home_but_for_what_section_m_carries() -> None:
    parties = Parties()
    parties.prepare(facts.item_identification(), facts.item_traffic())
    parties.act("officer", "submit", {"to": pseudonym(FR, "judge"), "note": "For decision"})
    assert isinstance(parties.act("judge", "authorise", decision()), ActView)
    parties.act("officer", "transmit", {})
    assert parties.settle() == []

    provider, enforcing = str(parties.nodes["provider"].case.acts), str(parties.nodes["ie"].case.acts)
    for name, text in facts.suspicion().items():
        if name != "basis":
            assert text not in provider
            assert (text in enforcing) == (name not in {"court", "admissibility"})
    assert "jurisdiction_basis" not in provider


def test_reason_to_believe_in_a_protection_is_a_task_to_consult_and_no_bar() -> None:
    parties = Parties()
    order = facts.draft(facts.item_traffic())
    order["circumstances"] = [
        {**one, "value": "suspected"} if one["fact"] == "protection_in_executing_state" else one for one in order["circumstances"]
    ]
    parties.act("officer", "draft", order)
    node = parties.nodes["fr"]
    (advice,) = on_issuing(node.case, parties.world(node), PACK).advice
    parties.act("officer", "state suspicion", facts.suspicion())
    parties.act("officer", "justify", facts.justification("traffic"))
    parties.act("officer", "name persons", facts.persons(facts.notice_day(parties.now)))

    assert (advice.rule, advice.cite) == ("eu-e-evidence.consult", "Art. 5(10)")
    assert "Eurojust" in advice.cure["en"]
    assert isinstance(parties.act("officer", "submit", {"to": pseudonym(FR, "judge"), "note": "For decision"}), ActView)


@given(st.lists(st.sampled_from(sorted(TICKS)), max_size=20), st.sampled_from([" ", ", ", "/", "... "]))
@settings(max_examples=200)
def test_ticks_remain_ticks_however_many_there_are(words: list[str], between: str) -> None:
    assert not_an_answer(between.join(words))


@given(st.text(max_size=200))
def test_whatever_is_written_some_answer_comes_back(text: str) -> None:
    assert isinstance(not_an_answer(text), str)


@pytest.mark.parametrize(
    "text",
    [
        "The victim lives in Lyon.",
        "Nothing speaks against it so far.",
        "Das Opfer wohnt in Leipzig und las dort die Drohung.",
        "被害者は東京に住んでおり、脅迫状を受け取った。",
    ],
)
def test_a_plain_sentence_is_an_answer(text: str) -> None:
    assert not_an_answer(text) == ""
