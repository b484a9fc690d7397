"""What belongs to the demonstration stays there."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from rogatory.errors import ConfigurationError


def test_h20_a_real_node_refuses_the_trust_list_of_a_demonstration(house: Any, settings_of_a_real_node: None) -> None:
    house._trust = None
    with pytest.raises(ConfigurationError, match="log of a demonstration"):
        house.trust(house.clock.now())
    house._trust = None


@pytest.fixture
def settings_of_a_real_node(house: Any) -> Any:
    from django.test import override_settings

    with override_settings(ROGATORY_DEMO=False):
        yield


def test_the_clock_of_the_demonstration_is_named_by_its_settings_only() -> None:
    from pathlib import Path

    import rogatory

    root = Path(rogatory.__file__).parent
    named = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if "UnsafeDemoClock" in path.read_text(encoding="utf-8")}
    assert named == {"demo/clock.py", "node/settings/demo.py"}


def test_a_forged_assertion_makes_no_act_and_is_recorded(house: Any) -> None:
    import json

    from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
    from rogatory.errors import ActError
    from rogatory.node.desk import Desk, Person
    from rogatory.node.models import SecurityEntry, Skeleton
    from rogatory.procedure import Capacity

    people = json.loads((house.settings.home / "people.json").read_text())
    registrar = next(one for one in people if one["part"] == "registrar-1")
    person = Person(pseudonym=registrar["pseudonym"], name="", capacity=Capacity.REGISTRAR)
    desk = Desk(house)
    given = {
        "officer": f"{house.settings.institution}#abcdefgh",
        "capacities": ["service-provider"],
        "credential": "AAAA",
        "public_key": "AAAA",
    }
    shown = desk.show(person, "enrol", given)
    before, recorded = Skeleton.objects.count(), SecurityEntry.objects.count()
    forged = UnsafeSoftwareAuthenticator.create().answer(shown.challenge, rp_id=shown.rp_id, origin=shown.origin)  # type: ignore[union-attr]

    with pytest.raises(ActError, match="another key"):
        desk.decide(person, shown.name, forged)  # type: ignore[union-attr]

    assert Skeleton.objects.count() == before
    assert SecurityEntry.objects.count() == recorded + 1


def test_nobody_without_the_nodes_keys_can_try_on_the_security_log_what_was_refused(house: Any) -> None:
    from rogatory.node.acting import refused
    from rogatory.node.models import SecurityEntry
    from rogatory.node.working import author
    from rogatory.procedure import Capacity, Refusal, Request

    given = {"package": "0" * 64, "use_for": "these-proceedings", "purpose": "Read it", "file": "letter to Jane Doe.txt"}
    request = Request(kind="open", by=author(house, None, Capacity.CUSTODIAN), case=None, given=given)
    for _ in range(2):
        refused(house, request, Refusal(rule="open.received", article="Art. 10", says="It is not here.", cure="Wait."))
    hashes = list(SecurityEntry.objects.order_by("-pk").values_list("input_hash", flat=True)[:2])
    assert hashes[0] == hashes[1], "who holds the keys sees that it was tried twice"
    assert hashes[0] != hashlib.sha256(repr(sorted(given.items())).encode()).hexdigest()
