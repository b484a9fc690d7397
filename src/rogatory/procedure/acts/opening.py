"""Acts with which evidence is looked at: opened on the record, by two persons where a judge has said so.

Directive (EU) 2016/680, Art. 25: every look is recorded, with its purpose, before anything is shown. Each original that is
read is an `open` act of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.moments import Instant
from rogatory.procedure.acts.crossing import OPEN_ABROAD, SOFTWARE
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Agreement, Case, Opening
from rogatory.procedure.kind import ActView, B, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import Hash, Line, OfficerId, Words
from rogatory.procedure.words import ISSUERS, VALIDATORS, Capacity, Logging, Phase, Role, State

WHOLE = "*"
"""The package as such: its list of originals, no bytes of them."""
ENDED = ""
"""In the place of an original's name, once its item has ended."""
AGREEMENT_LIVES = timedelta(hours=1)
OPENABLE = frozenset({State.RECEIVED, State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.PURGED})
JUDGES = VALIDATORS - {Capacity.PROSECUTOR}


class OpenBody(Body):
    """Which package, which original of it, for which purpose."""

    package: Hash
    use_for: Line
    purpose: Words
    file: Annotated[str, Field(min_length=1, max_length=1000)]


class Open(Kind[OpenBody]):
    """Open a package, or one original in it: the act is durable before the first byte is shown."""

    name = "open"
    phase = Phase.PRODUCING
    title = "Open the package"
    article = "Art. 10"
    body = OpenBody
    parts = dict.fromkeys(OpenBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = frozenset({Capacity.CUSTODIAN})
    states = OPENABLE
    law_act = "use"
    needs_first = True
    logging = Logging.CONSULT

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        return {**given, "file": given.get("file", WHOLE)}

    def needs(self, case: Case, by: Author, body: OpenBody, world: World) -> Refusal | None:
        refused = closed(self, case, body.package) or _unnamed(self, case, by) or self._alone(case, by, body, world)
        gap = case.withheld(body.package).get(body.file)
        if refused is None and gap is not None:
            return self.refuse("withheld", f"This original is {gap.gap}.", "None, unless the filter person releases it.")
        return refused

    def _alone(self, case: Case, by: Author, body: OpenBody, world: World) -> Refusal | None:
        with_me = {by.officer, *(one.by.officer for one in fresh_agreements(case, body.package, world.now))}
        if len(with_me) < case.openers:
            return self.refuse(
                "together",
                f"The judge ordered that {case.openers} persons open the evidence together; {len(with_me)} of them are here.",
                "Ask a colleague to agree to the opening; her agreement holds for one hour.",
            )
        return None

    def of_item(self, parts: Mapping[str, Value]) -> frozenset[str]:
        return frozenset() if parts.get("file") == WHOLE else frozenset({"file"})

    def change(self, case: Case, act: ActView, body: OpenBody) -> Case:
        file = body.file if "file" in body.model_fields_set else ENDED
        opening = Opening(act=act.hash, by=act.by, at=act.at, digest=body.package, use_for=body.use_for, purpose=body.purpose, file=file)
        return replace(case, openings=(*case.openings, opening))


def closed(kind: Kind[B], case: Case, digest: str) -> Refusal | None:
    """Why a package may not be opened by anybody now."""
    if case.purged:
        return kind.refuse("destroyed", "The data of this case were destroyed.", "None.", article="Art. 4(5)")
    if case.restricted:
        closing = case.restrictions[-1]
        return kind.refuse(
            "restricted",
            f"Nobody may open what this case holds: {closing.why}.",
            "Ask the court or the overseer; what was opened before stays on record.",
            article=closing.article,
        )
    package = next((one for one in case.packages if one.line.digest == digest), None)
    if package is not None and package.line.item in case.ended:
        end = case.ends.get(package.line.item, "")
        return kind.refuse("destroyed", f"The package was destroyed when its time had ended, {end}.", "None.", article="led Art. 5")
    if package is not None and package.quarantined:
        return kind.refuse(
            "quarantined",
            f"The package is in quarantine: {package.quarantined}.",
            "The addressee was told how to send it again.",
            article="led Art. 4(1)(c)",
        )
    if package is None or not package.received:
        return kind.refuse("received", "That package has not been received.", "Wait until it has arrived and verified.")
    return None


def fresh_agreements(case: Case, digest: str, now: Instant) -> tuple[Agreement, ...]:
    """Who agreed to the opening of a package within the last hour."""
    return tuple(one for one in case.agreements if one.digest == digest and now - one.at < AGREEMENT_LIVES)


def _unnamed(kind: Kind[B], case: Case, by: Author) -> Refusal | None:
    if not case.custodians or by.officer in case.custodians:
        return None
    return kind.refuse(
        "named", "Other persons are named for the evidence of this case.", "Ask one of them, or the officer who names them.", where="by"
    )


class NameCustodiansBody(Body):
    """Who may open the evidence of this case from now on."""

    custodians: Annotated[tuple[OfficerId, ...], Field(min_length=1, max_length=20)]


class NameCustodians(Kind[NameCustodiansBody]):
    """Name the persons who may open the evidence of this case; all others may not."""

    name = "name custodians"
    phase = Phase.PRODUCING
    title = "Name who may open the evidence"
    article = "led Art. 29(2)"
    body = NameCustodiansBody
    parts = {"custodians": NOBODY}
    role = Role.ISSUING
    who = ISSUERS
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}

    def needs(self, case: Case, by: Author, body: NameCustodiansBody, world: World) -> Refusal | None:
        for one in body.custodians:
            officer = world.officers.get(one)
            if officer is None or Capacity.CUSTODIAN not in officer.capacities:
                return self.refuse("custodian", f"{one} is no custodian here.", "Name custodians of this institution.", where="custodians")
        return None

    def change(self, case: Case, act: ActView, body: NameCustodiansBody) -> Case:
        return replace(case, custodians=frozenset(body.custodians))


