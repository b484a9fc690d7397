"""Acts that use evidence beyond its own proceedings, and what is done when it reached somebody whom it must not.

Each use has its own authorisation and law: Regulation (EU) 2023/1543, Art. 12(4); Directive 2014/41/EU, Art. 19; Second
Additional Protocol, Art. 14; Directive (EU) 2016/680, Arts. 4(2), 9 and 35-38; Directive 2012/13/EU, Art. 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.procedure.acts.crossing import ABROAD, OPEN_ABROAD
from rogatory.procedure.acts.opening import JUDGES, closed
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Case, Restriction, Use
from rogatory.procedure.kind import ActView, B, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import Hash, Line, Words
from rogatory.procedure.words import VALIDATORS, Capacity, Logging, Phase, Role, State

HELD = frozenset({State.RECEIVED, State.ANSWERED})
Recipient = Annotated[str, StringConstraints(pattern=r"^age1[a-z0-9]{58}$")]


class ApplyBody(Body):
    """Who applies, as the court knows her, for what, and under which article; other nodes learn the article alone."""

    counsel: Line
    words: Words
    under: Line


class ApplyForDisclosure(Kind[ApplyBody]):
    """Record an application of the defence for disclosure: nothing is destroyed while it stands."""

    name = "apply for disclosure"
    phase = Phase.REVIEWING
    title = "Record an application of the defence"
    article = "Directive 2012/13/EU, Art. 7"
    body = ApplyBody
    parts = {"counsel": NOBODY, "words": NOBODY, "under": ABROAD}
    role = Role.ISSUING
    who = VALIDATORS | {Capacity.CUSTODIAN}
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        return {**given, "under": given.get("under") or self.article}

    def change(self, case: Case, act: ActView, body: ApplyBody) -> Case:
        return replace(case, applications=(*case.applications, act.hash))


class SettleBody(Body):
    """Which application, and why nothing is disclosed on it."""

    application: Hash
    reasons: Words


class RefuseDisclosure(Kind[SettleBody]):
    """Settle an application of the defence without disclosing anything, with reasons."""

    name = "refuse disclosure"
    phase = Phase.REVIEWING
    title = "Refuse the application of the defence"
    article = "Directive 2012/13/EU, Art. 7(4)"
    body = SettleBody
    parts = {"application": ABROAD, "reasons": NOBODY}
    role = Role.ISSUING
    who = JUDGES
    states = ApplyForDisclosure.states
    key = True

    def needs(self, case: Case, by: Author, body: SettleBody, world: World) -> Refusal | None:
        return _stands(self, case, body.application)

    def change(self, case: Case, act: ActView, body: SettleBody) -> Case:
        return replace(case, applications=tuple(one for one in case.applications if one != body.application))

    def text(self, case: Case, by: Author, body: SettleBody) -> str:
        return f"Application {body.application} in case {case.ref.id if case.ref else ''} is refused. Reasons: {body.reasons}"


class DiscloseBody(Body):
    """Which package, to whom, under which law, to which recipient it is sealed anew, and on which application."""

    package: Hash
    counsel: Line
    recipient: Recipient
    application: Hash
    reasons: Words


class Disclose(Kind[DiscloseBody]):
    """Disclose a package to the defence: it is opened once, and sealed anew to counsel's own recipient."""

    name = "disclose to defence"
    phase = Phase.PRODUCING
    title = "Disclose to the defence"
    article = "Directive 2012/13/EU, Art. 7(2)"
    body = DiscloseBody
    parts = {**dict.fromkeys(DiscloseBody.model_fields, NOBODY), "application": ABROAD}
    role = Role.ISSUING
    who = JUDGES
    states = HELD
    key = True
    logging = Logging.DISCLOSE

    def needs(self, case: Case, by: Author, body: DiscloseBody, world: World) -> Refusal | None:
        return closed(self, case, body.package) or _stands(self, case, body.application)

    def change(self, case: Case, act: ActView, body: DiscloseBody) -> Case:
        left = tuple(one for one in case.applications if one != body.application)
        if "package" not in act.parts:  # other nodes learn that the application is settled, and nothing else
            return replace(case, applications=left)
        use = Use(act=act.hash, at=act.at, sort=self.name, whom=body.counsel, law=self.article, digest=body.package)
        return replace(case, uses=(*case.uses, use), applications=left)

    def text(self, case: Case, by: Author, body: DiscloseBody) -> str:
        return f"Package {body.package} is disclosed to {body.counsel}, sealed to {body.recipient}. Reasons: {body.reasons}"


