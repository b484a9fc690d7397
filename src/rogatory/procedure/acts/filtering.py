"""Acts about what was found on opening and is not for the team: privileged, irrelevant, or of a third party.

Regulation (EU) 2023/1543, Art. 5(9)-(10); Directive (EU) 2016/680, Arts. 4(1)(c) and 6.

- Whoever meets it stops: from this act on nobody of the case opens that original, and it shows as a gap with its reason.
- It goes, sealed to her own recipient, to a filter person: named by a judge, and somebody who did nothing else in this case.
- She decides for each original, with her own key and reasons: released to the team, or kept out for good.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from rogatory.act import Author
from rogatory.procedure.acts.keeping import KEPT
from rogatory.procedure.acts.opening import JUDGES, WHOLE
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.acts.using import Recipient
from rogatory.procedure.case import Case, FilterPerson, Referral
from rogatory.procedure.kind import ActView, B, Body, Kind, Refusal, World
from rogatory.procedure.order import Hash, OfficerId, Words
from rogatory.procedure.words import Capacity, Logging, Phase, Role

FILTER = frozenset({Capacity.FILTER})


class NameFilterBody(Body):
    """Who is to look at what the team must not see, and why she."""

    filter_person: OfficerId
    reasons: Words


class NameFilterPerson(Kind[NameFilterBody]):
    """Name the person who looks at what the team must not see; she has done nothing else in this case, and does nothing else."""

    name = "name filter person"
    phase = Phase.PRODUCING
    title = "Name a filter person"
    article = "Art. 5(10)"
    body = NameFilterBody
    parts = dict.fromkeys(NameFilterBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = JUDGES
    states = KEPT
    key = True

    def needs(self, case: Case, by: Author, body: NameFilterBody, world: World) -> Refusal | None:
        officer = world.officers.get(body.filter_person)
        if officer is None or Capacity.FILTER not in officer.capacities:
            return self.refuse("enrolled", "That person is not enrolled as filter person.", "Name one who is.", where="filter_person")
        if body.filter_person in team(case):
            return self.refuse("outside", "That person has taken part in this case.", "Name somebody who has not.", where="filter_person")
        return None

    def change(self, case: Case, act: ActView, body: NameFilterBody) -> Case:
        return replace(case, filter=FilterPerson(act=act.hash, officer=body.filter_person))

    def text(self, case: Case, by: Author, body: NameFilterBody) -> str:
        return f"{body.filter_person} is the filter person of case {case.ref.id if case.ref else ''}. Reasons: {body.reasons}"


def team(case: Case) -> frozenset[str]:
    """Everybody who has acted in this case in another capacity than that of a filter person, or is named in it."""
    acted = {act.by.officer for act in case.acts if act.by.officer and act.by.capacity != Capacity.FILTER}
    return frozenset({*acted, *case.custodians, *((case.submitted_to,) if case.submitted_to else ())})


class AcceptBody(Body):
    """The recipient whose identity this person alone holds."""

    recipient: Recipient


class AcceptFiltering(Kind[AcceptBody]):
    """Take the task, and give the age recipient to which everything is sealed; its identity never comes to this node."""

    name = "accept filtering"
    phase = Phase.PRODUCING
    title = "Accept to filter"
    article = "Art. 5(10)"
    body = AcceptBody
    parts = dict.fromkeys(AcceptBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = FILTER
    states = KEPT
    key = True

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return _named(self, case, by)

    def change(self, case: Case, act: ActView, body: AcceptBody) -> Case:
        return replace(case, filter=replace(case.filter, recipient=body.recipient) if case.filter else None)

    def text(self, case: Case, by: Author, body: AcceptBody) -> str:
        return f"I filter for case {case.ref.id if case.ref else ''}. What I am to see is sealed to {body.recipient}."


class ReferBody(Body):
    """By which opening it was met, what sort it is, and how that was seen; never what it says."""

    opening: Hash
    sort: Literal["privileged", "irrelevant", "third-party"]
    reason: Words


class ReferToFilter(Kind[ReferBody]):
    """Stop the view of an original that is privileged, irrelevant or of a third party, and put it before the filter person."""

    name = "refer to filter"
    phase = Phase.PRODUCING
    title = "Stop the view and refer it to the filter person"
    article = "Art. 5(10)"
    body = ReferBody
    parts = dict.fromkeys(ReferBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = frozenset({Capacity.CUSTODIAN})
    states = KEPT
    logging = Logging.ALTER

    def needs(self, case: Case, by: Author, body: ReferBody, world: World) -> Refusal | None:
        opening = next((one for one in case.openings if one.act == body.opening and one.file != WHOLE), None)
        if opening is None or opening.file.startswith(WHOLE):
            return self.refuse("opening", "No original was opened by that act.", "Name the act that opened it.", where="opening")
        if any((one.digest, one.file) == (opening.digest, opening.file) for one in case.referrals):
            return self.refuse("referred", "This original was referred already.", "The filter person's decision stands.", where="opening")
        return None

    def change(self, case: Case, act: ActView, body: ReferBody) -> Case:
        opening = next((one for one in case.openings if one.act == body.opening), None)
        if opening is None:
            return case
        made = Referral(act=act.hash, by=act.by, at=act.at, digest=opening.digest, file=opening.file, sort=body.sort, reason=body.reason)
        return replace(case, referrals=(*case.referrals, made))


class LookBody(Body):
    """Which referral is looked at."""

    referral: Hash


class OpenForFiltering(Kind[LookBody]):
    """Fetch an original that was referred, sealed to the filter person's own recipient."""

    name = "open for filtering"
    phase = Phase.PRODUCING
    title = "Fetch what was referred"
    article = "Art. 5(10)"
    body = LookBody
    parts = dict.fromkeys(LookBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = FILTER
    states = KEPT
    logging = Logging.CONSULT

    def premise(self, case: Case, by: Author) -> Refusal | None:
        refused = _named(self, case, by)
        if refused is None and (case.filter is None or case.filter.recipient is None):
            return self.refuse("recipient", "Nothing says to whom it is sealed.", "Accept the task first, with your recipient.")
        return refused

    def needs(self, case: Case, by: Author, body: LookBody, world: World) -> Refusal | None:
        return _referred(self, case, body.referral)


class DecideFilteringBody(Body):
    """What becomes of one original, and why; the reason stands in its place and says nothing of its content."""

    referral: Hash
    outcome: Literal["released", "kept-out"]
    reason: Words


class DecideFiltering(Kind[DecideFilteringBody]):
    """Decide, as filter person, whether the team sees an original: released, or kept out for good."""

    name = "decide filtering"
    phase = Phase.PRODUCING
    title = "Decide on what was referred"
    article = "Art. 5(10)"
    body = DecideFilteringBody
    parts = dict.fromkeys(DecideFilteringBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = FILTER
    states = KEPT
    key = True
    logging = Logging.ALTER

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return _named(self, case, by)

    def needs(self, case: Case, by: Author, body: DecideFilteringBody, world: World) -> Refusal | None:
        return _referred(self, case, body.referral)

    def change(self, case: Case, act: ActView, body: DecideFilteringBody) -> Case:
        referrals = tuple(
            replace(one, outcome=body.outcome, why=body.reason, decided=act.hash) if one.act == body.referral else one
            for one in case.referrals
        )
        return replace(case, referrals=referrals)

    def text(self, case: Case, by: Author, body: DecideFilteringBody) -> str:
        word = "RELEASED to the team" if body.outcome == "released" else "KEPT OUT for good"
        return f"The original of referral {body.referral}, case {case.ref.id if case.ref else ''}: {word}. Reason: {body.reason}"


def _named(kind: Kind[B], case: Case, by: Author) -> Refusal | None:
    if case.filter is None or case.filter.officer != by.officer:
        return kind.refuse("named", "You are not the filter person of this case.", "A judge names one.", where="by")
    return None


def _referred(kind: Kind[B], case: Case, referral: str) -> Refusal | None:
    found = next((one for one in case.referrals if one.act == referral), None)
    if found is None or found.outcome:
        return kind.refuse("referral", "No such original waits for a decision.", "Name a referral that is open.", where="referral")
    package = next((one for one in case.packages if one.line.digest == found.digest), None)
    if case.restricted or case.purged or package is None or package.line.item in case.ended:
        return kind.refuse("restricted", "Nobody may open what this case holds now.", "Wait until it is lifted.", article="Art. 4(5)")
    return None


KINDS = (NameFilterPerson(), AcceptFiltering(), ReferToFilter(), OpenForFiltering(), DecideFiltering())
