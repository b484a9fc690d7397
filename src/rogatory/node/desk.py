"""The facade for the doors: what pages, the API and commands may ask of this node, in one place.

- Case data are shown only after a `consult` act has recorded who looks, at which case, and why (LED Art. 25).
- Doors never see tables. They get values, and errors of `rogatory.errors`; a refusal by the law is a value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rogatory.act import Assertion, CaseRef
from rogatory.canonical import Value, to_base64url
from rogatory.errors import RequestError
from rogatory.exchange.logs import TrustedLog
from rogatory.law import Assessment, Finding
from rogatory.moments import Instant, format_instant, instant
from rogatory.node import acting, evidence_of_logs, finding, log, people, storage
from rogatory.node.comparisons import Published, published
from rogatory.node.finding import RoutesShown
from rogatory.node.foreign import foreign_indexes, foreign_receipt, foreign_receipts
from rogatory.node.installation import Installation
from rogatory.node.listed import listed_cases
from rogatory.node.models import Officer as OfficerRow
from rogatory.node.models import Outbox, Package
from rogatory.node.refusals import Recognised, recognised
from rogatory.node.working import Made, author, load
from rogatory.procedure import KINDS, ActView, Capacity, Case, PeriodEnd, Refusal, Request, as_it_stands, closed_to, periods
from rogatory.procedure.instruments import cited
from rogatory.procedure.questions import Asked, asked, on_issuing
from rogatory.procedure.words import VALIDATORS

SPELL = timedelta(hours=4)
IDLE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in: her pseudonym, her name for her own screen, and the capacity in which she acts."""

    pseudonym: str
    name: str
    capacity: Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One line of a list of cases: facts without contents."""

    id: str
    reference: str
    state: str
    restricted: bool
    emergency: bool
    parties: Mapping[str, str]
    waits_for: str
    periods: tuple[tuple[str, Instant | None, str], ...]
    updated: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act of the timeline, with its place in the log of the node that made it."""

    act: ActView
    title: str
    article: str
    index: int | None
    sent_to: tuple[tuple[str, str, str], ...]
    signed_by_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case as a person who may see it sees it."""

    case: Case
    timeline: tuple[Entry, ...]
    periods: tuple[PeriodEnd, ...]
    assessment: Assessment
    possible: tuple[str, ...]
    now: Instant
    questions: tuple[Asked, ...] = ()
    """What the law leaves to a human, with the answers; only where the order is prepared and decided."""
    advice: tuple[Finding, ...] = ()
    """What the law advises before the order is sent: a task for those who prepare and decide, never a bar."""
    earlier: Recognised | None = None
    """What this node refused before and now meets again: for the deciding person alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text that waits for an officer's key: the challenge is that of the statement which holds the text."""

    name: str
    text: str
    challenge: bytes
    rp_id: str
    origin: str
    credential: str


