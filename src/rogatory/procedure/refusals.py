"""What a refusal on the merits leaves behind to be recognised, and what a submission asks to have compared (RIGHTS, H4).

- Only refusals on the merits enter: a judge declines an order or an item of it, or the enforcing authority raises a ground of
  Art. 12(1). Grants and emergencies never do; nor do orders that touch a victim, a professional's secret, or the press.
- Only a signed submission asks: `submit`, to another person than its author, at the issuing institution; the arrival of a
  signed order at the enforcing authority. There is no other question.
- An identifier is compared by itself, so that slices and other routes are recognised. An IP address is one with its moment:
  at another moment it is another person's.

Left to others: keyed fingerprints, the rate, how long they are kept (`node/refusals`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rogatory.canonical import Value
from rogatory.procedure.case import Case
from rogatory.procedure.kind import ActView
from rogatory.procedure.order import Identifier, Item
from rogatory.procedure.words import Role

ARRIVES: Final = "notify enforcing authority"
PROTECTED_GROUNDS: Final = frozenset({"immunity-or-privilege"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedIdentifiers:
    """The identifiers of one refusal, and its reason in words."""

    identifiers: tuple[str, ...]
    reason: str


def refused(case: Case, act: ActView) -> tuple[RefusedIdentifiers, ...]:
    """What an act of this institution refuses on the merits; `case` has the act folded in."""
    if act.foreign or _never_enters(case):
        return ()
    match act.kind:
        case "decline" if case.draft:
            return _of(case.draft.items, str(act.parts["reasons"]))
        case "authorise" if case.draft and case.decision:
            reasons = {str(one["item"]): str(one["words"]) for one in _mappings(act.parts["reasons"])}
            declined = {one.item for one in case.decision.decided if one.outcome == "declined"}
            return tuple(one for item in case.draft.items if item.id in declined for one in _of((item,), reasons[item.id]))
        case "raise ground for refusal" if case.sent:
            grounds = tuple(str(one) for one in _list(act.parts["grounds"]))
            if PROTECTED_GROUNDS & set(grounds):
                return ()
            return _of(case.sent.items, f"{', '.join(grounds)}: {act.parts.get('explanation', '')}")
        case _:
            return ()


COMPARING = frozenset({"submit", ARRIVES})
"""The kinds of act that may have compared."""


def compared(case: Case, act: ActView) -> tuple[str, ...]:
    """The identifiers that a signed submission has compared, each once; none for any other act."""
    if act.kind == "submit" and not act.foreign and case.draft and case.submitted_to != case.draft.by.officer:
        return comparable(case.draft.items)
    if act.kind == ARRIVES and act.foreign and case.sent and case.role_of(case.me) is Role.ENFORCING:
        return comparable(case.sent.items)
    return ()


def comparable(items: Iterable[Item]) -> tuple[str, ...]:
    """The identifiers of these items in the form in which two spellings are one, each once, sorted."""
    return tuple(sorted({_form(one) for item in items for one in item.identifiers}))


def _of(items: Iterable[Item], reason: str) -> tuple[RefusedIdentifiers, ...]:
    return (RefusedIdentifiers(identifiers=comparable(items), reason=reason),)


def _form(one: Identifier) -> str:
    """Not the type: a relabelled identifier is the same one. A number is one without its spaces and signs."""
    if one.type == "ip-address" and one.at is not None:
        return f"{_address(one.normal)} {one.at.instant.isoformat()} {one.port or ''}".strip()
    if one.type in {"phone", "imei", "mac-address"}:
        return "".join(letter for letter in one.normal if letter.isalnum())
    return one.normal


def _address(text: str) -> str:
    try:
        return ipaddress.ip_address(text).exploded
    except ValueError:
        return text


def _never_enters(case: Case) -> bool:
    facts: dict[str, Value] = dict(case.sent.facts) if case.sent else {}
    for one in case.draft.circumstances if case.draft else ():
        facts[one.fact] = list(one.value) if isinstance(one.value, tuple) else one.value
    return (
        case.emergency is not None
        or (case.sent is not None and case.sent.emergency)
        or any(person.sort == "victim" for person in case.persons or ())
        or any(_touches_a_victim(act) for act in case.acts if act.kind == ARRIVES)
        or facts.get("data_held_for") == "privileged-professional"
        or facts.get("protection_in_executing_state") in {"suspected", "found"}
        or facts.get("imminent_threat", "none") not in {"none", "to-infrastructure-only"}
    )


def _touches_a_victim(notification: ActView) -> bool:
    """What the enforcing authority is told of it; where it is not told, nothing enters."""
    section_m = notification.parts.get("section_m")
    return not isinstance(section_m, Mapping) or section_m.get("victim_touched") is not False


def _list(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list | tuple) else []


def _mappings(value: Value) -> list[Mapping[str, Value]]:
    return [one for one in _list(value) if isinstance(one, Mapping)]
