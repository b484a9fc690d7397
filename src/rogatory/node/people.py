"""The people of this node and of others, as the acts of the house say: who may act in which capacity, with which key.

An officer counts once two different registrars have enrolled her alike (THREATS, T2). The first registrars of an
institution stand in the trust list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.act import Assertion
from rogatory.assertion import Credential, verify_assertion
from rogatory.errors import ActError
from rogatory.node import storage
from rogatory.node.faults import damaged, database_name
from rogatory.node.installation import Installation
from rogatory.procedure.kind import ActView, Officer
from rogatory.procedure.words import Capacity

FRESH_FOR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An officer with her key, and the acts that enrolled her."""

    officer: Officer
    credential: Credential
    acts: tuple[str, ...]


@dataclass
class _Known:
    at: float = -FRESH_FOR
    people: Mapping[str, Enrolled] | None = None
    mine: tuple[Mapping[str, Enrolled], Mapping[str, Officer]] | None = None
    """The officers of this node among those people."""


_known = _Known()


def forget() -> None:
    """Read the acts of the house anew at the next question."""
    _known.people = None


def enrolled(house: Installation) -> Mapping[str, Enrolled]:
    """Everybody who is enrolled, of every institution whose enrolments this node holds."""
    monotonic = house.clock.monotonic()
    if _known.people is None or monotonic - _known.at > FRESH_FOR:
        views = [_whole(view) for _, view in storage.read_acts(house, None) if view.kind == "enrol"]
        _known.people = {**_from_trust(house), **from_acts(views)}
        _known.at = monotonic
    return _known.people


def _whole(view: ActView) -> ActView:
    """An enrolment with its contents, which nothing ever removes. `StorageError` if they are not here."""
    if not view.parts:
        raise damaged("the contents of an enrolment are not here", where=f"{database_name()}, table act_contents, act {view.hash}")
    return view


def from_acts(views: list[ActView]) -> Mapping[str, Enrolled]:
    """The officers whom two different registrars have enrolled alike."""
    alike: dict[tuple[str, str, str, tuple[str, ...]], list[ActView]] = {}
    for view in views:
        capacities = view.parts["capacities"]
        words = tuple(sorted(str(one) for one in capacities)) if isinstance(capacities, list | tuple) else ()
        same = (str(view.parts["officer"]), str(view.parts["credential"]), str(view.parts["public_key"]), words)
        alike.setdefault(same, []).append(view)
    people = {}
    for (pseudonym, credential, key, words), acts in alike.items():
        if len({act.by.officer for act in acts}) < 2:  # noqa: PLR2004  # two persons enrol (THREATS, T2)
            continue
        people[pseudonym] = Enrolled(
            officer=Officer(pseudonym=pseudonym, capacities=frozenset(Capacity(word) for word in words)),
            credential=Credential(id=credential, public_key=key),
            acts=tuple(act.hash for act in acts),
        )
    return people


def _from_trust(house: Installation) -> dict[str, Enrolled]:
    trust = house.trust(house.clock.now())
    return {
        registrar.officer: Enrolled(
            officer=Officer(pseudonym=registrar.officer, capacities=frozenset({Capacity.REGISTRAR})),
            credential=registrar.credential,
            acts=(),
        )
        for institution in trust.entities
        for registrar in institution.registrars
    }


def officers(house: Installation) -> Mapping[str, Officer]:
    """The officers of this node's own institution."""
    known = enrolled(house)
    if _known.mine is None or _known.mine[0] is not known:
        prefix = f"{house.settings.institution}#"
        _known.mine = (known, {name: one.officer for name, one in known.items() if name.startswith(prefix)})
    return _known.mine[1]


def check_assertion(house: Installation, officer: str, assertion: Assertion, challenge: bytes) -> None:
    """That this officer's own key signed this challenge at her own institution's pages. `ActError` if not."""
    person = enrolled(house).get(officer)
    institution = house.trust(house.clock.now()).institution(officer.partition("#")[0])
    if person is None or institution is None:
        raise ActError("is signed by nobody whom two registrars have enrolled", where=officer, cure="enrol the officer first")
    verify_assertion(
        assertion,
        challenge=challenge,
        credential=person.credential,
        rp_id=institution.rp_id,
        origin=institution.origin,
    )
