"""Acts that restrict, keep and destroy. Restriction is at once and by software; destruction is separate and confirmed.

Regulation (EU) 2023/1543, Arts. 4(5), 10(4), 12(2); RIGHTS, H10: nothing is destroyed automatically while the defence or
the person's remedy may need it. Only the end of the time for which the data are kept destroys by itself (`keeping`), and not
while a restriction, a complaint or an application of the defence stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from rogatory.act import Author
from rogatory.procedure.acts.crossing import ABROAD, ISSUING, OPEN_ABROAD, SOFTWARE
from rogatory.procedure.acts.keeping import KEPT
from rogatory.procedure.acts.opening import JUDGES
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Case, Certificate, Restriction
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import Day, Hash, Line, Words
from rogatory.procedure.words import VALIDATORS, Capacity, Logging, Phase, Role, State


class RestrictBody(Body):
    """Why nobody may open it, and under which article."""

    why: Words
    article: Line


class Restrict(Kind[RestrictBody]):
    """Restrict at once: nobody can open what this node has of the case."""

    name = "restrict"
    phase = Phase.REVIEWING
    title = "Restrict the data"
    article = "Art. 4(5)"
    body = RestrictBody
    parts = dict.fromkeys(RestrictBody.model_fields, ABROAD | {Role.ISSUING})
    role = None
    who = SOFTWARE | VALIDATORS | {Capacity.CUSTODIAN}
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}

    def change(self, case: Case, act: ActView, body: RestrictBody) -> Case:
        closed = Restriction(act=act.hash, at=act.at, why=body.why, article=body.article)
        return replace(case, restrictions=(*case.restrictions, closed))


class LiftBody(Body):
    """Which restriction is lifted, and why."""

    restriction: Hash
    reasons: Words


class LiftRestriction(Kind[LiftBody]):
    """Lift a restriction, in the institution whose decision it was; one that follows from a lapse, a refusal or an annulment stays."""

    name = "lift restriction"
    phase = Phase.REVIEWING
    title = "Lift the restriction"
    article = "led Art. 16(3)"
    body = LiftBody
    parts = {"restriction": ABROAD | {Role.ISSUING}, "reasons": NOBODY}
    role = None
    who = JUDGES
    states = KEPT - {State.WITHDRAWN, State.LAPSED, State.REFUSED}
    key = True

    def needs(self, case: Case, by: Author, body: LiftBody, world: World) -> Refusal | None:
        return self._liftable(case, by, body)

    def accept(self, case: Case, act: ActView, body: LiftBody, world: World) -> Refusal | None:
        return self._liftable(case, act.by, body)

    def _liftable(self, case: Case, by: Author, body: LiftBody) -> Refusal | None:
        found = next((one for one in case.restrictions if one.act == body.restriction), None)
        if found is None:
            return self.refuse("restriction", "There is no such restriction.", "Name the act that restricts.", where="restriction")
        if found.final:
            return self.refuse("final", f"It stays: {found.why}.", "Nobody can lift it.", article=found.article, where="restriction")
        act = case.act(found.act)
        if act is not None and act.by.institution != by.institution:
            return self.refuse("whose", "Another institution has decided it.", "Ask that institution to lift it.", where="restriction")
        return None

    def change(self, case: Case, act: ActView, body: LiftBody) -> Case:
        return replace(case, restrictions=tuple(one for one in case.restrictions if one.act != body.restriction))

    def text(self, case: Case, by: Author, body: LiftBody) -> str:
        return f"The restriction {body.restriction} of case {case.ref.id if case.ref else ''} is lifted. Reasons: {body.reasons}"


class PurgeBody(Body):
    """That neither the defence nor the person's remedy needs the data, in the court's own words."""

    defence: Words
    remedy: Words
    reasons: Words


class Purge(Kind[PurgeBody]):
    """Destroy the evidence of an order that has no force any more: its own keys, and with them every copy."""

    name = "purge"
    phase = Phase.ENDING
    title = "Destroy the data"
    article = "Art. 4(5)"
    body = PurgeBody
    parts = {"defence": NOBODY, "remedy": NOBODY, "reasons": ABROAD}
    role = Role.ISSUING
    who = JUDGES | {Capacity.OVERSIGHT}
    states = KEPT
    key = True
    logging = Logging.ERASE

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if not case.restricted:
            return self.refuse("restricted", "The case is not restricted.", "Restrict it first.")
        if case.state is not State.REFUSED and not any(one.final for one in case.restrictions):
            return self.refuse("final", f"The order still has force; only {case.restrictions[-1].why}.", "Lift it, or wait for the end.")
        if case.complaints:
            return self.refuse("complaint", "A complaint stands.", "Wait until it was decided.", article=case.complaints[-1].article)
        if case.applications:
            return self.refuse("defence", "The defence has applied for disclosure.", "Decide on its application first.")
        return None

    def change(self, case: Case, act: ActView, body: PurgeBody) -> Case:
        return replace(case, purged=act.hash)

    def text(self, case: Case, by: Author, body: PurgeBody) -> str:
        return (
            f"The evidence of case {case.ref.id if case.ref else ''} is destroyed for ever. Needs of the defence: "
            f"{body.defence} The person's remedy: {body.remedy} Reasons: {body.reasons}"
        )


UNSENT = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.DECLINED, State.AUTHORISED})


class EndFileBody(Body):
    """The last act on the case, and how many days its file was kept after it."""

    last_act: Line
    days: Annotated[int, Field(ge=1, le=3660)]


class EndFile(Kind[EndFileBody]):
    """The time has ended for which the file of an order is kept that was never sent, or that was answered without any data."""

    name = "end file"
    phase = Phase.ENDING
    title = "The time for which the file is kept ends"
    article = "led Art. 5"
    body = EndFileBody
    parts = dict.fromkeys(EndFileBody.model_fields, ABROAD)
    role = Role.ISSUING
    who = SOFTWARE
    states = UNSENT | {State.ANSWERED}
    automatic = True
    logging = Logging.ERASE

    def needs(self, case: Case, by: Author, body: EndFileBody, world: World) -> Refusal | None:
        if case.packages:
            return self.refuse("evidence", "The case holds evidence.", "It ends with its items.")
        if case.held_back:
            return self.refuse("held-back", f"Nothing is destroyed: {case.held_back}.", "Decide on that first.")
        return None

    def change(self, case: Case, act: ActView, body: EndFileBody) -> Case:
        return replace(case, purged=act.hash)


class CertifyBody(Body):
    """Which act of destruction was carried out, what was destroyed, and when the last backup of the keys is gone."""

    purge: Hash
    packages: Annotated[tuple[Hash, ...], Field(max_length=200)]
    contents: Annotated[int, Field(ge=0)]
    complete_on: Day


class CertifyPurge(Kind[CertifyBody]):
    """Certify that this node has destroyed what it held: keys and packages, and contents of acts when the whole case ended."""

    name = "certify purge"
    phase = Phase.ENDING
    title = "Certify the destruction"
    article = "led Art. 5"
    body = CertifyBody
    parts = dict.fromkeys(CertifyBody.model_fields, ISSUING)
    role = None
    who = SOFTWARE
    states = KEPT | {State.PURGED}
    automatic = True
    logging = Logging.ERASE

    def change(self, case: Case, act: ActView, body: CertifyBody) -> Case:
        made = Certificate(act=act.hash, by=act.by.institution, at=act.at, complete_on=body.complete_on, of=body.purge)
        return replace(case, certificates=(*case.certificates, made))


KINDS = (Restrict(), LiftRestriction(), Purge(), EndFile(), CertifyPurge())
