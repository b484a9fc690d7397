"""Read a State's file: its calendar, the instruments that bind it, its safeguards, and what is not known.

- Every question has an answer; `unknown` is one, and has to be written. Nothing is read from silence.
- Every answer carries its provision, its source, its mark (S seen in a source, K known and not compared, I interpretation)
  and the day on which somebody last checked it.
- Holidays are dates; a deadline beyond `holidays_until` is undetermined.
- What a State declared to an instrument fills the fact `executing_state_declared` where a question does not state it;
  what the question states wins, and `unknown` fills nothing.

Left to others: counting (`clocks`), further rules of a State (`overlay`), comparing States (`crosswalk`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from rogatory.canonical import Value
from rogatory.errors import FormError
from rogatory.law.clocks import Place
from rogatory.law.safeguards import KNOWN, SCALES
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import MARKS, Vocabulary, pack_error
from rogatory.moments import parse_day

if TYPE_CHECKING:
    from rogatory.law.model import Question

UNKNOWN: Final = "unknown"
DECLARED: Final = "executing_state_declared"
STATUS = ("bound", "not-bound", "no-party-needed", UNKNOWN)
_STATE = re.compile(r"[A-Z]{2}")
KEYS = ("state", "name", "zone", "languages", "union", "instruments", "safeguards", "known", "holidays_until", "holidays")
_SOURCE = ("cite", "source", "mark", "checked_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer stands, how it is known, and when somebody last checked it."""

    cite: str
    source: str
    mark: str
    checked_on: date
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """Whether an instrument binds a State; `since` and `declared` are nothing where they are not known."""

    status: str
    since: date | None
    declared: tuple[str, ...] | None
    signed: date | None
    note: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a State's law says to one question: a word of the scale where there is one, and a plain sentence."""

    word: str
    says: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """One State. A safeguard or topic that is nothing is not known, and the file says so."""

    state: str
    name: str
    languages: tuple[str, ...]
    union: str
    place: Place
    bonds: Mapping[str, Bond]
    safeguards: Mapping[str, Answer | None]
    known: Mapping[str, tuple[Answer, ...] | None]

    def value(self, instrument: str) -> Value:
        """What of the State can change an answer under an instrument: the part that is hashed into a pack."""
        bond = self.bonds[instrument]
        return {
            "zone": self.place.zone,
            "holidays": [day.isoformat() for day in sorted(self.place.holidays)],
            "until": self.place.listed_until.isoformat(),
            "status": bond.status,
            "since": bond.since.isoformat() if bond.since else UNKNOWN,
            "declared": sorted(bond.declared) if bond.declared is not None else UNKNOWN,
        }


def read_jurisdiction(name: str, source: str, vocabulary: Vocabulary) -> Jurisdiction:
    """Read one State's file. `PackError` names file, line, column and path of the first thing that is wrong."""
    return _State(name, vocabulary).read(source)


def with_declarations(question: Question, states: Mapping[str, Jurisdiction]) -> Question:
    """The question, with what the executing State declared where the question does not say; never more than is known."""
    if DECLARED in question.facts:
        return question
    state = states.get(str(question.facts.get("executing_state", "")))
    bond = state.bonds.get(question.instrument) if state else None
    if bond is None or bond.declared is None:
        return question
    return replace(question, facts={**question.facts, DECLARED: list(bond.declared)})


