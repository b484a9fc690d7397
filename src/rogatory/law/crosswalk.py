"""Compare safeguards: for each, who protects most, who least, and of whom it is not known.

- What an instrument answers is asked of the law itself: its pack is put the same request again and again, with one fact changed.
- What a State answers stands in its file, on a closed scale (`safeguards`). `unknown` is its own group: it is never read as
  the weakest, and the weakest is never said without it.
- A measure with several answers in one instrument is compared route by route (`law/routes.yaml`).

Left to others: packs and States (`node/packs`), the questions and answers in words (`telling`), the table (`cli/law/comparing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rogatory.canonical import Value
from rogatory.law.assess import assess
from rogatory.law.finder import Protection, protection_of
from rogatory.law.jurisdiction import Jurisdiction
from rogatory.law.model import Pack, Question
from rogatory.law.routes import ABROAD, RouteSpec
from rogatory.law.safeguards import SCALES

GRAVITY: Final = (0, 12, 24, 36, 48, 60, 120)
_AUTHORITY: Final = ("domestic-law", "public-prosecutor", "judge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Who answers: a State or a route of an instrument; a word of `said.ANSWERS`, and its rank, 0 the weakest. Nothing: not known."""

    who: str
    word: str
    rank: int | None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One safeguard, with every answer; those of a State and those of an instrument are rows of their own."""

    safeguard: str
    of: str
    answers: tuple[Answered, ...]

    @property
    def strictest(self) -> tuple[Answered, ...]:
        """Those who protect most, of those that are known."""
        return self._at(max)

    @property
    def weakest(self) -> tuple[Answered, ...]:
        """Those who protect least, of those that are known; nobody if all that are known protect alike."""
        return () if self._at(min) == self._at(max) else self._at(min)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Those of whom it is not known."""
        return tuple(one.who for one in self.answers if one.rank is None)

    def _at(self, pick: Callable[[Iterable[int]], int]) -> tuple[Answered, ...]:
        ranks = [one.rank for one in self.answers if one.rank is not None]
        return tuple(one for one in self.answers if ranks and one.rank == pick(ranks))


def crosswalk(
    question: Question, packs: Mapping[str, Pack], specs: Sequence[RouteSpec], states: Mapping[str, Jurisdiction]
) -> tuple[Row, ...]:
    """Every safeguard: first of the instruments, then of the States. `question` is the usual request that is put to each."""
    routes = [spec for spec in specs if spec.instrument in packs and spec.gives == "data"]
    return (*_of_instruments(question, packs, routes), *_of_states(states))


def _of_instruments(question: Question, packs: Mapping[str, Pack], routes: Sequence[RouteSpec]) -> tuple[Row, ...]:
    rows = []
    for kind, data in (("subscriber", "identity-and-contact"), ("traffic", "session-history"), ("content", "mailbox")):
        asked = _with(question, {"data": [data], "data_purpose": "other"})
        found = [(spec, _protection(asked, packs[spec.instrument], spec)) for spec in routes]
        answers = tuple(Answered(who=spec.id, word=_AUTHORITY[one.authority], rank=one.authority) for spec, one in found)
        rows.append(_row(f"validation_{kind}", answers))
    for kind, data in (("subscriber", "identity-and-contact"), ("content", "mailbox")):
        asked = _with(question, {"data": [data], "data_purpose": "other"})
        rows.append(_row(f"threshold_{kind}", _thresholds(asked, packs, routes)))
    content = _with(question, {"data": ["mailbox"], "data_purpose": "other"})
    protections = [(spec, _protection(content, packs[spec.instrument], spec)) for spec in routes]
    rows += [
        _row(
            "notification",
            tuple(Answered(who=spec.id, word=spec.abroad, rank=ABROAD.index(spec.abroad)) for spec in routes),
        ),
        _row(
            "notice",
            tuple(Answered(who=spec.id, word="told" if one.told else "left-to-domestic-law", rank=one.told) for spec, one in protections),
        ),
        _row(
            "refusal_grounds",
            tuple(_grounds(packs[spec.instrument], spec) for spec in routes),
        ),
        _row(
            "retention",
            tuple(Answered(who=spec.id, word="", rank=None) for spec in routes),
        ),
    ]
    return tuple(rows)


def _row(safeguard: str, answers: tuple[Answered, ...]) -> Row:
    return Row(safeguard=safeguard, of="instruments", answers=answers)


def _of_states(states: Mapping[str, Jurisdiction]) -> tuple[Row, ...]:
    rows = []
    for name, scale in SCALES.items():
        found = []
        for state, one in sorted(states.items()):
            answer = one.safeguards[name]
            rank = scale.index(answer.word) if answer else None
            found.append(Answered(who=state, word=answer.word if answer else "", rank=rank))
        rows.append(Row(safeguard=name, of="states", answers=tuple(found)))
    return tuple(rows)


def _protection(question: Question, pack: Pack, spec: RouteSpec) -> Protection:
    return protection_of(_with(replace(question, instrument=spec.instrument, act="issue"), {"measure": spec.measure}), pack, spec)


def _thresholds(question: Question, packs: Mapping[str, Pack], routes: Sequence[RouteSpec]) -> tuple[Answered, ...]:
    return tuple(_threshold(question, packs[spec.instrument], spec) for spec in routes)


def _threshold(question: Question, pack: Pack, spec: RouteSpec) -> Answered:
    """The least maximum sentence, in months, of those tried that no rule on the offence bars."""
    asked = _with(replace(question, instrument=spec.instrument, act="issue"), {"measure": spec.measure})
    for months in GRAVITY:
        slight: Value = [
            {"max_custodial_months": months, "eu_provision": "none", "by_information_system": False, "convention_offence": False}
        ]
        answer = assess(_with(asked, {"offences": slight}), pack)
        barred = {one.rule for one in answer.findings if one.result == "broken" and one.kind == "blocked"}
        if not any(rule.id in barred and any("offences" in one.facts for one in rule.keep) for rule in pack.rules):
            return Answered(who=spec.id, word="months" if months else "any-offence", rank=months, count=months)
    return Answered(who=spec.id, word="more-than-months", rank=GRAVITY[-1] + 1, count=GRAVITY[-1])


def _grounds(pack: Pack, spec: RouteSpec) -> Answered:
    """How many grounds the pack states; where it states none, the treaties below or domestic law hold them: not known here."""
    count = len({one.name for one in pack.grounds})
    return Answered(who=spec.id, word="grounds" if count else "", rank=count or None, count=count)


def _with(question: Question, more: Mapping[str, Value]) -> Question:
    return replace(question, facts={**question.facts, **more})
