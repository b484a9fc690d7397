"""Acts of those who protect the person: a complaint that stands, its end, and a court that suspends or annuls.

Regulation (EU) 2023/1543, Art. 18; Directive (EU) 2016/680, Arts. 16(3), 52 and 54; RIGHTS, H2 and H10.

- While a complaint stands nothing is destroyed of itself, on any node. What it says and who complains stay with the authority that
  received it, out of reach of those who investigate: the case holds the remedy's article and that authority's own reference.
- A complaint that is upheld, a suspension and an annulment restrict at once everywhere. Destruction is another act (`purge`).
- A court binds its own State: what was decided in the issuing State stands for good; a decision from abroad freezes until
  its author lifts it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from rogatory.act import Author
from rogatory.procedure.acts.crossing import ABROAD
from rogatory.procedure.acts.keeping import KEPT
from rogatory.procedure.acts.opening import JUDGES
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Case, Complaint, Restriction
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import Day, Hash, Line, Words
from rogatory.procedure.words import Capacity, Phase, Role

EVERYBODY = frozenset(Role)
REMEDY = JUDGES | {Capacity.OVERSIGHT}
"""Who decides on a complaint: a court (Art. 18; LED Art. 54) or the supervisory authority (LED Art. 52)."""


class ComplainBody(Body):
    """Under which article it was made, when it was received, and where it lies."""

    article: Literal["Art. 18(1)", "led Art. 52", "led Art. 54", "second additional protocol Art. 14(13)"]
    received_on: Day
    reference: Line


class Complain(Kind[ComplainBody]):
    """Record that a complaint was received: nothing is destroyed while it stands. It says neither who complains nor of what."""

    name = "complain"
    phase = Phase.REVIEWING
    title = "Record a complaint"
    article = "Art. 18(1)"
    body = ComplainBody
    parts = {"article": EVERYBODY, "received_on": EVERYBODY, "reference": NOBODY}
    role = None
    who = REMEDY | {Capacity.ENFORCING_AUTHORITY}
    states = KEPT

    def needs(self, case: Case, by: Author, body: ComplainBody, world: World) -> Refusal | None:
        if body.received_on > world.now.date().isoformat():
            return self.refuse(
                "received", "It would have been received on a day to come.", "Give the day of reception.", where="received_on"
            )
        return None

    def change(self, case: Case, act: ActView, body: ComplainBody) -> Case:
        made = Complaint(act=act.hash, by=act.by.institution, at=act.at, article=body.article)
        return replace(case, complaints=(*case.complaints, made))


class SettleBody(Body):
    """Which complaint, and the reasons, which stay with the authority that decides."""

    complaint: Hash
    reasons: Words


class RejectComplaint(Kind[SettleBody]):
    """Reject a complaint, with reasons: it holds nothing back any more."""

    name = "reject complaint"
    phase = Phase.REVIEWING
    title = "Reject the complaint"
    article = "Art. 18(1)"
    body = SettleBody
    parts = {"complaint": EVERYBODY, "reasons": NOBODY}
    role = None
    who = REMEDY | {Capacity.ENFORCING_AUTHORITY}
    states = KEPT
    key = True

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if not case.complaints:
            return self.refuse("stands", "No complaint stands in this case.", "Record the complaint first.")
        return None

    def needs(self, case: Case, by: Author, body: SettleBody, world: World) -> Refusal | None:
        return self._stands(case, by, body)

    def accept(self, case: Case, act: ActView, body: SettleBody, world: World) -> Refusal | None:
        return self._stands(case, act.by, body)

    def _stands(self, case: Case, by: Author, body: SettleBody) -> Refusal | None:
        found = next((one for one in case.complaints if one.act == body.complaint), None)
        if found is None:
            return self.refuse("stands", "No such complaint stands.", "Record the complaint first.", where="complaint")
        if found.by != by.institution:
            return self.refuse("received", "Another authority received this complaint.", "It decides, or passes it on.", where="complaint")
        return None

    def change(self, case: Case, act: ActView, body: SettleBody) -> Case:
        return replace(case, complaints=tuple(one for one in case.complaints if one.act != body.complaint))

    def text(self, case: Case, by: Author, body: SettleBody) -> str:
        return f"{self.title} {body.complaint} in case {case.ref.id if case.ref else ''}. Reasons: {body.reasons}"


class UpholdComplaint(RejectComplaint):
    """Uphold a complaint: everything is restricted at once, everywhere. Destruction is a separate act."""

    name = "uphold complaint"
    title = "Uphold the complaint"

    def change(self, case: Case, act: ActView, body: SettleBody) -> Case:
        found = next((one for one in case.complaints if one.act == body.complaint), None)
        closed = Restriction(
            act=act.hash,
            at=act.at,
            why="a complaint was upheld",
            article=found.article if found else self.article,
            final=case.role_of(act.by.institution) is Role.ISSUING,
        )
        return replace(super().change(case, act, body), restrictions=(*case.restrictions, closed))


class CourtBody(Body):
    """What the court decided, in words that the other nodes may read, and its reasons."""

    words: Words
    reasons: Words


class Suspend(Kind[CourtBody]):
    """Suspend the order, as a court: everything is restricted at once everywhere, until that court lifts it."""

    name = "suspend"
    phase = Phase.REVIEWING
    title = "Suspend the order"
    article = "Art. 18(1)"
    body = CourtBody
    parts = {"words": EVERYBODY, "reasons": NOBODY}
    role: ClassVar[Role | None] = None
    who = JUDGES
    states = KEPT
    key = True

    def change(self, case: Case, act: ActView, body: CourtBody) -> Case:
        closed = Restriction(act=act.hash, at=act.at, why="a court has suspended the order", article=self.article)
        return replace(case, restrictions=(*case.restrictions, closed))

    def text(self, case: Case, by: Author, body: CourtBody) -> str:
        return f"{self.title}. Case {case.ref.id if case.ref else ''}. {body.words} Reasons: {body.reasons}"


class Annul(Suspend):
    """Annul the order, as a court of the issuing State: everything is restricted at once, and the order is withdrawn."""

    name = "annul"
    title = "Annul the order"
    parts = {"words": ABROAD, "reasons": NOBODY}
    role = Role.ISSUING

    def change(self, case: Case, act: ActView, body: CourtBody) -> Case:
        closed = Restriction(act=act.hash, at=act.at, why="a court has annulled the order", article=self.article, final=True)
        return replace(case, restrictions=(*case.restrictions, closed))


KINDS = (Complain(), RejectComplaint(), UpholdComplaint(), Suspend(), Annul())
