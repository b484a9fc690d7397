"""Three parties in memory: the pure procedure with the demonstration's people, and a network that does as it is told.

What the nodes do with keys, tables and proofs is left out; what they decide is not: `permit`, `take_up`, the fold, the
consequences, who is sent which part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from rogatory.act import Author, CaseRef
from rogatory.demo import facts
from rogatory.demo.cast import FR, IE, PROVIDER, STAGES, Stage
from rogatory.law import Pack
from rogatory.moments import Instant, format_instant, instant, parse_instant
from rogatory.node.packs import load_corpus
from rogatory.procedure import (
    ActView,
    Capacity,
    Case,
    Fresh,
    Institution,
    Officer,
    Refusal,
    Request,
    Role,
    State,
    World,
    fold,
    permit,
    take_up,
)
from rogatory.procedure.consequences import Consequence, after_act, at_end_of_period
from rogatory.procedure.fold import append
from rogatory.procedure.periods import as_it_stands
from rogatory.procedure.sharing import due, latest, parts_for, predecessors_for

PACK: Pack = load_corpus("eu-e-evidence")
CASE_ID = "0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10"
BEGIN = parse_instant("2026-09-07T10:00:00Z")
INSTITUTIONS = {
    stage.institution: Institution(
        uri=stage.institution,
        name=stage.title,
        state=stage.state,
        roles=frozenset(stage.roles),
        capacities=frozenset({Capacity.SOFTWARE, *(one for player in stage.players for one in player.capacities)}),
    )
    for stage in STAGES
}


def pseudonym(stage: Stage, part: str) -> str:
    """The officer's pseudonym: any eight letters of base32."""
    letters = hashlib.sha256(part.encode()).hexdigest()[:8].translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"{stage.institution}#{letters}"


@dataclass(frozen=True)
class Sent:
    """An act under way: what its receiver will be shown of it."""

    to: str
    act: ActView


@dataclass
class Party:
    """One node: its institution, its people, the case as it holds it."""

    stage: Stage
    case: Case
    refused: list[Refusal] = field(default_factory=list)

    @property
    def officers(self) -> Mapping[str, Officer]:
        """Everybody who works here."""
        people = {pseudonym(self.stage, one.part): frozenset(one.capacities) for one in self.stage.players}
        return {name: Officer(pseudonym=name, capacities=capacities) for name, capacities in people.items()}


