"""A case being worked on outside any lock, and what comes of it when nobody was faster."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rogatory.act import Author, CaseRef, Prepared, SignedAct, Statement
from rogatory.law import Pack
from rogatory.moments import Instant
from rogatory.node import people, storage
from rogatory.node.installation import Installation
from rogatory.node.rows import ClockRow
from rogatory.procedure.case import Case
from rogatory.procedure.instruments import instrument_of
from rogatory.procedure.kind import ActView, Body, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An act that was made: durable, and placed in the ledger at the next step of its clock."""

    hash: str
    kind: str
    case: CaseRef | None
    at: Instant
    followed_by: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A statement in plain, and as it will be signed; `body` is what its parts say, where this was just read."""

    statement: Statement
    prepared: Prepared
    body: Body | None = None


@dataclass
class Working:
    """A case being worked on outside any lock: what was loaded, and what will be committed if nobody was faster."""

    house: Installation
    case: Case
    version: int
    now: Instant
    clocks: tuple[ClockRow, ...] | None = None
    added: list[tuple[SignedAct, ActView, str]] = field(default_factory=list)
    proofs: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, bytes] = field(default_factory=dict)

    def pack(self, *others: str, measure: str = "", state: str = "") -> Pack:
        """The law of this case: its instrument with the overlays of the States of its parties, of this node and of `others`.

        The first draft names the `measure`, on which the instrument depends, and the `state` that is asked by a form.
        """
        known, draft = self.world.institutions, self.case.draft
        named = {self.case.me, *self.case.parties.values(), *others}
        states = {known[uri].state for uri in named if uri in known} | ({state} if state else set())
        if draft and draft.by_form:
            states |= {draft.executing_state}
        return self.house.pack_for(frozenset(states), instrument_of(measure or (draft.measure if draft else "")))

    @cached_property
    def world(self) -> World:
        """What the author of an act of this node knows."""
        return World(
            now=self.now,
            me=self.house.settings.institution,
            institutions=self.house.institutions(self.now),
            officers=people.officers(self.house),
        )


def load(house: Installation, case_id: str | None, now: Instant) -> Working:
    """The case as it stands, with its version; an empty one if nothing is known of it."""
    if case_id is None:
        return Working(house=house, case=Case(me=house.settings.institution), version=0, now=now, clocks=())
    return _on(house, storage.load_case(house, case_id), now)


def recall(house: Installation, case_id: str | None, now: Instant) -> Working | None:
    """The case as this process saw it last: good enough to try, because nothing is committed if it has moved."""
    stored = storage.remembered(house, case_id) if case_id else None
    return _on(house, stored, now) if stored else None


def _on(house: Installation, stored: storage.StoredCase, now: Instant) -> Working:
    return Working(house=house, case=stored.case, version=stored.version, now=now, clocks=stored.clocks)


def author(house: Installation, officer: str | None, capacity: str) -> Author:
    """The author of an act of this node."""
    return Author(institution=house.settings.institution, officer=officer, capacity=capacity)