class Desk:
    """What one node offers to its doors."""

    def __init__(self, house: Installation) -> None:
        self.house = house

    # ---- people

    def person_by_token(self, token: str) -> Sequence[Person]:
        """Who holds this token: one entry for each capacity in which she is enrolled; nothing if nobody does."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        row = OfficerRow.objects.filter(token_hash=digest).values_list("pseudonym", "name").first()
        if row is None:
            return ()
        return self.capacities_of(row[0], row[1])

    def capacities_of(self, pseudonym: str, name: str) -> Sequence[Person]:
        """The capacities in which an officer of this node is enrolled."""
        known = people.officers(self.house).get(pseudonym)
        return tuple(Person(pseudonym=pseudonym, name=name, capacity=capacity) for capacity in sorted(known.capacities if known else ()))

    def colleagues(self, capacities: Iterable[Capacity]) -> Mapping[str, str]:
        """Officers of this node who act in one of these capacities: pseudonym to name."""
        wanted = frozenset(capacities)
        known = people.officers(self.house)
        names = dict(OfficerRow.objects.values_list("pseudonym", "name"))
        return {one: names.get(one, one) for one, officer in sorted(known.items()) if officer.capacities & wanted}

    # ---- acts

    def make(
        self, person: Person, kind: str, given: Mapping[str, Value], case_id: str | None = None, *, key: str | None = None
    ) -> Made | Refusal:
        """Make an act that no officer's key signs. With a `key` the same call again gives the act made the first time."""
        lacking = _not_held(given, case_id) if kind == "produce" else None
        if lacking is not None:
            return lacking
        return acting.make(self.house, self._request(person, kind, given, case_id), key=key)

    def show(self, person: Person, kind: str, given: Mapping[str, Value], case_id: str | None = None) -> Shown | Refusal:
        """Prepare the text that the person's own key signs."""
        with self.house.clock.for_act(kind):
            answer = acting.show(self.house, self._request(person, kind, given, case_id))
            if isinstance(answer, Refusal):
                return answer
            me = self.house.trust(self.house.clock.now()).institution(self.house.settings.institution)
            key = people.enrolled(self.house)[person.pseudonym].credential.id
        name, text, challenge = answer
        return Shown(
            name=name,
            text=text,
            challenge=challenge,
            rp_id=me.rp_id if me else "",
            origin=me.origin if me else "",
            credential=key,
        )

    def decide(self, person: Person, name: str, assertion: Assertion) -> Made | Refusal:
        """Make the act whose text was shown, with her key's assertion."""
        return acting.decide(self.house, name, person.pseudonym, assertion)

    def _request(self, person: Person, kind: str, given: Mapping[str, Value], case_id: str | None) -> Request:
        return Request(
            kind=kind,
            by=author(self.house, person.pseudonym, person.capacity),
            case=self._ref(case_id),
            given=given,
        )

    def _ref(self, case_id: str | None) -> CaseRef | None:
        if case_id is None:
            return None
        institution = storage.opener(_uuid(case_id))
        if institution is None:
            raise RequestError("there is no such case here", where=case_id, cure="choose a case from the list")
        return CaseRef(institution=institution, id=case_id)

    # ---- looking

    def cases(self) -> tuple[CaseLine, ...]:
        """Every case of this node, newest first: references, states and clocks, which need no record of looking."""
        return tuple(
            CaseLine(
                id=str(row.id),
                reference=row.reference,
                state=row.state,
                restricted=bool(row.summary.get("restricted")),
                emergency=bool(row.summary.get("emergency")),
                parties=row.summary.get("parties", {}),
                waits_for=str(row.summary.get("waits_for", "nobody")),
                periods=tuple((one.name, one.legal, one.state) for one in clocks),
                updated=instant(row.updated),
            )
            for row, clocks in listed_cases()
        )

    def page(self, person: Person, case_id: str, purpose: str) -> CasePage | Refusal:
        """The whole case, after it was recorded that this person looks at it, and why."""
        refused = self._consult(person, case_id, purpose)
        if refused is not None:
            return refused
        now = self.house.clock.now()
        working = load(self.house, case_id, now)
        issuing = on_issuing(working.case, working.world, working.pack()) if working.case.draft else None
        case, by = working.case, author(self.house, person.pseudonym, person.capacity)
        possible = tuple(
            name
            for name, kind in KINDS.items()
            if not kind.automatic and kind.phase != "house" and closed_to(kind, by, case.ref, case, working.world) is None
        )
        return CasePage(
            case=case,
            timeline=self._timeline(case),
            periods=periods(case, working.world, working.pack(), self.house.zone),
            assessment=as_it_stands(case, working.world, working.pack()),
            possible=possible,
            now=now,
            questions=asked(issuing, case, working.pack()) if issuing else (),
            advice=issuing.advice if issuing and not case.sent else (),
            earlier=recognised(self.house, case, person.pseudonym, person.capacity),
        )

    def questions(self) -> tuple[Asked, ...]:
        """What the law will leave to a human of an order that nobody has drafted yet."""
        working = load(self.house, None, self.house.clock.now())
        return asked(on_issuing(working.case, working.world, working.pack()), working.case, working.pack())

    def routes(self, person: Person, case_id: str, *, for_judge: bool) -> RoutesShown:
        """Which instruments are open for a case that this person looks at; call `page` first, which records the look."""
        working = load(self.house, case_id, self.house.clock.now())
        decides = working.case.submitted_to == person.pseudonym and person.capacity in VALIDATORS
        return finding.shown(working, for_judge=for_judge and decides)

    def routes_of_draft(self, person: Person, given: Mapping[str, Value], case_id: str | None) -> RoutesShown | Refusal:
        """Which instruments are open for a draft that is being written. Nothing is made."""
        request = self._request(person, "draft", given, case_id)
        return finding.routes_of_draft(load(self.house, case_id, self.house.clock.now()), request)

    def _consult(self, person: Person, case_id: str, purpose: str) -> Refusal | None:
        case = load(self.house, case_id, self.house.clock.now()).case
        now = self.house.clock.now()
        looks = [
            act for act in case.acts if act.by.officer == person.pseudonym and act.kind == "consult" and act.parts.get("purpose") == purpose
        ]
        last = max((act.at for act in case.acts if act.by.officer == person.pseudonym), default=None)
        if looks and now - looks[-1].at < SPELL and last is not None and now - last < IDLE:
            return None
        made = self.make(person, "consult", {"purpose": purpose}, case_id)
        return made if isinstance(made, Refusal) else None

    def _timeline(self, case: Case) -> tuple[Entry, ...]:
        hashes = [act.hash for act in case.acts]
        entries = log.entries_of(hashes)
        entries |= foreign_indexes(self.house, {act.hash: act.by.institution for act in case.acts if act.foreign})
        sent: dict[str, list[tuple[str, str, str]]] = {}
        for digest, to, state, answer in Outbox.objects.filter(hash__in=hashes).values_list("hash", "to", "state", "answer"):
            sent.setdefault(digest, []).append((to, state, answer))
        return tuple(
            Entry(
                act=act,
                title=KINDS[act.kind].title,
                article=cited(KINDS[act.kind].article, case.draft.measure if case.draft else ""),
                index=entries.get(act.hash),
                sent_to=tuple(sent.get(act.hash, ())),
                signed_by_key=KINDS[act.kind].key,
            )
            for act in case.acts
        )

    # ---- proof

    def checkpoint(self) -> str:
        """The newest signed checkpoint of the log."""
        return log.checkpoint_text()

    def witnessing(self) -> log.Witnessing:
        """How far the witnesses have followed this node's log."""
        return log.witnessing()

    def logs(self) -> Mapping[str, TrustedLog]:
        """Every log of the trust list, by its origin: keys and witnesses."""
        return self.house.trust(self.house.clock.now()).logs

    def evidence(self) -> list[dict[str, str]]:
        """What this node has kept against a log, its own included."""
        return evidence_of_logs.kept()

    def comparisons(self) -> tuple[Published, ...]:
        """How many identifiers were compared with earlier refusals, as far as it is published."""
        return published(self.house.clock.now())

    def receipt(self, digest: str) -> str | None:
        """The receipt of an act: that it stands in the log of the node that made it, and nothing of its content."""
        return foreign_receipt(self.house, digest) or log.receipt_of(digest)

    def _receipts(self, acts: Iterable[ActView]) -> dict[str, str]:
        """The receipts of acts, by hash: what `receipt` gives for each, with one head for as many of our own as possible."""
        authors = {act.hash: act.by.institution for act in acts}
        foreign = foreign_receipts(self.house, authors)
        return foreign | log.receipts_of(authors.keys() - foreign.keys())

    def export(self, person: Person, case_id: str, purpose: str) -> dict[str, Value] | Refusal:
        """The case file that `rogatory verify` checks offline. The recipient's name is bound into it (RIGHTS, H12).

        A look that was recorded just now, such as the one for this file, has no place in the log yet: it stands in the next file.
        """
        refused = self._consult(person, case_id, purpose)
        if refused is not None:
            return refused
        now = self.house.clock.now()
        read = list(storage.read_acts(self.house, case_id))
        receipts = self._receipts(view for _, view in read)
        read = [(signed, view) for signed, view in read if view.hash in receipts or not _is_fresh_look(view, now)]
        acts: list[Value] = [
            {
                "skeleton": signed.skeleton,
                "disclosures": list(signed.disclosures),
                **({"receipt": receipts[view.hash]} if view.hash in receipts else {}),
            }
            for signed, view in read
        ]
        case = load(self.house, case_id, now).case
        return {
            "v": 1,
            "made_for": person.pseudonym,
            "made_at": format_instant(now),
            "trust": (self.house.settings.home / "trust.json").read_text().strip(),
            "acts": acts,
            "packages": [
                {"act": one.act, "category": one.line.item, "digest": one.line.digest, "size": one.line.size} for one in case.packages
            ],
        }

    def is_stale(self, at: Instant) -> bool:
        """Whether what was recorded then covers no look any more."""
        return self.house.clock.now() - at > IDLE

    def challenge_text(self, shown: Shown) -> str:
        """The challenge as browsers and authenticators take it."""
        return to_base64url(shown.challenge)


def _is_fresh_look(act: ActView, now: Instant) -> bool:
    """Whether an act is a look whose step may still be on its way into the log; one that waits longer is a thing to see."""
    return act.kind == "consult" and now - act.at < timedelta(seconds=log.DUE)


def _not_held(given: Mapping[str, Value], case_id: str | None) -> Refusal | None:
    """An answer announces only packages that lie here, sealed for this case."""
    lines = given.get("packages")
    digests = (
        [str(one["digest"]) for one in lines if isinstance(one, Mapping) and "digest" in one] if isinstance(lines, list | tuple) else []
    )
    held = set(Package.objects.filter(digest__in=digests, case=case_id).values_list("digest", flat=True)) if digests and case_id else set()
    lacking = sorted(set(digests) - held)
    if not lacking:
        return None
    return Refusal(
        rule="produce.held",
        article="Art. 10",
        says=f"The package {lacking[0][:16]} does not lie here: it was sealed anew, or never sealed.",
        cure="Name the packages that sealing gave you last.",
        where="packages",
    )


def _uuid(text: str) -> str:
    return text if len(text) == 36 and text.count("-") == 4 else "00000000-0000-0000-0000-000000000000"  # noqa: PLR2004  # the length and the hyphens of a UUID
