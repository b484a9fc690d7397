"""Worked cases: read a file of them strictly, put each to the engine, and compare.

The format is that of `law/README.md`. A file that breaks it is a `CaseFileError` with file, line and the path in the case;
then no case is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from rogatory.canonical import Value
from rogatory.errors import CaseFileError, FormError
from rogatory.law.assess import assess
from rogatory.law.model import Assessment, Pack, Question
from rogatory.law.provisions import is_provision, within
from rogatory.law.tongue import Tongue
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import Fact, Vocabulary
from rogatory.moments import Instant, parse_day, parse_instant

OUTCOMES = ("permitted", "needs", "blocked", "unavailable", "undetermined")
_ID = re.compile(r"[A-Z]+-[0-9]+(?:[a-z](?:-[0-9]+)?|-[0-9]+)?")
_FIXED = ("open", "suspended", "undetermined")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """One case: the question, and what is expected of the answer."""

    id: str
    title: str
    file: str
    line: int
    question: Question
    expect: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One expectation that was not met, and the findings on which the answer rests."""

    path: str
    expected: Value
    answered: Value
    because: tuple[str, ...]


def _error(where: str, what: str) -> CaseFileError:
    return CaseFileError(what, where=where, cure="correct the case")


def read_cases(name: str, source: str, vocabulary: Vocabulary) -> tuple[WorkedCase, ...]:
    """Every case of one file. `CaseFileError` names file, line and path of the first thing that breaks the format."""
    reader = _CaseReader(name, vocabulary)
    top = reader.yaml.read(source)
    return tuple(reader.case(node) for node in reader.yaml.sequence(top, ""))


def read_facts(name: str, source: str, vocabulary: Vocabulary) -> Question:
    """The facts of one file, written as those of a worked case: `at`, `given`, `facts`, `events`, `calendar`. No instrument, no act."""
    reader = _CaseReader(name, vocabulary)
    keys = reader.yaml.mapping(reader.yaml.read(source), "", needs=("at", "facts"), may=("given", "events", "calendar", "assume_in_force"))
    return reader.question(keys, "", None)


