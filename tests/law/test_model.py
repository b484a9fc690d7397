"""An answer of the law as a value."""

from __future__ import annotations

from rogatory.law.load import KINDS
from rogatory.law.model import Deadline
from tests.law.asked import answer, finding


def test_two_answers_are_one_only_if_they_say_the_same_beside_the_outcome_too() -> None:
    assert answer("permitted", duties=("tell",)) == answer("permitted", duties=("tell",))
    assert answer("permitted", duties=("tell",)) != answer("permitted")
    assert answer("permitted") != answer("blocked")


def test_what_is_cited_is_the_article_that_stands_first_and_nothing_where_none_does() -> None:
    for many, first in ((("Art. 4(2)", "Art. 4(5)"), "Art. 4(2)"), (("Art. 8(1)",), "Art. 8(1)"), ((), "")):
        assert finding("kept", "needs", cites=many).cite == first
        assert Deadline(name="produce", whom="addressee", state="running", cites=many).cite == first


def test_advice_is_what_the_law_advises_and_is_not_followed() -> None:
    everything = tuple(finding(result, kind) for result in ("broken", "kept", "untold") for kind in KINDS)
    given = answer("permitted", findings=everything)

    assert [(one.result, one.kind) for one in given.advice] == [("broken", "warn")]
    assert [(one.result, one.kind) for one in given.for_a_human] == [("broken", "judge"), ("untold", "judge")]


def test_an_answer_to_a_question_about_no_act_has_no_outcome_to_write_down() -> None:
    assert "outcome" not in answer(None).to_value()
    assert answer("permitted").to_value()["outcome"] == "permitted"
