"""The facts of one question as conditions see them, with terms and deadlines computed once, when first asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from rogatory.canonical import Value
from rogatory.law.clocks import Place
from rogatory.law.conditions import Answer, Untold, lacking
from rogatory.law.model import Deadline, Pack, Question
from rogatory.law.periods import first_stated
from rogatory.moments import parse_instant


def frozen_facts(facts: Mapping[str, Value]) -> dict[str, Answer]:
    """The facts with lists as tuples, as conditions take them."""
    return {name: _frozen(value) for name, value in facts.items()}


def _frozen(value: Value) -> Answer:
    if isinstance(value, Mapping):
        return {key: _frozen(one) for key, one in value.items()}  # type: ignore[misc]  # keys of an offence are plain
    if isinstance(value, list | tuple):
        return tuple(_frozen(one) for one in value)  # type: ignore[return-value]  # words, States or offences
    return value  # type: ignore[return-value]  # text, number or yes-no


class Environment:
    """One question, one set of facts."""

    def __init__(self, question: Question, pack: Pack, facts: Mapping[str, Answer]) -> None:
        self.question = question
        self.pack = pack
        self.facts = facts
        self.events = question.events
        self._terms: dict[str, bool | Untold] = {}
        self._deadlines: dict[str, Deadline | Untold | None] = {}

    def supposing(self, more: Mapping[str, Answer]) -> Environment:
        """The same question with more facts supposed; `offences.key` is supposed of each offence that lacks it."""
        facts = dict(self.facts)
        for name, value in more.items():
            head, _, key = name.partition(".")
            offences = facts.get(head)
            if key and isinstance(offences, tuple):
                held = [one for one in offences if isinstance(one, Mapping)]
                facts[head] = tuple({key: value, **one} for one in held)  # type: ignore[assignment]  # values of closed words
            else:
                facts[name] = value
        return Environment(self.question, self.pack, facts)

    def fact(self, name: str) -> Answer:
        """A fact, or that it is missing."""
        value = self.facts.get(name)
        return lacking(name) if value is None else value

    def term(self, name: str) -> bool | Untold:
        """What the law concludes."""
        known = self._terms.get(name)
        if known is None:
            term = self.pack.terms[name]
            known = term.test(self)
            if isinstance(known, Untold) and term.unless_known is not None:
                known = term.unless_known
            self._terms[name] = known
        return known

    def place(self, state: str) -> Place | None:
        """A State's calendar: that of the question, else that of the pack."""
        place = self.pack.places.get(state)
        if place is None or state not in self.question.calendar:
            return place
        return replace(place, holidays=self.question.calendar[state], listed_from=date.min, listed_until=date.max)

    # ---- the closed list of functions

    def call(self, function: str, given: Sequence[Answer]) -> Answer:  # noqa: C901, PLR0912  # one case for each function of the closed list
        """One of the named functions of conditions."""
        match function, given:
            case "in_force", [state]:
                return self._in_force(state)
            case "some", [many]:
                return bool(many)
            case "passed", [str() as name]:
                return self._passed(name)
            case "runs", [str() as name]:
                return isinstance(self.deadline(name), Deadline)
            case "flagged", [str() as name, str() as flag]:
                deadline = self.deadline(name)
                return isinstance(deadline, Deadline) and flag in deadline.flags
            case "waiting", [str() as asked, str() as given_]:
                return self._waiting(asked, given_)
            case "some_ground", []:
                return self._some_ground()
            case "at_most_percent", [int() as part, int() as percent, int() as whole]:
                return part * 100 <= whole * percent
            case "in_time", [str() as event, str() as name]:
                return self._answered_in_time(event, name)
            case (("ends_before" | "ends_after"), [str() as moment, str() as name]):
                return self._compare_end(function, moment, name)
            case "seconds_between", [str() as first, str() as second]:
                return int((self.events[second] - self.events[first]).total_seconds()) if {first, second} <= self.events.keys() else 0
            case "later_day", [str() as first, str() as second, str() as state]:
                return self._later_day(first, second, state)
            case _:
                raise TypeError(function)

    def _in_force(self, state: Answer) -> bool | Untold:
        if self.question.assume_in_force:
            return True
        places, applies_from = self.pack.places, self.pack.applies_from
        if applies_from is None:
            return False
        if isinstance(state, str):
            zones = [places[state].zone if state in places else "UTC"]
        else:
            zones = sorted({place.zone for place in places.values()})
        first = datetime.combine(applies_from, time())
        answers = {self.question.at >= first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for zone in zones}
        if len(answers) == 1:
            return answers.pop()
        return state if isinstance(state, Untold) else Untold(frozenset({"issuing_state"}))

    def _passed(self, name: str) -> bool | Untold:
        deadline = self.deadline(name)
        if isinstance(deadline, Untold) or deadline is None:
            return deadline or False
        if deadline.state == "undetermined":
            early = deadline.least is not None and self.question.at < deadline.least
            return False if early else Untold(frozenset(deadline.missing or ("calendar",)))
        return deadline.legal is not None and self.question.at >= deadline.legal

    def _answered_in_time(self, event: str, name: str) -> bool | Untold:
        """Whether an event came before the end of a period."""
        deadline = self.deadline(name)
        if event not in self.events or not isinstance(deadline, Deadline):
            return deadline if isinstance(deadline, Untold) else event in self.events
        if deadline.legal is None:
            return Untold(frozenset(deadline.missing or ("calendar",)))
        return self.events[event] < deadline.legal

    def _waiting(self, asked: str, given: str) -> bool:
        if asked not in self.events:
            return False
        return given not in self.events or self.events[given] < self.events[asked]

    def _some_ground(self) -> bool | Untold:
        untold: Untold | None = None
        for ground in self.pack.grounds:
            answer = ground.test(self)
            if answer is True:
                return True
            if isinstance(answer, Untold):
                untold = answer if untold is None else untold | answer
        return False if untold is None else untold

    def _compare_end(self, function: str, moment: str, name: str) -> bool | Untold:
        deadline = self.deadline(name)
        if not isinstance(deadline, Deadline):
            return deadline or Untold(frozenset({self.pack.periods[name][0].start}))
        if deadline.legal is None:
            return Untold(frozenset(deadline.missing or ("calendar",)))
        at = parse_instant(moment)
        return at < deadline.legal if function == "ends_before" else at > deadline.legal

    def _later_day(self, first: str, second: str, state: str) -> bool:
        place = self.place(state)
        if place is None or not {first, second} <= self.events.keys():
            return False
        return place.day_of(self.events[second]) > place.day_of(self.events[first])

    # ---- deadlines

    def deadline(self, name: str) -> Deadline | Untold | None:
        """A deadline; untold if it is not known whether there is one; nothing if there is none."""
        if name not in self._deadlines:
            self._deadlines[name] = None  # a deadline that asks for itself is not yet there
            self._deadlines[name] = first_stated(self.pack.periods[name], self)
        return self._deadlines[name]