class _CaseReader:
    """Reads the cases of one file."""

    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self.yaml = Reader(name, _error)
        self.name = name
        self.vocabulary = vocabulary

    def case(self, node: Node) -> WorkedCase:
        """One case."""
        yaml, words = self.yaml, self.vocabulary.words
        keys = yaml.mapping(
            node,
            "",
            needs=("id", "title", "instrument", "at", "expect"),
            may=("act", "assume_in_force", "given", "facts", "calendar", "events"),
        )
        name = yaml.text(keys["id"], "id")
        if not _ID.fullmatch(name):
            raise yaml.fail(keys["id"], "is no id; write capitals, a hyphen, a number, such as EV-36b", "id")
        act = yaml.word(keys["act"], "act", words["acts"]) if "act" in keys else None
        question = self.question(keys, yaml.word(keys["instrument"], "instrument", words["instruments"]), act)
        return WorkedCase(
            id=name,
            title=yaml.text(keys["title"], "title"),
            file=self.name,
            line=node.line,
            question=question,
            expect=self._expect(keys["expect"], act, question.instrument),
        )

    def question(self, keys: Mapping[str, Node], instrument: str, act: str | None) -> Question:
        """The question that the keys of a case, or of a file of facts, put."""
        at = self._instant(keys["at"], "at")
        return Question(
            instrument=instrument,
            at=at,
            act=act,
            facts=self._facts(keys),
            events=self._events(keys.get("events"), at),
            calendar=self._calendar(keys.get("calendar")),
            assume_in_force=self.yaml.truth(keys["assume_in_force"], "assume_in_force") if "assume_in_force" in keys else False,
        )

    def _instant(self, node: Node, path: str) -> Instant:
        try:
            return parse_instant(self.yaml.text(node, path))
        except FormError as error:
            raise self.yaml.fail(node, f"{error.what}; {error.cure}", path) from error

    def _facts(self, keys: Mapping[str, Node]) -> Mapping[str, Value]:
        facts: dict[str, Value] = {}
        if "given" in keys:
            facts |= self.vocabulary.given[self.yaml.word(keys["given"], "given", self.vocabulary.given)]
        if "facts" in keys:
            for name, one in self.yaml.mapping(keys["facts"], "facts", may=self.vocabulary.facts).items():
                facts[name] = self._fact(self.vocabulary.facts[name], one, f"facts.{name}")
        return facts

    def _fact(self, fact: Fact, node: Node, path: str) -> Value:
        yaml = self.yaml
        match fact.type:
            case "word":
                text = yaml.text(node, path)
                return text if fact.allows(text) else yaml.word(node, path, fact.words)
            case "words":
                words = yaml.words(node, path, fact.words)
                if fact.name == "data" and not words:
                    raise yaml.fail(node, "names no kind of data; leave it out if it is not known", path)
                return list(words)
            case "yes-no":
                return yaml.truth(node, path)
            case "number":
                return yaml.number(node, path)
            case "State":
                return self._state(node, path)
            case "States":
                states = [self._state(one, path) for one in yaml.sequence(node, path)]
                if len(set(states)) != len(states):
                    raise yaml.fail(node, "holds the same entry twice", path)
                return states
            case "instant":
                self._instant(node, path)
                return yaml.text(node, path)
            case _:
                return self._offences(node, path)

    def _offences(self, node: Node, path: str) -> list[Value]:
        offences = [self._offence(one, f"{path}[{number}]") for number, one in enumerate(self.yaml.sequence(node, path))]
        told = [{key: sorted(map(str, one)) if isinstance(one, list) else one for key, one in each.items()} for each in offences]
        if any(one in told[:number] for number, one in enumerate(told)):
            raise self.yaml.fail(node, "holds the same entry twice", path)
        return list(offences)

    def _state(self, node: Node, path: str) -> str:
        text = self.yaml.text(node, path)
        if text not in self.vocabulary.capitals:
            raise self.yaml.fail(node, f"{text!r} is no country code of ISO 3166-1; write two capitals, such as IE", path)
        return text

    def _offence(self, node: Node, path: str) -> dict[str, Value]:
        keys = self.yaml.mapping(node, path, may=self.vocabulary.offence)
        return {name: self._fact(self.vocabulary.offence[name], one, f"{path}.{name}") for name, one in keys.items()}

    def _events(self, node: Node | None, at: Instant) -> Mapping[str, Instant]:
        events = {}
        for name, one in self.yaml.mapping(node, "events", may=self.vocabulary.words["events"]).items() if node else ():
            events[name] = self._instant(one, f"events.{name}")
            if events[name] > at:
                raise self.yaml.fail(one, "is later than the question; leave out what has not happened", f"events.{name}")
        return events

    def _calendar(self, node: Node | None) -> Mapping[str, frozenset[date]]:
        calendar = {}
        for state, days in self.yaml.mapping(node, "calendar", may=None).items() if node else ():
            path = f"calendar.{state}"
            if state not in self.vocabulary.capitals:
                raise self.yaml.fail(days, f"{state!r} is no country code of ISO 3166-1; write two capitals, such as IE", path)
            found = []
            for one in self.yaml.sequence(days, path):
                try:
                    found.append(parse_day(self.yaml.text(one, path)))
                except FormError as error:
                    raise self.yaml.fail(one, f"{error.what}; {error.cure}", path) from error
            if len(set(found)) != len(found):
                raise self.yaml.fail(days, "holds the same entry twice", path)
            calendar[state] = frozenset(found)
        return calendar

    def _expect(self, node: Node, act: str | None, instrument: str) -> Mapping[str, Value]:
        yaml, words = self.yaml, self.vocabulary.words
        plain = {
            "duties": "duties",
            "no_duties": "duties",
            "grounds": "grounds",
            "forbidden": "forbidden",
            "open_points": "open_points",
        }
        keys = yaml.mapping(node, "expect", may=("outcome", "needs", "missing", "articles", "deadlines", *plain))
        if not keys:
            raise yaml.fail(node, "expects nothing", "expect")
        expect: dict[str, Value] = {key: list(yaml.words(keys[key], f"expect.{key}", words[plain[key]])) for key in plain if key in keys}
        if "outcome" in keys:
            expect["outcome"] = yaml.word(keys["outcome"], "expect.outcome", OUTCOMES)
            if act is None:
                raise yaml.fail(keys["outcome"], "an outcome needs an act", "expect.outcome")
        self._allowed_only(keys, expect.get("outcome"))
        if "needs" in keys:
            expect["needs"] = {
                need: list(yaml.words(givers, f"expect.needs.{need}", self.vocabulary.needs[need]))
                for need, givers in yaml.mapping(keys["needs"], "expect.needs", may=self.vocabulary.needs).items()
            }
        if "missing" in keys:
            names = {*self.vocabulary.facts, *(f"offences.{key}" for key in self.vocabulary.offence)}
            expect["missing"] = list(yaml.words(keys["missing"], "expect.missing", names))
        if "articles" in keys:
            expect["articles"] = self._articles(keys["articles"], instrument)
        if "deadlines" in keys:
            expect["deadlines"] = {
                name: self._deadline(one, f"expect.deadlines.{name}")
                for name, one in yaml.mapping(keys["deadlines"], "expect.deadlines", may=words["deadlines"]).items()
            }
        return expect

    def _allowed_only(self, keys: Mapping[str, Node], outcome: Value | None) -> None:
        for key, needed in (("needs", "needs"), ("missing", "undetermined")):
            if key in keys and outcome != needed:
                raise self.yaml.fail(keys[key], f"is allowed only with outcome: {needed}", f"expect.{key}")
        if outcome == "needs" and "needs" not in keys:
            raise self.yaml.fail(keys["outcome"], "needs is required with outcome: needs", "expect.outcome")

    def _articles(self, node: Node, instrument: str) -> list[Value]:
        found: list[Value] = []
        for one in self.yaml.sequence(node, "expect.articles"):
            text = self.yaml.text(one, "expect.articles")
            if not is_provision(text, self.vocabulary.words["instruments"]):
                raise self.yaml.fail(one, f"{text!r} is no provision; write it as Art. 4(1)(a)", "expect.articles")
            if text in found:
                raise self.yaml.fail(one, "holds the same entry twice", "expect.articles")
            found.append(text)
        return found

    def _deadline(self, node: Node, path: str) -> Value:
        if node.text is not None:
            return self.yaml.word(node, path, _FIXED)
        keys = self.yaml.mapping(node, path, may=("elapsed", "legal"))
        if not keys:
            raise self.yaml.fail(node, "gives neither elapsed nor legal", path)
        for key, one in keys.items():
            self._instant(one, f"{path}.{key}")
        return {key: self.yaml.text(one, path) for key, one in keys.items()}


