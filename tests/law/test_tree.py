"""How a law file is read as text: every scalar by its schema, every mistake at its line and column, nothing without end."""

from __future__ import annotations

import pytest

from rogatory.errors import InputError, PackError
from rogatory.law import tree
from rogatory.law.tree import Node, Reader, near

READER = Reader("law.yaml", lambda where, what: PackError(what, where=where))


def value(source: str) -> Node:
    node = READER.read(source)
    assert node.keys is not None
    return node.keys["a"]


def complaint(call: object) -> str:
    with pytest.raises(InputError) as caught:
        call()  # type: ignore[operator]
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "number"),
    [("7", 7), ("+7", 7), ("0", 0), ("-0", 0), ("007", 7), ("0o17", 15), ("0x1F", 31), ("9" * 18, 10**18 - 1)],
)
def test_a_whole_number_may_be_written_in_these_ways(written: str, number: int) -> None:
    assert READER.number(value(f"a: {written}"), "a") == number


@pytest.mark.parametrize("written", ["-1", "1.5", "1e3", '"7"', "seven", "1_000", "", "9" * 19, "[7]"])
def test_what_is_no_whole_number_is_refused(written: str) -> None:
    assert "must be a whole number, 0 or more" in complaint(lambda: READER.number(value(f"a: {written}"), "a"))


@pytest.mark.parametrize(
    ("written", "truth"), [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)]
)
def test_true_and_false_are_truth_values(written: str, truth: bool) -> None:
    assert READER.truth(value(f"a: {written}"), "a") is truth


@pytest.mark.parametrize("written", ["yes", "NO", "on", '"true"', "1", "tRUE", "[true]"])
def test_nothing_else_is_a_truth_value(written: str) -> None:
    assert "must be true or false" in complaint(lambda: READER.truth(value(f"a: {written}"), "a"))


@pytest.mark.parametrize("written", ["NO", "yes", '"7"', '"null"', "'true'", "2026-09-09", "a b", "|\n  7"])
def test_what_is_meant_as_text_is_text(written: str) -> None:
    assert READER.text(value(f"a: {written}"), "a")


@pytest.mark.parametrize(
    "written", ["", '""', "~", "null", "true", "7", "-7", "0x1F", "1.5", ".5", "1e3", ".inf", "-.INF", ".nan", "[a]", "{a: b}"]
)
def test_what_yaml_would_read_as_something_else_is_no_text(written: str) -> None:
    assert "must be text" in complaint(lambda: READER.text(value(f"a: {written}"), "a"))


def test_a_word_is_one_of_those_listed_and_the_nearest_is_named() -> None:
    assert READER.word(value("a: judge"), "a", ("judge", "court")) == "judge"
    told = complaint(lambda: READER.word(value("a: jugde"), "path.a", ("judge", "court")))
    assert told.startswith("law.yaml:1:4: path.a: 'jugde' is not one of court, judge (did you mean judge?)")
    assert near("judge", ("zebra",)) == ""


def test_words_are_a_list_without_an_entry_twice() -> None:
    assert READER.words(value("a: [judge, court]"), "a", ("judge", "court")) == ("judge", "court")
    assert READER.words(value("a: []"), "a", ("judge",)) == ()
    many = [f"w{number}" for number in range(300)]
    assert list(READER.words(value(f"a: [{', '.join(many)}]"), "a", many)) == many
    assert "holds the same entry twice" in complaint(lambda: READER.words(value("a: [judge, judge]"), "a", ("judge",)))
    assert "must be a list" in complaint(lambda: READER.words(value("a: judge"), "a", ("judge",)))


def test_a_mapping_has_the_keys_that_it_needs_and_no_others() -> None:
    node = READER.read("a: 1\nb: 2\n")

    assert list(READER.mapping(node, "", needs=("a",), may=("b",))) == ["a", "b"]
    assert list(READER.mapping(node, "", may=None)) == ["a", "b"]
    assert "law.yaml:1:1: path: the key 'c' is missing" in complaint(lambda: READER.mapping(node, "path", needs=("a", "c"), may=("b",)))
    assert "path: the key 'd' is missing" in complaint(lambda: READER.mapping(node, "path", needs=("a", "d", "c"), may=("b",)))
    assert complaint(lambda: READER.mapping(node, "path", needs=("a",))).startswith("law.yaml:2:1: path.b: 'b' is not one of a")
    assert complaint(lambda: READER.mapping(node, "", needs=("a",))).startswith("law.yaml:2:1: b: 'b' is not one of a")
    assert "must be a mapping" in complaint(lambda: READER.mapping(value("a: b"), ""))


def test_every_node_knows_its_line_and_column() -> None:
    node = READER.read("# first\na:\n  - {b: c}\n")
    assert node.keys is not None
    inner = (node.keys["a"].items or ())[0]

    assert (node.place, node.line) == ("law.yaml:2:1", 2)
    assert node.key_places == {"a": "law.yaml:2:1"}
    assert (inner.place, inner.line) == ("law.yaml:3:5", 3)
    assert inner.keys is not None
    assert inner.keys["b"].place == "law.yaml:3:9"
    assert inner.keys["b"].plain
    assert not value('a: "b"').plain


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("a: b\n c: d\n", "law.yaml:2:3: is not YAML: "),
        ("a: 1\nb: 2\n c: d\n", "law.yaml:3:3: is not YAML: mapping values are not allowed here"),
        ("a: 1\nb: 2\nc: %d\n", "law.yaml:3:4: is not YAML: found character '%' that cannot start any token"),
        ("a: 1\nb: 2\nccc: %d\n", "law.yaml:3:6: is not YAML: found character '%' that cannot start any token"),
        ("a: [b\n", "law.yaml:2:1: is not YAML: "),
        ("a: &x b\n", "law.yaml:1:4: anchors and aliases are not allowed"),
        ("a: b\nc: *x\n", "law.yaml:2:4: anchors and aliases are not allowed"),
        ("a: !!str b\n", "law.yaml:1:4: tags are not allowed"),
        ("a: ! b\n", "law.yaml:1:4: "),
        ("a: b\na: c\n", "law.yaml:2:1: the key a stands twice"),
        ("[a]: b\n", "law.yaml:1:1: a key must be a word"),
        ("", "law.yaml:1:1: must hold exactly one document"),
        ("a: b\n---\na: c\n", "law.yaml:1:1: must hold exactly one document"),
        ("a: \x07\n", "law.yaml:1:1: is not YAML: "),
    ],
)
def test_a_file_that_is_no_plain_tree_is_refused_where_it_goes_wrong(source: str, told: str) -> None:
    assert complaint(lambda: READER.read(source)).startswith(told)


def test_a_file_may_be_so_deep_and_no_deeper() -> None:
    READER.read("[" * tree.DEEPEST + "]" * tree.DEEPEST)

    assert f"law.yaml:1:{tree.DEEPEST + 1}: is nested more than 40 deep" in complaint(
        lambda: READER.read("[" * (tree.DEEPEST + 1) + "]" * (tree.DEEPEST + 1))
    )


def test_a_file_may_be_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tree.LIMIT == 4 * 1024 * 1024
    monkeypatch.setattr(tree, "LIMIT", 7)

    READER.read("a: bcde")
    assert "law.yaml:1:1: is longer than 7 bytes" in complaint(lambda: READER.read("a: bcdé"))
