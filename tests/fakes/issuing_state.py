"""A whole issuing State in memory: it drafts, decides, signs, and keeps a log, through the same pure code as a real node.

It has no tables and no network, so that a test can make it honest, or make it cheat in exactly one way.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.act import (
    Author,
    CaseRef,
    SignedAct,
    Statement,
    disclose,
    entropy_needed,
    prepare,
    read,
    sign,
    withhold,
)
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.exchange.message import Carried
from rogatory.law import Pack
from rogatory.ledger import EMPTY, Checkpoint, build_step, cosign, leaf_hash, make_receipt, sign_checkpoint
from rogatory.moments import Instant, instant
from rogatory.procedure import ActView, Case, Fresh, Institution, Kind, Officer, Refusal, Request, World, permit
from rogatory.procedure.consequences import after_act
from rogatory.procedure.fold import append
from rogatory.procedure.sharing import latest, parts_for, predecessors_for
from rogatory.witness import Home


@dataclass
class IssuingState:
    """The issuing side of one case, with its own key, its own log, its own people."""

    institution: str
    institutions: dict[str, Institution]
    officers: dict[str, Officer]
    keys: dict[str, UnsafeSoftwareAuthenticator]
    registrars: tuple[str, str]
    act_key: Ed25519PrivateKey
    act_kid: str
    log_key: Ed25519PrivateKey
    origin: str
    rp_id: str
    page: str
    pack: Pack
    now: Instant
    case: Case = field(init=False)
    signed: dict[str, SignedAct] = field(default_factory=dict)
    enrolments: list[SignedAct] = field(default_factory=list)
    lies: bool = False
    witnesses: tuple[Home, ...] = ()

    def __post_init__(self) -> None:
        self.case = Case(me=self.institution)
        self.frontier = EMPTY
        self.nodes: dict[tuple[int, int], bytes] = {}

    def tick(self) -> Instant:
        """A little later."""
        self.now = instant(self.now + timedelta(milliseconds=10))
        return self.now

    def world(self) -> World:
        """What its people know."""
        return World(now=self.now, me=self.institution, institutions=self.institutions, officers=self.officers)

    def act(self, kind: str, officer: str | None, capacity: str, given: dict[str, object]) -> ActView | Refusal:
        """Make an act, with what follows from it; or the refusal of its own procedure."""
        self.tick()
        by = Author(institution=self.institution, capacity=capacity, officer=officer)
        request = Request(kind=kind, by=by, case=self.case.ref, given=given)  # type: ignore[arg-type]  # plain JSON
        fresh = Fresh(seal_to=("age1" + "q" * 58,) * 20, call_back_code="ABCD-EFG-HIJ")
        permission = permit(request, self.case, self.world(), self.pack, fresh)
        if isinstance(permission, Refusal):
            return permission
        view = self.put(permission.kind, by, dict(permission.value), officer)
        for follows in after_act(self.case, view):
            self.act(follows.kind, None, "software", dict(follows.given))
        return view

    def put(self, kind: Kind, by: Author, value: dict[str, object], officer: str | None) -> ActView:
        """Sign an act without asking anybody: the fold and the log take it as it is."""
        ref = self.case.ref or CaseRef(institution=self.institution, id=str(uuid.uuid4()))
        after = latest(self.case)
        house = kind.phase == "house"
        statement = Statement(
            kind=kind.name,
            case=None if house else ref,
            by=by,
            law=self.pack.hash,
            nonce=os.urandom(16),
            after=() if house else after,
            body=value,  # type: ignore[arg-type]  # plain JSON
        )
        prepared = prepare(statement, entropy=os.urandom(entropy_needed(parts=len(value), after=len(statement.after))))
        assertion = None
        if kind.key and officer:
            assertion = self.keys[officer].answer(prepared.challenge, rp_id=self.rp_id, origin=self.page)
        signed = sign(prepared, at=self.now, key=self.act_key, kid=self.act_kid, assertion=assertion)
        skeleton = read(signed.skeleton)
        contents = disclose(skeleton, signed.disclosures)
        view = ActView(
            hash=skeleton.hash,
            kind=kind.name,
            case=skeleton.case,
            by=by,
            at=self.now,
            after=contents.after,
            parts=contents.body,
            foreign=False,
        )
        self.signed[view.hash] = signed
        if not house:
            self.case = append(self.case, view)
        return view

    def receipt(self, digest: str) -> str:
        """Place one act in the next step of the log, and give its receipt."""
        step = build_step(os.urandom(32), [digest])
        index = self.frontier.size
        grown = self.frontier.append(leaf_hash(step.root))
        for node in grown.completed:
            self.nodes[(node.level, node.index)] = node.hash
        self.frontier = grown.frontier
        head = Checkpoint(origin=self.origin, size=self.frontier.size, root=self.frontier.root)
        signed = sign_checkpoint(head, key=self.log_key)
        times = int(self.now.timestamp())
        signed = signed.add(*(cosign(head, key=one.key, name=one.name, timestamp=times) for one in self.witnesses))
        path = step.path(digest)
        return make_receipt(path=path, index=index, nodes=lambda level, at: self.nodes[(level, at)], checkpoint=signed).text

    def carried(self, view: ActView, to: str) -> Carried:
        """An act as it is due to an institution, with its receipt."""
        shown = withhold(
            self.signed[view.hash],
            parts=parts_for(self.case, view, to) if view.case else view.parts,
            after=predecessors_for(self.case, view, to) if view.case else (),
        )
        return Carried(skeleton=shown.skeleton, disclosures=shown.disclosures, receipt=self.receipt(view.hash))

    def everything_for(self, to: str, *kinds: str) -> tuple[Carried, ...]:
        """The acts of these kinds, as they are due to an institution."""
        return tuple(self.carried(view, to) for view in self.case.acts if view.kind in kinds)


def with_capacity(state: IssuingState, officer: str, *capacities: str) -> None:
    """Let an officer act in other capacities at her own node."""
    from rogatory.procedure import Capacity

    state.officers[officer] = replace(state.officers[officer], capacities=frozenset(map(Capacity, capacities)))
