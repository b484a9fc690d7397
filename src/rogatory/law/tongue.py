"""How the engine speaks in a language: dates, the steps of a deadline, the headings of an explanation.

English stands here, since the steps of a deadline are kept and hashed in it; every other language is a file in `law/languages/`,
and must hold exactly the same keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter

from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import pack_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One language: weekdays from Monday, months, the pattern of a date, sentences by the code of a step, and words."""

    language: str
    name: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    pattern: str
    steps: Mapping[str, str]
    words: Mapping[str, str]

    def day(self, day: date) -> str:
        """A day written out, with its weekday."""
        return self.pattern.format(weekday=self.weekdays[day.weekday()], day=day.day, month=self.months[day.month - 1], year=day.year)


def read_tongue(name: str, source: str) -> Tongue:
    """Read one file of `law/languages/`. `PackError` names what is missing or too much beside English."""
    reader = Reader(name, pack_error)
    keys = reader.mapping(reader.read(source), "", needs=("language", "name", "weekdays", "months", "date", "steps", "words"))
    tongue = Tongue(
        language=reader.text(keys["language"], "language"),
        name=reader.text(keys["name"], "name"),
        weekdays=tuple(reader.text(one, "weekdays") for one in reader.sequence(keys["weekdays"], "weekdays")),
        months=tuple(reader.text(one, "months") for one in reader.sequence(keys["months"], "months")),
        pattern=reader.text(keys["date"], "date"),
        steps=_sentences(reader, keys["steps"], "steps", ENGLISH.steps),
        words=_sentences(reader, keys["words"], "words", ENGLISH.words),
    )
    for key, held, wanted in (("weekdays", tongue.weekdays, ENGLISH.weekdays), ("months", tongue.months, ENGLISH.months)):
        if len(held) != len(wanted):
            raise reader.fail(keys[key], f"holds {len(held)} names where there are {len(wanted)}", key)
    _fits(reader, keys["date"], "date", ENGLISH.pattern)
    return tongue


def _sentences(reader: Reader, node: Node, path: str, wanted: Mapping[str, str]) -> Mapping[str, str]:
    keys = reader.mapping(node, path, needs=wanted)
    for code, sentence in wanted.items():
        _fits(reader, keys[code], f"{path}.{code}", sentence)
    return {code: reader.text(one, f"{path}.{code}") for code, one in keys.items()}


def _fits(reader: Reader, node: Node, path: str, sentence: str) -> None:
    blanks = sorted(_blanks(sentence))
    try:
        found = sorted(_blanks(reader.text(node, path)))
    except ValueError as error:
        raise reader.fail(node, "has a brace that is not closed", path) from error
    if found != blanks:
        raise reader.fail(node, f"must hold exactly {', '.join('{' + one + '}' for one in blanks) or 'no braces'}", path)


def _blanks(sentence: str) -> Iterable[str]:
    return {blank for _, blank, _, _ in Formatter().parse(sentence) if blank is not None}


ENGLISH = Tongue(
    language="en",
    name="English",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    pattern="{weekday} {day} {month} {year}",
    steps={
        "event-day": "the day of the event, {day}, is not counted",
        "nth-day": "day {count} is {day}",
        "nth-working-day": "working day {count} is {day}",
        "weekend": "{day} is no working day, so the end moves to {next}",
        "holiday": "{day} is a public holiday, so the end moves to {next}",
        "two-working-days": "until {day} there are fewer than two working days, so the end moves to {next}",
        "not-counted-weekend": "{day} is no working day and is not counted",
        "not-counted-holiday": "{day} is a public holiday and is not counted",
        "nothing-moves": "a treaty counts calendar days: no weekend and no holiday moves the end",
        "ends": "so it ends on {day}, 24:00 in {zone} ({moment})",
        "elapsed": "{count} hours after {start} are {moment}",
        "full-hours": "the hour of the event is not counted: the last of {count} full hours ends at {moment}",
        "hours-not-stretched": "these {count} hours hold fewer than two working days; it is unsettled whether that prolongs them; here not",
        "not-listed": "the holidays around {day} are not listed for {zone}, so the end is not known",
        "restarted": "the clarification came on {start}: the whole period starts anew",
        "extended": "it was extended: {count} days from the first receipt",
        "at-once": "the law gives no number: at once, and for as long as the duty lasts",
        "begins": "the duty begins on {day}",
        "named-day": "the law names a day of the year; the next one is {day}",
        "day-not-moved": "a day that the law names is no period: no weekend and no holiday moves it",
        "stated": "the order itself gives {count} days, which is longer",
        "suspended": "the time stands still until something else happens",
        "open": "it runs without a fixed end",
        "no-calendar": "the end lies beyond every calendar",
        "national-rules": "the ten days are counted by the national rules of the issuing State (Art. 17(9)), which are not held here",
        "lacks": "not known: {names}",
    },
    words={
        "outcome": "Outcome",
        "permitted": "permitted: it may be done now",
        "needs": "not yet: something must be given first",
        "blocked": "blocked: the instrument forbids it on these facts",
        "unavailable": "unavailable: the instrument is not open",
        "undetermined": "undetermined: a missing fact decides",
        "no-rule": "this instrument holds no rule on this act, so it does not open it",
        "no-act": "nothing is asked but what must be done, and by when",
        "findings": "Findings, in the order of the law",
        "kept": "met",
        "broken": "NOT MET",
        "untold": "UNDETERMINED",
        "judge": "FOR A HUMAN",
        "warn": "ADVICE",
        "asked": "Asked of a human before anything is decided",
        "decides": "decides",
        "facts-used": "facts used",
        "missing": "missing",
        "cure": "cure",
        "given-by": "by",
        "lacking": "What must be given first",
        "duties": "Duties",
        "deadlines": "Deadlines",
        "grounds": "Grounds for refusal that are open",
        "forbidden": "Forbidden",
        "open-points": "Open points on which the answer rests",
        "none": "none",
        "running": "ends",
        "elapsed-at": "target",
        "legal-at": "legal end",
        "open": "no fixed end",
        "suspended": "suspended",
        "not-known": "not known",
        "mark-S": "seen in the source",
        "mark-K": "known law, not compared with the text",
        "mark-I": "rests on an interpretation",
        "not-advice": "This is an explanation, not legal advice.",
    },
)
