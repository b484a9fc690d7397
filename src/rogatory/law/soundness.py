"""Is the law sound as a text? Gaps and overlaps between periods, rules that contradict each other, rules that no case tries.

- Periods: the day before, of and after every boundary is asked which file answers; it must be exactly one, from the first day on.
- Contradiction: two rules of one act that cite one article, each of which can be kept where both apply, but never both.
- Coverage: each rule is kept by one worked case and broken by another; what must be known is known in one and missing in another.

Left to others: what a single file may hold (`rogatory.law.load`), the worked cases themselves (`rogatory.law.casefile`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rogatory.law.assess import kept
from rogatory.law.conditions import Answer, Untold, closed
from rogatory.law.environment import Environment
from rogatory.law.model import Assessment, Pack, Question, Rule
from rogatory.law.vocabulary import Fact
from rogatory.moments import Instant, instant

MOST_WORLDS = 50_000
_DAY = timedelta(days=1)
_WORD = re.compile(r'(?<!")\b[a-z][a-z_]*\b(?!")')
_NUMBER = re.compile(r"\b[0-9]+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One file of an instrument, and the period for which it states the law; the last day belongs to it."""

    file: str
    ends_at: str
    applies_from: date | None
    applies_until: date | None


def gaps(files: Sequence[Dated]) -> tuple[str, ...]:
    """Days for which no file, or more than one, states the law. A law that does not apply yet stands alone."""
    if len(files) == 1:
        return ()
    waiting = [one.file for one in files if one.applies_from is None]
    if waiting:
        return (f"{waiting[0]}:1:1: does not apply yet, but there are other files; give it the day from which it applies",)
    last = max(one.applies_from for one in files if one.applies_from)
    first = min(one.applies_from for one in files if one.applies_from)
    edges = {one.applies_from for one in files if one.applies_from} | {one.applies_until for one in files if one.applies_until}
    found = []
    for day in sorted({edge + step for edge in edges for step in (-_DAY, timedelta(), _DAY)}):
        answering = sorted((one for one in files if _holds(one, day)), key=lambda one: str(one.applies_from))
        if len(answering) > 1:
            both = " and ".join(one.file for one in answering)
            found.append(f"{answering[0].ends_at}: on {day} {both} both state the law; end the earlier one the day before")
        elif not answering and first <= day <= last:
            found.append(f"{_before(files, day)}: on {day} no file states the law; let one period end the day before the next begins")
    return tuple(dict.fromkeys(found))


def _holds(one: Dated, day: date) -> bool:
    return one.applies_from is not None and one.applies_from <= day and (one.applies_until is None or day <= one.applies_until)


def _before(files: Sequence[Dated], day: date) -> str:
    """Where the file ends that ended last; on a day from the first on that no file holds, one has ended."""
    ended = [one for one in files if one.applies_until is not None and one.applies_until < day]
    return max(ended, key=lambda one: str(one.applies_until)).ends_at


def contradictions(pack: Pack) -> tuple[str, ...]:
    """Pairs of rules that cannot both be kept."""
    found = []
    for one, other in itertools.combinations(pack.rules, 2):
        shared = {cite for choice in one.choose for cite in choice.cites} & {cite for choice in other.choose for cite in choice.cites}
        if shared and one.acts & other.acts and _contradict(one, other, pack):
            article = min(shared)
            found.append(
                f"{other.place}: {other.id} contradicts {one.id}: both rest on {article}, and no facts can keep both; correct one of them"
            )
    return tuple(found)


def _contradict(one: Rule, other: Rule, pack: Pack) -> bool:
    alone = [False, False]
    for env in _worlds((one, other), pack):
        answers = [kept(rule, env) for rule in (one, other)]
        if answers == [True, True]:
            return False
        if None not in answers and not any(isinstance(answer, Untold) for answer in answers):
            alone = [was or answer is True for was, answer in zip(alone, answers, strict=True)]
    return all(alone)


def _worlds(rules: Iterable[Rule], pack: Pack) -> Iterator[Environment]:
    """The combinations of facts and events that could matter to the rules; none if they are too many to try."""
    text = " ".join(_text(rule, pack) for rule in rules)
    names = set(_WORD.findall(text))
    numbers = sorted({int(number) + step for number in _NUMBER.findall(text) for step in (-1, 0, 1)} | {0})
    values: dict[str, Sequence[Answer]] = {}
    for name in sorted(names & pack.vocabulary.facts.keys()):
        values[name] = _samples(pack.vocabulary.facts[name], numbers, pack, names)
    events = sorted(names & pack.vocabulary.words["events"].keys())
    size = 1
    for many in (*values.values(), *([(True, False)] * len(events))):
        size *= len(many)
    if size > MOST_WORLDS:
        return
    at = _somewhen(pack)
    for picked in itertools.product(*values.values(), *([(True, False)] * len(events))):
        happened = {event: at for event, is_so in zip(events, picked[len(values) :], strict=True) if is_so}
        question = Question(instrument=pack.instrument, at=at, act=None, facts={}, events=happened, assume_in_force=True)
        yield Environment(question, pack, dict(zip(values, picked[: len(values)], strict=True)))


def _somewhen(pack: Pack) -> Instant:
    day = pack.applies_from or pack.checked_on
    return instant(datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + 30 * _DAY)


def _text(rule: Rule, pack: Pack) -> str:
    """The conditions of a rule with the terms that they name, as written."""
    found = [one.text for one in (rule.when, *rule.keep) if one]
    todo, done = list(found), set[str]()
    while todo:
        for name in set(_WORD.findall(todo.pop())) & pack.terms.keys() - done:
            done.add(name)
            found.append(pack.terms[name].text)
            todo.append(pack.terms[name].text)
    return " ".join(found)


def _samples(fact: Fact, numbers: Sequence[int], pack: Pack, names: set[str]) -> Sequence[Answer]:
    match fact.type:
        case "word" | "yes-no":
            return closed(fact)
        case "number":
            return [number for number in numbers if number >= 0]
        case "State":
            return ("AT", "IE", "GB", "US", "JP")
        case "words":
            return ((), *((word,) for word in fact.words), fact.words)
        case "offences":
            keys = sorted(names & pack.vocabulary.offence.keys())
            each = [_samples(pack.vocabulary.offence[key], numbers, pack, names) for key in keys]
            return [(dict(zip(keys, one, strict=True)),) for one in itertools.product(*each)]  # type: ignore[misc]  # values of closed words, numbers and States
        case _:
            return (("IE",), ())


def uncovered(pack: Pack, answers: Iterable[Assessment]) -> tuple[str, ...]:
    """What no worked case tries: for each rule the result that is lacking."""
    seen: dict[str, set[str]] = {}
    for answer in answers:
        for finding in answer.findings:
            seen.setdefault(finding.rule, set()).add(finding.result)
    lacking = []
    for rule in pack.rules:
        wanted: Mapping[str, str] = {"kept": "keeps", "untold" if rule.known else "broken": "leaves untold" if rule.known else "breaks"}
        lacking += [
            f"{rule.place}: no worked case {verb} {rule.id}" for result, verb in wanted.items() if result not in seen.get(rule.id, set())
        ]
    return tuple(lacking)


def stale(pack: Pack, on: date) -> tuple[str, ...]:
    """Days that are over: when the sources should have been looked at again."""
    if pack.review_by >= on:
        return ()
    return (f"{pack.instrument}: was to be reviewed by {pack.review_by}; its sources were last checked on {pack.checked_on}",)
