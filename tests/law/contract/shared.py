"""Conclusions that rules of several instruments draw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.law.contract.words import ZONES
from tests.law.contract.worlds import World


def emergency(w: World) -> bool:
    return w.imminent_threat in {"to-a-person", "to-infrastructure-endangering-persons"}


def production(w: World) -> bool:
    return w.measure == "production-order"


def began(w: World, year: int, month: int, day: int) -> bool:
    return w.assumed or w.at >= datetime(year, month, day, tzinfo=ZoneInfo(ZONES[w.issuing_state]))


def only(w: World, *kinds: set[str]) -> bool:
    return set(w.data) <= set().union(*kinds)


def when(measure: str, rule: Callable[[World], Any]) -> Callable[[World], Any]:
    return lambda w: w.measure != measure or rule(w)


def after(event: str, end: Callable[[World], Any]) -> Callable[[World], Any]:
    return lambda w: end(w) if event in w.events else None


def refused(w: World) -> bool:
    return "refusal_raised" in w.events


def criminal(w: World) -> bool:
    return bool(w.proceedings == "criminal-proceedings")
