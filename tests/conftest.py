"""What every test may ask for, and the order in which tests run: the pure ones first.

- `database`: the value of ROGATORY_DATABASE for a node of the test's own; parametrised with `sqlite` or `postgresql`.
- `postgresql`: the address of one server for the whole run, started when the first test asks for it.
- `browser`: one Chromium for the whole run; its driver keeps a loop in this thread, so a test that asks for it is marked `pages`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS = Path(__file__).parent
PURE = frozenset({"act", "canonical", "moments", "errors", "law", "ledger", "procedure", "custody", "exchange", "forms"})
LATE = ("postgres", "nodes", "slow", "pages")
_numbers = itertools.count(1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pure tests first, then the checkout, then tables, processes and browsers; at random within each."""
    unmarked = [one.nodeid for one in items if "browser" in getattr(one, "fixturenames", ()) and not one.get_closest_marker("pages")]
    if unmarked:
        raise pytest.UsageError(f"asks for a browser and is not marked `pages`: {', '.join(unmarked)}")
    items.sort(key=_cost)


def _cost(item: pytest.Item) -> int:
    late = [number for number, mark in enumerate(LATE, start=3) if item.get_closest_marker(mark)]
    if late:
        return max(late)
    folder = item.path.relative_to(TESTS).parts[0].removeprefix("test_").removesuffix(".py")
    return 0 if folder in PURE else 1 if folder == "architecture" else 2


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server, for the whole run."""
    with postgres.server() as address:
        yield address


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """What ROGATORY_DATABASE says: nothing for SQLite, else the address of a new and empty database."""
    kind = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        yield ""
        return
    with postgres.database(request.getfixturevalue("postgresql"), f"test_{next(_numbers)}") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for the whole run."""
    from tests import chromium  # only tests of pages pay for it

    with chromium.browser() as started:
        yield started
