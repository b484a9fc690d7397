"""Acts that restrict and destroy. Restriction is at once and by software; destruction is separate and confirmed.

Regulation (EU) 2023/1543, Arts. 4(5), 10(4), 12(2); RIGHTS, H10: nothing is destroyed automatically while the defence or
the person's remedy may need it.
"""

from __future__ import annotations

from dataclasses import replace

from rogatory.act import Author
from rogatory.procedure.acts.crossing import ABROAD, ADDRESSEE, OPEN_ABROAD, SOFTWARE
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Case, Restriction
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import Line, Words
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


class PurgeBody(Body):
    """That neither the defence nor the person's remedy needs the data, in the court's own words."""

    defence: Words
    remedy: Words
    reasons: Words


class Purge(Kind[PurgeBody]):
    """Destroy the evidence of a case that is restricted: the order's own key, and with it every copy."""

    name = "purge"
    phase = Phase.ENDING
    title = "Destroy the data"
    article = "Art. 4(5)"
    body = PurgeBody
    parts = {"defence": NOBODY, "remedy": NOBODY, "reasons": ADDRESSEE}
    role = Role.ISSUING
    who = VALIDATORS - {Capacity.PROSECUTOR}
    states = frozenset({State.WITHDRAWN, State.LAPSED, State.REFUSED})
    key = True
    logging = Logging.ERASE

    def needs(self, case: Case, by: Author, body: PurgeBody, world: World) -> Refusal | None:
        if not case.restricted:
            return self.refuse("restricted", "The case is not restricted.", "Restrict it first.")
        return None

    def change(self, case: Case, act: ActView, body: PurgeBody) -> Case:
        return replace(case, purged=act.hash)

    def text(self, case: Case, by: Author, body: PurgeBody) -> str:
        return (
            f"The evidence of case {case.ref.id if case.ref else ''} is destroyed for ever. Needs of the defence: "
            f"{body.defence} The person's remedy: {body.remedy} Reasons: {body.reasons}"
        )


KINDS = (Restrict(), Purge())
