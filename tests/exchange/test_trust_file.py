"""The trust list on disk: read again when it changes, refused once it is no longer in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rogatory.errors import ConfigurationError, TrustError
from rogatory.exchange.message import signing_public_text
from rogatory.exchange.trust import make_trust
from rogatory.folder import TrustFile, read_private, write_durably
from rogatory.moments import instant
from tests.exchange.test_messages_and_trust import ANCHOR, NOW, trust


def trust_file(folder, **changes):
    (folder / "anchor.pub").write_text(signing_public_text(ANCHOR.public_key()))
    (folder / "trust.json").write_text(make_trust(trust(**changes), key=ANCHOR, kid="anchor"))
    return folder


def test_a_list_that_ran_out_while_the_process_runs_is_refused(tmp_path):
    file = trust_file(tmp_path)
    found = TrustFile(file)
    assert found.at(NOW).seq == 5
    with pytest.raises(TrustError, match="expired"):
        found.at(instant(NOW + timedelta(days=400)))


def test_an_older_list_is_refused_while_the_process_runs(tmp_path):
    file = trust_file(tmp_path)
    found = TrustFile(file)
    found.at(NOW)
    trust_file(tmp_path, seq=4, exp="2027-11-01T00:00:00.001Z")
    with pytest.raises(TrustError, match="older"):
        found.at(NOW)
    trust_file(tmp_path, seq=66)
    assert found.at(NOW).seq == 66


def test_t2_an_older_list_is_refused_after_a_restart_too(tmp_path):
    file = trust_file(tmp_path, seq=66)
    assert TrustFile(file).at(NOW).seq == 66
    trust_file(tmp_path, seq=65)
    with pytest.raises(TrustError, match="older"):
        TrustFile(file).at(NOW)
    trust_file(tmp_path, seq=66)
    assert TrustFile(file).at(NOW).seq == 66


def test_a_damaged_record_of_lists_is_named_and_nothing_is_relied_on(tmp_path):
    file = trust_file(tmp_path)
    (tmp_path / "trust.seen").write_text("a line that somebody wrote\n")
    with pytest.raises(ConfigurationError, match=r"trust\.seen"):
        TrustFile(file).at(NOW)


def test_a_folder_without_a_list_says_which_file_is_missing(tmp_path):
    with pytest.raises(ConfigurationError, match=r"trust\.json"):
        TrustFile(tmp_path).at(NOW)


def test_a_private_file_is_read_only_if_nobody_else_may(tmp_path):
    write_durably(tmp_path / "one.key", b"x" * 32)
    write_durably(tmp_path / "one.key", b"y" * 32)
    assert read_private(tmp_path / "one.key", size=32) == b"x" * 32
    with pytest.raises(ConfigurationError, match="31 bytes"):
        read_private(tmp_path / "one.key", size=31)
    (tmp_path / "one.key").chmod(0o640)
    with pytest.raises(ConfigurationError, match="others"):
        read_private(tmp_path / "one.key")


def test_a_damaged_key_of_the_anchor_or_of_a_witness_is_named_with_its_file(tmp_path):
    file = trust_file(tmp_path)
    TrustFile(file).at(NOW)
    for name in ("anchor.pub", "trust.witnesses"):
        (tmp_path / name).write_text("a line that somebody wrote\n")
    with pytest.raises(ConfigurationError, match=r"anchor\.pub"):
        TrustFile(file).at(NOW)
    with pytest.raises(ConfigurationError, match=r"trust\.witnesses"):
        TrustFile(file).witnesses()
