"""The contract of the worked cases, read a second time: a tiny evaluator that shares no line with the engine.

Each rule is a plain function of the facts. It asks for a fact when it needs it; a missing one splits the world into one world
for each value that could matter, so that a rule is untold exactly if it is kept in some of these worlds and broken in others.

One module for each instrument; what several use stands in `words` (the words, and the values of facts), `worlds` (facts that are
missing), `counting` (time) and `shared` (conclusions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.law.contract import budapest, e_evidence, e_evidence_beside, eio, eu_us, led, second_protocol, un_cybercrime, us_uk
from tests.law.contract.words import VALUES, YES_NO, ZONES
from tests.law.contract.worlds import Rule, Test, World, kept, worlds

__all__ = [
    "DEADLINES",
    "DUTIES",
    "FORBIDDEN",
    "GROUNDS",
    "OPEN",
    "RULES",
    "VALUES",
    "YES_NO",
    "ZONES",
    "World",
    "kept",
    "outcome",
    "worlds",
]

_BY_INSTRUMENT: Mapping[str, Mapping[str, list[Rule]]] = {
    "eu-e-evidence": e_evidence.RULES,
    "budapest": budapest.RULES,
    "budapest-2ap": second_protocol.RULES,
    "un-cybercrime": un_cybercrime.RULES,
    "eio": eio.RULES,
    "mlat-eu-us": eu_us.RULES,
    "cloud-act-us-uk": us_uk.RULES,
}
RULES: Mapping[tuple[str, str], list[Rule]] = {
    (instrument, act): rules for instrument, acts in _BY_INSTRUMENT.items() for act, rules in acts.items()
}
DUTIES: Mapping[str, Mapping[str, Test]] = {
    "eu-e-evidence": e_evidence_beside.DUTIES,
    "budapest": budapest.DUTIES,
    "budapest-2ap": second_protocol.DUTIES,
    "cloud-act-us-uk": us_uk.DUTIES,
    "led": led.DUTIES,
}
FORBIDDEN: Mapping[str, Mapping[str, Test]] = {
    "eu-e-evidence": e_evidence_beside.FORBIDDEN,
    "budapest-2ap": second_protocol.FORBIDDEN,
}
OPEN: Mapping[str, Mapping[str, Test]] = {"eu-e-evidence": e_evidence_beside.OPEN}
GROUNDS: Mapping[str, Mapping[str, Test]] = {"eu-e-evidence": e_evidence.GROUNDS}
DEADLINES: Mapping[str, Mapping[str, Callable[[World], Any]]] = {
    "eu-e-evidence": e_evidence_beside.DEADLINES,
    "budapest": budapest.DEADLINES,
    "budapest-2ap": second_protocol.DEADLINES,
    "eio": eio.DEADLINES,
}


def outcome(instrument: str, act: str, w: World) -> tuple[str, list[str]]:
    """The outcome, and the articles of the rules that are broken and decide it."""
    rules = RULES[(instrument, act)]
    answers = [(kind, kept(w, rule), cite) for kind, rule, cite in rules]
    if act == "issue" and not (w.given("measure") and w.given("data")):
        answers.append(("blocked", None, ""))
    for kind in ("unavailable", "blocked"):
        if any(one == kind and answer is False for one, answer, _ in answers):
            return kind, [cite for one, answer, cite in answers if one == kind and answer is False]
    if any(answer is None for kind, answer, _ in answers if kind != "needs"):
        return "undetermined", []
    if any(answer is False for _, answer, _ in answers):
        return "needs", [cite for _, answer, cite in answers if answer is False]
    return ("undetermined", []) if any(answer is None for _, answer, _ in answers) else ("permitted", [])
