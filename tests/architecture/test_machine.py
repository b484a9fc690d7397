"""What the tests themselves stand on: a server and a browser of their own, and no way out of this machine."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest
from pytest_socket import SocketConnectBlockedError

from rogatory.node.settings.database import database as settings
from tests import postgres


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_test_gets_an_empty_postgresql_database_of_its_own(database):
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        version = connection.info.server_version

    assert tables == (0,)
    assert version >= 150000


@pytest.mark.postgres
def test_the_server_listens_on_no_port(postgresql):
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_node_reads_the_address_of_the_test_database_as_the_driver_does(database):
    read = settings(Path("unused"), database)

    with psycopg.connect(database) as connection:
        assert (read["USER"], read["NAME"], read["HOST"]) == (connection.info.user, connection.info.dbname, connection.info.host)


@pytest.mark.slow
def test_a_server_leaves_nothing_behind():
    with postgres.server() as address:
        folder = Path(address.partition("host=")[2])
        assert folder.is_dir()

    assert not folder.exists()


def test_no_test_reaches_another_machine():
    with (
        socket.socket() as outside,
        pytest.warns(UserWarning, match=r"192\.0\.2\.1"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 443))


@pytest.mark.pages
def test_the_browser_shows_a_page(browser):
    page = browser.new_page()
    page.set_content("<h1>Who decided?</h1>")

    assert page.get_by_role("heading").inner_text() == "Who decided?"
