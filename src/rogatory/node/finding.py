"""Which instruments are open for a case, in the words of a page: for the officer who drafts, and for the judge who decides.

- The officer is shown what is open, what each needs and how long it takes, why others are closed, and what is not told.
- The judge is shown beside that the stricter routes that were open; nobody else is (RIGHTS, 1: no price list).
- A draft that is being written is looked at and not kept: nothing is made, nothing recorded.

Left to others: the finder (`law/finder`), its words (`law/telling`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rogatory.canonical import Value
from rogatory.errors import ActError
from rogatory.law import telling
from rogatory.law.finder import STATUS, Route, missing, stricter
from rogatory.law.tongue import Tongue
from rogatory.law.vocabulary import Fact, Vocabulary
from rogatory.node.packs import find_routes
from rogatory.node.working import Working
from rogatory.procedure.acts import KINDS
from rogatory.procedure.facts import question
from rogatory.procedure.fold import append, read_body
from rogatory.procedure.instruments import instrument_of
from rogatory.procedure.kind import Fresh, Refusal
from rogatory.procedure.permit import Request, provisional_view

CURE = "Fill the order in; then look again. Nothing is saved by looking."


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteShown:
    """One route on a page: what it is, where it stands in the law, and its lines, each with a word in front."""

    title: str
    where: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesShown:
    """The routes in three groups, what is not told, and, for a judge, the stricter ones; nothing of these for anybody else."""

    groups: tuple[tuple[str, str, tuple[RouteShown, ...]], ...]
    missing: tuple[tuple[str, str], ...]
    chosen: str
    stricter: tuple[RouteShown, ...] | None


def routes_of_draft(working: Working, request: Request) -> RoutesShown | Refusal:
    """The routes for a draft that is being written, for its author. A refusal if it is not yet well formed."""
    kind = KINDS["draft"]
    try:
        value = kind.complete(request.given, working.case, request.by, working.world, Fresh(seal_to=(), call_back_code=""))
        read_body(kind, value)
    except (ActError, ValueError) as error:
        what = error.what if isinstance(error, ActError) else str(error)
        where = error.where if isinstance(error, ActError) else ""
        return kind.refuse("form", what[:400], CURE, where=where)
    lacking = kind.parts.keys() - value.keys()
    if lacking:
        return kind.refuse("incomplete", f"{min(lacking)} is missing.", CURE, where=min(lacking))
    view = provisional_view(request, working.case, value, working.world)
    grown = append(working.case, view)
    return shown(replace(working, case=grown), for_judge=False)


def shown(working: Working, *, for_judge: bool) -> RoutesShown:
    """The routes for the facts of a case as it stands."""
    asked = question(working.case, "issue", working.world)
    vocabulary, tongue = working.house.pack.vocabulary, working.house.pack.tongues["en"]
    routes = find_routes(replace(asked, facts=well_typed(asked.facts, vocabulary)))
    measure = working.case.draft.measure if working.case.draft else ""
    chosen = next((one for one in routes if one.spec.id == f"{instrument_of(measure)}.{measure}"), None)
    return RoutesShown(
        groups=tuple(
            (status, tongue.finder[status], tuple(_shown(one, tongue, for_judge=for_judge) for one in routes if one.status == status))
            for status in STATUS
        ),
        missing=tuple((name, _means(vocabulary, name)) for name in missing(routes)),
        chosen=telling.in_language(chosen.spec.says, tongue.language) if chosen else "",
        stricter=tuple(_shown(one, tongue, for_judge=True) for one in stricter(routes, chosen)) if for_judge and chosen else None,
    )


def well_typed(facts: Mapping[str, Value], vocabulary: Vocabulary) -> dict[str, Value]:
    """The facts whose values are of their type; what a person is still writing may not be."""
    return {name: value for name, value in facts.items() if name in vocabulary.facts and _fits(vocabulary.facts[name], value)}


def _fits(fact: Fact, value: Value) -> bool:
    match fact.type:
        case "word":
            return isinstance(value, str) and fact.allows(value)
        case "words":
            return isinstance(value, list | tuple) and all(isinstance(one, str) and fact.allows(one) for one in value)
        case "yes-no":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "States" | "offences":
            return isinstance(value, list | tuple)
        case _:
            return isinstance(value, str)


def _means(vocabulary: Vocabulary, name: str) -> str:
    fact = vocabulary.facts.get(name) or vocabulary.offence.get(name.partition(".")[2])
    return fact.means if fact else ""


def _shown(one: Route, tongue: Tongue, *, for_judge: bool) -> RouteShown:
    lines: list[tuple[str, str]] = []
    if one.status == "closed":
        lines += [("Why", telling.finding(each, tongue)) for each in one.answer.deciding]
        lines.append(("Cure", telling.in_language(one.answer.deciding[0].cure, tongue.language)))
    else:
        if one.spec.gives == "nothing":
            lines.append(("Gives", tongue.finder["keeps"]))
        if one.status == "open":
            lines.append(("Needs", telling.needs(one, tongue)))
        else:
            lines.append(("Waits for", ", ".join(name.replace("_", " ") for name in one.answer.missing)))
        lines += [("Takes", time) for time in telling.times(one, tongue)]
        if for_judge:
            lines.append(("Protects by", telling.protections(one.protection, tongue)))
    return RouteShown(
        title=telling.in_language(one.spec.says, tongue.language),
        where=telling.where(one),
        lines=tuple(lines),
    )
