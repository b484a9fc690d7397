"""An answer of the law as a value."""

from __future__ import annotations

from tests.law.asked import answer


def test_two_answers_are_one_only_if_they_say_the_same_beside_the_outcome_too() -> None:
    assert answer("permitted", duties=("tell",)) == answer("permitted", duties=("tell",))
    assert answer("permitted", duties=("tell",)) != answer("permitted")
    assert answer("permitted") != answer("blocked")
