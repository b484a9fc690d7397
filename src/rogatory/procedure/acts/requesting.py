"""Acts that ask by a form: a European Investigation Order, a request for mutual legal assistance.

Directive 2014/41/EU, Art. 4 to 6 and annex A; EU-US Agreement on mutual legal assistance, Art. 8. The steps up to the decision are
those of an order: suspicion and forum, a justification of each item, who is touched, a person who decides. What goes out is the form,
completed by somebody who may decide. It names the State and the authority that are asked; neither needs a node.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rogatory.act import Author
from rogatory.procedure.acts.preparing import NOBODY, PREPARING, not_to_be_drafted
from rogatory.procedure.case import Case, Draft
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import Circumstance, Item, KeptDays, Line, Offence, Words
from rogatory.procedure.words import ISSUERS, Logging, Phase, Role, State

StateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class DraftRequestBody(Body):
    """The investigation order or request as asked, and who is asked."""

    reference: Line
    measure: Literal["investigation-order", "assistance-request"]
    executing_state: StateCode
    executing_authority: Line
    reserved_to: tuple[Literal["judge", "court", "investigating-judge"], ...]
    """To whom domestic law reserves the measure (EIO Art. 2(c), 6(1)); none if to nobody in particular."""
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=20)]
    offences: Annotated[tuple[Offence, ...], Field(min_length=1, max_length=20)]
    circumstances: tuple[Circumstance, ...]
    retention_days: KeptDays
    summary: Words


class DraftRequest(Kind[DraftRequestBody]):
    """Draft an investigation order or a request for assistance, or draft it anew after it came back."""

    name = "draft request"
    phase = Phase.PREPARING
    title = "Save the request"
    article = "eio Art. 5(1)"
    body = DraftRequestBody
    parts = dict.fromkeys(DraftRequestBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS
    states = frozenset({State.EMPTY}) | PREPARING
    opens = True
    law_act = "issue"
    accepts = frozenset({"permitted", "needs", "undetermined"})
    logging = Logging.COLLECT

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.draft and not case.draft.by_form:
            return self.refuse("order", "This case holds an order of the Regulation.", "Draft the request in a case of its own.")
        return None

    def needs(self, case: Case, by: Author, body: DraftRequestBody, world: World) -> Refusal | None:
        mine = world.institutions.get(world.me)
        if mine is not None and mine.state == body.executing_state:
            return self.refuse(
                "states",
                "The State that is asked is this one.",
                "Name the State in which the measure is to be carried out, or use a measure of domestic law.",
                where="executing_state",
            )
        return not_to_be_drafted(self, case, by, body.items, body.circumstances)

    def change(self, case: Case, act: ActView, body: DraftRequestBody) -> Case:
        given = {name: getattr(body, name) for name in DraftRequestBody.model_fields}
        draft = Draft(act=act.hash, by=act.by, addressee="", enforcing="", **given)
        return replace(case, draft=draft, parties={Role.ISSUING: act.by.institution}, submitted_to=None, returned=None)


KINDS = (DraftRequest(),)
