"""The texts that people sign, word for word, in plain language.

They say what is ordered, of whom, about what and until when. They hold no reasons: those go to fewer readers, and stand
beside the text in the same signed statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.procedure.case import Case, Draft
from rogatory.procedure.instruments import NAMES
from rogatory.procedure.order import Decided, Item, narrowed
from rogatory.procedure.retention import days_of


def decision_text(case: Case, by: Author, decided: Sequence[Decided], whole: Mapping[str, Value]) -> str:
    """The text of a decision on an order."""
    draft = case.draft
    if draft is None:
        return "There is no order."
    lines = [
        f"Decision on order {draft.reference}, case {case.ref.id if case.ref else ''}.",
        f"Measure: {draft.measure}, {NAMES[draft.instrument]}. Addressee: {_asked(draft)}.",
        f"I decide as {by.capacity} of {by.institution}.",
    ]
    for one in decided:
        item = draft.item(one.item)
        if item is None:
            continue
        if one.outcome == "declined":
            lines.append(f"Item {item.id} ({', '.join(item.data)}): DECLINED. Nothing of it may be asked.")
        else:
            word = "GRANTED as asked" if one.outcome == "granted" else "NARROWED"
            lines += [f"Item {item.id}: {word}.", *_item_lines(narrowed(item, one), draft.retention_days)]
    conditions = whole.get("conditions")
    if isinstance(conditions, list | tuple):
        lines += [f"Condition: {condition}" for condition in conditions]
    reviews = whole.get("review_on")
    if isinstance(reviews, list | tuple):
        lines += [f"To be reviewed on {day}." for day in reviews]
    readers = "stay with the case" if draft.by_form else "go to the enforcing authority only"
    lines.append(f"My reasons for each item are part of this signed statement and {readers}.")
    return "\n".join(lines)


def _asked(draft: Draft) -> str:
    return f"{draft.executing_authority}, {draft.executing_state}" if draft.by_form else draft.addressee


def emergency_text(case: Case, by: Author, items: Sequence[Item]) -> str:
    """The text of an order issued in an emergency."""
    draft = case.draft
    lines = [
        f"Order {draft.reference if draft else ''} issued in an emergency, case {case.ref.id if case.ref else ''}.",
        f"Measure: {draft.measure if draft else ''}, Regulation (EU) 2023/1543, Art. 4(5): without prior validation.",
        f"Addressee: {draft.addressee if draft else ''}. I issue it as {by.capacity} of {by.institution}.",
    ]
    for item in items:
        lines += [f"Item {item.id}:", *_item_lines(item, draft.retention_days if draft else 1)]
    lines += [
        "There is an imminent threat to life or physical integrity, and nobody who may validate the order can be had in time.",
        "Validation will be sought within 48 hours; otherwise the order lapses by itself.",
    ]
    return "\n".join(lines)


def _item_lines(item: Item, days: int) -> list[str]:
    purpose = "only to identify the user" if item.purpose == "identify-user-only" else "for the investigation"
    return [
        f"  Data: {', '.join(item.data)}, {purpose}.",
        *(
            f"  Identifier: {one.type} {one.value}"
            + (f", port {one.port}" if one.port else "")
            + (f", at {one.at.at} ({one.at.zone})" if one.at else "")
            for one in item.identifiers
        ),
        f"  From {item.start.at} ({item.start.zone}) until {item.end.at} ({item.end.zone}).",
        f"  Kept for {days_of(item, days)} days from the answer on, then destroyed.",
    ]
