"""The closed vocabulary of the law: facts with their types, events, acts, duties, and so on (`law/facts.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.errors import PackError
from rogatory.law.tree import Node, Reader

TYPES = frozenset({"word", "words", "yes-no", "number", "State", "States", "instant", "offences"})
MARKS = ("S", "K", "I")
LISTS = ("instruments", "acts", "events", "duties", "deadlines", "grounds", "forbidden", "open_points")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact: its name, its type, its words if they are closed, its meaning and article."""

    name: str
    type: str
    words: tuple[str, ...]
    means: str
    cite: str
    more: str = ""

    def allows(self, word: str) -> bool:
        """Whether a word may stand: it is listed, or of the one form that the fact allows beside the listed ones."""
        return word in self.words or bool(self.more and re.fullmatch(self.more, word))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every word that facts, cases and packs may use."""

    facts: Mapping[str, Fact]
    offence: Mapping[str, Fact]
    words: Mapping[str, Mapping[str, str]]
    needs: Mapping[str, tuple[str, ...]]
    given: Mapping[str, Mapping[str, Value]]
    capitals: Mapping[str, str]


def pack_error(where: str, what: str) -> PackError:
    """The error of a law file."""
    return PackError(what, where=where, cure="correct the law file")


def read_vocabulary(name: str, source: str) -> Vocabulary:
    """Read `facts.yaml`. `PackError` names file, line and column."""
    reader = Reader(name, pack_error)
    top = reader.mapping(reader.read(source), "", needs=("facts", "offence", "needs", "given", "capitals", *LISTS))
    facts = _facts(reader, top["facts"], "facts")
    return Vocabulary(
        facts=facts,
        offence=_facts(reader, top["offence"], "offence"),
        words={
            title: {key: reader.text(one, title) for key, one in reader.mapping(top[title], title, may=None).items()} for title in LISTS
        },
        needs={
            key: tuple(reader.text(one, "needs") for one in reader.sequence(givers, "needs"))
            for key, givers in reader.mapping(top["needs"], "needs", may=None).items()
        },
        given={
            title: {key: _given(reader, facts, key, one) for key, one in reader.mapping(chosen, "given", may=None).items()}
            for title, chosen in reader.mapping(top["given"], "given", may=None).items()
        },
        capitals={
            state: reader.text(zone, f"capitals.{state}") for state, zone in reader.mapping(top["capitals"], "capitals", may=None).items()
        },
    )


def _given(reader: Reader, facts: Mapping[str, Fact], key: str, node: Node) -> Value:
    fact = facts.get(key)
    if fact is None:
        raise reader.fail(node, f"{key!r} is no fact", "given")
    return reader.truth(node, key) if fact.type == "yes-no" else reader.word(node, key, fact.words)


def _facts(reader: Reader, node: Node, path: str) -> Mapping[str, Fact]:
    facts = {}
    for name, one in reader.mapping(node, path, may=None).items():
        keys = reader.mapping(one, f"{path}.{name}", needs=("type", "means", "cite"), may=("words", "more"))
        kind = reader.word(keys["type"], f"{path}.{name}.type", TYPES)
        words = tuple(reader.text(word, path) for word in reader.sequence(keys["words"], path)) if "words" in keys else ()
        if (kind in {"word", "words"}) != bool(words):
            raise reader.fail(one, "needs its words exactly where its type is word or words", f"{path}.{name}")
        facts[name] = Fact(
            name=name,
            type=kind,
            words=words,
            means=reader.text(keys["means"], path),
            cite=reader.text(keys["cite"], path),
            more=reader.text(keys["more"], path) if "more" in keys else "",
        )
    return facts
