"""One town of real processes for all tests of evidence; its clock only moves forward, and each test has a case of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from rogatory.demo.processes import Processes, running
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.nodes.conftest import town


@pytest.fixture(scope="package")
def running_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Processes]]:
    """Three nodes and a witness; `ROGATORY_TEST_DATABASE=postgresql` runs them on PostgreSQL."""
    with town(tmp_path_factory.mktemp("evidence"), os.environ.get("ROGATORY_TEST_DATABASE", "sqlite")) as made, running(made) as processes:
        yield made, processes


@pytest.fixture
def tell(running_town: tuple[Town, Processes]) -> Iterator[Teller]:
    """Somebody who tells one story in that town."""
    with Teller(running_town[0], lambda _who, _what: None) as teller:
        yield teller
