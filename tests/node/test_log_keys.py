"""The log's key changes at its own instant, without a halt; a worker whose key has ended signs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rogatory.errors import ConfigurationError
from rogatory.ledger import read_checkpoint, read_vkey, verify_checkpoint, vkey_of
from rogatory.moments import Instant, format_instant, instant


@pytest.fixture(autouse=True)
def undone(house: Any) -> Iterator[None]:
    """What is signed here with keys that the trust list does not name is gone when the test ends."""
    from django.db import transaction

    from rogatory.node.worker.placing import MARK

    mark = house.settings.home / "keys" / MARK
    before = mark.read_bytes() if mark.exists() else None
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if before is None:
        mark.unlink(missing_ok=True)
    else:
        mark.write_bytes(before)


@pytest.fixture
def listed(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A trust list in which this node's log has these keys."""

    def take(*keys: dict[str, str]) -> None:
        from rogatory.exchange.trust import Payload, TrustList

        payload = json.loads(house.trust(house.clock.now()).payload.model_dump_json(by_alias=True, exclude_none=True))
        entity = next(one for one in payload["entities"] if one["sub"] == house.settings.institution)
        entity["log"] = {**entity["log"], "keys": list(keys), "vkey": keys[-1]["vkey"]}
        trust = TrustList(payload=Payload.model_validate(payload))
        monkeypatch.setattr(type(house), "trust", lambda _self, _at: trust)

    return take


def signed_by(vkey: str) -> bool:
    from rogatory.errors import ProofError
    from rogatory.node import log

    newest = log.newest()
    assert newest is not None
    try:
        verify_checkpoint(read_checkpoint(newest.text), read_vkey(vkey))
    except ProofError:
        return False
    return True


@pytest.mark.usefixtures("undone")
def test_a_new_key_signs_from_its_instant_on_and_not_before(house: Any, listed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from rogatory.node import log
    from rogatory.node.keys import NodeKeys, draw_log_key
    from rogatory.node.worker.placing import Placer

    home: Path = house.settings.home
    origin, present = log.origin(), log.verifier_key()
    new = vkey_of(draw_log_key(home), name=origin).text
    keys = NodeKeys.load(home)
    assert keys.log_key.private_bytes_raw() == house.keys.log_key.private_bytes_raw(), "the present key stays in use"
    monkeypatch.setattr(house, "keys", replace(house.keys, next_log_keys=keys.next_log_keys))
    began, turn = format_instant(instant(house.clock.now() - timedelta(days=1))), instant(house.clock.now() + timedelta(hours=1))

    listed({"vkey": present, "from": began, "until": format_instant(turn)}, {"vkey": new, "from": format_instant(turn)})
    placer = Placer(house)
    placer.step()
    assert signed_by(present)
    assert log.verifier_key() == present, "who copies the log is not given a key that has signed nothing yet"
    monkeypatch.setattr(type(house.clock), "now", lambda _self: turn)
    placer.step()
    assert signed_by(new)
    assert not signed_by(present)
    (home / "keys").joinpath(next((home / "keys").glob("log-next-*.key")).name).unlink()


def test_a_worker_whose_key_was_revoked_signs_nothing_more(house: Any, listed: Any) -> None:
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    now: Instant = house.clock.now()
    began, ended = format_instant(instant(now - timedelta(days=1))), format_instant(instant(now - timedelta(seconds=1)))
    before = log.newest()
    listed({"vkey": log.verifier_key(), "from": began, "revoked_at": ended})
    with pytest.raises(ConfigurationError, match="new-key"):
        Placer(house).step()
    after = log.newest()
    assert (before and before.size) == (after and after.size)
