"""Whose signatures count on a log: its witnesses as it names them, its keys with their dates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rogatory.errors import ProofError, TrustError
from rogatory.exchange.logs import DatedKey, NamedWitness, TrustedLog
from rogatory.ledger import Checkpoint, SignedCheckpoint, cosign, root_at, sign_checkpoint, vkey_of
from rogatory.moments import Instant, format_instant, instant
from tests.exchange.test_messages_and_trust import NOW, SENDER, read, trust
from tests.ledger.ledger_worlds import ORIGIN, WITNESSES, key, log_of, witness_vkey

MINUTE = timedelta(minutes=1)
NAMES = [*WITNESSES, "w4.example"]
OLD, NEW = vkey_of(key("log"), name=ORIGIN), vkey_of(key("new log"), name=ORIGIN)


def listed(names: list[str] = NAMES, *, operator: str | None = None, **log: Any) -> dict[str, Any]:
    payload = trust()
    entity = {**payload["entities"][0], "log": {"origin": ORIGIN, "vkey": OLD.text, **log}}
    witnesses: list[dict[str, Any]] = [{"name": name, "vkey": witness_vkey(name).text, "url": f"https://{name}"} for name in names]
    if operator:
        witnesses[0]["operator"] = operator
    return {**payload, "entities": [entity], "witnesses": witnesses}


def head(size: int = 7, *, signer: str = "log", cosigned_at: Instant | None = None, by: tuple[str, ...] = WITNESSES) -> SignedCheckpoint:
    log = log_of(size)
    checkpoint = Checkpoint(origin=ORIGIN, size=size, root=root_at(size, log.nodes))
    lines = [cosign(checkpoint, key=key(name), name=name, timestamp=int(cosigned_at.timestamp())) for name in by] if cosigned_at else []
    return sign_checkpoint(checkpoint, key=key(signer)).add(*lines)


def revoked(at: Instant) -> TrustedLog:
    witnesses = tuple(NamedWitness(name=name, url="", key=witness_vkey(name)) for name in WITNESSES)
    keys = (DatedKey(key=NEW, since=at.timestamp()), DatedKey(key=OLD, until=at.timestamp()))
    return TrustedLog(origin=ORIGIN, keys=keys, witnesses=witnesses)


def test_a_log_names_its_witnesses_and_the_quorum_is_their_smallest_majority() -> None:
    found = read(listed(witnesses=list(WITNESSES))).log_of(SENDER)
    assert tuple(one.name for one in found.witnesses) == WITNESSES
    assert found.quorum == 2
    assert read(listed()).log_of(SENDER).quorum == 3, "who names none has all of the list: four"


def test_a_node_is_no_witness_of_its_own_log() -> None:
    found = read(listed(operator=SENDER))
    assert WITNESSES[0] not in {one.name for one in found.log_of(SENDER).witnesses}
    assert ORIGIN not in found.served_by(WITNESSES[0], NOW)
    assert found.served_by(WITNESSES[1], NOW) == {ORIGIN: (OLD,)}
    with pytest.raises(TrustError, match="its own node"):
        read(listed(operator=SENDER, witnesses=list(WITNESSES)))


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (listed(NAMES[:2]), "has 2 witnesses"),
        (listed(witnesses=NAMES[:2]), "has 2 witnesses"),
        (listed(witnesses=[*NAMES[:2], "unknown.example"]), "unknown"),
        (listed(witnesses=[*NAMES[:3], NAMES[0]]), "named twice"),
        (listed(vkey="x"), "is not name"),
        (listed(vkey=vkey_of(key("log"), name="other.example/log").text), "not of its own name"),
        (listed(keys=[{"vkey": NEW.text, "from": "2026-01-01T00:00:00.000Z"}]), "not among its keys"),
    ],
    ids=["two in all", "two named", "unknown", "twice", "no key", "another name", "newest not among the keys"],
)
def test_a_list_that_leaves_a_log_unwatched_or_keyless_is_refused(payload: dict[str, Any], words: str) -> None:
    with pytest.raises(TrustError, match=words):
        read(payload)


def test_a_new_key_takes_over_at_its_own_instant() -> None:
    at = format_instant(NOW)
    log = read(
        listed(
            vkey=NEW.text,
            keys=[{"vkey": OLD.text, "from": "2026-01-01T00:00:00.000Z", "until": at}, {"vkey": NEW.text, "from": at}],
        )
    ).log_of(SENDER)
    assert log.signing_at(instant(NOW - MINUTE)) == (OLD,)
    assert log.signing_at(NOW) == (NEW,)
    assert log.key_for(head(signer="new log"), NOW) == NEW


def test_what_was_signed_before_a_key_was_revoked_still_verifies_if_witnesses_saw_it_in_time() -> None:
    log = revoked(NOW)
    before, after = instant(NOW - MINUTE), instant(NOW + MINUTE)
    assert log.key_for(head(cosigned_at=before), after) == OLD
    assert log.key_for(head(), before) == OLD, "until then nothing else is needed"


@pytest.mark.parametrize(
    "signed",
    [
        head(),
        head(cosigned_at=instant(NOW + MINUTE)),
        head(cosigned_at=NOW),
        head(cosigned_at=instant(NOW - MINUTE), by=WITNESSES[:1]),
    ],
    ids=["nobody saw it", "seen after", "seen at that instant", "one witness alone saw it"],
)
def test_t7_what_a_revoked_key_signed_is_refused_unless_it_was_seen_before(signed: SignedCheckpoint) -> None:
    with pytest.raises(ProofError, match="does not hold any more"):
        revoked(NOW).key_for(signed, instant(NOW + MINUTE))


def test_a_key_may_be_as_young_as_the_second_that_a_witness_states() -> None:
    began, ends = instant(NOW.replace(microsecond=800_000)), instant(NOW + MINUTE)
    witnesses = tuple(NamedWitness(name=name, url="", key=witness_vkey(name)) for name in WITNESSES)
    log = TrustedLog(origin=ORIGIN, keys=(DatedKey(key=OLD, since=began.timestamp(), until=ends.timestamp()),), witnesses=witnesses)
    later = instant(NOW + 2 * MINUTE)

    assert log.key_for(head(cosigned_at=instant(began + timedelta(milliseconds=100))), later) == OLD, "it states the second, and no more"
    for outside in (instant(began - timedelta(seconds=1)), instant(ends + timedelta(seconds=1))):
        with pytest.raises(ProofError, match="does not hold any more"):
            log.key_for(head(cosigned_at=outside), later)


def test_a_forged_cosignature_shows_no_time() -> None:
    log = revoked(NOW)
    signed = head()
    forged = [cosign(signed.checkpoint, key=key("somebody"), name=name, timestamp=int((NOW - MINUTE).timestamp())) for name in WITNESSES]
    with pytest.raises(ProofError, match="does not hold any more"):
        log.key_for(signed.add(*forged), instant(NOW + MINUTE))


def test_a_checkpoint_that_nobody_signed_gets_the_newest_key_and_fails_by_it() -> None:
    assert revoked(NOW).key_for(head(signer="somebody"), NOW) == NEW
