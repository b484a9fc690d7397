"""Acts about time: until when evidence is kept, longer by a reasoned decision; until when it can be fetched; and its end.

Directive (EU) 2016/680, Arts. 4(1)(e) and 5; Implementing Regulation (EU) 2025/1550, annex, 3.3.3. Each item has an end of its
own. Other nodes are told of a later end and answer with what they now count; until then the page shows that they have not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.moments import parse_day
from rogatory.procedure.acts.crossing import ABROAD, ADDRESSEE, ISSUING, OPEN_ABROAD, SOFTWARE
from rogatory.procedure.acts.opening import JUDGES
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.acts.producing import MOST_AVAILABLE
from rogatory.procedure.case import Case, Extension, Package
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import Day, Hash, Line, Words
from rogatory.procedure.words import ISSUERS, Capacity, Logging, Phase, Role, State

KEPT = OPEN_ABROAD | {State.REFUSED, State.WITHDRAWN, State.LAPSED}
ItemNames = Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


class RetainBody(Body):
    """Which items, until when, and why longer than was agreed."""

    items: ItemNames
    until: Day
    reasons: Words


class Retain(Kind[RetainBody]):
    """Keep the evidence longer, whole or of some items, by a reasoned decision; never shorter, and never without an end."""

    name = "retain"
    phase = Phase.ENDING
    title = "Keep the evidence longer"
    article = "led Art. 5"
    body = RetainBody
    parts = {"items": ABROAD, "until": ABROAD, "reasons": NOBODY}
    role = Role.ISSUING
    who = JUDGES
    states = KEPT
    key = True

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: object) -> Mapping[str, Value]:
        return {**given, "items": given.get("items") or [item for item in sorted(case.ends) if item not in case.ended]}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.ends.keys() <= case.ended.keys():
            return self.refuse("evidence", "Nothing is kept in this case.", "Wait for the answer.")
        return None

    def needs(self, case: Case, by: Author, body: RetainBody, world: World) -> Refusal | None:
        for item in body.items:
            end = case.ends.get(item)
            if end is None or item in case.ended:
                return self.refuse(
                    "evidence", f"Nothing is kept of the item {item}.", "Name an item of which data are kept.", where="items"
                )
            if parse_day(body.until) <= parse_day(end):
                return self.refuse("longer", f"The item {item} is kept until {end} already.", "Name a later day.", where="until")
        if parse_day(body.until) < world.now.date():
            return self.refuse("past", "That day is over.", "Name a day to come.", where="until")
        return None

    def change(self, case: Case, act: ActView, body: RetainBody) -> Case:
        later = {item: max(case.ends.get(item, body.until), body.until) for item in body.items}
        longer = Extension(act=act.hash, at=act.at, items=body.items, until=body.until)
        return replace(case, ends={**case.ends, **later}, extensions=(*case.extensions, longer))

    def text(self, case: Case, by: Author, body: RetainBody) -> str:
        named = ", ".join(f"{item} (until now {case.ends.get(item, '?')})" for item in body.items)
        return f"Of case {case.ref.id if case.ref else ''} these items are kept until {body.until}: {named}. Reasons: {body.reasons}"


class AgreeBody(Body):
    """To which decision, and the last day of each of its items as this node counts it now."""

    retain: Hash
    ends: Mapping[Line, Day]


class AgreeToKeeping(Kind[AgreeBody]):
    """Answer that a later end was taken up, and state it as this node now counts it."""

    name = "agree to keeping"
    phase = Phase.ENDING
    title = "Agree to the later end"
    article = "led Art. 5"
    body = AgreeBody
    parts = dict.fromkeys(AgreeBody.model_fields, ISSUING)
    role = None
    who = SOFTWARE
    states = KEPT
    automatic = True

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: object) -> Mapping[str, Value]:
        asked = next((one for one in case.extensions if one.act == given.get("retain")), None)
        return {**given, "ends": {item: case.ends[item] for item in asked.items} if asked else {}}

    def accept(self, case: Case, act: ActView, body: AgreeBody, world: World) -> Refusal | None:
        asked = next((one for one in case.extensions if one.act == body.retain), None)
        if asked is None or any(body.ends.get(item, "") < asked.until for item in asked.items):
            return self.refuse("ends", "It states another end than was decided.", "Count the end anew from the same acts.", where="ends")
        return None

    def change(self, case: Case, act: ActView, body: AgreeBody) -> Case:
        agreed = tuple(replace(one, agreed=one.agreed | {act.by.institution}) if one.act == body.retain else one for one in case.extensions)
        return replace(case, extensions=agreed)


class EndKeepingBody(Body):
    """The legal end that passed, which items end with it, and whether nothing of the case is left then."""

    as_of: Line
    kept_until: Day
    items: ItemNames
    whole: bool


class EndKeeping(Kind[EndKeepingBody]):
    """The time for which items are kept has ended: they are destroyed, here and with everybody who holds them."""

    name = "end keeping"
    phase = Phase.ENDING
    title = "The time for which the data are kept ends"
    article = "led Art. 5"
    body = EndKeepingBody
    parts = dict.fromkeys(EndKeepingBody.model_fields, ABROAD)
    role = Role.ISSUING
    who = SOFTWARE
    states = frozenset({State.ANSWERED, State.RECEIVED})
    automatic = True
    logging = Logging.ERASE

    def needs(self, case: Case, by: Author, body: EndKeepingBody, world: World) -> Refusal | None:
        if case.held_back:
            return self.refuse("held-back", f"Nothing is destroyed: {case.held_back}.", "Decide on that first.")
        return None

    def change(self, case: Case, act: ActView, body: EndKeepingBody) -> Case:
        gone = {item: act.hash for item in body.items if item not in case.ended}
        return replace(case, ended={**case.ended, **gone}, purged=act.hash if body.whole else case.purged)


class LongerBody(Body):
    """Until when the packages should be fetchable, and why."""

    until: Day
    words: Words


def _waiting(case: Case) -> list[Package]:
    return [one for one in case.packages if not one.received and one.line.item not in case.ended]


class AskForLonger(Kind[LongerBody]):
    """Ask the provider to leave its packages longer where they can be fetched."""

    name = "ask for longer availability"
    phase = Phase.PRODUCING
    title = "Ask to leave the packages longer"
    article = "reg-2025-1550 Annex 3.3.3"
    body = LongerBody
    parts = dict.fromkeys(LongerBody.model_fields, ADDRESSEE)
    role = Role.ISSUING
    who = ISSUERS | {Capacity.CUSTODIAN}
    states = frozenset({State.ANSWERED, State.RECEIVED})

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if not _waiting(case):
            return self.refuse("waiting", "No package waits to be fetched.", "Nothing is to be asked.")
        return None

    def needs(self, case: Case, by: Author, body: LongerBody, world: World) -> Refusal | None:
        waiting = _waiting(case)
        if all(body.until <= one.available_until for one in waiting):
            return self.refuse(
                "later", f"They can be fetched until {waiting[0].available_until} already.", "Name a later day.", where="until"
            )
        if parse_day(body.until) > world.now.date() + timedelta(days=MOST_AVAILABLE):
            return self.refuse("window", f"At most {MOST_AVAILABLE} days can be asked for at once.", "Name an earlier day.", where="until")
        return None

    def change(self, case: Case, act: ActView, body: LongerBody) -> Case:
        return replace(case, longer_asked=body.until)


class LeaveBody(Body):
    """Until when the packages can now be fetched."""

    until: Day


class LeaveLonger(Kind[LeaveBody]):
    """Leave the packages longer where they can be fetched, as the issuing authority asked."""

    name = "leave available longer"
    phase = Phase.PRODUCING
    title = "Leave the packages longer"
    article = "reg-2025-1550 Annex 3.3.3"
    body = LeaveBody
    parts = dict.fromkeys(LeaveBody.model_fields, ISSUING)
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.ANSWERED, State.RECEIVED})

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: object) -> Mapping[str, Value]:
        return given if given.get("until") else {**given, "until": case.longer_asked or ""}

    def needs(self, case: Case, by: Author, body: LeaveBody, world: World) -> Refusal | None:
        refused = self._asked(case, body)
        today = world.now.date().isoformat()
        if refused is None and all(one.available_until < today for one in case.packages):
            return self.refuse("gone", "Their time has ended and they are gone.", "Seal them again, and answer again.")
        return refused

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.longer_asked is None:
            return self.refuse("asked", "The issuing authority asked for nothing.", "Wait until it asks.")
        return None

    def _asked(self, case: Case, body: LeaveBody) -> Refusal | None:
        if case.longer_asked is None or body.until > case.longer_asked or all(body.until <= one.available_until for one in case.packages):
            return self.refuse("until", f"It was asked for until {case.longer_asked}.", "Name that day, or one before it.", where="until")
        return None

    def accept(self, case: Case, act: ActView, body: LeaveBody, world: World) -> Refusal | None:
        return self.premise(case, act.by) or self._asked(case, body)

    def change(self, case: Case, act: ActView, body: LeaveBody) -> Case:
        packages = tuple(replace(one, available_until=max(one.available_until, body.until)) for one in case.packages)
        return replace(case, packages=packages, longer_asked=None)


KINDS = (Retain(), AgreeToKeeping(), EndKeeping(), AskForLonger(), LeaveLonger())
