"""A case: what the acts that a node holds add up to at an instant. A value; acts change it in `acts/`.

The state is derived and ranked, so that two nodes with the same acts have the same state whatever came first: what stops
a case (purged, lapsed, withdrawn, refused) outranks what carries it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rogatory.act import Author, CaseRef
from rogatory.canonical import Value
from rogatory.moments import Instant, format_instant
from rogatory.procedure.instruments import BY_FORM, instrument_of
from rogatory.procedure.kind import ActView
from rogatory.procedure.order import Circumstance, Decided, Item, Offence, PackageLine, TouchedPerson
from rogatory.procedure.words import Capacity, Role, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The order as drafted."""

    act: str
    by: Author
    reference: str
    measure: str
    addressee: str
    enforcing: str
    items: tuple[Item, ...]
    offences: tuple[Offence, ...]
    circumstances: tuple[Circumstance, ...]
    retention_days: int
    summary: str
    executing_state: str = ""
    """Of a request that goes out as a form: the State that is asked, which needs no node."""
    executing_authority: str = ""
    reserved_to: tuple[str, ...] = ()

    @property
    def instrument(self) -> str:
        """The instrument under which it is made."""
        return instrument_of(self.measure)

    @property
    def by_form(self) -> bool:
        """Whether it goes out as a form, and not from node to node."""
        return self.measure in BY_FORM

    def item(self, name: str) -> Item | None:
        """The item of that name, if there is one."""
        return next((item for item in self.items if item.id == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who granted what, and under which conditions."""

    act: str
    by: Author
    at: Instant
    items: tuple[Item, ...]
    decided: tuple[Decided, ...]
    conditions: tuple[str, ...]
    review_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """An order issued in an emergency: who issued it, who confirmed it, and what became of its validation."""

    issued: str
    by: Author
    at: Instant
    confirmed_by: str | None = None
    call_back_check: str | None = None
    called_back: bool = False
    sought_from: str | None = None
    sought_at: Instant | None = None
    validated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The certificate as it crossed."""

    act: str
    at: Instant
    items: tuple[Item, ...]
    facts: Mapping[str, Value]
    seal_to: Mapping[str, str]
    """For each item the recipient to which its data are sealed: each ends at its own time, and its key with it."""
    retention_days: int
    notification: bool
    emergency: bool
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A sealed package of the case, and whether it lies here verified."""

    line: PackageLine
    act: str
    at: Instant
    available_until: str
    received: bool = False
    quarantined: str = ""
    again: str = ""
    """How its producer sends again what was ordered, if it is in quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """That a named person opened a package, when and why."""

    act: str
    by: Author
    at: Instant
    digest: str
    use_for: str
    purpose: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterPerson:
    """Who looks at what the team must not see, and the recipient whose identity she alone holds."""

    act: str
    officer: str
    recipient: str | None = None


WITHHELD = {
    "privileged": ("privileged material", "Art. 5(10)"),
    "irrelevant": ("of no relevance to the case", "led Art. 4(1)(c)"),
    "third-party": ("data of a third party", "led Art. 6"),
}
"""The sorts of what is not for the team: in words, and the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """An original that was put before the filter person: what became of it, and why; no `outcome` while she has not decided."""

    act: str
    by: Author
    at: Instant
    digest: str
    file: str
    sort: str
    reason: str
    outcome: str = ""
    why: str = ""
    decided: str = ""

    @property
    def gap(self) -> str:
        """What stands in the place of the original."""
        words, article = WITHHELD[self.sort]
        then = f"kept out by the filter person: {self.why}" if self.outcome else "with the filter person, not decided yet"
        return f"withheld since {format_instant(self.at)[:10]} as {words} ({article}); {then}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """That a second person agreed to the opening of a package."""

    act: str
    by: Author
    at: Instant
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use beyond the view of the custodian: which act, of what sort, for whom, under which law."""

    act: str
    at: Instant
    sort: str
    whom: str
    law: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """That an institution has destroyed what it held of the case, and when its last backup with the keys is gone."""

    act: str
    by: str
    at: Instant
    complete_on: str
    of: str
    """The act of destruction that was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """That items are kept until a later day, and which other institutions have answered that they count it alike."""

    act: str
    at: Instant
    items: tuple[str, ...]
    until: str
    agreed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Why nobody may open what the case holds; `final` where nobody can lift it, because the order has no force any more."""

    act: str
    at: Instant
    why: str
    article: str
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint that stands: by whom it was received, and under which article it was made."""

    act: str
    by: str
    at: Instant
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That a person was told, or must be by a day."""

    person: str
    act: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the acts add up to, seen from the institution `me`."""

    me: str
    ref: CaseRef | None = None
    acts: tuple[ActView, ...] = ()
    reach: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    draft: Draft | None = None
    suspicion: str | None = None
    justified: frozenset[str] = frozenset()
    persons: tuple[TouchedPerson, ...] | None = None
    submitted_to: str | None = None
    returned: str | None = None
    declined: str | None = None
    decision: Decision | None = None
    emergency: Emergency | None = None
    sent: Sent | None = None
    parties: Mapping[Role, str] = field(default_factory=dict)
    events: Mapping[str, Instant] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)
    acknowledged: frozenset[tuple[str, str]] = frozenset()
    asked: str | None = None
    objection: str | None = None
    upheld: bool = False
    grounds: tuple[str, ...] = ()
    answer: str | None = None
    packages: tuple[Package, ...] = ()
    openings: tuple[Opening, ...] = ()
    filter: FilterPerson | None = None
    referrals: tuple[Referral, ...] = ()
    openers: int = 1
    custodians: frozenset[str] = frozenset()
    """Who may open the evidence; every custodian of the institution while nobody is named."""
    agreements: tuple[Agreement, ...] = ()
    uses: tuple[Use, ...] = ()
    applications: tuple[str, ...] = ()
    """Applications of the defence for disclosure that are not settled yet."""
    complaints: tuple[Complaint, ...] = ()
    """Complaints that are neither rejected nor upheld yet."""
    contained: str | None = None
    ends: Mapping[str, str] = field(default_factory=dict)
    """For each item the last day on which its data are kept, agreed with the answer."""
    ended: Mapping[str, str] = field(default_factory=dict)
    """The items whose data were destroyed at their end, each with the act that says so."""
    extensions: tuple[Extension, ...] = ()
    longer_asked: str | None = None
    """Until when the issuing authority asked to leave the packages where they can be fetched."""
    certificates: tuple[Certificate, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    told: tuple[Told, ...] = ()
    delay_lifted: frozenset[str] = frozenset()
    withdrawn: str | None = None
    lapsed: str | None = None
    purged: str | None = None
    dissent: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """Where the case stands; what stops it outranks what carries it on."""
        ranked = (
            (self.purged, State.PURGED),
            (self.lapsed, State.LAPSED),
            (self.withdrawn, State.WITHDRAWN),
            (self.grounds, State.REFUSED),
            (any(package.received for package in self.packages), State.RECEIVED),
            (self.answer, State.ANSWERED),
            ("received" in self.events, State.WITH_ADDRESSEE),
            (self.sent, State.SENT),
            (self.emergency and not self.decision and not self.sent, State.ISSUED_IN_EMERGENCY),
            (self.decision, State.AUTHORISED),
            (self.declined, State.DECLINED),
            (self.returned, State.RETURNED),
            (self.submitted_to, State.SUBMITTED),
            (self.draft, State.DRAFT),
        )
        return next((state for holds, state in ranked if holds), State.EMPTY)

    def withheld(self, digest: str) -> Mapping[str, Referral]:
        """The originals of a package that the team may not open, by name; by referral, once the names have ended with their item."""
        return {one.file or one.act: one for one in self.referrals if one.digest == digest and one.outcome != "released"}

    @property
    def kept_until(self) -> str | None:
        """The last day of the item that is kept longest; nothing before an answer."""
        return max(self.ends.values(), default=None)

    @property
    def restricted(self) -> bool:
        """Whether nobody may open what the case holds."""
        return bool(self.restrictions)

    @property
    def held_back(self) -> str:
        """Why nothing of this case may be destroyed of itself; nothing if it may (RIGHTS, H10)."""
        if self.restrictions:
            return self.restrictions[-1].why
        if self.complaints:
            return f"a complaint stands ({self.complaints[-1].article})"
        return "the defence has applied for disclosure" if self.applications else ""

    def role_of(self, institution: str) -> Role | None:
        """What an institution is in this case."""
        return next((role for role, uri in self.parties.items() if uri == institution), None)

    def act(self, digest: str) -> ActView | None:
        """The act of that hash, if this node holds it."""
        return next((act for act in self.acts if act.hash == digest), None)

    @property
    def granted(self) -> tuple[Item, ...]:
        """The items that may be asked: as decided, or as issued in an emergency."""
        if self.decision:
            return self.decision.items
        return self.draft.items if self.draft and self.emergency else ()

    def issuer_capacity(self) -> Capacity | None:
        """In which capacity the order is issued: that of the person who drafted it."""
        return Capacity(self.draft.by.capacity) if self.draft else None
