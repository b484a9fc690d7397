"""One question put to the e-Evidence Regulation, as conditions and periods see it; Ireland has no holidays here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

from rogatory.canonical import Value
from rogatory.law import Assessment, Question
from rogatory.law.environment import Environment, frozen_facts
from rogatory.law.model import Beside, Finding
from rogatory.moments import Instant, instant
from rogatory.node.packs import load_corpus, load_tongues

PACK = load_corpus("eu-e-evidence")
TONGUES = load_tongues()
ENGLISH = TONGUES["en"]
AT = instant(datetime(2026, 9, 9, 12, tzinfo=UTC))


def world(
    facts: Mapping[str, Value], events: Mapping[str, Instant] | None = None, *, at: Instant = AT, assumed: bool = False
) -> Environment:
    """What a condition sees of these facts and events."""
    question = Question(
        instrument="eu-e-evidence",
        at=at,
        act=None,
        facts=facts,
        events=events or {},
        calendar={"IE": frozenset[date]()},
        assume_in_force=assumed,
    )
    return Environment(question, PACK, frozen_facts(facts))


def answer(outcome: str | None, **said: Any) -> Assessment:
    """An answer that says this and nothing else."""
    beside: dict[str, Any] = dict.fromkeys((one.name for one in fields(Beside)), ())
    beside |= {"deadlines": {}} | {name: said.pop(name) for name in (*beside,) if name in said}
    given: dict[str, Any] = {"needs": {}, "missing": (), "findings": (), "deciding": (), "pack": "", **said}
    return Assessment(outcome=outcome, follow=lambda: Beside(**beside), **given)


def finding(result: str, kind: str, *, rule: str = "fictional", cites: tuple[str, ...] = ()) -> Finding:
    """What one rule says, with no words for it."""
    return Finding(rule=rule, result=result, kind=kind, cites=cites, says={}, cure={}, facts=(), missing=(), mark="S")