class Parties:
    """The three nodes, the network between them, and the hour."""

    def __init__(self) -> None:
        self.now: Instant = BEGIN
        self.nodes = {stage.name: Party(stage, Case(me=stage.institution)) for stage in (FR, IE, PROVIDER)}
        self.network: list[Sent] = []
        self.made: list[tuple[ActView, State]] = []
        """Every act that was made here, with the state of its case before."""
        self._count = 0

    def world(self, node: Party) -> World:
        """What an author of this node knows."""
        return World(now=self.now, me=node.stage.institution, institutions=INSTITUTIONS, officers=node.officers)

    def act(self, part: str, kind: str, given: Mapping[str, Any]) -> ActView | Refusal:
        """A person acts at her own node; what follows of itself follows, and what is due is on its way."""
        node, capacity = next(
            (node, player.capacities[0]) for node in self.nodes.values() for player in node.stage.players if player.part == part
        )
        return self._make(
            node, kind, given, Author(institution=node.stage.institution, capacity=capacity, officer=pseudonym(node.stage, part))
        )

    def prepare(self, *items: Mapping[str, Any], emergency: bool = False, persons: Mapping[str, Any] | None = None) -> ActView | Refusal:
        """The officer drafts an order for these items, and does all that comes before a decision; what became of the last act."""
        steps = [
            ("draft", facts.draft(*items, emergency=emergency)),
            ("state suspicion", facts.suspicion()),
            *(("justify", {**facts.justification(item["id"]), "item": item["id"]}) for item in items),
        ]
        for kind, given in steps:
            made = self.act("officer", kind, given)
            assert not isinstance(made, Refusal), made
        return self.act("officer", "name persons", persons or facts.persons(facts.notice_day(self.now)))

    def send_in_emergency(self, *items: Mapping[str, Any]) -> None:
        """An order for these items is issued at night, confirmed by a second officer, and sent; it has arrived."""
        self.prepare(*items, emergency=True)
        for part, kind, given in (
            ("officer", "issue in emergency", {"threat": "A child is held.", "why_no_validator": "02:40 at night; both were called."}),
            ("second-officer", "confirm emergency", {"checked": "I heard the recording."}),
            ("officer", "transmit", {}),
        ):
            made = self.act(part, kind, given)
            assert not isinstance(made, Refusal), made
        assert self.settle() == []

    def _make(self, node: Party, kind: str, given: Mapping[str, Any], by: Author) -> ActView | Refusal:
        before = node.case
        ref = CaseRef(institution=FR.institution, id=CASE_ID) if kind == "draft" or before.ref else None
        asked = Request(kind=kind, by=by, case=before.ref if before.acts else None, given=given)
        answer = permit(asked, before, self.world(node), PACK, Fresh(seal_to=("age1recipient",) * 20, call_back_code="ABCD-EFG-HIJ"))
        if isinstance(answer, Refusal):
            node.refused.append(answer)
            return answer
        self._count += 1
        view = ActView(
            hash=hashlib.sha256(str(self._count).encode()).hexdigest(),
            kind=kind,
            case=ref,
            by=by,
            at=self.now,
            after=latest(before),
            parts=answer.value,
            foreign=False,
        )
        node.case = append(before, view)
        self.made.append((view, before.state))
        self._follow(node, after_act(node.case, view))
        self._send(node, view)
        return view

    def by_software(self, name: str, kind: str, given: Mapping[str, Any]) -> None:
        """What a node's software does because of something outside the acts: a package that has arrived whole."""
        self._follow(self.nodes[name], iter((Consequence(kind=kind, given=given),)))

    def _follow(self, node: Party, consequences: Iterator[Consequence]) -> None:
        for one in list(consequences):
            self._make(node, one.kind, one.given, Author(institution=node.stage.institution, capacity=Capacity.SOFTWARE))

    def _send(self, node: Party, view: ActView) -> None:
        for one in due(node.case, view):
            act = node.case.act(one.hash)
            assert act is not None
            shown = parts_for(node.case, act, one.to)
            self.network.append(
                Sent(
                    to=one.to,
                    act=replace(
                        act,
                        foreign=True,
                        parts={name: part for name, part in act.parts.items() if name in shown},
                        after=tuple(sorted(predecessors_for(node.case, act, one.to))),
                    ),
                )
            )

    def deliver(self, number: int, *, keep: bool = False) -> Refusal | None:
        """One of the acts under way arrives; with `keep` its copy is still under way. A refusal, if the receiver refuses it."""
        sent = self.network[number] if keep else self.network.pop(number)
        node = next(one for one in self.nodes.values() if one.stage.institution == sent.to)
        if node.case.act(sent.act.hash):
            return None
        if any(node.case.act(before) is None for before in sent.act.after):
            self.network += [] if keep else [sent]
            return None
        answer = take_up(sent.act, node.case, self.world(node), PACK)
        if isinstance(answer, Refusal):
            return answer
        node.case = fold((*node.case.acts, sent.act), me=node.stage.institution)
        self._acknowledge(node)
        self._follow(node, after_act(node.case, sent.act))
        return None

    def _acknowledge(self, node: Party) -> None:
        done = {digest for digest, by in node.case.acknowledged if by == node.case.me}
        of = [one.hash for one in node.case.acts if one.foreign and one.hash not in done and one.kind != "acknowledge"]
        if of and node.case.parties:
            given = {"of": of, "received_at": format_instant(self.now), "findings": []}
            self._follow(node, iter((Consequence(kind="acknowledge", given=given),)))

    def pass_time(self, hours: int) -> None:
        """Hours pass, and what follows from periods that have ended follows."""
        self.now = instant(self.now + timedelta(hours=hours))
        node = self.nodes["fr"]
        if node.case.acts:
            answer = as_it_stands(node.case, self.world(node), PACK)
            self._follow(node, at_end_of_period(node.case, self.now, answer, "Europe/Paris"))

    def settle(self) -> list[Refusal]:
        """Everything arrives, in the order in which it was sent. What receivers refused."""
        refused = []
        for _ in range(1000):
            if not self.network:
                return refused
            answer = self.deliver(0)
            refused += [answer] if answer else []
        raise AssertionError(f"still under way: {[(one.to, one.act.kind) for one in self.network]}")

    def role(self, name: str) -> Role:
        """The role of a node in the case."""
        return self.nodes[name].stage.roles[0]
