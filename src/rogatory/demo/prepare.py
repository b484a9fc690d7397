"""Prepare one node of the demonstration: tables, people, and their enrolments by two registrars each.

Run as `python -m rogatory.demo.prepare` with the environment of that node. The enrolments take the one way in.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import django

from rogatory.memory import never_dumped


def main() -> None:
    """Prepare the node that the environment names."""
    django.setup()
    from django.core.management import call_command  # Django must be set up first

    from rogatory.node.installation import installation
    from rogatory.node.models import Officer
    from rogatory.node.triggers import check

    call_command("migrate", verbosity=0)
    check()
    house = installation()
    (house.settings.home / "evidence" / ".incoming").mkdir(mode=0o700, parents=True, exist_ok=True)
    people = json.loads((house.settings.home / "people.json").read_text())
    Officer.objects.bulk_create(
        Officer(pseudonym=one["pseudonym"], name=one["name"], token_hash=hashlib.sha256(one["token"].encode()).hexdigest())
        for one in people
    )
    registrars = [one for one in people if one["capacities"] == ["registrar"]]
    for one in people:
        if one not in registrars:
            for registrar in registrars:
                _enrol(registrar, one)


def _enrol(registrar: dict[str, Any], one: dict[str, Any]) -> None:
    from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
    from rogatory.node.desk import Desk, Person
    from rogatory.node.installation import installation
    from rogatory.procedure import Capacity, Refusal

    desk = Desk(installation())
    person = Person(pseudonym=registrar["pseudonym"], name=registrar["name"], capacity=Capacity.REGISTRAR)
    key = UnsafeSoftwareAuthenticator.from_dict(one["key"]).credential
    given = {
        "officer": one["pseudonym"],
        "capacities": one["capacities"],
        "credential": key.id,
        "public_key": key.public_key,
    }
    shown = desk.show(person, "enrol", given)
    if isinstance(shown, Refusal):
        raise RuntimeError(str(shown))  # noqa: TRY004  # a refusal, not a type
    signer = UnsafeSoftwareAuthenticator.from_dict(registrar["key"])
    made = desk.decide(person, shown.name, signer.answer(shown.challenge, rp_id=shown.rp_id, origin=shown.origin))
    if isinstance(made, Refusal):
        raise RuntimeError(str(made))  # noqa: TRY004  # a refusal, not a type


if __name__ == "__main__":
    never_dumped()
    main()
