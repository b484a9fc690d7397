"""A case of an issuing State in memory, from the draft to the notified order: what forms are filled from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.demo import facts
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.demo.cast import FR, IE, PROVIDER, STAGES
from rogatory.demo.stories import decision
from rogatory.forms import Contact, View
from rogatory.moments import instant
from rogatory.node.packs import load_corpus
from rogatory.procedure import Capacity, Institution, Officer, Role
from tests.fakes.issuing_state import IssuingState

NOW = instant(datetime(2026, 9, 7, 10, 0, tzinfo=UTC))
NAMES = {f"{FR.institution}#{one.part.ljust(8, 'a')[:8].replace('-', 'b')}": one for one in FR.players}
PEOPLE = {one.part: name for name, one in NAMES.items()}
CONTACTS = {stage.institution: Contact(telephone="+33 1 99 00 12 34", languages=("fr", "en"), address=stage.base_url) for stage in STAGES}


def issuing_state() -> IssuingState:
    """France, with its people, before anything was done."""
    return IssuingState(
        institution=FR.institution,
        institutions={
            stage.institution: Institution(
                uri=stage.institution,
                name=stage.title,
                state=stage.state,
                roles=frozenset(stage.roles),
                capacities=frozenset(capacity for one in stage.players for capacity in one.capacities),
            )
            for stage in STAGES
        },
        officers={name: Officer(pseudonym=name, capacities=frozenset(one.capacities)) for name, one in NAMES.items()},
        keys={name: UnsafeSoftwareAuthenticator.create() for name in NAMES},
        registrars=("", ""),
        act_key=Ed25519PrivateKey.generate(),
        act_kid="test",
        log_key=Ed25519PrivateKey.generate(),
        origin="fr.demo.invalid/log",
        rp_id=FR.host,
        page=FR.base_url,
        pack=load_corpus("eu-e-evidence"),
        now=NOW,
    )


def drafted(**changes: Any) -> IssuingState:
    """An order that is drafted, justified and submitted; `changes` replace parts of its draft."""
    state = issuing_state()
    officer, capacity = PEOPLE["officer"], Capacity.INVESTIGATOR
    draft = {**facts.draft(facts.item_identification(), facts.item_traffic()), **changes}
    for kind, given in (
        ("draft", draft),
        ("state suspicion", facts.suspicion()),
        *(("justify", {**facts.justification(item["id"]), "item": item["id"]}) for item in draft["items"]),
        ("name persons", facts.persons(facts.notice_day(NOW))),
        ("submit", {"to": PEOPLE["judge"], "note": "For decision"}),
    ):
        _made(state.act(kind, officer, capacity, given))
    return state


def sent(**changes: Any) -> IssuingState:
    """The same, decided by the judge, sent to the provider, notified to the enforcing authority."""
    state = drafted(**changes)
    whole = decision()
    if "items" in changes:
        names = [item["id"] for item in changes["items"]]
        whole |= {"decisions": [{"item": name, "outcome": "granted"} for name in names]}
        whole |= {"reasons": [{"item": name, "words": "Needed."} for name in names]}
    _made(state.act("authorise", PEOPLE["judge"], Capacity.INVESTIGATING_JUDGE, {**whole, "review_on": ["2026-11-06"]}))
    _made(state.act("transmit", PEOPLE["officer"], Capacity.INVESTIGATOR, {}))
    return state


def issued_in_emergency() -> IssuingState:
    """An order for subscriber data that an officer issued at night, that a colleague confirmed, and that was sent."""
    state = issuing_state()
    draft = facts.draft(facts.item_identification(), facts.item_subscriber(), emergency=True)
    for kind, given in (
        ("draft", draft),
        ("state suspicion", facts.suspicion()),
        *(("justify", {**facts.justification(item["id"]), "item": item["id"]}) for item in draft["items"]),
        ("name persons", facts.persons(facts.notice_day(NOW))),
        ("issue in emergency", {"threat": "A child is held.", "why_no_validator": "Night; both were called."}),
    ):
        _made(state.act(kind, PEOPLE["officer"], Capacity.INVESTIGATOR, given))
    _made(state.act("confirm emergency", PEOPLE["second-officer"], Capacity.INVESTIGATOR, {"checked": "I heard the recording."}))
    _made(state.act("transmit", PEOPLE["officer"], Capacity.INVESTIGATOR, {}))
    return state


def _made(answer: Any) -> None:
    assert hasattr(answer, "hash"), str(answer)


def view(state: IssuingState, *, about: str = "") -> View:
    """The case as forms see it at the issuing node."""
    names = {name: one.name for name, one in NAMES.items()}
    return View(case=state.case, world=state.world(), contacts=CONTACTS, names=names, about=about)


assert IE.roles == (Role.ENFORCING,)
assert PROVIDER.roles == (Role.ADDRESSEE,)
