"""`rogatory law find`: which instruments are open for the facts, what each needs, how long it takes, why others are closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rogatory.cli.law.doors import Language, LawFolder, spoken, stop
from rogatory.law import telling
from rogatory.law.casefile import read_facts
from rogatory.law.finder import STATUS, Route, missing, stricter, would_become
from rogatory.law.model import Pack, Question
from rogatory.law.tongue import Tongue
from rogatory.node.packs import corpus, find_routes, load_tongues, packs_of, read_law_file, vocabulary

FOR = ("officer", "judge")


def find(
    facts: Annotated[Path, typer.Argument(help="The facts: `at`, `given`, `facts`, `events`, as in a worked case")],
    whom: Annotated[str, typer.Option("--for", help="officer, or judge: she also sees the stricter routes")] = "officer",
    lang: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
    law: LawFolder = None,
) -> None:
    """Find the instruments that are open for the facts. Exit status: 0 one is open, 1 none is, 2 a file cannot be read."""
    if whom not in FOR:
        raise stop(f"--for {whom}: write officer or judge")
    folder = law or corpus()
    tongue = spoken(load_tongues(folder), lang)
    if not facts.is_file():
        raise stop(f"{facts}: there is no such file")
    words = vocabulary(folder)
    question = read_facts(str(facts), read_law_file(facts), words)
    routes = find_routes(question, folder)
    packs = packs_of(question, folder)
    if as_json:
        typer.echo(json.dumps(_json(routes, question, packs, whom), ensure_ascii=False, indent=2))
    else:
        _print(routes, tongue, whom)
        for name, ids in missing(routes).items():
            fact = words.facts.get(name) or words.offence.get(name.partition(".")[2])
            typer.echo(f"  {name}: {fact.means if fact else ''}  ({', '.join(ids)})")
        if whom == "judge":
            _judge(routes, question, packs, tongue)
    raise typer.Exit(0 if any(one.status == "open" for one in routes) else 1)


def _print(routes: tuple[Route, ...], tongue: Tongue, whom: str) -> None:
    for status in STATUS:
        these = [one for one in routes if one.status == status]
        typer.echo(f"{tongue.finder[status]}: {len(these) or tongue.finder['none']}")
        for one in these:
            typer.echo(f"  {telling.in_language(one.spec.says, tongue.language)}")
            typer.echo(f"      {one.spec.id}; {telling.where(one)}")
            for line in _lines(one, tongue, whom):
                typer.echo(f"      {line}")
        typer.echo("")
    typer.echo(f"{tongue.finder['untold']}:{'' if missing(routes) else ' ' + tongue.finder['none']}")


def _lines(one: Route, tongue: Tongue, whom: str) -> list[str]:
    lines = [tongue.finder["keeps"]] if one.spec.gives == "nothing" and one.status != "closed" else []
    if one.status == "open":
        lines.append(f"{tongue.finder['needs']}: {telling.needs(one, tongue)}")
    if one.status == "undecided":
        lines.append(f"{tongue.finder['waits']}: {', '.join(one.answer.missing)}")
    if one.status != "closed":
        lines += [f"{tongue.finder['takes']}: {time}" for time in telling.times(one, tongue)]
    if one.status == "closed":
        first = one.answer.deciding[0]
        lines += [f"{tongue.finder['why']}: {telling.finding(each, tongue)}" for each in one.answer.deciding]
        lines.append(f"{tongue.finder['cure']}: {telling.in_language(first.cure, tongue.language)}")
    elif whom == "judge":
        lines.append(f"{tongue.finder['protects']}: {telling.protections(one.protection, tongue)}")
    return lines


def _judge(routes: tuple[Route, ...], question: Question, packs: dict[str, Pack] | Any, tongue: Tongue) -> None:
    for one in routes:
        for name, answers in would_become(question, packs[one.spec.instrument], one).items():
            told = "; ".join(f"{answer}: {outcome}" for answer, outcome in answers.items())
            typer.echo(f"      {one.spec.id}, {name} = {told}")
    typer.echo(f"\n{tongue.finder['stricter']}")
    for one in routes:
        if one.status == "open" and one.spec.gives == "data":
            above = stricter(routes, one)
            names = ", ".join(f"{each.spec.id}{' (?)' if each.status == 'undecided' else ''}" for each in above)
            typer.echo(f"  {one.spec.id}: {names or tongue.finder['none']}")


def _json(routes: tuple[Route, ...], question: Question, packs: Any, whom: str) -> dict[str, Any]:
    value: dict[str, Any] = {"routes": [_route(one, whom) for one in routes], "missing": dict(missing(routes))}
    if whom == "judge":
        value["would_become"] = {
            one.spec.id: would_become(question, packs[one.spec.instrument], one) for one in routes if one.status == "undecided"
        }
        value["stricter"] = {
            one.spec.id: [each.spec.id for each in stricter(routes, one)]
            for one in routes
            if one.status == "open" and one.spec.gives == "data"
        }
    return value


def _route(one: Route, whom: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "route": one.spec.id,
        "instrument": one.spec.instrument,
        "status": one.status,
        "outcome": one.answer.outcome,
        "gives": one.spec.gives,
        "needs": {need: list(givers) for need, givers in one.answer.needs.items()},
        "missing": list(one.answer.missing),
        "takes": [
            {"deadline": each.name, "whom": each.whom, "from": each.start, each.unit: each.count, "cites": list(each.cites)}
            for each in one.times
        ],
        "because": [
            {"rule": each.rule, "cites": list(each.cites), "says": each.says["en"], "cure": each.cure["en"], "mark": each.mark}
            for each in one.answer.deciding
            if one.status == "closed"
        ],
        "pack": one.answer.pack,
    }
    if whom == "judge":
        ranks = dict(zip(("authority", "abroad", "told", "gravity"), one.protection.ranks, strict=True))
        value["protection"] = ranks
    return value