class SecondaryUseBody(Body):
    """Which package, in which other proceedings, under which law and conditions, sealed anew to which recipient, and why."""

    package: Hash
    proceedings: Line
    recipient: Recipient
    conditions: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    law: Literal[
        "regulation 2023/1543 Art. 12(4)",
        "directive 2014/41 Art. 19",
        "second additional protocol Art. 14(1)",
        "led Art. 4(2)",
        "eu-us agreement Art. 9",
    ]
    reasons: Words


class AllowSecondaryUse(Kind[SecondaryUseBody]):
    """Allow that the evidence is used in other proceedings, by an authorisation of its own."""

    name = "allow secondary use"
    phase = Phase.PRODUCING
    title = "Allow use in other proceedings"
    article = "led Art. 4(2)"
    body = SecondaryUseBody
    parts = dict.fromkeys(SecondaryUseBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = JUDGES
    states = HELD
    key = True
    logging = Logging.COMBINE

    def needs(self, case: Case, by: Author, body: SecondaryUseBody, world: World) -> Refusal | None:
        return closed(self, case, body.package)

    def change(self, case: Case, act: ActView, body: SecondaryUseBody) -> Case:
        use = Use(act=act.hash, at=act.at, sort=self.name, whom=body.proceedings, law=body.law, digest=body.package)
        return replace(case, uses=(*case.uses, use))

    def text(self, case: Case, by: Author, body: SecondaryUseBody) -> str:
        return (
            f"Package {body.package} may be used in {body.proceedings}, sealed to {body.recipient}, under {body.law}, on these conditions: "
            f"{'; '.join(body.conditions)}. Reasons: {body.reasons}"
        )


class OnwardBody(Body):
    """Which package, to which authority of which State, under which law and conditions, and who approved it.

    `approval` says which authority of the State that gave the data approved, and when; or why the law asks for no approval
    (LED Art. 35(1)(e); Second Additional Protocol, Art. 14(10)).
    """

    package: Hash
    authority: Line
    recipient: Recipient
    approval: Words
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    law: Literal[
        "led Art. 9", "led Art. 35-38", "second additional protocol Art. 14(10)", "directive 2014/41 Art. 19", "eu-us agreement Art. 9"
    ]
    conditions: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    reasons: Words


class TransferOnward(Kind[OnwardBody]):
    """Transfer the evidence onward to an authority of another State, under conditions that travel with it."""

    name = "transfer onward"
    phase = Phase.PRODUCING
    title = "Transfer to another State"
    article = "led Art. 35"
    body = OnwardBody
    parts = dict.fromkeys(OnwardBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = JUDGES
    states = HELD
    key = True
    logging = Logging.DISCLOSE

    def needs(self, case: Case, by: Author, body: OnwardBody, world: World) -> Refusal | None:
        return closed(self, case, body.package)

    def change(self, case: Case, act: ActView, body: OnwardBody) -> Case:
        use = Use(act=act.hash, at=act.at, sort=self.name, whom=f"{body.authority} ({body.state})", law=body.law, digest=body.package)
        return replace(case, uses=(*case.uses, use))

    def text(self, case: Case, by: Author, body: OnwardBody) -> str:
        return (
            f"Package {body.package} goes to {body.authority} ({body.state}), sealed to {body.recipient}, under {body.law}, on these "
            f"conditions: {'; '.join(body.conditions)}. Approval: {body.approval} Reasons: {body.reasons}"
        )


class ContainBody(Body):
    """What reached whom, how many persons it concerns, and what was done at once."""

    what: Words
    reached: Line
    persons: Annotated[int, Field(ge=0, le=1_000_000_000)]
    done: Words


class Contain(Kind[ContainBody]):
    """Contain an accidental disclosure: everything of the case is frozen at once, here and abroad, and everybody is told."""

    name = "contain"
    phase = Phase.REVIEWING
    title = "Report and contain an accidental disclosure"
    article = "led Art. 30"
    body = ContainBody
    parts = {"what": ABROAD, "reached": NOBODY, "persons": ABROAD, "done": ABROAD}
    role = Role.ISSUING
    who = VALIDATORS | {Capacity.CUSTODIAN}
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}
    logging = Logging.DISCLOSE

    def change(self, case: Case, act: ActView, body: ContainBody) -> Case:
        frozen = Restriction(act=act.hash, at=act.at, why="an accidental disclosure is being contained", article=self.article)
        return replace(case, contained=act.hash, restrictions=(*case.restrictions, frozen))


def _stands(kind: Kind[B], case: Case, application: str) -> Refusal | None:
    if application in case.applications:
        return None
    return kind.refuse("application", "No such application of the defence stands.", "Record the application first.", where="application")


KINDS = (ApplyForDisclosure(), RefuseDisclosure(), Disclose(), AllowSecondaryUse(), TransferOnward(), Contain())
