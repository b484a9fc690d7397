"""The periods of a case, as every page shows them: whose duty, until when, under which article, counted step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.law import Assessment, Deadline, Pack, assess, deadlines
from rogatory.law.steps import Step
from rogatory.law.tongue import Tongue
from rogatory.moments import Instant
from rogatory.procedure.case import Case
from rogatory.procedure.consequences import notice_end
from rogatory.procedure.facts import question
from rogatory.procedure.kind import World
from rogatory.procedure.retention import KEEP, ends
from rogatory.procedure.words import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodEnd:
    """The end of one period: `elapsed` raises the alarm, `legal` is the last moment of the law."""

    name: str
    whom: str
    state: str
    elapsed: Instant | None
    legal: Instant | None
    article: str
    steps: tuple[str, ...]


def as_it_stands(case: Case, world: World, pack: Pack) -> Assessment:
    """What the law says of the case now, whatever anybody wants to do."""
    return assess(question(case, None, world), pack)


def _running(case: Case, world: World, pack: Pack) -> Mapping[str, Deadline]:
    """Every period starts with an event: the law is not asked before the first."""
    return deadlines(question(case, None, world), pack) if case.events else {}


def periods(case: Case, world: World, pack: Pack, zone: str) -> tuple[PeriodEnd, ...]:
    """Every period that runs in the case now."""
    tongue = pack.tongues["en"]
    found = [
        PeriodEnd(
            name=name,
            whom=one.whom,
            state=one.state,
            elapsed=one.elapsed,
            legal=one.legal,
            article=one.cite,
            steps=tuple(step.say(tongue) for step in one.steps),
        )
        for name, one in sorted(_running(case, world, pack).items())
    ]
    found += _keeping(case, zone, tongue)
    if case.role_of(case.me) is Role.ISSUING and case.sent is not None:
        for person in case.persons or ():
            end = notice_end(person.until, zone)
            if person.told == "delayed" and end is not None and person.id not in case.delay_lifted:
                found.append(
                    PeriodEnd(
                        name=f"tell {person.id}",
                        whom="issuing authority",
                        state="running",
                        elapsed=None,
                        legal=end,
                        article="Art. 13(2)",
                        steps=(Step("delay-ends", day=str(person.until), zone=zone).say(tongue),),
                    )
                )
    return tuple(found)


def _keeping(case: Case, zone: str, tongue: Tongue) -> list[PeriodEnd]:
    """The end of what is kept longest, and of each item that ends before it."""
    running = {} if case.purged else ends(case, zone)
    last = max(running.values(), default=None)
    names = {f"keep {item}": [item] for item, end in running.items() if end != last}
    names |= {KEEP: [item for item, end in running.items() if end == last]} if running else {}
    return [
        PeriodEnd(
            name=name,
            whom="issuing authority",
            state="held back" if case.held_back else "running",
            elapsed=None,
            legal=running[items[0]],
            article="led Art. 5",
            steps=tuple(one.say(tongue) for one in _kept(case, items, zone)),
        )
        for name, items in sorted(names.items())
    ]


def _kept(case: Case, items: list[str], zone: str) -> list[Step]:
    """Until when these items are kept, what prolonged that, and what holds their destruction back."""
    steps = [Step("kept-until", names=", ".join(items), day=str(case.ends[items[0]]), zone=zone)]
    steps += [Step("kept-longer", day=one.until, act=one.act[:12]) for one in case.extensions if set(items) & set(one.items)]
    return [*steps, Step("not-destroyed", reason=case.held_back)] if case.held_back else steps
