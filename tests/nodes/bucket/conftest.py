"""One town of real processes that keep their packages in a bucket of Ceph's gateway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rogatory.demo.processes import Processes, running
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests import objects
from tests.nodes.conftest import town


@pytest.fixture(scope="package")
def store() -> Iterator[objects.Objects]:
    """Ceph's gateway, or a skip that says how to install it."""
    with objects.server() as started:
        yield started


@pytest.fixture(scope="package")
def running_town(tmp_path_factory: pytest.TempPathFactory, store: objects.Objects) -> Iterator[tuple[Town, Processes]]:
    """Three nodes and a witness, on SQLite."""
    with town(tmp_path_factory.mktemp("bucket"), "sqlite", store=store) as made, running(made) as processes:
        yield made, processes


@pytest.fixture
def tell(running_town: tuple[Town, Processes]) -> Iterator[Teller]:
    """Somebody who tells one story in that town."""
    with Teller(running_town[0], lambda _who, _what: None) as teller:
        yield teller
