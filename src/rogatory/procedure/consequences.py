"""What the software does by itself, because an act was made or a period ended.

- An order whose validation was not sought in time lapses at the legal end; a refused one falls likewise: it is withdrawn,
  and what was received is restricted at once (Art. 4(5)). Destruction never follows by itself (RIGHTS, H10).
- Where the law asks for it, the enforcing authority is notified in the same breath as the order is sent (Art. 8(1)).
- A withdrawal or a ground for refusal that arrives restricts what this node holds.
- Items whose time has ended are destroyed, each on its own day, unless something stands that holds that back (RIGHTS, H10).
- A later end that arrives is answered with what this node now counts.
- A delay of notice ends on its day (RIGHTS: never without an end).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.law import Assessment
from rogatory.moments import Instant, format_instant
from rogatory.procedure.case import Case
from rogatory.procedure.kind import ActView
from rogatory.procedure.retention import end_of_day, ends
from rogatory.procedure.words import Role, State

ENDED = frozenset({State.LAPSED, State.WITHDRAWN, State.PURGED, State.DECLINED, State.EMPTY, State.DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """An act that the software makes; `as_of` is the legal instant on which it rests."""

    kind: str
    given: Mapping[str, Value]
    as_of: Instant | None = None


def after_act(case: Case, act: ActView) -> Iterator[Consequence]:
    """What follows at once from an act that this node made or took up."""
    mine = case.role_of(case.me)
    match act.kind:
        case "transmit" if mine is Role.ISSUING and case.sent and case.sent.notification:
            yield Consequence(kind="notify enforcing authority", given={})
        case "lapse" if not case.withdrawn:
            yield Consequence(
                kind="withdraw",
                given={"words": "The order has lapsed under Art. 4(5). Release nothing; what was produced is restricted."},
            )
        case "invalidate" if not case.withdrawn:
            yield Consequence(
                kind="withdraw",
                given={"words": "The order is withdrawn under Art. 4(5). Release nothing; what was produced is restricted."},
            )
        case "annul" if not case.withdrawn:
            yield Consequence(
                kind="withdraw",
                given={"words": "A court has annulled the order. Release nothing; what was produced is restricted."},
            )
        case "withdraw" | "set aside" if case.packages:
            yield _restrict("the order was withdrawn", "Art. 4(5)" if case.emergency else "Art. 12(2)")
        case "raise ground for refusal" if act.foreign and case.packages:
            yield _restrict("a ground for refusal was raised", "Art. 12(2)")
        case "retain" if act.foreign:
            yield Consequence(kind="agree to keeping", given={"retain": act.hash})
        case "produce" if case.grounds or case.withdrawn:
            yield _restrict("the data crossed a refusal or a withdrawal", "Art. 12(2)")
        case _:
            return


def _restrict(why: str, article: str) -> Consequence:
    return Consequence(kind="restrict", given={"why": why, "article": article})


def at_end_of_period(case: Case, now: Instant, assessment: Assessment, zone: str) -> Iterator[Consequence]:
    """What follows from periods that have ended; `zone` is that of the node's State."""
    if case.role_of(case.me) is not Role.ISSUING or case.state in ENDED:
        return
    end = assessment.deadlines.get("seek_validation")
    unsought = case.emergency is not None and case.emergency.sought_at is None and case.emergency.validated is None
    if unsought and end is not None and end.legal is not None and now >= end.legal:
        yield Consequence(
            kind="lapse",
            given={
                "as_of": format_instant(end.legal),
                "why": "Validation was not sought within 48 hours from signing.",
            },
            as_of=end.legal,
        )
        return
    if not case.held_back:
        yield from _ends_of_keeping(case, now, zone)
        if all(end <= now for end in ends(case, zone).values()) and case.ends:
            return
    for person in case.persons or ():
        over = notice_end(person.until, zone) if person.told == "delayed" else None
        if over is not None and now >= over and person.id not in case.delay_lifted and case.sent is not None:
            yield Consequence(
                kind="lift delay",
                given={"person": person.id, "why": "The last day of the delay has ended."},
                as_of=over,
            )


def _ends_of_keeping(case: Case, now: Instant, zone: str) -> Iterator[Consequence]:
    """One act for each day on which items ended, the earliest first; the last of all ends the case."""
    left = dict(ends(case, zone))
    for end in sorted({one for one in left.values() if one <= now}):
        items = [item for item, one in left.items() if one == end]
        left = {item: one for item, one in left.items() if one != end}
        given: dict[str, Value] = {
            "as_of": format_instant(end), "kept_until": case.ends[items[0]], "items": list(items), "whole": not left
        }  # fmt: skip
        yield Consequence(kind="end keeping", given=given, as_of=end)


def notice_end(until: str | None, zone: str) -> Instant | None:
    """24:00 local time of the last day of a delay."""
    return None if until is None else end_of_day(until, zone)
