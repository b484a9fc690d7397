"""The trust list on disk: read again when it changes, refused once it is no longer in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rogatory.errors import ConfigurationError, TrustError
from rogatory.folder import TrustFile, read_private, write_durably
from rogatory.moments import instant
from tests.exchange import test_messages_and_trust as lists


def test_a_list_that_ran_out_while_the_process_runs_is_refused(tmp_path):
    file = lists.trust_file(tmp_path)
    found = TrustFile(file)
    assert found.at(lists.NOW).seq == 5
    with pytest.raises(TrustError, match="expired"):
        found.at(instant(lists.NOW + timedelta(days=400)))


def test_an_older_list_is_refused_while_the_process_runs(tmp_path):
    file = lists.trust_file(tmp_path)
    found = TrustFile(file)
    found.at(lists.NOW)
    lists.trust_file(tmp_path, seq=4)
    with pytest.raises(TrustError, match="older"):
        found.at(lists.NOW)
    lists.trust_file(tmp_path, seq=66)
    assert found.at(lists.NOW).seq == 66


def test_a_folder_without_a_list_says_which_file_is_missing(tmp_path):
    with pytest.raises(ConfigurationError, match="trust.json"):
        TrustFile(tmp_path).at(lists.NOW)


def test_a_private_file_is_read_only_if_nobody_else_may(tmp_path):
    write_durably(tmp_path / "one.key", b"x" * 32)
    write_durably(tmp_path / "one.key", b"y" * 32)
    assert read_private(tmp_path / "one.key", size=32) == b"x" * 32
    with pytest.raises(ConfigurationError, match="31 bytes"):
        read_private(tmp_path / "one.key", size=31)
    (tmp_path / "one.key").chmod(0o640)
    with pytest.raises(ConfigurationError, match="others"):
        read_private(tmp_path / "one.key")
