"""Recognise what this node refused when it comes back: by keyed fingerprints, inside a signed submission only (RIGHTS, H4).

- A fingerprint is HMAC-SHA-256 under a key that is derived from the node's own and lies outside the database. Who has the
  database alone can match nothing; who has both can try numbers, so fingerprints live twelve months at most.
- One comparison for each identifier of a submission, at most `LIMIT` a day for each author; beyond it nothing is compared, and
  the deciding person is told so. Whether anything matched changes no time, no size and no answer that the author could see.
- What matched is kept sealed, for the deciding person alone, as date, court and reason. It is a question to her, not a bar.

Left to others: which acts refuse and which ask (`procedure/refusals`), writing the rows (`rows`, in the act's own transaction).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Sum

from rogatory.canonical import Value, decode, encode
from rogatory.moments import Instant, format_instant, instant, parse_instant
from rogatory.node.installation import Installation
from rogatory.node.models import Compared, Refused, Skeleton
from rogatory.node.rows import ComparedRow, RefusedRow
from rogatory.node.working import Working
from rogatory.procedure import Capacity, Case
from rogatory.procedure.fold import fold
from rogatory.procedure.refusals import COMPARING, compared, refused
from rogatory.procedure.words import Role, State

KEPT: Final = timedelta(days=365)
DAY: Final = timedelta(days=1)
LIMIT: Final = 200
BLOCK: Final = 8192
SHOWN, LETTERS = 6, 600
"""At most so many refusals are told, the newest, each reason cut after so many letters: all fit into one block."""
DECIDES_ABROAD: Final = frozenset({State.SENT, State.WITH_ADDRESSEE, State.ANSWERED, State.RECEIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRefusal:
    """What the deciding person is told of an earlier refusal: when, by whom, why. Never of whom or of which case."""

    at: Instant
    court: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The earlier refusals that a submission met; `complete` is false if the limit kept some identifiers from being compared."""

    refusals: tuple[EarlierRefusal, ...]
    complete: bool


def fingerprint(house: Installation, identifier: str) -> str:
    """The keyed fingerprint of one identifier at this node."""
    return house.keys.fingerprint(identifier.encode(), use=b"rogatory/refusals/v1")


def refusals_of(working: Working) -> Iterator[RefusedRow]:
    """The fingerprints that the acts about to be committed leave behind."""
    house, case = working.house, working.case
    for _, view, _ in working.added:
        for one in refused(case, view):
            told: Value = {"at": format_instant(view.at), "court": _court(house, view.by.capacity), "reason": _short(one.reason)}
            for identifier in one.identifiers:
                yield RefusedRow(
                    fingerprint=fingerprint(house, identifier),
                    case=case.ref.id if case.ref else "",
                    until=instant(view.at + KEPT),
                    sealed=house.keys.seal(encode(told), aad=b"refusal"),
                )


def comparisons_of(working: Working) -> Iterator[ComparedRow]:
    """What the submissions about to be committed have compared: always one row, of one size for like submissions, match or not."""
    house, case = working.house, working.case
    for _, view, _ in working.added:
        identifiers = compared(case, view)
        if not identifiers or case.ref is None:
            continue
        who = view.by.officer if not view.foreign and view.by.officer else view.by.institution
        left = max(0, LIMIT - _made(who, working.now))
        asked = identifiers[:left]
        found = _earlier(house, [fingerprint(house, one) for one in asked], case.ref.id, working.now)
        told: Value = {"refusals": found, "complete": len(asked) == len(identifiers)}
        plain = encode(told)
        yield ComparedRow(
            act=view.hash,
            case=case.ref.id,
            who=who,
            count=len(asked),
            at=working.now,
            sealed=house.keys.seal(plain + b" " * (-len(plain) % BLOCK), aad=_aad(case.ref.id)),
        )


def miscounted(case: Case) -> Iterator[tuple[str, str]]:
    """For an audit: each act of a case whose comparison is not listed as it was made, and what is wrong. The count is public."""
    rows = {one.act: one for one in Compared.objects.filter(act__in=[act.hash for act in case.acts])}
    for number, act in enumerate(case.acts, 1):
        asked = len(compared(fold(case.acts[:number], me=case.me), act)) if act.kind in COMPARING else 0
        row = rows.get(act.hash)
        if asked and row is None:
            yield act.hash, "was compared with earlier refusals, and that is not listed any more"
        elif row is not None and (row.count > asked or row.who not in {act.by.officer, act.by.institution}):
            yield act.hash, f"is listed as {row.count} identifiers compared for {row.who}, by its acts {asked} were"


def strays() -> Iterator[tuple[str, str]]:
    """For an audit: what is listed as compared and is no act of its case here."""
    acts = dict(Skeleton.objects.filter(hash__in=Compared.objects.values("act")).values_list("hash", "case"))
    for act, case in Compared.objects.order_by("act").values_list("act", "case"):
        if acts.get(act) != case:
            yield act, str(case)


def _earlier(house: Installation, fingerprints: Sequence[str], case: str, now: Instant) -> list[Value]:
    rows = Refused.objects.filter(fingerprint__in=fingerprints, until__gt=now).exclude(case=case)
    found = {bytes(house.keys.unseal(bytes(sealed), aad=b"refusal")) for sealed in rows.values_list("sealed", flat=True)}
    told = [decode(one) for one in found]
    return sorted(told, key=lambda one: str(one["at"]) if isinstance(one, dict) else "")[-SHOWN:]


def _made(who: str, now: Instant) -> int:
    return Compared.objects.filter(who=who, at__gt=now - DAY).aggregate(made=Sum("count"))["made"] or 0


def _court(house: Installation, capacity: str) -> str:
    return f"{capacity.replace('-', ' ')}, {house.settings.institution}"


def _short(reason: str) -> str:
    return reason if len(reason) <= LETTERS else f"{reason[:LETTERS]}…"


def _aad(case: str) -> bytes:
    return f"compared {case}".encode("ascii")


def recognised(house: Installation, case: Case, officer: str, capacity: Capacity) -> Recognised | None:
    """What a submission met, for the person who decides on it now; nothing for anybody else, and nothing at any other time."""
    if case.ref is None or not _decides(case, officer, capacity):
        return None
    sealed = Compared.objects.filter(case=case.ref.id).order_by("at").values_list("sealed", flat=True)
    told = [decode(house.keys.unseal(bytes(one), aad=_aad(case.ref.id)).rstrip(b" ")) for one in sealed]
    refusals: dict[bytes, EarlierRefusal] = {}
    for one in told:
        for each in one["refusals"] if isinstance(one, dict) and isinstance(one["refusals"], list) else []:
            if isinstance(each, dict):
                at, court, reason = (str(each[name]) for name in ("at", "court", "reason"))
                refusals[encode(each)] = EarlierRefusal(at=parse_instant(at), court=court, reason=reason)
    complete = all(isinstance(one, dict) and one["complete"] is True for one in told)
    return Recognised(refusals=tuple(sorted(refusals.values(), key=lambda one: one.at)), complete=complete)


def _decides(case: Case, officer: str, capacity: Capacity) -> bool:
    if case.role_of(case.me) is Role.ENFORCING:
        return capacity is Capacity.ENFORCING_AUTHORITY and case.state in DECIDES_ABROAD
    return case.state is State.SUBMITTED and case.submitted_to == officer and (case.draft is None or case.draft.by.officer != officer)
