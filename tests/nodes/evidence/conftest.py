"""One town of real processes for all tests of evidence; its clock only moves forward, and each test has a case of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from rogatory.demo.processes import Processes, running
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests import objects
from tests.nodes.conftest import town
from tests.nodes.evidence.watching import watchable


@pytest.fixture(scope="package")
def running_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Processes]]:
    """Three nodes and a witness; `ROGATORY_TEST_DATABASE=postgresql` and `ROGATORY_TEST_STORE=s3` run them on these."""
    with ExitStack() as stack:
        store = stack.enter_context(objects.server()) if os.environ.get("ROGATORY_TEST_STORE") == "s3" else None
        folder, database = tmp_path_factory.mktemp("evidence"), os.environ.get("ROGATORY_TEST_DATABASE", "sqlite")
        stack.enter_context(watchable(folder))
        made = stack.enter_context(town(folder, database, store=store))
        yield made, stack.enter_context(running(made))


@pytest.fixture
def tell(running_town: tuple[Town, Processes]) -> Iterator[Teller]:
    """Somebody who tells one story in that town."""
    with Teller(running_town[0], lambda _who, _what: None) as teller:
        yield teller
