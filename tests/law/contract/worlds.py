"""The facts of one question as a rule asks for them; a missing fact splits the world into one for each value that could matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from tests.law.contract.words import BEYOND, VALUES, YES_NO

Facts = Mapping[str, Any]
Test = Callable[["World"], bool]
Rule = tuple[str, Callable[["World"], Any], str]
"""The outcome if broken, a function that says whether it is kept, the article that it cites if it is broken."""


class Missing(Exception):  # noqa: N818  # no error: a fact is asked for that nobody stated
    def __init__(self, *name: Any) -> None:
        self.name = name


class World:
    """The facts of one question, as a rule asks for them."""

    def __init__(
        self, facts: Facts, events: Mapping[str, datetime], at: datetime, calendar: Mapping[str, set[date]], assumed: bool
    ) -> None:
        self.facts, self.events, self.at, self.calendar, self.assumed = facts, events, at, calendar, assumed

    def __getattr__(self, name: str) -> Any:
        if name in self.facts:
            return self.facts[name]
        raise Missing(name)

    def of(self, number: int, key: str) -> Any:
        offence = self.offences[number]
        if key in offence:
            return offence[key]
        raise Missing("offences", number, key)

    def each(self) -> range:
        return range(len(self.offences))

    def given(self, name: str) -> bool:
        return name in self.facts

    def with_(self, name: tuple[Any, ...], value: Any) -> World:
        if len(name) == 1:
            return World({**self.facts, name[0]: value}, self.events, self.at, self.calendar, self.assumed)
        offences = [dict(one) for one in self.facts["offences"]]
        offences[name[1]][name[2]] = value
        return World({**self.facts, "offences": offences}, self.events, self.at, self.calendar, self.assumed)


def worlds(world: World, rule: Callable[[World], Any]) -> Iterator[Any]:
    """What a rule says in every world that the missing facts leave open."""
    try:
        yield rule(world)
    except Missing as missing:
        for value in (*VALUES.get(missing.name[-1], YES_NO), *BEYOND.get(missing.name[-1], ())):
            yield from worlds(world.with_(missing.name, value), rule)


def kept(world: World, rule: Callable[[World], Any]) -> bool | None:
    """True, false, or nothing if it is untold. A rule that does not apply is kept."""
    found = {answer is not False for answer in worlds(world, rule)}
    return found.pop() if len(found) == 1 else None


def any_of(w: World, tests: list[Callable[[World], bool]]) -> bool:
    missing: Missing | None = None
    for test in tests:
        try:
            if test(w):
                return True
        except Missing as one:
            missing = one
    if missing is not None:
        raise missing
    return False
