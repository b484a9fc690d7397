"""An instrument as loaded, a question, and the answer: values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rogatory.canonical import Value
from rogatory.law.clocks import Place
from rogatory.law.conditions import Condition
from rogatory.law.jurisdiction import Jurisdiction
from rogatory.law.steps import Step
from rogatory.law.tongue import Tongue
from rogatory.law.vocabulary import Vocabulary
from rogatory.moments import Instant, format_instant

NO_TEXT: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A condition, nothing if there is none, with what it leads to."""

    test: Condition | None
    facts: frozenset[str]
    cites: tuple[str, ...]
    need: str = ""
    givers: tuple[str, ...] = ()
    givers_of: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: when it applies, what keeps it, what follows if it is broken."""

    id: str
    acts: frozenset[str]
    when: Guarded | None
    keep: tuple[Guarded, ...]
    known: tuple[str, ...]
    kind: str
    choose: tuple[Guarded, ...]
    says: Mapping[str, str]
    cure: Mapping[str, str]
    origin: tuple[str, ...]
    mark: str
    place: str
    facts: tuple[str, ...] = field(init=False)
    """Every fact that it asks for, sorted."""

    def __post_init__(self) -> None:
        asked = {name for one in (self.when, *self.keep) if one for name in one.facts}
        object.__setattr__(self, "facts", tuple(sorted(asked | set(self.known))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A conclusion that conditions may name."""

    name: str
    test: Condition
    unless_known: bool | None
    facts: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """A length that applies if its condition holds: `count`, or what a fact says, if that is longer."""

    test: Condition | None
    unit: str
    count: int
    fact: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """An extension by an event; the flag is set where the first end was not a working day."""

    event: str
    days: int
    cite: str
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """An event after which a period runs without a fixed end; of some it must come before the end."""

    event: str
    before_end: bool
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRule:
    """One deadline as the pack states it; `at_once` holds the provisions of a duty that runs without a number."""

    name: str
    whom: str
    when: Condition | None
    start: str
    place: str
    lengths: tuple[Length, ...]
    suspended: tuple[Guarded, ...]
    restart: tuple[str, str, str] | None
    opens: Opens | None
    extended: Extended | None
    undetermined: tuple[str, str] | None
    at_once: tuple[str, ...] | None = None
    begins: date | None = None
    mark: str
    origin: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A duty, a ground, something forbidden, an open point: stated if its condition holds."""

    name: str
    whose: str
    test: Condition
    cites: tuple[str, ...]
    mark: str
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One instrument with the States concerned, ready to be asked."""

    instrument: str
    name: str
    hash: str
    applies_from: date | None
    applies_until: date | None
    ends_at: str
    checked_on: date
    review_by: date
    owner: str
    vocabulary: Vocabulary
    terms: Mapping[str, Term]
    rules: tuple[Rule, ...]
    periods: Mapping[str, tuple[PeriodRule, ...]]
    duties: tuple[Named, ...]
    grounds: tuple[Named, ...]
    forbidden: tuple[Named, ...]
    open_points: tuple[Named, ...]
    places: Mapping[str, Place]
    category_of: Mapping[tuple[str, str], str]
    states: Mapping[str, Jurisdiction]
    tongues: Mapping[str, Tongue]
    source: Value

    def zone(self, state: str) -> str:
        """The time zone of a State."""
        return self.places[state].zone

    def category(self, data: str, purpose: str) -> str:
        """The category to which a kind of data belongs for a purpose, as the instrument says."""
        return self.category_of[(data, purpose)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: facts of the world, what happened when, and who wants to do what."""

    instrument: str
    at: Instant
    act: str | None
    facts: Mapping[str, Value]
    events: Mapping[str, Instant]
    calendar: Mapping[str, frozenset[date]] = field(default_factory=dict)
    assume_in_force: bool = False
    apart: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)
    """By a fact: what is so of each thing that is asked for, not of all together. A rule that names the fact is put for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says of the facts."""

    rule: str
    result: str
    kind: str
    cites: tuple[str, ...]
    says: Mapping[str, str]
    cure: Mapping[str, str]
    facts: tuple[str, ...]
    missing: tuple[str, ...]
    mark: str

    @property
    def cite(self) -> str:
        """The article that it cites first."""
        return self.cites[0] if self.cites else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The end of a period, or why it has none."""

    name: str
    whom: str
    state: str
    cites: tuple[str, ...]
    mark: str = "S"
    elapsed: Instant | None = None
    legal: Instant | None = None
    steps: tuple[Step, ...] = ()
    flags: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    least: Instant | None = None

    @property
    def cite(self) -> str:
        """The article that it cites first."""
        return self.cites[0] if self.cites else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the law says beside the outcome: what follows, by when, what may be raised against it, what is not settled."""

    duties: tuple[str, ...]
    deadlines: Mapping[str, Deadline]
    grounds: tuple[str, ...]
    forbidden: tuple[str, ...]
    open_points: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Assessment:
    """Everything that the law says of a question. What stands beside the outcome is worked out once, when it is first read.

    Two are equal if they say the same, which works both out.
    """

    outcome: str | None
    needs: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    deciding: tuple[Finding, ...]
    pack: str
    follow: Callable[[], Beside] = field(repr=False)

    @cached_property
    def beside(self) -> Beside:
        """What stands beside the outcome."""
        return self.follow()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Assessment) and self._said == other._said

    __hash__ = None  # type: ignore[assignment]  # it holds mappings

    @property
    def _said(self) -> tuple[object, ...]:
        return (self.outcome, self.needs, self.missing, self.findings, self.deciding, self.pack, self.beside)

    @property
    def duties(self) -> tuple[str, ...]:
        """What must be done."""
        return self.beside.duties

    @property
    def deadlines(self) -> Mapping[str, Deadline]:
        """Each period that runs or has run."""
        return self.beside.deadlines

    @property
    def grounds(self) -> tuple[str, ...]:
        """The grounds for refusal that are open."""
        return self.beside.grounds

    @property
    def forbidden(self) -> tuple[str, ...]:
        """What nobody may do."""
        return self.beside.forbidden

    @property
    def open_points(self) -> tuple[str, ...]:
        """What the law does not settle."""
        return self.beside.open_points

    @property
    def for_a_human(self) -> tuple[Finding, ...]:
        """The questions that the law leaves to a human and that nobody has answered yet, in the order of the law."""
        return tuple(one for one in self.findings if one.kind == "judge" and one.result != "kept")

    @property
    def advice(self) -> tuple[Finding, ...]:
        """What the law advises on these facts and does not demand."""
        return tuple(one for one in self.findings if one.kind == "warn" and one.result == "broken")

    def to_value(self) -> Value:
        """The answer in canonical form, without texts for people: the same input gives the same bytes."""
        return {
            **({"outcome": self.outcome} if self.outcome else {}),
            "needs": {need: list(givers) for need, givers in sorted(self.needs.items())},
            "missing": list(self.missing),
            "findings": [
                {
                    "rule": one.rule,
                    "result": one.result,
                    "kind": one.kind,
                    "cites": list(one.cites),
                    "missing": list(one.missing),
                    "mark": one.mark,
                }
                for one in self.findings
            ],
            "duties": list(self.duties),
            "deadlines": {name: _deadline(one) for name, one in sorted(self.deadlines.items())},
            "grounds": list(self.grounds),
            "forbidden": list(self.forbidden),
            "open_points": list(self.open_points),
            "pack": self.pack,
        }


def _deadline(one: Deadline) -> Value:
    value: dict[str, Value] = {"state": one.state, "cite": one.cite, "steps": [step.to_value() for step in one.steps]}
    if one.elapsed is not None:
        value["elapsed"] = format_instant(one.elapsed)
    if one.legal is not None:
        value["legal"] = format_instant(one.legal)
    return value
