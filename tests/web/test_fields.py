"""What a form reads back: numbers only where they are numbers, lists only as long as they may be."""

from __future__ import annotations

import pytest

from rogatory.web.fields import Form

FORM = Form(
    schema={
        "properties": {
            "days": {"type": "integer"},
            "items": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}},
        }
    }
)


@pytest.mark.parametrize("text", ["²", "x", "-1", "9" * 5000], ids=["superscript", "letter", "sign", "too long"])
def test_what_is_no_number_is_left_for_the_act_to_refuse(text):
    assert FORM.read({"days": [text]}) == {"days": text, "items": []}


def test_a_number_is_read():
    assert FORM.read({"days": ["365"]})["days"] == 365


@pytest.mark.parametrize("count", ["²", "", "many", "9" * 5000])
def test_a_list_whose_count_is_no_number_is_empty(count):
    assert FORM.read({"items.count": [count], "items.0.id": ["a"]}) == {"items": []}


def test_a_list_is_read_up_to_its_count():
    assert FORM.read({"items.count": ["1"], "items.0.id": ["a"], "items.1.id": ["b"]}) == {"items": [{"id": "a"}]}


def test_a_box_is_ticked_for_its_own_word_and_for_none_that_holds_it():
    schema = {"properties": {"reserved_to": {"type": "array", "items": {"type": "string"}}}}
    form = Form(schema=schema, choices={"reserved_to": (("judge", "judge"), ("investigating-judge", "investigating judge"))})
    (shown,) = form.fields({"reserved_to": ["investigating-judge"]})
    assert (shown.widget, shown.checked) == ("checks", {"investigating-judge"})
