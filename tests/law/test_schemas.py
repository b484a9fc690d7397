"""The schemas of the law's files are those of the loaders: what loads is valid, and what is misspelt is refused by both."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from rogatory.cli.law.schemas import of, text
from rogatory.cli.main import app
from rogatory.errors import RogatoryError
from rogatory.law import load
from rogatory.law.jurisdiction import read_jurisdiction
from rogatory.law.providers import read_provider
from rogatory.law.routes import read_routes
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import pack_error
from rogatory.node.packs import corpus, load_states, pack_files, read_law_file, vocabulary

KINDS = {
    "instrument": "instruments/*/*.yaml",
    "overlay": "overlays/*/*.yaml",
    "jurisdiction": "jurisdictions/*.yaml",
    "provider": "providers/*.yaml",
    "routes": "routes.yaml",
}
FILES = [(kind, path.relative_to(corpus()).as_posix()) for kind, pattern in KINDS.items() for path in sorted(corpus().glob(pattern))]


@cache
def validator(kind: str) -> Any:
    return jsonschema.Draft202012Validator(json.loads(text(of(corpus())[kind])))


def plain(node: Node) -> Any:
    """A file as an editor reads it: YAML 1.2, core schema."""
    if node.keys is not None:
        return {key: plain(one) for key, one in node.keys.items()}
    if node.items is not None:
        return [plain(one) for one in node.items]
    held = node.text or ""
    if node.plain and held in {"true", "false"}:
        return held == "true"
    return int(held) if node.plain and held.isdecimal() else held


def read(name: str) -> Any:
    return plain(Reader(name, pack_error).read(read_law_file(corpus() / name)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_is_the_one_that_the_loaders_make(kind: str) -> None:
    published = (corpus() / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")

    jsonschema.Draft202012Validator.check_schema(json.loads(published))
    assert published == text(of(corpus())[kind]), "write it again: rogatory law schema --out law/schema"


@pytest.mark.parametrize(("kind", "name"), FILES, ids=lambda one: one)
def test_every_file_of_the_law_is_valid_and_names_its_schema_for_an_editor(kind: str, name: str) -> None:
    assert [f"{error.json_path}: {error.message[:200]}" for error in validator(kind).iter_errors(read(name))] == []
    first = read_law_file(corpus() / name).splitlines()[0]
    there = (corpus() / name).parent / first.removeprefix("# yaml-language-server: $schema=")
    assert there.resolve() == (corpus() / "schema" / f"{kind}.schema.json").resolve()


def loads(kind: str, name: str, value: Any) -> bool:
    """Whether the loader takes it. JSON is YAML."""
    source = json.dumps(value, ensure_ascii=False, indent=1)
    words = vocabulary(corpus())
    try:
        match kind:
            case "jurisdiction":
                read_jurisdiction(name, source, words)
            case "provider":
                read_provider(name, source, words, load_states())
            case "routes":
                read_routes(name, source, words)
            case _:
                period = corpus() / (name if kind == "instrument" else "instruments/eio/2017-05-22.yaml")
                files = {
                    one: held for one, held in pack_files(period, corpus()).items() if not one.startswith("jurisdictions/") or "/ee" in one
                }
                load({**files, name: source})
    except RogatoryError:
        return False
    return True


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and every entry of a file."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(one, (*path, key))


TRIED = [("instrument", "instruments/eio/2017-05-22.yaml"), ("overlay", "overlays/ee/eio.yaml"), ("jurisdiction", "jurisdictions/ee.yaml"), ("provider", "providers/harbour-mail.yaml"), ("routes", "routes.yaml")]  # fmt: skip  # noqa: E501  # one of each kind


@pytest.mark.parametrize(("kind", "name"), TRIED, ids=lambda one: one)
@settings(max_examples=int(os.environ.get("ROGATORY_LAW_EXAMPLES", "20")), deadline=None)
@given(data=st.data())
def test_what_the_schema_refuses_does_not_load_either_and_a_misspelt_key_is_refused_by_both(
    kind: str, name: str, data: st.DataObject
) -> None:
    value = copy.deepcopy(read(name))
    place = data.draw(st.sampled_from(sorted(places(value), key=str)))
    holder = value
    for step in place[:-1]:
        holder = holder[step]
    change = data.draw(st.sampled_from(["misspell", "drop", "number", "empty"]))
    if change == "misspell" and isinstance(place[-1], str):
        holder[f"{place[-1]}x"] = holder.pop(place[-1])
    elif change == "drop" and isinstance(place[-1], str):
        del holder[place[-1]]
    else:
        holder[place[-1]] = 12345 if change == "number" else ""

    if not validator(kind).is_valid(value):
        assert not loads(kind, name, value), f"{place} {change}: the schema refuses what loads"
    if change == "misspell" and isinstance(place[-1], str) and place[0] not in {"lists", "terms"}:
        assert not validator(kind).is_valid(value), f"{place}: a misspelt key is valid"


def test_the_command_shows_one_schema_or_says_which_there_are(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["law", "schema", "provider"])
    wrong = CliRunner().invoke(app, ["law", "schema", "providers"])
    CliRunner().invoke(app, ["law", "schema", "--out", str(tmp_path)])

    assert json.loads(shown.output)["title"] == "A provider of the directory"
    assert wrong.exit_code == 2
    assert "instrument, overlay, jurisdiction, provider, routes" in wrong.output
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{kind}.schema.json" for kind in KINDS)