class AgreeBody(Body):
    """To the opening of which package, and for which purpose."""

    package: Hash
    purpose: Words


class AgreeToOpen(Kind[AgreeBody]):
    """Agree that a colleague opens the package now, where a judge has ordered that nobody opens it alone."""

    name = "agree to open"
    phase = Phase.PRODUCING
    title = "Agree to the opening"
    article = "Art. 10"
    body = AgreeBody
    parts = dict.fromkeys(AgreeBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = frozenset({Capacity.CUSTODIAN})
    states = OPENABLE
    logging = Logging.CONSULT

    def needs(self, case: Case, by: Author, body: AgreeBody, world: World) -> Refusal | None:
        return closed(self, case, body.package) or _unnamed(self, case, by)

    def change(self, case: Case, act: ActView, body: AgreeBody) -> Case:
        return replace(case, agreements=(*case.agreements, Agreement(act=act.hash, by=act.by, at=act.at, digest=body.package)))


class OpenTogetherBody(Body):
    """How many persons must open the evidence together, and why."""

    openers: Annotated[int, Field(ge=1, le=5)]
    reasons: Words


class OrderOpeningTogether(Kind[OpenTogetherBody]):
    """Order, as a condition of the decision, how many custodians must open the evidence together."""

    name = "order opening together"
    phase = Phase.DECIDING
    title = "Order that nobody opens the evidence alone"
    article = "Art. 4(1)"
    body = OpenTogetherBody
    parts = dict.fromkeys(OpenTogetherBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = JUDGES
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}
    key = True

    def needs(self, case: Case, by: Author, body: OpenTogetherBody, world: World) -> Refusal | None:
        custodians = [one for one in world.officers.values() if Capacity.CUSTODIAN in one.capacities]
        if len(custodians) < body.openers:
            return self.refuse(
                "custodians",
                f"This institution has {len(custodians)} custodians: {body.openers} could never open the evidence together.",
                "Order fewer, or have another custodian enrolled.",
                where="openers",
            )
        return None

    def change(self, case: Case, act: ActView, body: OpenTogetherBody) -> Case:
        return replace(case, openers=body.openers)

    def text(self, case: Case, by: Author, body: OpenTogetherBody) -> str:
        return (
            f"Case {case.ref.id if case.ref else ''}: the evidence is opened by at least {body.openers} custodians together. "
            f"Reasons: {body.reasons}"
        )


class ConsultBody(Body):
    """Why the case is looked at."""

    purpose: Words


class Consult(Kind[ConsultBody]):
    """Look at the case: recorded once for each person, purpose and spell of work, before anything is shown."""

    name = "consult"
    phase = Phase.PRODUCING
    title = "Look at the case"
    article = "led Art. 25"
    body = ConsultBody
    parts = {"purpose": NOBODY}
    role = None
    who = frozenset(Capacity) - SOFTWARE
    states = frozenset(State) - {State.EMPTY}
    logging = Logging.CONSULT


KINDS = (NameCustodians(), Open(), AgreeToOpen(), OrderOpeningTogether(), Consult())
