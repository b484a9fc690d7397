"""One meaning has one byte form, and it is that of RFC 8785, whoever writes it."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from rogatory.canonical import MAX_NUMBER, decode, encode
from rogatory.errors import FormError

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.integers(-MAX_NUMBER, MAX_NUMBER)
values = st.recursive(
    words | numbers | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_every_value_is_written_as_rfc_8785_says(value) -> None:
    assert encode(value) == rfc8785.dumps(value)
    assert encode(decode(encode(value))) == encode(value)


def test_keys_are_sorted_by_utf_16_code_units() -> None:
    assert encode({"\U0001f600": 1, "\ufb33": 2}) == '{"\U0001f600":1,"\ufb33":2}'.encode()


@pytest.mark.parametrize("value", [MAX_NUMBER + 1, -MAX_NUMBER - 1, 1.5, None, "", {"": 1}, {1: 2}, "\ud800", {"a": {"b": [None]}}])
def test_what_has_no_canonical_form_is_refused(value) -> None:
    with pytest.raises(FormError):
        encode(value)


def test_the_error_names_the_place() -> None:
    with pytest.raises(FormError) as caught:
        encode({"a": {"b": ["x", ""]}})
    assert caught.value.where == "value.a.b[1]"
