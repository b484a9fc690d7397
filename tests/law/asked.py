"""One question put to the e-Evidence Regulation, as conditions and periods see it; Ireland has no holidays here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from rogatory.canonical import Value
from rogatory.law import Question
from rogatory.law.environment import Environment, frozen_facts
from rogatory.moments import Instant, instant
from rogatory.node.packs import load_corpus

PACK = load_corpus("eu-e-evidence")
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
