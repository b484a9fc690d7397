"""A real node in this process (the provider's), on SQLite or PostgreSQL, and an issuing State in memory that writes to it.

`ROGATORY_TEST_DATABASE=postgresql` runs the same tests on PostgreSQL.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rogatory.demo import town as towns
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.demo.cast import FR, IE, PROVIDER, REGISTRARS, STAGES
from rogatory.demo.clock import CLOCK_FILE
from rogatory.moments import instant
from rogatory.witness import Home
from tests.fakes.issuing_state import IssuingState
from tests.postgres import server


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the provider's node, with Django set up on it."""
    folder = tmp_path_factory.mktemp("town")
    started = towns.build(folder, now=instant(datetime.now(UTC)), step_ms=50, prepared=False)
    os.environ["ROGATORY_HOME"] = str(started.home(PROVIDER))
    os.environ[CLOCK_FILE] = str(started.clock)
    os.environ["DJANGO_SETTINGS_MODULE"] = "rogatory.node.settings.demo"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the driver of a browser keeps a loop in this thread; tables are read beside it
    if os.environ.get("ROGATORY_TEST_DATABASE") == "postgresql":
        with server() as address:
            os.environ["ROGATORY_DATABASE"] = address
            _prepare()
            yield folder
            from django.db import connections

            connections.close_all()
    else:
        os.environ.pop("ROGATORY_DATABASE", None)
        _prepare()
        yield folder


def _prepare() -> None:
    from rogatory.demo.prepare import main

    main()


@pytest.fixture(scope="session")
def house(home: Path) -> Any:
    """The installation of the provider's node."""
    from rogatory.node.installation import installation

    return installation()


def peer(home: Path) -> Home:
    """The node of Ireland as a witness: its name and its key."""
    from rogatory.node.keys import NodeKeys

    return Home(folder=home / "ie", name="ie.demo.invalid/witness", key=NodeKeys.load(home / "ie").witness_key)


@pytest.fixture
def undone(house: Any) -> Iterator[None]:
    """What a test does to the log with keys that nobody else knows is undone when it ends, with the mark beside the keys."""
    from django.db import transaction

    mark = house.settings.home / "keys" / "log.signed"
    before = mark.read_bytes() if mark.exists() else None
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if before is None:
        mark.unlink(missing_ok=True)
    else:
        mark.write_bytes(before)


@pytest.fixture
def france(house: Any, home: Path) -> IssuingState:
    """An issuing State in memory, known to the trust list of the node, whose log begins anew: nothing was seen of an earlier one."""
    from rogatory.node.keys import NodeKeys
    from rogatory.node.models import Seen, WitnessHead
    from rogatory.procedure import Capacity, Officer
    from rogatory.witness import load_home

    Seen.objects.all().delete()
    WitnessHead.objects.all().delete()
    people = json.loads((home / "fr" / "people.json").read_text())
    keys = NodeKeys.load(home / "fr")
    now = instant(datetime.now(UTC) - timedelta(seconds=2))
    state = IssuingState(
        institution=FR.institution,
        institutions=dict(house.institutions(house.clock.now())),
        officers={
            one["pseudonym"]: Officer(pseudonym=one["pseudonym"], capacities=frozenset(map(Capacity, one["capacities"]))) for one in people
        },
        keys={one["pseudonym"]: UnsafeSoftwareAuthenticator.from_dict(one["key"]) for one in people},
        registrars=tuple(one["pseudonym"] for one in people if one["part"] in {r.part for r in REGISTRARS}),  # type: ignore[arg-type]
        act_key=keys.act_key,
        act_kid=keys.act_kid,
        log_key=keys.log_key,
        origin=f"{FR.name}.demo.invalid/log",
        rp_id=FR.host,
        page=FR.base_url,
        pack=house.pack,
        now=now,
        witnesses=(load_home(home / "witness"), peer(home)),
    )
    state.people = {one["part"]: one["pseudonym"] for one in people}  # type: ignore[attr-defined]
    return state


assert IE in STAGES
