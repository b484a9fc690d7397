"""Explain an answer in words: every finding in the order of the law, what it rests on, and what would cure it.

Everything stands in the language asked for, but the names of facts, duties and events, which are those of `law/facts.yaml`.
A finding that rests on known law not compared with the text, or on an interpretation, says so.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from rogatory.canonical import Value
from rogatory.law.model import Assessment, Deadline, Finding, Named, Pack, Question
from rogatory.law.tongue import Tongue

WIDTH = 110


def explanation(question: Question, answer: Assessment, pack: Pack, language: str) -> tuple[str, ...]:
    """The lines of an explanation. `KeyError` for a language that the pack does not hold."""
    tongue = pack.tongues[language]
    return tuple(_lines(question, answer, pack, tongue))


def _lines(question: Question, answer: Assessment, pack: Pack, tongue: Tongue) -> Iterator[str]:
    words = tongue.words
    yield f"{words['outcome']}: {words[answer.outcome or 'no-act']}"
    if answer.outcome == "unavailable" and not answer.deciding:
        yield words["no-rule"]
    if answer.needs:
        yield f"{words['lacking']}:"
        for need, givers in sorted(answer.needs.items()):
            yield f"  {need} ({words['given-by']}: {', '.join(givers)})"
    if answer.missing:
        yield f"{words['missing']}: {', '.join(answer.missing)}"
    if answer.for_a_human:
        yield f"{words['asked']}: {', '.join(one.rule for one in answer.for_a_human)}"
    if answer.findings:
        yield ""
        yield f"{words['findings']}:"
    for number, one in enumerate(answer.findings, 1):
        yield from _finding(number, one, one in answer.deciding and answer.outcome != "permitted", question, tongue)
    yield ""
    yield from _named(words["duties"], answer.duties, pack.duties, tongue)
    yield f"{words['deadlines']}:" if answer.deadlines else f"{words['deadlines']}: {words['none']}"
    for _, deadline in sorted(answer.deadlines.items()):
        yield from _deadline(deadline, tongue)
    yield from _named(words["grounds"], answer.grounds, pack.grounds, tongue)
    yield from _named(words["forbidden"], answer.forbidden, pack.forbidden, tongue)
    if answer.open_points:
        yield f"{words['open-points']}: {', '.join(answer.open_points)}"
    yield words["not-advice"]


def _finding(number: int, one: Finding, decides: bool, question: Question, tongue: Tongue) -> Iterator[str]:
    words = tongue.words
    asked = one.kind == "judge" and one.result != "kept"
    result = words["judge" if asked else "warn" if one.kind == "warn" and one.result == "broken" else one.result]
    cites = ", ".join(one.cites)
    yield f"  {number:>2}. {result}{' *' + words['decides'] + '*' if decides else ''}  {one.rule}{'  ' + cites if cites else ''}"
    yield from _wrapped(one.says[tongue.language])
    if one.facts:
        yield from _wrapped(f"{words['facts-used']}: {', '.join(_fact(name, question.facts) for name in one.facts)}")
    if one.missing:
        yield from _wrapped(f"{words['missing']}: {', '.join(one.missing)}")
    if one.result != "kept":
        yield from _wrapped(f"{words['cure']}: {one.cure[tongue.language]}")
    if one.mark != "S":
        yield from _wrapped(f"({words['mark-' + one.mark]})")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="      ", subsequent_indent="        ")


def _fact(name: str, facts: Mapping[str, Value]) -> str:
    head, _, key = name.partition(".")
    value = facts.get(head)
    if key and isinstance(value, Sequence) and not isinstance(value, str):
        return f"{name} = {' / '.join(_plain(one.get(key, '-')) for one in value if isinstance(one, Mapping))}"
    return f"{name} = {_plain(value)}"


def _plain(value: Value | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_plain(one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_plain(one)}' for key, one in value.items())}}}"
    return str(value)


def _named(title: str, names: Sequence[str], known: Sequence[Named], tongue: Tongue) -> Iterator[str]:
    if not names:
        yield f"{title}: {tongue.words['none']}"
        return
    yield f"{title}:"
    for name in names:
        one = next(other for other in known if other.name == name)
        whose = f" ({one.whose})" if one.whose else ""
        mark = "" if one.mark == "S" else f"  ({tongue.words['mark-' + one.mark]})"
        yield f"  {name}{whose}  {', '.join(one.cites)}{mark}"


def _deadline(one: Deadline, tongue: Tongue) -> Iterator[str]:
    words = tongue.words
    states = {"open": words["open"], "suspended": words["suspended"], "undetermined": words["undetermined"]}
    ends = states.get(one.state) or words["running"]
    mark = "" if one.mark == "S" else f"  ({words['mark-' + one.mark]})"
    yield f"  {one.name} ({one.whom})  {ends}  {', '.join(one.cites)}{mark}"
    for step in one.steps:
        yield from _wrapped(f"- {step.say(tongue)}")
    for word, moment in (("elapsed-at", one.elapsed), ("legal-at", one.legal)):
        if moment is not None:
            yield f"      {words[word]}: {moment.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