def answered(case: WorkedCase, pack: Pack) -> Assessment:
    """The answer to a case. What a State declared counts as the case states it: left out, it is not known, whatever its file says."""
    return assess(case.question, replace(pack, states={}))


def run(case: WorkedCase, pack: Pack) -> tuple[Difference, ...]:
    """The expectations that the engine does not meet; none if the case passes."""
    answer = answered(case, pack)
    because = tuple(f"{one.rule} {one.result} ({', '.join(one.cites)})" for one in answer.deciding)
    return tuple(
        Difference(path=path, expected=expected, answered=answered, because=_counted(path, answer, pack.tongues["en"]) or because)
        for key, wanted in case.expect.items()
        for path, expected, answered in _compare(key, wanted, answer, case.question.instrument)
    )


def _counted(path: str, answer: Assessment, tongue: Tongue) -> tuple[str, ...]:
    """For a deadline, its article and its steps: it rests on no finding."""
    one = answer.deadlines.get(path.split(".")[2]) if path.startswith("expect.deadlines.") else None
    return (f"{one.name} {one.state} ({', '.join(one.cites)})", *(step.say(tongue) for step in one.steps)) if one else ()


def _compare(key: str, wanted: Value, answer: Assessment, instrument: str) -> list[tuple[str, Value, Value]]:
    path = f"expect.{key}"
    if key == "outcome":
        return [] if wanted == answer.outcome else [(path, wanted, answer.outcome or "none")]
    if key == "needs":
        given: Value = {need: sorted(givers) for need, givers in answer.needs.items()}
        expected = {need: sorted(map(str, givers)) for need, givers in wanted.items()} if isinstance(wanted, Mapping) else {}  # type: ignore[arg-type]  # the reader gave lists of words
        return [] if expected == given else [(path, expected, given)]
    if key == "articles":
        return _compare_articles(path, wanted, answer, instrument)
    if key == "deadlines":
        return _compare_deadlines(wanted, answer)
    words = list(wanted) if isinstance(wanted, list) else []
    answered = {
        "missing": answer.missing,
        "duties": answer.duties,
        "no_duties": answer.duties,
        "grounds": answer.grounds,
        "forbidden": answer.forbidden,
        "open_points": answer.open_points,
    }[key]
    if key == "no_duties":
        good = not set(map(str, words)) & set(answered)
    elif key == "grounds":
        good = set(map(str, words)) == set(answered)
    else:
        good = set(map(str, words)) <= set(answered)
    return [] if good else [(path, words, list(answered))]


def _compare_articles(path: str, wanted: Value, answer: Assessment, instrument: str) -> list[tuple[str, Value, Value]]:
    cited = [cite for one in answer.deciding for cite in one.cites]
    lacking = [
        str(one) for one in (wanted if isinstance(wanted, list) else ()) if not any(within(cite, str(one), instrument) for cite in cited)
    ]
    listed: Value = sorted({cite for one in answer.deciding for cite in one.cites})
    return [(path, list(lacking), listed)] if lacking else []


def _compare_deadlines(wanted: Value, answer: Assessment) -> list[tuple[str, Value, Value]]:
    differences: list[tuple[str, Value, Value]] = []
    for name, expected in wanted.items() if isinstance(wanted, Mapping) else ():
        path, found = f"expect.deadlines.{name}", answer.deadlines.get(name)
        if found is None:
            differences.append((path, expected, "not stated"))
        elif isinstance(expected, str):
            if found.state != expected:
                differences.append((path, expected, found.state))
        elif isinstance(expected, Mapping):
            for key, text in expected.items():
                moment = found.elapsed if key == "elapsed" else found.legal
                if moment is None or moment != parse_instant(str(text)):
                    shown = moment.astimezone(datetime.fromisoformat(str(text)).tzinfo).isoformat() if moment else found.state
                    differences.append((f"{path}.{key}", text, shown))
    return differences
