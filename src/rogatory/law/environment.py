"""The facts of one question as conditions see them, with terms and deadlines computed once, when first asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rogatory.canonical import Value
from rogatory.law.clocks import COUNTING, Counted, Place, days
from rogatory.law.conditions import Answer, Plain, Untold
from rogatory.law.model import Deadline, Pack, PeriodRule, Question
from rogatory.moments import Instant, parse_instant


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
        return Untold(frozenset({name})) if value is None else value

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
        return replace(place, holidays=self.question.calendar[state], listed_until=date.max)

    # ---- the closed list of functions

    def call(self, function: str, given: Sequence[Answer]) -> Answer:  # noqa: C901  # one case for each function of the closed list
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
        places = self.pack.places
        if isinstance(state, str):
            zones = [places[state].zone if state in places else "UTC"]
        else:
            zones = sorted({place.zone for place in places.values()})
        first = datetime.combine(self.pack.applies_from, time())
        answers = {self.question.at >= first.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for zone in zones}
        if len(answers) == 1:
            return answers.pop()
        return state if isinstance(state, Untold) else Untold(frozenset({"issuing_state"}))

    def _passed(self, name: str) -> bool | Untold:
        deadline = self.deadline(name)
        if isinstance(deadline, Untold):
            return deadline
        return deadline is not None and deadline.legal is not None and self.question.at >= deadline.legal

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
        if not isinstance(deadline, Deadline) or deadline.legal is None:
            return deadline if isinstance(deadline, Untold) else Untold(frozenset({self.pack.periods[name].start}))
        at = parse_instant(moment)
        return at < deadline.legal if function == "ends_before" else at > deadline.legal

    def _later_day(self, first: str, second: str, state: str) -> bool:
        place = self.place(state)
        if place is None or not {first, second} <= self.events.keys():
            return False
        return place.day_of(self.events[second]) > place.day_of(self.events[first])

    # ---- deadlines

    def deadline(self, name: str) -> Deadline | Untold | None:
        """A deadline: stated, undetermined for want of facts, or not there at all."""
        if name not in self._deadlines:
            self._deadlines[name] = None  # a deadline that asks for itself is not yet there
            self._deadlines[name] = self._count(self.pack.periods[name])
        return self._deadlines[name]

    def _count(self, rule: PeriodRule) -> Deadline | Untold | None:
        start = self.events.get(rule.start)
        applies = rule.when(self) if rule.when else True
        if start is None or applies is False:
            return None
        if isinstance(applies, Untold):
            return applies
        length = self._length(rule)
        cite = rule.undetermined[0] if rule.undetermined else length.cite if isinstance(length, _Chosen) else rule.lengths[-1].cite
        if rule.undetermined:
            return Deadline(name=rule.name, whom=rule.whom, state="undetermined", cite=cite, steps=(rule.undetermined[1],))
        for one in rule.suspended:
            answer = one.test(self) if one.test else True
            if answer is True:
                return Deadline(name=rule.name, whom=rule.whom, state="suspended", cite=one.cite, steps=("the time stands still",))
        place = self._place(rule.place)
        if isinstance(length, Untold):
            return length
        if place is None:
            return Untold(frozenset({rule.place}))
        return self._running(rule, start, length, place)

    def _place(self, fact: str) -> Place | None:
        state = self.facts.get(fact)
        return self.place(state) if isinstance(state, str) else None

    def _length(self, rule: PeriodRule) -> _Chosen | Untold:
        for one in rule.lengths:
            answer = one.test(self) if one.test else True
            if isinstance(answer, Untold):
                return answer
            if answer:
                return _Chosen(one.unit, one.count, one.cite)
        return Untold(frozenset())

    def _running(self, rule: PeriodRule, start: Instant, length: _Chosen, place: Place) -> Deadline:
        flags: frozenset[str] = frozenset()
        if rule.restart and rule.restart[0] in self.events and rule.restart[1] in self.events:
            start, flags = self.events[rule.restart[0]], frozenset({rule.restart[2]})
        counted = COUNTING[length.unit](length.count, start, place)
        cite = length.cite
        if rule.extended and rule.extended[0] in self.events and _before(self.events[rule.extended[0]], counted):
            base = place.day_of(start) + timedelta(days=length.count)
            if not place.works(base):
                flags |= {rule.extended[3]}
            counted, cite = days(rule.extended[1], start, place), rule.extended[2]
        if rule.opens and rule.opens[0] in self.events and _before(self.events[rule.opens[0]], counted):
            return Deadline(
                name=rule.name,
                whom=rule.whom,
                state="open",
                cite=rule.opens[1],
                steps=("it runs without a fixed end",),
                flags=flags,
            )
        if counted.legal is None:
            return Deadline(name=rule.name, whom=rule.whom, state="undetermined", cite=cite, steps=counted.steps, flags=flags)
        return Deadline(
            name=rule.name,
            whom=rule.whom,
            state="running",
            cite=cite,
            elapsed=counted.elapsed,
            legal=counted.legal,
            steps=counted.steps,
            flags=flags | counted.flags,
        )


class _Chosen:
    """The length that applies."""

    __slots__ = ("cite", "count", "unit")

    def __init__(self, unit: str, count: int, cite: str) -> None:
        self.unit, self.count, self.cite = unit, count, cite


def _before(moment: Instant, counted: Counted) -> bool:
    return counted.legal is None or moment < counted.legal


def plain(value: Answer) -> Plain | None:
    """The value, if it is a single one."""
    return value if isinstance(value, str | int) else None
