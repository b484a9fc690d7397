"""Acts that produce, receive, look at and open evidence.

Regulation (EU) 2023/1543, Arts. 10 and 12; Directive (EU) 2016/680, Art. 25: every look is recorded before anything is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from rogatory.act import Author
from rogatory.procedure.acts.crossing import ADDRESSEE, ISSUING, SOFTWARE
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Case, Opening, Package
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import Hash, Line, PackageLine, Words
from rogatory.procedure.words import Capacity, Logging, Phase, Role, State


class ProduceBody(Body):
    """The answer, and one sealed package for each item that it answers."""

    answer: Literal["whole", "part", "nothing-held", "impossible"]
    packages: Annotated[tuple[PackageLine, ...], Field(max_length=20)]
    sealed_to: Line
    words: Words
    read_back: Words


class Produce(Kind[ProduceBody]):
    """Produce the data, sealed to the order's own recipient."""

    name = "produce"
    phase = Phase.PRODUCING
    title = "Produce the data"
    article = "Art. 10"
    discloses = True
    body = ProduceBody
    parts = dict.fromkeys(ProduceBody.model_fields, ISSUING)
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.WITH_ADDRESSEE, State.ANSWERED})
    law_act = "produce"
    law_abroad = True
    logging = Logging.DISCLOSE

    def needs(self, case: Case, by: Author, body: ProduceBody, world: World) -> Refusal | None:
        sent = case.sent
        if sent is None:
            return self.refuse("order", "There is no order to answer.", "Wait for the order.")
        if sent.emergency and not (case.emergency and case.emergency.called_back):
            return self.refuse(
                "call-back",
                "This order was issued in an emergency and nobody has called back yet.",
                "Call the number in the trust list, and record the code that is read out to you.",
                article="Art. 10(4)",
            )
        if body.sealed_to != sent.seal_to:
            return self.refuse("sealed-to", "The package is sealed to another recipient.", "Seal it to the order's own.")
        asked = {item.id for item in sent.items}
        foreign = [line.item for line in body.packages if line.item not in asked]
        if foreign:
            return self.refuse("items", f"The order has no item {foreign[0]}.", "Produce only what is ordered.")
        if (body.answer in {"whole", "part"}) != bool(body.packages):
            return self.refuse("packages", "The answer and the packages disagree.", "Add a package, or answer otherwise.")
        if body.answer == "whole" and {line.item for line in body.packages} != asked:
            return self.refuse("whole", "Not every item has a package.", "Answer 'part', or add what lacks.")
        return None

    def accept(self, case: Case, act: ActView, body: ProduceBody, world: World) -> Refusal | None:
        return self.needs(case, act.by, body, world)

    def change(self, case: Case, act: ActView, body: ProduceBody) -> Case:
        held = {package.line.digest for package in case.packages}
        added = tuple(Package(line=line, act=act.hash) for line in body.packages if line.digest not in held)
        return replace(case, answer=body.answer, packages=case.packages + added)


class ReceiveBody(Body):
    """The package that arrived whole."""

    digest: Hash
    size: Annotated[int, Field(ge=1)]
    produced: Hash


class Receive(Kind[ReceiveBody]):
    """Receive a package: its bytes were counted and hashed, and are those that the producer signed."""

    name = "receive"
    phase = Phase.PRODUCING
    title = "Receive the package"
    article = "Art. 10"
    body = ReceiveBody
    parts = dict.fromkeys(ReceiveBody.model_fields, ADDRESSEE)
    role = Role.ISSUING
    who = SOFTWARE | {Capacity.CUSTODIAN}
    states = frozenset(State) - {State.EMPTY, State.DRAFT, State.PURGED}
    events = {"produced": None}
    logging = Logging.COLLECT
    automatic = True

    def needs(self, case: Case, by: Author, body: ReceiveBody, world: World) -> Refusal | None:
        package = next((one for one in case.packages if one.line.digest == body.digest), None)
        if package is None or package.line.size != body.size:
            return self.refuse("announced", "No act announced this package.", "Keep it sealed and report it.")
        return None

    def change(self, case: Case, act: ActView, body: ReceiveBody) -> Case:
        packages = tuple(replace(package, received=True) if package.line.digest == body.digest else package for package in case.packages)
        return replace(case, packages=packages)


class OpenBody(Body):
    """Which package, for which purpose."""

    package: Hash
    use_for: Line
    purpose: Words


class Open(Kind[OpenBody]):
    """Open a package: the act is durable before the first byte is shown."""

    name = "open"
    phase = Phase.PRODUCING
    title = "Open the package"
    article = "Art. 10"
    body = OpenBody
    parts = dict.fromkeys(OpenBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = frozenset({Capacity.CUSTODIAN})
    states = frozenset({State.RECEIVED, State.ANSWERED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.PURGED})
    law_act = "use"
    needs_first = True
    logging = Logging.CONSULT

    def needs(self, case: Case, by: Author, body: OpenBody, world: World) -> Refusal | None:
        if case.purged:
            return self.refuse("destroyed", "The data of this case were destroyed.", "None.", article="Art. 4(5)")
        if case.restricted:
            closed = case.restrictions[-1]
            return self.refuse(
                "restricted",
                f"Nobody may open what this case holds: {closed.why}.",
                "Ask the court or the overseer; what was opened before stays on record.",
                article=closed.article,
            )
        if not any(package.received and package.line.digest == body.package for package in case.packages):
            return self.refuse("received", "That package has not been received.", "Wait until it has arrived and verified.")
        return None

    def change(self, case: Case, act: ActView, body: OpenBody) -> Case:
        opening = Opening(act=act.hash, by=act.by, at=act.at, digest=body.package, purpose=body.purpose)
        return replace(case, openings=(*case.openings, opening))


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


KINDS = (Produce(), Receive(), Open(), Consult())
