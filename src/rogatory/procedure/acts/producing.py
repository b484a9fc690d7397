"""Acts that produce and receive evidence.

Regulation (EU) 2023/1543, Arts. 10 and 12. An answer states for each package what Implementing Regulation (EU) 2025/1550, 3.3.3,
asks of a manifest: sender and recipient (of the act), the order, name, size, digest and algorithm of each file that is
transferred, the means, and until when it can be fetched (10 to 45 days); and until when both sides keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.moments import Instant, parse_day
from rogatory.procedure.acts.crossing import ADDRESSEE, ISSUING, OPEN_ABROAD, SOFTWARE
from rogatory.procedure.case import Case, Package
from rogatory.procedure.kind import ActView, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import Day, Hash, Line, PackageLine, Words
from rogatory.procedure.retention import agreed_ends
from rogatory.procedure.words import Capacity, Logging, Phase, Role, State

LEAST_AVAILABLE, MOST_AVAILABLE = 10, 45
MEANS = "sealed package, node to node, resumable"


class ProduceBody(Body):
    """The answer, and one sealed package for each item that it answers."""

    answer: Literal["whole", "part", "nothing-held", "impossible"]
    packages: Annotated[tuple[PackageLine, ...], Field(max_length=20)]
    sealed_to: Mapping[str, Line]
    words: Words
    read_back: Words
    means: Line
    available_until: Day
    kept_until: Mapping[Line, Day]

    @property
    def last_day(self) -> date:
        """The last day on which the packages can be fetched."""
        return parse_day(self.available_until)


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
    states = frozenset({State.WITH_ADDRESSEE, State.ANSWERED, State.RECEIVED})
    law_act = "produce"
    law_abroad = True
    logging = Logging.DISCLOSE

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        available = world.now.date() + timedelta(days=MOST_AVAILABLE)
        return {
            "means": MEANS,
            "available_until": available.isoformat(),
            "kept_until": dict(agreed_ends(case.sent, world.now.date())) if case.sent else {},
            **given,
        }

    def needs(self, case: Case, by: Author, body: ProduceBody, world: World) -> Refusal | None:
        if case.restricted:
            closing = case.restrictions[-1]
            says = f"Nothing may be released: {closing.why}."
            return self.refuse("restricted", says, "Wait until it is lifted.", article=closing.article)
        return self._answers(case, by, body, world) or self._stated(case, body, world.now)

    def _stated(self, case: Case, body: ProduceBody, at: Instant) -> Refusal | None:
        """What the manifest states of time: the window, and the end on which both sides agree."""
        days = (body.last_day - at.date()).days
        if not LEAST_AVAILABLE <= days <= MOST_AVAILABLE:
            return self.refuse(
                "window",
                f"The packages can be fetched for {days} days; it must be {LEAST_AVAILABLE} to {MOST_AVAILABLE}.",
                "Name a day in that time.",
                article="Implementing Regulation (EU) 2025/1550, 3.3.3",
                where="available_until",
            )
        agreed = agreed_ends(case.sent, at.date()) if case.sent else {}
        if dict(body.kept_until) != agreed:
            counted = ", ".join(f"{item} until {day}" for item, day in agreed.items())
            return self.refuse(
                "kept-until",
                f"Another end is stated than the order gives: {counted}.",
                "State that day for each item.",
                article="led Art. 5",
                where="kept_until",
            )
        return None

    def _answers(self, case: Case, by: Author, body: ProduceBody, world: World) -> Refusal | None:
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
        over = [line.item for line in body.packages if line.item in case.ended]
        if over:
            return self.refuse("ended", f"The time of the item {over[0]} has ended.", "Release nothing of it.", article="led Art. 5")
        foreign = [line.item for line in body.packages if line.item not in asked]
        if foreign:
            return self.refuse("items", f"The order has no item {foreign[0]}.", "Produce only what is ordered.")
        if (body.answer in {"whole", "part"}) != bool(body.packages):
            return self.refuse("packages", "The answer and the packages disagree.", "Add a package, or answer otherwise.")
        if body.answer == "whole" and {line.item for line in body.packages} != asked:
            return self.refuse("whole", "Not every item has a package.", "Answer 'part', or add what lacks.")
        return None

    def accept(self, case: Case, act: ActView, body: ProduceBody, world: World) -> Refusal | None:
        return self._answers(case, act.by, body, world) or self._stated(case, body, act.at)

    def change(self, case: Case, act: ActView, body: ProduceBody) -> Case:
        held = {package.line.digest for package in case.packages}
        added = tuple(
            Package(line=line, act=act.hash, at=act.at, available_until=body.available_until)
            for line in body.packages
            if line.digest not in held
        )
        return replace(case, answer=body.answer, packages=case.packages + added, ends=_ends(case, body))


def _ends(case: Case, body: ProduceBody) -> Mapping[str, str]:
    """The end of each item: of those that this answer brings, and of those of which nothing came so far, by this answer."""
    if not body.packages:
        return case.ends
    came, brought = {one.line.item for one in case.packages}, {line.item for line in body.packages}
    moved = {item: max(case.ends.get(item, day), day) for item, day in body.kept_until.items() if item in brought or item not in came}
    return {**case.ends, **moved}


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
    who = SOFTWARE
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}
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


class QuarantineBody(Body):
    """Which package, what is wrong with it, and how to send again what was ordered."""

    package: Hash
    why: Line
    article: Line
    again: Words


class Quarantine(Kind[QuarantineBody]):
    """Keep a package sealed that is not what was ordered: nobody opens it, and its producer is told how to send again."""

    name = "quarantine"
    phase = Phase.PRODUCING
    title = "Put the package in quarantine"
    article = "led Art. 4(1)(c)"
    body = QuarantineBody
    parts = dict.fromkeys(QuarantineBody.model_fields, ADDRESSEE)
    role = Role.ISSUING
    who = SOFTWARE | {Capacity.CUSTODIAN}
    states = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}
    logging = Logging.ALTER

    def needs(self, case: Case, by: Author, body: QuarantineBody, world: World) -> Refusal | None:
        if not any(one.line.digest == body.package for one in case.packages):
            return self.refuse("announced", "No act announced this package.", "Name a package of this case.", where="package")
        return None

    def change(self, case: Case, act: ActView, body: QuarantineBody) -> Case:
        packages = tuple(
            replace(one, quarantined=body.why, again=body.again) if one.line.digest == body.package else one for one in case.packages
        )
        return replace(case, packages=packages)


KINDS = (Produce(), Receive(), Quarantine())
