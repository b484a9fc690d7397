"""State one deadline of a pack for one question: its end, or why it has none, with every step of the counting.

- It is stated from its start event on, whether or not it has passed.
- Where facts decide whether there is such a period at all, and they are missing, it is neither stated nor denied.
- Where only its end depends on what is missing, it is stated as undetermined, with the names of what is missing.

Left to others: the counting of days and hours (`rogatory.law.clocks`), the words of the steps (`rogatory.law.steps`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rogatory.law.clocks import COUNTING, HOURLY, Counted, Place, days, not_before
from rogatory.law.conditions import Untold
from rogatory.law.model import Deadline, Length, PeriodRule
from rogatory.law.steps import Step
from rogatory.moments import Instant, instant

if TYPE_CHECKING:
    from rogatory.law.environment import Environment

_NOWHERE = Place(zone="UTC")
PLACES = ("issuing_state", "executing_state")
"""Facts that say in which State a duty lies; any other place is itself a State."""


def state(rule: PeriodRule, env: Environment) -> Deadline | Untold | None:
    """The deadline; untold if it is not known whether there is one; nothing if there is none."""
    applies = rule.when(env) if rule.when else True
    if rule.start not in env.events or applies is False:
        return None
    if isinstance(applies, Untold):
        return applies
    cites = rule.lengths[-1].cites if rule.lengths else ()
    blank = Deadline(name=rule.name, whom=rule.whom, state="undetermined", cites=cites, mark=rule.mark)
    if rule.undetermined:
        cite, code = rule.undetermined
        return replace(blank, cites=(cite,), steps=(Step(code),))
    if rule.at_once is not None:
        return replace(blank, state="open", cites=rule.at_once, steps=(Step("at-once"),))
    for one in rule.suspended:
        if (one.test(env) if one.test else True) is True:
            return replace(blank, state="suspended", cites=one.cites, steps=(Step("suspended"),))
    try:
        return _counted(rule, env, blank)
    except OverflowError:  # the calendar ends with the year 9999
        return replace(blank, steps=(Step("no-calendar"),), least=instant(env.question.at + timedelta(milliseconds=1)))


def _counted(rule: PeriodRule, env: Environment, blank: Deadline) -> Deadline:
    start, flags = env.events[rule.start], frozenset[str]()
    if rule.restart and rule.restart[0] in env.events and rule.restart[1] in env.events:
        start, flags = env.events[rule.restart[0]], frozenset({rule.restart[2]})
    place = _place(rule, env)
    if rule.begins and place is not None:
        start = max(start, place.midnight_after(rule.begins - timedelta(days=1)))
    lengths, missing = _lengths(rule, env)
    known = _count_of(lengths[0], env) if len({(one.unit, one.fact, one.count) for one in lengths}) == 1 else None
    least = min(not_before(one.unit, _least(one, env), start) for one in lengths)
    lacks = {one.fact for one in lengths if _count_of(one, env) is None} | (missing if known is None else frozenset())
    if place is None and any(one.unit not in HOURLY for one in lengths):
        lacks |= {rule.place}
    if lacks or known is None:
        step = Step("lacks", names=", ".join(sorted(lacks)))
        return replace(blank, missing=tuple(sorted(lacks)), least=least, flags=flags, steps=(step,))
    cites = tuple(dict.fromkeys(cite for one in lengths for cite in one.cites))
    return _running(rule, env, replace(blank, cites=cites, flags=flags), (start, lengths[0], known, place or _NOWHERE))


def _running(rule: PeriodRule, env: Environment, blank: Deadline, found: tuple[Instant, Length, int, Place]) -> Deadline:
    start, length, count, place = found
    counted = COUNTING[length.unit](count, start, place)
    flags, cites, steps = blank.flags, blank.cites, list(counted.steps)
    if length.fact and 0 < length.count < count:
        steps.insert(0, Step("stated", count=count))
    if rule.extended and rule.extended.event in env.events:
        if not place.works(place.day_of(start) + timedelta(days=count)):
            flags |= {rule.extended.flag}
        counted, cites = days(rule.extended.days, start, place), (rule.extended.cite,)
        steps = [Step("extended", count=rule.extended.days), *counted.steps]
    if rule.begins and place.day_of(start) == rule.begins:
        steps.insert(0, Step("begins", day=rule.begins))
    if rule.restart and rule.restart[2] in flags:
        steps.insert(0, Step("restarted", start=start, zone=place.zone))
    if rule.opens and _opens(rule, env, counted):
        return replace(blank, state="open", cites=(rule.opens.cite,), steps=(Step("open"),), flags=flags)
    if counted.legal is None and counted.elapsed is None:
        return replace(blank, cites=cites, steps=tuple(steps), flags=flags, least=not_before(length.unit, count, start))
    return replace(
        blank,
        state="running",
        cites=cites,
        elapsed=counted.elapsed,
        legal=counted.legal,
        steps=tuple(steps),
        flags=flags | counted.flags,
    )


def _opens(rule: PeriodRule, env: Environment, counted: Counted) -> bool:
    if rule.opens is None or rule.opens.event not in env.events:
        return False
    return not rule.opens.before_end or counted.legal is None or env.events[rule.opens.event] < counted.legal


def _place(rule: PeriodRule, env: Environment) -> Place | None:
    held = env.facts.get(rule.place) if rule.place in PLACES else rule.place
    return env.place(held) if isinstance(held, str) else None


def _lengths(rule: PeriodRule, env: Environment) -> tuple[tuple[Length, ...], frozenset[str]]:
    """Every length that may apply, and the facts that decide between them."""
    found, missing = [], frozenset[str]()
    for one in rule.lengths:
        answer = one.test(env) if one.test else True
        if isinstance(answer, Untold):
            missing |= answer.missing
            found.append(one)
        elif answer:
            return (*found, one), missing
    return tuple(found), missing


def _count_of(length: Length, env: Environment) -> int | None:
    if not length.fact:
        return length.count
    held = env.facts.get(length.fact)
    return max(held, length.count) if isinstance(held, int) else None


def _least(length: Length, env: Environment) -> int:
    known = _count_of(length, env)
    return length.count if known is None else known


def first_stated(rules: Iterable[PeriodRule], env: Environment) -> Deadline | Untold | None:
    """The deadline of a name: of the rules that state it, the first that applies."""
    untold: Untold | None = None
    for rule in rules:
        one = state(rule, env)
        if isinstance(one, Deadline):
            return one
        if isinstance(one, Untold):
            untold = one if untold is None else untold | one
    return untold
