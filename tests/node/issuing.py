"""An issuing node in this process, beside the provider's: its own folder, its own tables, its own people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class IssuingNode:
    """The desk of the node, and its people by their part in the story."""

    house: Any
    desk: Any
    people: dict[str, dict[str, Any]]

    def person(self, part: str) -> Any:
        """Somebody as she is signed in, in her first capacity."""
        from rogatory.node.desk import Person
        from rogatory.procedure import Capacity

        one = self.people[part]
        return Person(pseudonym=one["pseudonym"], name=one["name"], capacity=Capacity(one["capacities"][0]))

    def act(self, part: str, kind: str, given: dict[str, Any], case: str | None = None) -> Any:
        """An act, signed with the person's own key where the kind asks for it."""
        from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
        from rogatory.procedure import KINDS

        person = self.person(part)
        if not KINDS[kind].key:
            return self.desk.make(person, kind, given, case)
        shown = self.desk.show(person, kind, given, case)
        key = UnsafeSoftwareAuthenticator.from_dict(self.people[part]["key"])
        return self.desk.decide(person, shown.name, key.answer(shown.challenge, rp_id=shown.rp_id, origin=shown.origin))


@contextmanager
def issuing_node(folder: Path, name: str, database: str) -> Iterator[IssuingNode]:
    """The node `name` of a town, prepared in tables of its own, in the place of the node that this process runs."""
    from django.conf import settings
    from django.db import connections

    from rogatory.demo import prepare
    from rogatory.node import installation, people
    from rogatory.node.desk import Desk
    from rogatory.node.settings.database import database as tables
    from rogatory.node.settings.installation import load_node

    connection = connections["default"]
    before, node, kept = dict(connections.settings["default"]), settings.NODE, installation._installation
    connection.close()
    connections.settings["default"] = connections.configure_settings({"default": tables(folder / name, database)})["default"]
    del connections["default"]
    settings.NODE, installation._installation = load_node(folder / name), None
    people.forget()
    try:
        prepare.main()
        house = installation.installation()
        known = json.loads((folder / name / "people.json").read_text())
        yield IssuingNode(house=house, desk=Desk(house), people={one["part"]: one for one in known})
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        del connections["default"]
        settings.NODE, installation._installation = node, kept
        people.forget()
