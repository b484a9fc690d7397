"""What a kind of act is: one small class that says everything about it, from which all doors are derived.

- Every part of a body is always present, and every part names the audiences that must see it; all others may not.
- A kind says who may make it, in which state of the case, what it needs, what it changes and whom it must reach.
- `change` never judges: whether an act was allowed is settled when it is made or taken up, on what its author had.

Left to others: whether the act may be made (`permit`), the order of acts (`fold`), keys and ledger (the node).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from rogatory.act import Author, CaseRef, Contents, Skeleton
from rogatory.canonical import Value
from rogatory.moments import Instant
from rogatory.procedure.words import Capacity, Logging, Phase, Role, State

if TYPE_CHECKING:
    from rogatory.law import Assessment, Finding
    from rogatory.procedure.case import Case


class Body(BaseModel):
    """The typed body of an act: frozen, closed, every part required at the top."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1, validate_default=True)


B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The procedure or the law says no: by which rule and article, in a sentence, and what would cure it."""

    rule: str
    article: str
    says: str
    cure: str
    where: str = ""
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.says} ({self.article}). To cure it: {self.cure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """What the procedure needs to know of an institution: its State, its roles, the capacities of its people."""

    uri: str
    name: str
    state: str
    roles: frozenset[Role]
    capacities: frozenset[Capacity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person as the node knows her: by pseudonym, with the capacities in which two registrars enrolled her."""

    pseudonym: str
    capacities: frozenset[Capacity]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the author of an act knows beside the case: the hour, the institutions, the colleagues."""

    now: Instant
    me: str
    institutions: Mapping[str, Institution]
    officers: Mapping[str, Officer]
    assessment: Assessment | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What the node draws for an act that needs something new: a recipient for each item, a call-back code."""

    seal_to: tuple[str, ...]
    call_back_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """One act as the fold sees it: its skeleton's facts, and the parts that this node holds."""

    hash: str
    kind: str
    case: CaseRef | None
    by: Author
    at: Instant
    after: tuple[str, ...]
    parts: Mapping[str, Value]
    foreign: bool


def view_of(skeleton: Skeleton, contents: Contents, *, foreign: bool) -> ActView:
    """An act as the fold sees it, from what was read of it."""
    return ActView(
        hash=skeleton.hash,
        kind=skeleton.kind,
        case=skeleton.case,
        by=skeleton.by,
        at=skeleton.at,
        after=contents.after,
        parts=contents.body,
        foreign=foreign,
    )


class Kind(Generic[B]):
    """One kind of act. Instances hold no state; there is one of each, in `acts.KINDS`."""

    name: ClassVar[str]
    phase: ClassVar[Phase]
    title: ClassVar[str]
    """What the button says: an active verb in sentence case."""
    article: ClassVar[str]
    """The provision under which it is done, in the words of `law/`."""
    missing_step: ClassVar[str] = ""
    """The provision of the step that lacks where the state does not allow the act; that of the act itself if none is named."""
    body: type[B]
    parts: ClassVar[Mapping[str, frozenset[Role]]]
    """For every part of the body, the roles beside the author's own institution that must see it."""
    role: ClassVar[Role | None]
    """The role of the institution that makes it; any party of the case where none is named."""
    who: ClassVar[frozenset[Capacity]]
    states: ClassVar[frozenset[State]]
    key: ClassVar[bool] = False
    """Whether the officer's own key must sign the statement."""
    opens: ClassVar[bool] = False
    """Whether it opens a case."""
    law_act: ClassVar[str | None] = None
    law_first: ClassVar[bool] = False
    """Whether the law is asked before the body is completed, because parts of it follow from the answer."""
    law_abroad: ClassVar[bool] = False
    """Whether a receiver asks its own law as well before it takes the act up."""
    needs_first: ClassVar[bool] = False
    """Whether what the kind itself needs is the better answer where the law says no as well."""
    clocked: ClassVar[bool] = False
    """Whether `needs` looks at the case's periods although no act of the law is asked about."""
    discloses: ClassVar[bool] = False
    """Whether it orders to disclose, or discloses: it does not cross before witnesses have cosigned the log that holds it."""
    travels: ClassVar[bool] = False
    """Whether it crosses together with the order that rests on it, and not before."""
    accepts: ClassVar[frozenset[str]] = frozenset({"permitted"})
    """Which outcomes of the law let the act be made."""
    events: ClassVar[Mapping[str, Role | None]] = {}
    """Which events of the law it makes happen: at its own instant (nothing named), or when that role received it."""
    answered: ClassVar[bool] = False
    """Whether it waits until every question that the law leaves to a human on issuing the order is answered in words."""
    logging: ClassVar[Logging | None] = None
    automatic: ClassVar[bool] = False
    """Whether doors leave it out because the software makes it as a consequence of something else."""

    def reach(self, case: Case, body: B) -> frozenset[Role]:
        """The roles that this act must reach at once: by default those to whom a part is due."""
        return frozenset().union(*self.parts.values()) if self.parts else frozenset()

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        """The whole body, where the software fills parts from the case; as given by default."""
        return given

    def premise(self, case: Case, by: Author) -> Refusal | None:
        """What the case must hold for the act to have an object, whatever is written in it; nothing by default.

        A question to answer, an objection to uphold, an order that was put before this officer. Doors offer no act without it.
        """
        return None

    def needs(self, case: Case, by: Author, body: B, world: World) -> Refusal | None:
        """What must be so beside the state, the capacity and the premise; nothing by default."""
        return None

    def accept(self, case: Case, act: ActView, body: B, world: World) -> Refusal | None:
        """What a receiver asks of an act from abroad beside its author's rights; `case` is what its author had."""
        return None

    def happens(self, act: ActView, body: B) -> Mapping[str, Instant]:
        """The events of the law that the act makes happen at its own instant."""
        return {event: act.at for event, receiver in self.events.items() if receiver is None}

    def of_item(self, parts: Mapping[str, Value]) -> frozenset[str]:
        """The parts that are about one item's originals themselves: they end with the key of the item, all others with the case."""
        return frozenset()

    def change(self, case: Case, act: ActView, body: B) -> Case:
        """The case after this act; unchanged by default."""
        return case

    def text(self, case: Case, by: Author, body: B) -> str:
        """The text shown to the officer who signs, word for word."""
        return f"{self.title}. Case {case.ref.id if case.ref else 'new'}."

    def refuse(self, rule: str, says: str, cure: str, *, article: str | None = None, where: str = "") -> Refusal:
        """A refusal under this kind's article unless another is named."""
        return Refusal(rule=f"{self.name}.{rule}", article=article or self.article, says=says, cure=cure, where=where)
