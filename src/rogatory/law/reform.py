"""What a draft of the law would change: past cases put to the law as it is and as it would be, and the differences counted.

A case is counted under the most intrusive category of data that it asks for, and under its two States. Nothing is weighed: a
draft that changes ten harmless cases and one grave one shows both, and the cases are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from rogatory.law.casefile import WorkedCase, answered
from rogatory.law.model import Assessment, Pack, Question

SEVERITY = ("subscriber", "identification", "left-to-domestic-law", "traffic", "content")
_COLOURS = {"same": "#b9c4cc", "opened": "#c2571a", "closed": "#1f5f8b", "other": "#7a6ba8"}
_NAMES = {"same": "unchanged", "opened": "would be permitted", "closed": "would no longer be permitted", "other": "answered otherwise"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One case under the law as it is and as it would be."""

    case: WorkedCase
    category: str
    route: str
    old: Assessment
    new: Assessment

    @property
    def kind(self) -> str:
        """`same`, `opened`, `closed`, or `other` where another outcome, duty, deadline or ground would follow."""
        before, after = self.old.outcome == "permitted", self.new.outcome == "permitted"
        if before != after:
            return "opened" if after else "closed"
        return "same" if not self.differences else "other"

    @property
    def differences(self) -> tuple[str, ...]:
        """What would be answered otherwise, in words."""
        found = []
        if self.old.outcome != self.new.outcome:
            found.append(f"{self.old.outcome or 'not asked'} -> {self.new.outcome or 'not asked'}")
        for name in ("duties", "grounds", "forbidden"):
            before, after = set(getattr(self.old, name)), set(getattr(self.new, name))
            found += [f"{name}: no longer {one}" for one in sorted(before - after)]
            found += [f"{name}: also {one}" for one in sorted(after - before)]
        for name in ("for_a_human", "advice"):
            before, after = ({one.rule for one in getattr(answer, name)} for answer in (self.old, self.new))
            found += [f"{name.replace('_', ' ')}: no longer {one}" for one in sorted(before - after)]
            found += [f"{name.replace('_', ' ')}: also {one}" for one in sorted(after - before)]
        for one in sorted(self.old.deadlines.keys() | self.new.deadlines.keys()):
            ends = [_end(answer, one) for answer in (self.old, self.new)]
            if ends[0] != ends[1]:
                found.append(f"{one}: {ends[0]} -> {ends[1]}")
        return tuple(found)

    @property
    def because(self) -> str:
        """The rules on which the new answer rests."""
        return ", ".join(f"{one.rule} {one.result}" for one in self.new.deciding if one.result != "kept") or "nothing stands against it"


def _end(answer: Assessment, name: str) -> str:
    one = answer.deadlines.get(name)
    return "none" if one is None else one.legal.isoformat(timespec="minutes") if one.legal else one.state


def compare(
    cases: Iterable[WorkedCase], now: Callable[[WorkedCase], Pack], then: Callable[[WorkedCase], Pack | None]
) -> tuple[Change, ...]:
    """Every case under both; cases for which the draft holds no law are left out."""
    found = []
    for case in cases:
        would = then(case)
        if would is not None:
            current, asked = now(case), case.question
            old, new = answered(case, current), answered(case, would)
            found.append(Change(case=case, category=category(asked, current), route=_route(asked), old=old, new=new))
    return tuple(found)


def category(question: Question, pack: Pack) -> str:
    """The most intrusive category of the data that are asked for, under the instrument."""
    held, purpose = question.facts.get("data"), str(question.facts.get("data_purpose", "other"))
    kinds = [str(one) for one in held] if isinstance(held, Sequence) and not isinstance(held, str) else []
    found = [pack.category(kind, purpose) for kind in kinds]
    return max(found, key=SEVERITY.index, default="no data named")


def _route(question: Question) -> str:
    return f"{question.facts.get('issuing_state', '?')} -> {question.facts.get('executing_state', '?')}"


def by_category(change: Change) -> str:
    """The category under which a change is counted."""
    return change.category


def by_route(change: Change) -> str:
    """The two States under which it is counted."""
    return change.route


def table(changes: Sequence[Change], by: Callable[[Change], str], title: str) -> tuple[str, ...]:
    """The counts as lines of text, one for each value."""
    rows: dict[str, Counter[str]] = {}
    for one in changes:
        rows.setdefault(by(one), Counter())[one.kind] += 1
    head = f"{title:<22}" + "".join(f"{_NAMES[kind]:>30}" for kind in _COLOURS)
    return (head, *(f"{name:<22}" + "".join(f"{count[kind] or '-':>30}" for kind in _COLOURS) for name, count in sorted(rows.items())))


def picture(changes: Sequence[Change], title: str) -> str:
    """The same as a picture (SVG): a bar for each category and each pair of States, with the numbers written in."""
    bars: list[tuple[str, Counter[str]]] = []
    for by in (by_category, by_route):
        rows: dict[str, Counter[str]] = {}
        for one in changes:
            rows.setdefault(by(one), Counter())[one.kind] += 1
        bars += sorted(rows.items())
    most = max((sum(count.values()) for _, count in bars), default=1)
    lines = [f'<text x="16" y="28" font-size="17" font-weight="bold">{escape(title)}</text>']
    x = 16
    for kind, colour in _COLOURS.items():
        lines.append(f'<rect x="{x}" y="42" width="12" height="12" fill="{colour}"/><text x="{x + 18}" y="53">{_NAMES[kind]}</text>')
        x += 40 + 8 * len(_NAMES[kind])
    for number, (name, count) in enumerate(bars):
        lines += _bar(76 + 26 * number, name, count, most)
    height = 90 + 26 * len(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" width="860" height="{height}" role="img"'
        f' font-family="sans-serif" font-size="13"><title>{escape(title)}</title><rect width="860" height="{height}" fill="#fff"/>'
        + "".join(lines)
        + "</svg>\n"
    )


def _bar(y: int, name: str, count: Counter[str], most: int) -> list[str]:
    told = "; ".join(f"{_NAMES[kind]}: {count[kind]}" for kind in _COLOURS if count[kind])
    lines = [f"<g><title>{escape(name)}: {told}</title>", f'<text x="16" y="{y + 14}">{escape(name)}</text>']
    x = 190.0
    for kind, colour in _COLOURS.items():
        width = 640 * count[kind] / most
        if count[kind]:
            lines.append(f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="20" fill="{colour}"/>')
            ink = "#000" if kind == "same" else "#fff"
            lines.append(f'<text x="{x + width / 2:.1f}" y="{y + 15}" text-anchor="middle" fill="{ink}">{count[kind]}</text>')
        x += width
    return [*lines, "</g>"]
