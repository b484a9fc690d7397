"""The closed vocabulary: which words a fact may hold, and what its file may not say."""

from __future__ import annotations

import pytest

from rogatory.errors import PackError
from rogatory.law.vocabulary import Fact, read_vocabulary
from rogatory.node.packs import corpus, read_law_file, vocabulary

FACTS = read_law_file(corpus() / "facts.yaml")


def test_a_word_stands_if_it_is_listed_or_of_the_form_that_the_fact_allows_beside_the_listed_ones() -> None:
    listed = Fact(name="x", type="word", words=("judge", "court"), means="", cite="")
    formed = Fact(name="x", type="word", words=("judge",), means="", cite="", more="[a-z]+-court")

    assert [listed.allows(word) for word in ("judge", "court", "high-court", "")] == [True, True, False, False]
    assert [formed.allows(word) for word in ("judge", "court", "high-court", "high-courts", "")] == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("type: number", "type: number\n    words: [one, two]", "needs its words exactly where its type is word or words"),
        ("type: words\n", "type: States\n", "needs its words exactly where its type is word or words"),
        ("type: yes-no", "type: word", "needs its words exactly where its type is word or words"),
        ("type: yes-no", "type: words", "needs its words exactly where its type is word or words"),
        ("type: yes-no", "type: perhaps", "'perhaps' is not one of"),
    ],
)
def test_a_fact_has_words_exactly_where_its_type_is_one_of_words(old: str, new: str, complaint: str) -> None:
    assert old in FACTS
    with pytest.raises(PackError) as caught:
        read_vocabulary("facts.yaml", FACTS.replace(old, new, 1))

    assert complaint in str(caught.value)
    assert "facts.yaml:" in str(caught.value)


def test_what_is_given_in_an_ordinary_case_is_a_word_or_a_truth_value_of_its_fact() -> None:
    given = vocabulary(corpus()).given["ordinary-order"]

    assert given
    assert {type(one) for one in given.values()} == {str, bool}
    for name, value in given.items():
        fact = vocabulary(corpus()).facts[name]
        assert fact.type == "yes-no" if isinstance(value, bool) else value in fact.words
