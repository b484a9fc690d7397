"""One flipped bit in a page of PostgreSQL, of a table or of an index: the server's checksum finds it, and the node says which file and
what to do instead of what it would have read."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.drills.one_node import one_node

pytestmark = [pytest.mark.nodes, pytest.mark.postgres]
PAGE, AT = 8192, 4000
FILES = {
    "log_node": "/log/tile/0/000.p/1",
    "log_node_pkey": "/log/tile/0/000.p/1",
    "log_checkpoint": "/log/checkpoint",
    "act_skeleton": "/api/v1/cases",
    "case_row": "/api/v1/cases",
}
"""Tables and indexes, and what is served from each."""


def test_t7_a_flipped_bit_in_a_page_is_never_read_past(tmp_path: Path) -> None:
    with postgres.kept_server() as kept, ExitStack() as stack:
        with psycopg.connect(kept.address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE flipped")
        address = kept.address.replace("/postgres?", "/flipped?")
        node = stack.enter_context(one_node(tmp_path, database=address))
        node.start()
        node.wait_for(node.answers)
        node.wait_for(lambda: node.draft("one").is_success)
        node.wait_for(lambda: node.receipt(node.told["one"]) is not None)
        node.stop()
        with psycopg.connect(address) as connection:
            paths = {name: _path(connection, name) for name in FILES}
        node.start("serve")
        for name, asked in FILES.items():
            node.wait_for(lambda asked=asked: node.get(asked).is_success)  # type: ignore[misc]
            kept.stop()
            _flip(kept.data / paths[name])
            kept.start()
            node.wait_for(lambda asked=asked: "is damaged" in node.get(asked).text)  # type: ignore[misc]
            answer, problem = node.get(asked), node.get(asked).json()
            assert answer.status_code == 503
            assert problem["where"] == "PostgreSQL database flipped"
            assert paths[name] in problem["detail"]
            assert "restore" in problem["cure"]
            kept.stop()
            _flip(kept.data / paths[name])
            kept.start()


def _path(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("SELECT pg_relation_filepath(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def _flip(file: Path) -> None:
    """One bit of the free space or the rows of the last page; flipped again, it is as it was."""
    data = bytearray(file.read_bytes())
    data[len(data) - PAGE + AT] ^= 1
    with file.open("r+b") as opened:  # its owner and mode stay
        opened.write(data)
