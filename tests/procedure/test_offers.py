"""What a person is offered to do: only what has an object in the case as it stands."""

from __future__ import annotations

from rogatory.act import Author
from rogatory.demo import facts
from rogatory.demo.cast import FR, PROVIDER, Stage
from rogatory.procedure import KINDS, Capacity, Refusal, closed_to
from tests.procedure.parties import Parties, pseudonym


def offered(parties: Parties, stage: Stage, part: str, capacity: Capacity) -> set[str]:
    """The kinds of act that are open to this person."""
    node = parties.nodes[stage.name]
    by = Author(institution=stage.institution, capacity=capacity, officer=pseudonym(stage, part))
    return {name for name, kind in KINDS.items() if closed_to(kind, by, node.case.ref, node.case, parties.world(node)) is None}


def submitted() -> Parties:
    """An order for identification data that was put before a prosecutor."""
    parties = Parties()
    parties.prepare(facts.item_identification())
    made = parties.act("officer", "submit", {"to": pseudonym(FR, "prosecutor"), "note": "Please decide."})
    assert not isinstance(made, Refusal), made
    return parties


def with_addressee() -> Parties:
    """The same order, granted and with the provider."""
    parties = submitted()
    decision = {
        "decisions": [{"item": "identification", "outcome": "granted"}],
        "reasons": [{"item": "identification", "words": "The account was used for the threats."}],
    }
    made = parties.act("prosecutor", "authorise", decision)
    assert not isinstance(made, Refusal), made
    parties.act("officer", "transmit", {})
    assert parties.settle() == []
    return parties


def test_only_the_person_before_whom_an_order_was_put_is_offered_to_decide_on_it() -> None:
    parties = submitted()
    assert {"authorise", "decline", "return"} <= offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)
    assert not {"authorise", "decline", "return"} & offered(parties, FR, "judge", Capacity.INVESTIGATING_JUDGE)


def test_an_answer_is_offered_only_while_a_question_stands() -> None:
    parties = with_addressee()
    assert "clarify" not in offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)
    parties.act("provider", "ask", {"words": "Which of the two accounts?"})
    parties.settle()
    assert "clarify" in offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)
    parties.act("prosecutor", "clarify", {"words": "The first."})
    assert "clarify" not in offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)


def test_the_call_back_and_the_acts_after_an_emergency_are_offered_in_an_emergency_only() -> None:
    parties = with_addressee()
    assert "call back" not in offered(parties, PROVIDER, "provider", Capacity.PROVIDER)
    assert "seek validation" not in offered(parties, FR, "officer", Capacity.INVESTIGATOR)


def test_an_order_is_upheld_only_against_an_objection_and_withdrawn_only_once() -> None:
    parties = with_addressee()
    assert "uphold" not in offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)
    assert "withdraw" in offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)
    parties.act("prosecutor", "withdraw", {"words": "No longer needed."})
    assert "withdraw" not in offered(parties, FR, "prosecutor", Capacity.PROSECUTOR)


def test_what_is_not_offered_is_refused_for_that_very_reason() -> None:
    parties = with_addressee()
    answer = parties.act("prosecutor", "uphold", {"words": "The order stands."})
    assert isinstance(answer, Refusal)
    assert answer.rule == "uphold.objection"
