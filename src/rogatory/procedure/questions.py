"""The questions that the law leaves to a human, as a case answers them: suspicion, jurisdiction, admissibility.

- Which questions there are stands in `law/`, as rules of the kind *judge*; this module knows only where their answers are given.
- A question is open until words answer it; nobody decides on an order, or issues one, while one is open.
- The answers stay in the issuing institution, but for what section M of Annex I carries to the enforcing authority.

Left to others: what counts as an answer (`answers`), the facts that tell the law of it (`facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.law import Assessment, Finding, Pack, assess
from rogatory.procedure.case import Case
from rogatory.procedure.facts import ANSWERED_BY, question, suspicion_of
from rogatory.procedure.kind import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question with its answer, empty as long as there is none."""

    rule: str
    article: str
    mark: str
    says: Mapping[str, str]
    cure: Mapping[str, str]
    open: bool
    answer: Mapping[str, Value]


def on_issuing(case: Case, world: World, pack: Pack) -> Assessment:
    """What the law says of issuing the order of this case.

    Its advice is what it does not demand, such as to consult the enforcing State (Art. 5(10)).
    """
    return assess(question(case, "issue", world), pack)


def asked(answer: Assessment, case: Case, pack: Pack) -> tuple[Asked, ...]:
    """Every question that this answer leaves to a human, in the order of the law; nothing where no order is prepared."""
    return tuple(_asked(one, case, pack) for one in answer.findings if one.kind == "judge")


def _asked(one: Finding, case: Case, pack: Pack) -> Asked:
    names = next((rule.keep[0].facts for rule in pack.rules if rule.id == one.rule and rule.keep), frozenset())
    held = suspicion_of(case)
    parts = [part for fact, parts in ANSWERED_BY.items() if fact in names for part in parts]
    return Asked(
        rule=one.rule,
        article=one.cite,
        mark=one.mark,
        says=one.says,
        cure=one.cure,
        open=one.result != "kept",
        answer={part: held[part] for part in parts if part in held},
    )