class _State:
    """Reads one file."""

    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self._reader = Reader(name, pack_error)
        self._vocabulary = vocabulary

    def read(self, source: str) -> Jurisdiction:
        reader = self._reader
        keys = reader.mapping(reader.read(source), "", needs=KEYS)
        state = reader.text(keys["state"], "state")
        if not _STATE.fullmatch(state):
            raise reader.fail(keys["state"], f"{state!r} is no country code; write two capitals, such as NO", "state")
        return Jurisdiction(
            state=state,
            name=reader.text(keys["name"], "name"),
            languages=tuple(reader.text(one, "languages") for one in reader.sequence(keys["languages"], "languages")),
            union=reader.word(keys["union"], "union", ("EU", "none")),
            place=self._place(keys),
            bonds=self._bonds(keys["instruments"]),
            safeguards=self._safeguards(keys["safeguards"]),
            known=self._known(keys["known"]),
        )

    def _place(self, keys: Mapping[str, Node]) -> Place:
        reader = self._reader
        zone = reader.text(keys["zone"], "zone")
        if "/" not in zone:
            raise reader.fail(keys["zone"], f"{zone!r} is no time zone", "zone")
        days = [self._day(one, "holidays") for one in reader.sequence(keys["holidays"], "holidays")]
        if len(set(days)) != len(days) or days != sorted(days):
            raise reader.fail(keys["holidays"], "must be sorted and name no day twice", "holidays")
        if not days:
            raise reader.fail(keys["holidays"], "is empty", "holidays")
        until = self._day(keys["holidays_until"], "holidays_until")
        return Place(zone=zone, holidays=frozenset(days), listed_from=days[0].replace(month=1, day=1), listed_until=until)

    def _day(self, node: Node, path: str) -> date:
        try:
            return parse_day(self._reader.text(node, path))
        except FormError as error:
            raise self._reader.fail(node, "is no day", path) from error

    def _day_or(self, node: Node, path: str, word: str) -> date | None:
        return None if node.text in {word, UNKNOWN} else self._day(node, path)

    def _source(self, keys: Mapping[str, Node], node: Node, path: str) -> Source:
        reader = self._reader
        return Source(
            cite=reader.text(keys["cite"], f"{path}.cite"),
            source=reader.text(keys["source"], f"{path}.source"),
            mark=reader.word(keys["mark"], f"{path}.mark", MARKS),
            checked_on=self._day(keys["checked_on"], f"{path}.checked_on"),
            place=node.place,
        )

    def _bonds(self, node: Node) -> Mapping[str, Bond]:
        reader, names = self._reader, self._vocabulary.words["instruments"]
        bonds = {}
        for name, one in reader.mapping(node, "instruments", needs=names).items():
            path = f"instruments.{name}"
            keys = reader.mapping(one, path, needs=("status", "since", *_SOURCE), may=("declared", "signed", "note"))
            status = reader.word(keys["status"], f"{path}.status", STATUS)
            if (status == "bound") == (keys["since"].text == "none"):
                raise reader.fail(keys["since"], "since is a day or unknown for a State that is bound, and none for one that is not", path)
            bonds[name] = Bond(
                status=status,
                since=self._day_or(keys["since"], f"{path}.since", "none"),
                declared=self._declared(keys.get("declared"), f"{path}.declared"),
                signed=self._day(keys["signed"], f"{path}.signed") if "signed" in keys else None,
                note=reader.text(keys["note"], f"{path}.note") if "note" in keys else "",
                source=self._source(keys, one, path),
            )
        return bonds

    def _declared(self, node: Node | None, path: str) -> tuple[str, ...] | None:
        if node is None or node.text == UNKNOWN:
            return None
        return self._reader.words(node, path, self._vocabulary.facts[DECLARED].words)

    def _safeguards(self, node: Node) -> Mapping[str, Answer | None]:
        found: dict[str, Answer | None] = {}
        for name, one in self._reader.mapping(node, "safeguards", needs=SCALES).items():
            path = f"safeguards.{name}"
            if one.text == UNKNOWN:
                found[name] = None
                continue
            keys = self._reader.mapping(one, path, needs=("is", "says", *_SOURCE))
            word = self._reader.word(keys["is"], f"{path}.is", SCALES[name])
            found[name] = Answer(word=word, says=self._reader.text(keys["says"], path), source=self._source(keys, one, path))
        return found

    def _known(self, node: Node) -> Mapping[str, tuple[Answer, ...] | None]:
        found: dict[str, tuple[Answer, ...] | None] = {}
        for name, listed in self._reader.mapping(node, "known", needs=KNOWN).items():
            found[name] = None if listed.text == UNKNOWN else tuple(self._said(one, f"known.{name}") for one in self._listed(listed, name))
        return found

    def _listed(self, node: Node, name: str) -> tuple[Node, ...]:
        items = self._reader.sequence(node, f"known.{name}")
        if not items:
            raise self._reader.fail(node, "is empty; write unknown, or an answer with its source", f"known.{name}")
        return items

    def _said(self, node: Node, path: str) -> Answer:
        keys = self._reader.mapping(node, path, needs=("says", *_SOURCE))
        return Answer(word="", says=self._reader.text(keys["says"], path), source=self._source(keys, node, path))
