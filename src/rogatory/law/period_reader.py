"""Read the deadlines of an instrument: what starts them, how long they are, what suspends, extends, opens or restarts them.

No length, place or counting is implied: what a deadline does not state is a load error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rogatory.law.clocks import COUNTING
from rogatory.law.conditions import Condition
from rogatory.law.model import Extended, Guarded, Length, Opens, PeriodRule
from rogatory.law.tongue import ENGLISH
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import MARKS, Vocabulary

PLACES = ("issuing_state", "executing_state")


class PeriodReader:
    """Reads the deadlines of one file; conditions and guarded lists are read as everywhere in it."""

    def __init__(
        self,
        reader: Reader,
        vocabulary: Vocabulary,
        condition: Callable[[Node | None, str], Condition | None],
        guarded: Callable[[Node, str], tuple[Guarded, ...]],
        cites: Callable[[Node, str], tuple[str, ...]],
    ) -> None:
        self._reader, self._vocabulary = reader, vocabulary
        self._condition, self._guarded, self._cites = condition, guarded, cites

    def period(self, node: Node, path: str) -> PeriodRule:
        """One deadline."""
        reader = self._reader
        optional = ("when", "restart", "suspended", "open", "extended", "undetermined", "length")
        keys = reader.mapping(node, path, needs=("name", "whom", "from", "mark", "start", "place"), may=optional)
        if ("length" in keys) == ("undetermined" in keys):
            raise reader.fail(node, "needs either length or undetermined", path)
        events = self._vocabulary.words["events"]
        return PeriodRule(
            name=reader.word(keys["name"], f"{path}.name", self._vocabulary.words["deadlines"]),
            whom=reader.text(keys["whom"], path),
            when=self._condition(keys.get("when"), f"{path}.when"),
            start=reader.word(keys["start"], f"{path}.start", events),
            place=reader.word(keys["place"], f"{path}.place", PLACES),
            lengths=self._lengths(keys["length"], path) if "length" in keys else (),
            suspended=self._guarded(keys["suspended"], f"{path}.suspended") if "suspended" in keys else (),
            restart=self._restart(keys.get("restart"), f"{path}.restart"),
            opens=self._opens(keys.get("open"), f"{path}.open"),
            extended=self._extended(keys.get("extended"), f"{path}.extended"),
            undetermined=self._undetermined(keys.get("undetermined"), f"{path}.undetermined"),
            mark=reader.word(keys["mark"], f"{path}.mark", MARKS),
            origin=tuple(reader.text(one, path) for one in reader.sequence(keys["from"], f"{path}.from")),
        )

    def _lengths(self, node: Node, path: str) -> tuple[Length, ...]:
        found = []
        for number, one in enumerate(self._reader.sequence(node, f"{path}.length")):
            here = f"{path}.length[{number}]"
            keys = self._reader.mapping(one, here, needs=("cite",), may=("if", "or_longer", *COUNTING))
            units = [unit for unit in COUNTING if unit in keys]
            if len(units) != 1:
                raise self._reader.fail(one, f"needs one of {', '.join(COUNTING)}", here)
            count, fact = self._count(keys[units[0]], keys.get("or_longer"), here)
            test = self._condition(keys.get("if"), here)
            found.append(Length(test=test, unit=units[0], count=count, fact=fact, cites=self._cites(keys["cite"], here)))
        if not found or found[-1].test is not None:
            raise self._reader.fail(node, "must end with a length that has no condition", f"{path}.length")
        return tuple(found)

    def _count(self, node: Node, longer: Node | None, path: str) -> tuple[int, str]:
        """A number, with a fact that may be longer; or the number that a fact says."""
        numbers = [name for name, fact in self._vocabulary.facts.items() if fact.type == "number"]
        if node.text in numbers:
            return 0, node.text or ""
        return self._reader.number(node, path), self._reader.word(longer, path, numbers) if longer else ""

    def _restart(self, node: Node | None, path: str) -> tuple[str, str, str] | None:
        if node is None:
            return None
        keys, events = self._reader.mapping(node, path, needs=("event", "after", "flag")), self._vocabulary.words["events"]
        return (
            self._reader.word(keys["event"], path, events),
            self._reader.word(keys["after"], path, events),
            self._reader.text(keys["flag"], path),
        )

    def _undetermined(self, node: Node | None, path: str) -> tuple[str, str] | None:
        if node is None:
            return None
        keys = self._reader.mapping(node, path, needs=("cite", "because"))
        return self._reader.text(keys["cite"], path), self._reader.word(keys["because"], path, ENGLISH.steps)

    def _opens(self, node: Node | None, path: str) -> Opens | None:
        if node is None:
            return None
        keys: Mapping[str, Node] = self._reader.mapping(node, path, needs=("event", "before_end", "cite"))
        return Opens(
            event=self._reader.word(keys["event"], path, self._vocabulary.words["events"]),
            before_end=self._reader.truth(keys["before_end"], path),
            cite=self._reader.text(keys["cite"], path),
        )

    def _extended(self, node: Node | None, path: str) -> Extended | None:
        if node is None:
            return None
        keys = self._reader.mapping(node, path, needs=("event", "days", "cite", "flag"))
        return Extended(
            event=self._reader.word(keys["event"], path, self._vocabulary.words["events"]),
            days=self._reader.number(keys["days"], path),
            cite=self._reader.text(keys["cite"], path),
            flag=self._reader.text(keys["flag"], path),
        )
