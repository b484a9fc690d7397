"""Read the deadlines of an instrument: what starts them, how long they are, what suspends, extends, opens or restarts them.

No length, place or counting is implied: what a deadline does not state is a load error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from rogatory.errors import FormError
from rogatory.law.clocks import COUNTING, DAYS_OF_A_LEAP_YEAR
from rogatory.law.conditions import Condition
from rogatory.law.model import Extended, Guarded, Length, Opens, PeriodRule
from rogatory.law.periods import PLACES
from rogatory.law.said import STEPS
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import MARKS, Vocabulary
from rogatory.moments import parse_day

ENDS = ("length", "undetermined", "at_once")
_NAMED_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


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
        optional = ("when", "restart", "suspended", "open", "extended", "begins", *ENDS)
        keys = reader.mapping(node, path, needs=("name", "whom", "from", "mark", "start", "place"), may=optional)
        if sum(one in keys for one in ENDS) != 1:
            raise reader.fail(node, f"needs one of {', '.join(ENDS)}", path)
        events = self._vocabulary.words["events"]
        return PeriodRule(
            name=reader.word(keys["name"], f"{path}.name", self._vocabulary.words["deadlines"]),
            whom=reader.text(keys["whom"], path),
            when=self._condition(keys.get("when"), f"{path}.when"),
            start=reader.word(keys["start"], f"{path}.start", events),
            place=reader.word(keys["place"], f"{path}.place", (*PLACES, *self._vocabulary.capitals)),
            lengths=self._lengths(keys["length"], path) if "length" in keys else (),
            suspended=self._guarded(keys["suspended"], f"{path}.suspended") if "suspended" in keys else (),
            restart=self._restart(keys.get("restart"), f"{path}.restart"),
            opens=self._opens(keys.get("open"), f"{path}.open"),
            extended=self._extended(keys.get("extended"), f"{path}.extended"),
            undetermined=self._undetermined(keys.get("undetermined"), f"{path}.undetermined"),
            at_once=self._at_once(keys.get("at_once"), f"{path}.at_once"),
            begins=self._day(keys["begins"], f"{path}.begins") if "begins" in keys else None,
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
            read = self._named_day if units[0] == "yearly" else self._count
            count, fact = read(keys[units[0]], keys.get("or_longer"), here)
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

    def _named_day(self, node: Node, longer: Node | None, path: str) -> tuple[int, str]:
        """A day that every year has, `03-31`, as one number: 331."""
        found = _NAMED_DAY.fullmatch(node.text or "")
        if found is None or longer is not None or int(found[2]) > DAYS_OF_A_LEAP_YEAR[int(found[1])] or node.text == "02-29":
            raise self._reader.fail(node, "is no day that every year has; write it as 03-31", path)
        return int(found[1]) * 100 + int(found[2]), ""

    def _at_once(self, node: Node | None, path: str) -> tuple[str, ...] | None:
        if node is None:
            return None
        return self._cites(self._reader.mapping(node, path, needs=("cite",))["cite"], path)

    def _day(self, node: Node, path: str) -> date:
        try:
            return parse_day(self._reader.text(node, path))
        except FormError as error:
            raise self._reader.fail(node, "is no day", path) from error

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
        return self._reader.text(keys["cite"], path), self._reader.word(keys["because"], path, STEPS)

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
