"""Find which instruments are open for the facts, what each needs and how long it takes, and why the others are closed.

- Each route is put to its own pack as a question of the act `issue`; nothing is decided here that the law does not decide.
- Order: what keeps data before what brings them; among those the route with the most protection for the person first; open
  before undecided before closed. Never the weakest safeguard first (RIGHTS, 1).
- A route is *stricter* than another if it protects no less in any respect and more in one: no weights, no score.
- What an undecided route would become, for each answer to what is not told, is worked out for a judge only: for an officer it
  would be a price list.

Left to others: the routes themselves (`law/routes.yaml`), packs (`node/packs`), words on a screen (the doors).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rogatory.canonical import Value
from rogatory.law.assess import assess
from rogatory.law.conditions import Untold, closed
from rogatory.law.environment import Environment, frozen_facts
from rogatory.law.jurisdiction import with_declarations
from rogatory.law.model import Assessment, Pack, PeriodRule, Question
from rogatory.law.routes import ABROAD, GIVES, RouteSpec

STATUS: Final = ("open", "undecided", "closed")
_STATUS_OF = {"permitted": "open", "needs": "open", "undetermined": "undecided", "blocked": "closed", "unavailable": "closed"}
MOST_ANSWERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """One period that tells how long a route takes: so many units from an event, whose duty it is, and the article."""

    name: str
    whom: str
    start: str
    count: int
    unit: str
    or_longer: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What stands between a request and a person, on one route: each a rank, 0 the weakest."""

    authority: int
    """0 whoever domestic law empowers, 1 a public prosecutor, 2 a judge must stand behind it."""
    abroad: int
    """0 nobody, 1 an authority that may refuse, 2 an authority that decides first."""
    told: int
    """1 if the instrument itself has the person told."""
    gravity: int
    """1 if the instrument asks that the offence be of some gravity."""

    @property
    def ranks(self) -> tuple[int, int, int, int]:
        """The four, in one order."""
        return self.authority, self.abroad, self.told, self.gravity

    def stricter_than(self, other: Protection) -> bool:
        """No less in any respect, and more in one."""
        pairs = list(zip(self.ranks, other.ranks, strict=True))
        return all(mine >= yours for mine, yours in pairs) and any(mine > yours for mine, yours in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route for the facts at hand."""

    spec: RouteSpec
    name: str
    status: str
    answer: Assessment
    times: tuple[Time, ...]
    protection: Protection


def find(question: Question, packs: Mapping[str, Pack], specs: Iterable[RouteSpec]) -> tuple[Route, ...]:
    """Every route whose instrument is among the packs, in order. `question` says the facts; its instrument and act do not count."""
    found = [_route(question, packs[spec.instrument], spec) for spec in specs if spec.instrument in packs]
    return tuple(sorted(found, key=_order))


def _order(route: Route) -> tuple[int, int, int, str]:
    return STATUS.index(route.status), GIVES.index(route.spec.gives), -sum(route.protection.ranks), route.spec.id


def stricter(routes: Iterable[Route], chosen: Route) -> tuple[Route, ...]:
    """The routes that would bring the data with more protection: those that were open, and those that missing facts leave undecided."""
    return tuple(
        one
        for one in routes
        if one.status != "closed" and one.spec.gives == chosen.spec.gives and one.protection.stricter_than(chosen.protection)
    )


def missing(routes: Iterable[Route]) -> Mapping[str, tuple[str, ...]]:
    """The facts that are not told and would decide: each with the routes that wait for it."""
    waiting: dict[str, list[str]] = {}
    for route in routes:
        if route.status == "undecided":
            for name in route.answer.missing:
                waiting.setdefault(name, []).append(route.spec.id)
    return {name: tuple(ids) for name, ids in sorted(waiting.items())}


def would_become(question: Question, pack: Pack, route: Route) -> Mapping[str, Mapping[str, str]]:
    """What an undecided route would become, for each answer to each missing fact whose answers are few. For a judge only."""
    asked, vocabulary = _asked(question, route.spec), pack.vocabulary
    found: dict[str, Mapping[str, str]] = {}
    for name in route.answer.missing:
        fact = vocabulary.facts.get(name)
        answers = closed(fact) if fact else ()
        if 0 < len(answers) <= MOST_ANSWERS:
            found[name] = {_word(one): assess(_with(asked, {name: _plain(one)}), pack).outcome or "" for one in answers}
    return found


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _plain(value: str | int | bool | tuple[str, ...]) -> Value:
    return list(value) if isinstance(value, tuple) else value


def _asked(question: Question, spec: RouteSpec) -> Question:
    return replace(question, instrument=spec.instrument, act="issue", facts={**question.facts, "measure": spec.measure})


def _with(question: Question, more: Mapping[str, Value]) -> Question:
    return replace(question, facts={**question.facts, **more})


def _route(question: Question, pack: Pack, spec: RouteSpec) -> Route:
    asked = _asked(question, spec)
    answer = assess(asked, pack)
    return Route(
        spec=spec,
        name=pack.name,
        status=_STATUS_OF[answer.outcome or "undetermined"],
        answer=answer,
        times=_times(asked, pack, spec),
        protection=protection_of(asked, pack, spec),
    )


def protection_of(question: Question, pack: Pack, spec: RouteSpec) -> Protection:
    """What stands between a request and a person on a route, found by asking the law; `question` is put as the route puts it."""
    return Protection(
        authority=_authority(question, pack),
        abroad=ABROAD.index(spec.abroad),
        told=int(_has_the_person_told(question, pack)),
        gravity=int(_asks_gravity(question, pack)),
    )


def _environment(question: Question, pack: Pack) -> Environment:
    question = with_declarations(question, pack.states)
    return Environment(question, pack, frozen_facts(question.facts))


def _authority(question: Question, pack: Pack) -> int:
    """Which authority must stand behind the request: found by asking as each would, alone and without an emergency."""
    alone: dict[str, Value] = {"validated_by": "nobody", "imminent_threat": "none"}
    for rank, authority in enumerate(("other-investigating-authority", "public-prosecutor")):
        if not _needs_validation(assess(_with(question, {**alone, "issuing_authority": authority}), pack), pack):
            return rank
    return 2


def _needs_validation(answer: Assessment, pack: Pack) -> bool:
    broken = {one.rule for one in answer.findings if one.result == "broken" and one.kind == "needs"}
    return any(rule.id in broken and any(one.need == "validation" for one in rule.choose) for rule in pack.rules)


def _has_the_person_told(question: Question, pack: Pack) -> bool:
    """Whether the instrument itself has the person told, where nothing delays it."""
    env = _environment(_with(question, {"person_informed": "without-delay"}), pack)
    return any(one.name == "inform-person" and one.test(env) is not False for one in pack.duties)


def _asks_gravity(question: Question, pack: Pack) -> bool:
    """Whether the slightest offence would be barred where the facts say no more of it."""
    slight: Value = [{"max_custodial_months": 0, "eu_provision": "none", "by_information_system": False, "convention_offence": False}]
    answer = assess(_with(question, {"offences": slight}), pack)
    barred = {one.rule for one in answer.findings if one.result == "broken" and one.kind == "blocked"}
    return any(rule.id in barred and any("offences" in one.facts for one in rule.keep) for rule in pack.rules)


def _times(question: Question, pack: Pack, spec: RouteSpec) -> tuple[Time, ...]:
    env = _environment(question, pack)
    return tuple(time for name in spec.times for period in pack.periods.get(name, ()) for time in _lengths(period, env))


def _lengths(period: PeriodRule, env: Environment) -> Iterable[Time]:
    """The length that applies; each that may, where what is not told decides between them."""
    if period.when is not None and period.when(env) is False:
        return
    for one in period.lengths:
        applies = one.test(env) if one.test else True
        if applies is False:
            continue
        yield Time(
            name=period.name,
            whom=period.whom,
            start=period.start,
            count=one.count,
            unit=one.unit,
            or_longer=one.fact,
            cites=one.cites,
        )
        if not isinstance(applies, Untold):
            return
