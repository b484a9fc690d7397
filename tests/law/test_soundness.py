"""Gaps, overlaps, contradictions and rules that no case tries are found in any law, and not where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rogatory.law import soundness
from rogatory.law.conditions import Compiler
from rogatory.law.model import Assessment, Finding, Guarded, Pack, Rule, Term
from rogatory.law.soundness import Dated, contradictions, gaps, stale, uncovered
from tests.law.asked import PACK, answer

COMPILER = Compiler(PACK.vocabulary, {}, ["twice"], [])


def dated(name: str, first: str | None, last: str | None = None) -> Dated:
    return Dated(
        file=f"{name}.yaml",
        ends_at=f"{name}.yaml:3:1",
        applies_from=date.fromisoformat(first) if first else None,
        applies_until=date.fromisoformat(last) if last else None,
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([dated("a", None)], ()),
        ([dated("a", "2026-01-01", "2026-12-31")], ()),
        ([dated("a", "2026-01-01", "2026-12-31"), dated("b", "2027-01-01")], ()),
        ([dated("a", "2026-01-01", "2026-12-31"), dated("b", "2027-01-01", "2027-06-30")], ()),
        (
            [dated("a", None), dated("b", None)],
            ("a.yaml:1:1: does not apply yet, but there are other files; give it the day from which it applies",),
        ),
        (
            [dated("a", "2026-01-01", "2026-12-31"), dated("b", None)],
            ("b.yaml:1:1: does not apply yet, but there are other files; give it the day from which it applies",),
        ),
        (
            [dated("a", "2026-01-01", "2027-01-01"), dated("b", "2027-01-01")],
            ("a.yaml:3:1: on 2027-01-01 a.yaml and b.yaml both state the law; end the earlier one the day before",),
        ),
        (
            [dated("b", "2027-01-01"), dated("a", "2026-01-01", "2027-01-01")],
            ("a.yaml:3:1: on 2027-01-01 a.yaml and b.yaml both state the law; end the earlier one the day before",),
        ),
        (
            [dated("a", "2026-01-01", "2026-12-30"), dated("b", "2027-01-01")],
            ("a.yaml:3:1: on 2026-12-31 no file states the law; let one period end the day before the next begins",),
        ),
        (
            [dated("z", "2025-01-01", "2025-12-31"), dated("a", "2026-01-01", "2026-12-30"), dated("b", "2027-01-01")],
            ("a.yaml:3:1: on 2026-12-31 no file states the law; let one period end the day before the next begins",),
        ),
        (
            [dated("a", "2026-01-01", "2026-12-29"), dated("b", "2027-01-01")],
            (
                "a.yaml:3:1: on 2026-12-30 no file states the law; let one period end the day before the next begins",
                "a.yaml:3:1: on 2026-12-31 no file states the law; let one period end the day before the next begins",
            ),
        ),
        (
            [dated("a", "2026-01-01", "2026-12-30"), dated("b", "2027-01-01", "2027-12-31"), dated("c", "2028-01-01")],
            ("a.yaml:3:1: on 2026-12-31 no file states the law; let one period end the day before the next begins",),
        ),
        (
            [dated("a", "2026-01-01", "2026-12-31"), dated("b", "2027-01-01", "2026-12-31")],
            ("a.yaml:3:1: on 2027-01-01 no file states the law; let one period end the day before the next begins",),
        ),
        (
            [dated("a", "2026-01-01", "2025-12-31"), dated("b", "2026-01-02")],
            ("a.yaml:3:1: on 2026-01-01 no file states the law; let one period end the day before the next begins",),
        ),
        (
            [dated("z", "2025-01-01", "2025-12-30"), dated("a", "2026-01-02", "2026-01-01"), dated("b", "2026-01-03")],
            (
                "z.yaml:3:1: on 2025-12-31 no file states the law; let one period end the day before the next begins",
                "z.yaml:3:1: on 2026-01-01 no file states the law; let one period end the day before the next begins",
                "a.yaml:3:1: on 2026-01-02 no file states the law; let one period end the day before the next begins",
            ),
        ),
    ],
)
def test_each_day_has_one_law_from_the_first_on(files: list[Dated], found: tuple[str, ...]) -> None:
    assert gaps(files) == found


def condition(text: str) -> Guarded:
    test, facts = COMPILER.condition(text, "here")
    return Guarded(test=test, facts=facts, cites=("Art. 1",), text=text)


def rule(number: int, keep: str, *, when: str = "", cite: str = "Art. 5", acts: tuple[str, ...] = ("issue",)) -> Rule:
    return Rule(
        id=f"eio.X{number}",
        acts=frozenset(acts),
        when=condition(when) if when else None,
        keep=(condition(keep),),
        known=(),
        kind="blocked",
        choose=(Guarded(test=None, facts=frozenset(), cites=(cite,)),),
        says={},
        cure={},
        origin=(),
        mark="S",
        place=f"eio.yaml:{number}:1",
    )


def contradict(one: Rule, other: Rule) -> bool:
    test, facts = COMPILER.condition("sentence_months > 3", "here")
    terms = {"twice": Term(name="twice", test=test, unless_known=None, facts=facts, text="sentence_months > 3")}
    found = contradictions(replace(PACK, rules=(one, other), terms=terms))
    if found:
        assert found == (
            f"{other.place}: {other.id} contradicts {one.id}: both rest on Art. 5, and no facts can keep both; correct one of them",
        )
    return bool(found)


@pytest.mark.parametrize(
    ("one", "other", "they_do"),
    [
        (rule(1, "absconded"), rule(2, "not absconded"), True),
        (rule(1, "absconded"), rule(2, "absconded"), False),
        (rule(1, "absconded"), rule(2, "domestic_power"), False),
        (rule(1, "absconded"), rule(2, "not absconded", cite="Art. 6"), False),
        (rule(1, "absconded"), rule(2, "not absconded", acts=("refuse",)), False),
        (rule(1, "absconded", when="domestic_power"), rule(2, "not absconded", when="not domestic_power"), False),
        (rule(1, "absconded", when="domestic_power"), rule(2, "not absconded", when="domestic_power"), True),
        (rule(1, "absconded and not absconded"), rule(2, "absconded"), False),
        (rule(1, "absconded"), rule(2, "domestic_power and not domestic_power"), False),
        (rule(1, "sentence_months > 3"), rule(2, "sentence_months < 4"), True),
        (rule(1, "sentence_months > 3"), rule(2, "sentence_months < 5"), False),
        (rule(1, "sentence_months >= 3"), rule(2, "sentence_months <= 3"), False),
        (rule(1, "sentence_months < 1"), rule(2, "sentence_months == 0"), False),
        (rule(1, "sentence_months < 5"), rule(2, "not at_most_percent(sentence_months, 75, 5)"), False),
        (rule(1, "sentence_months > 5"), rule(2, "at_most_percent(sentence_months, 125, 5)"), False),
        (rule(1, "sentence_months < 4"), rule(2, "at_most_percent(sentence_months, 5, 5) or sentence_months > 4"), False),
        (rule(1, "sentence_months < 1 or absconded"), rule(2, "sentence_months == 0 or not absconded"), False),
        (rule(1, "sentence_months < 1"), rule(2, "sentence_months > 0 or sentence_months < 0"), True),
        (rule(1, "twice"), rule(2, "not twice"), True),
        (rule(1, "twice"), rule(2, "sentence_months < 4"), True),
        (rule(1, "twice"), rule(2, "sentence_months < 5"), False),
        (rule(1, 'issuing_authority == "judge"'), rule(2, 'issuing_authority == "court"'), True),
        (rule(1, '"mailbox" in data'), rule(2, '"messages" in data'), False),
        (rule(1, '"mailbox" in data'), rule(2, "not some(data)"), True),
        (rule(1, "received"), rule(2, "not received"), True),
        (rule(1, "received"), rule(2, "not notified"), False),
        (rule(1, 'issuing_state == "IE"'), rule(2, 'issuing_state == "US"'), True),
        (rule(1, "any(o.max_custodial_months > 3 for o in offences)"), rule(2, "all(o.max_custodial_months < 4 for o in offences)"), True),
        (rule(1, "any(o.max_custodial_months > 3 for o in offences)"), rule(2, "all(o.max_custodial_months < 5 for o in offences)"), False),
        (rule(1, "any(issuing_state in o.committed_in for o in offences)"), rule(2, 'issuing_state == "IE"'), False),
    ],
)  # fmt: skip
def test_two_rules_contradict_each_other_if_each_can_be_kept_and_never_both(one: Rule, other: Rule, they_do: bool) -> None:
    assert contradict(one, other) is they_do


def test_rules_of_a_law_that_is_not_in_force_yet_contradict_each_other_as_they_will() -> None:
    one, other = (rule(number, f"in_force(issuing_state) and {keep}") for number, keep in ((1, "absconded"), (2, "not absconded")))

    assert len(contradictions(replace(PACK, rules=(one, other), applies_from=None))) == 1


def test_too_many_worlds_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = rule(1, "absconded and domestic_power and received"), rule(2, "not absconded")
    assert contradict(one, other)

    monkeypatch.setattr(soundness, "MOST_WORLDS", 8)
    assert contradict(one, other), "two facts and an event are eight worlds"
    monkeypatch.setattr(soundness, "MOST_WORLDS", 7)
    assert not contradict(one, other)


def test_the_worlds_that_are_tried_lie_a_month_after_the_law_began() -> None:
    def worlds(pack: Pack) -> Iterator[Any]:
        return soundness._worlds((rule(1, "received"),), pack)

    begun = next(iter(worlds(PACK)))
    assert begun.question.at == datetime(2026, 9, 17, 12, tzinfo=UTC)
    assert begun.events == {"received": begun.question.at}
    assert next(iter(worlds(replace(PACK, applies_from=None)))).question.at.date() > PACK.checked_on


def test_a_rule_is_to_be_kept_by_one_case_and_broken_by_another() -> None:
    def seen(*results: str, name: str = "eio.X1") -> Assessment:
        findings = tuple(
            Finding(rule=name, result=one, kind="blocked", cites=(), says={}, cure={}, facts=(), missing=(), mark="S") for one in results
        )
        return answer(None, findings=findings)

    pack = replace(PACK, rules=(rule(1, "absconded"),))
    known = replace(PACK, rules=(replace(rule(1, "absconded"), keep=(), known=("data",)),))

    assert uncovered(pack, [seen("kept"), seen("broken")]) == ()
    assert uncovered(pack, [seen("kept", "untold")]) == ("eio.yaml:1:1: no worked case breaks eio.X1",)
    assert uncovered(pack, [seen("broken")]) == ("eio.yaml:1:1: no worked case keeps eio.X1",)
    assert uncovered(pack, [seen("kept", "broken", name="eio.X2")]) == (
        "eio.yaml:1:1: no worked case keeps eio.X1",
        "eio.yaml:1:1: no worked case breaks eio.X1",
    )
    assert uncovered(known, [seen("kept", "untold")]) == ()
    assert uncovered(known, [seen("kept", "broken")]) == ("eio.yaml:1:1: no worked case leaves untold eio.X1",)


def test_a_source_is_due_the_day_after_its_review() -> None:
    assert stale(replace(PACK, review_by=date(2027, 1, 1)), date(2027, 1, 1)) == ()
    told = stale(replace(PACK, review_by=date(2027, 1, 1), checked_on=date(2026, 1, 1)), date(2027, 1, 2))
    assert told == ("eu-e-evidence: was to be reviewed by 2027-01-01; its sources were last checked on 2026-01-01",)
