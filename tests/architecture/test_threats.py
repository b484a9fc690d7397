"""Each threat and each harm is answered: by tests that exist, or by saying what is missing (docs/threats.yaml)."""

from __future__ import annotations

import ast
import re

import pytest
import yaml

from tests.architecture.source import ROOT, checkout

KNOWN = {*(f"T{number}" for number in range(1, 17)), *(f"H{number}" for number in range(1, 22))}
PAGE = yaml.safe_load((ROOT / "docs" / "threats.yaml").read_text(encoding="utf-8"))
PROVED = {entry["id"]: entry for entry in PAGE["proved"]}
TESTS = {
    f"{source.path}::{node.name}": node.name
    for source in checkout()
    if source.path.startswith("tests/")
    for node in ast.walk(source.tree)
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
}


def test_every_threat_and_harm_is_answered_once():
    assert len(PAGE["proved"]) == len(PROVED)
    assert PROVED.keys() & PAGE["not_yet"].keys() == set()
    assert PROVED.keys() | PAGE["not_yet"].keys() == KNOWN


@pytest.mark.parametrize("entry", PAGE["proved"], ids=lambda entry: entry["id"])
def test_a_promise_says_where_it_is_kept_and_which_tests_prove_it(entry):
    assert entry.keys() - {"missing"} == {"id", "threat", "promise", "where", "as_shipped", "tests"}
    assert entry["tests"]
    assert [path for path in entry["where"] if not (ROOT / path).is_file()] == []
    assert [name for name in entry["tests"] if name not in TESTS] == []


def test_a_test_that_carries_an_id_stands_under_that_id():
    carried = {(match[1].upper(), path) for path, name in TESTS.items() if (match := re.match(r"test_([th]\d+)_", name))}
    listed = {(threat, path) for threat, entry in PROVED.items() for path in entry["tests"]}

    assert {threat for threat, _ in carried} <= KNOWN, "a test names an id that nobody knows"
    assert carried - listed == set(), "list it in docs/threats.yaml"
