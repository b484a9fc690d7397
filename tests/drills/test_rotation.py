"""The key of a log changes while requests go on, and is revoked: between real nodes and witnesses, over real sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.demo import facts
from rogatory.demo.cast import FR, IE, PROVIDER, WITNESS_PORT
from rogatory.demo.processes import running
from rogatory.demo.town import Town, build
from rogatory.errors import ProofError
from rogatory.exchange.logs import TrustedLog
from rogatory.exchange.trust import make_trust, read_trust
from rogatory.ledger import (
    AddCheckpoint,
    Checkpoint,
    SignedCheckpoint,
    VerifierKey,
    build_step,
    leaf_hash,
    read_checkpoint,
    read_receipt,
    read_vkey,
    sign_checkpoint,
    verify_checkpoint,
    verify_receipt,
)
from rogatory.moments import Instant, format_instant, instant
from rogatory.node.keys import NodeKeys
from tests.nodes.conftest import databases
from tests.postgres import ON_POSTGRESQL

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
CLIENTS = int(os.environ.get("ROGATORY_CLIENTS", "3"))
PATIENCE, MINUTE = 180.0, 60.0
ORIGIN = f"{FR.name}.demo.invalid/log"


def now() -> Instant:
    return instant(datetime.now(UTC))


@dataclass
class Anchor:
    """Who publishes trust lists for the town."""

    key: Ed25519PrivateKey
    folder: Path
    seq: int = 1

    def publish(self, vkey: str, *keys: dict[str, str]) -> TrustedLog:
        """A list in which the French log has these keys; taken up by every node and the witness as soon as they look."""
        path = self.folder / FR.name / "trust.json"
        payload: dict[str, Any] = json.loads(
            read_trust(path.read_text(), anchor=self.key.public_key(), at=now()).payload.model_dump_json(by_alias=True, exclude_none=True)
        )
        self.seq += 1
        payload["seq"] = self.seq
        entity = next(one for one in payload["entities"] if one["sub"] == FR.institution)
        entity["log"] |= {"vkey": vkey, "keys": list(keys)}
        text = make_trust(payload, key=self.key, kid="demo-anchor")
        for home in (FR.name, IE.name, PROVIDER.name, "witness"):
            beside = self.folder / home / "trust.new"
            beside.write_text(text)
            beside.replace(self.folder / home / "trust.json")
        return read_trust(text, anchor=self.key.public_key(), at=now()).log_of(FR.institution)


@dataclass
class Clients:
    """Several clients who draft, list, look at the log and fetch receipts, and note every request that was not answered as it should be."""

    town: Town
    log: TrustedLog
    stop: threading.Event = field(default_factory=threading.Event)
    made: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    asked: int = 0

    def one(self) -> None:
        headers = {"host": f"{FR.host}:{FR.port}", "authorization": f"Bearer {self.town.actors['officer'].token}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{FR.port}", headers=headers, timeout=60, trust_env=False) as client:
            while not self.stop.is_set():
                body = {"given": facts.draft(facts.item_identification())}
                made = self.ask(lambda body=body: client.post("/api/v1/cases", json=body, headers={"idempotency-key": str(uuid.uuid4())}))  # type: ignore[misc]
                if made is not None:
                    self.made.append(made.json()["hash"])
                self.ask(lambda: client.get("/api/v1/cases"))
                self.ask(lambda: client.get("/log/checkpoint"))
                for digest in [one for one in self.made if one not in self.receipts][:5]:
                    proof = self.ask(lambda digest=digest: client.get(f"/api/v1/acts/{digest}/receipt"), absent=True)  # type: ignore[misc]
                    if proof is not None and witnessed(read_receipt(proof.text).checkpoint, self.log):
                        self.receipts[digest] = proof.text
                time.sleep(0.05)

    def ask(self, call: Callable[[], httpx.Response], *, absent: bool = False) -> httpx.Response | None:
        """One request. An act that has no place yet has no receipt: that alone is no failure."""
        self.asked += 1
        try:
            answer = call()
        except httpx.HTTPError as error:
            self.failed.append(repr(error))
            return None
        if absent and answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if not answer.is_success:
            self.failed.append(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
            return None
        return answer


@contextmanager
def asking(town: Town, log: TrustedLog) -> Iterator[Clients]:
    clients = Clients(town=town, log=log)
    threads = [threading.Thread(target=clients.one) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        clients.stop.set()
        for thread in threads:
            thread.join()


def wait_for(what: Callable[[], bool], patience: float = PATIENCE) -> float:
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < patience, "it did not come about"
        time.sleep(0.1)
    return time.monotonic() - begun


def head() -> SignedCheckpoint | None:
    text = httpx.get(f"http://127.0.0.1:{FR.port}/log/checkpoint", headers={"host": FR.host}, timeout=60, trust_env=False).text
    return read_checkpoint(text) if text else None


def cosigned_by_quorum(log: TrustedLog, key: VerifierKey) -> bool:
    found = head()
    if found is None or not found.note.signatures_by(key):
        return False
    verify_checkpoint(found, key)
    return witnessed(found, log)


def witnessed(found: SignedCheckpoint, log: TrustedLog) -> bool:
    """Whether most witnesses have cosigned. A receipt that was fetched before that is fetched again."""
    return sum(bool(found.note.signatures_by(one)) for one in log.witness_keys) >= log.quorum


@pytest.mark.parametrize("database", ["sqlite", ON_POSTGRESQL])
def test_t7_a_key_changes_under_load_without_a_failed_request_and_ends_within_a_minute(tmp_path: Path, database: str) -> None:
    with databases(database) as addresses:
        anchor = Anchor(key=Ed25519PrivateKey.generate(), folder=tmp_path / "town")
        rotated_and_revoked(anchor, build(anchor.folder, now=now(), step_ms=200, anchor=anchor.key, databases=addresses))


def rotated_and_revoked(anchor: Anchor, town: Town) -> None:
    """A new key takes over while clients ask; then it is revoked."""
    began = format_instant(instant(now() - timedelta(days=1)))
    log = read_trust((anchor.folder / "fr" / "trust.json").read_text(), anchor=anchor.key.public_key(), at=now()).log_of(FR.institution)
    old = log.keys[0].key
    with running(town) as processes:
        wait_for(lambda: cosigned_by_quorum(log, old))
        with asking(town, log) as clients:
            wait_for(lambda: len(clients.receipts) > 3)
            command = [sys.executable, "-m", "rogatory.cli.main", "log", "new-key"]
            drawn = subprocess.run(command, env=town.environment(FR), capture_output=True, check=True, text=True)
            new = read_vkey(drawn.stdout.strip().split("\n")[-1])
            processes.kill("fr", "work", signal.SIGTERM)  # it is started again, and holds both keys
            turn = format_instant(instant(now() + timedelta(seconds=5)))
            rotated = anchor.publish(new.text, {"vkey": old.text, "from": began, "until": turn}, {"vkey": new.text, "from": turn})
            wait_for(lambda: cosigned_by_quorum(rotated, new))
            before = len(clients.made)
            wait_for(lambda: len(set(clients.made[before:]) & clients.receipts.keys()) > 3)
        assert clients.failed == [], f"of {clients.asked} requests"
        keys_seen = {verified(digest, text, rotated) for digest, text in clients.receipts.items()}
        assert keys_seen == {old, new}, "receipts of before and after, all of which verify"

        last_good = head()
        assert last_good is not None
        stolen = Ed25519PrivateKey.from_private_bytes(NodeKeys.load(town.home(FR)).next_log_keys[0].private_bytes_raw())  # type: ignore[union-attr]
        revoked = anchor.publish(
            new.text,
            {"vkey": old.text, "from": began, "until": turn},
            {"vkey": new.text, "from": turn, "revoked_at": format_instant(now())},
        )
        took = wait_for(lambda: all(refuses(address, last_good, stolen) for address in WITNESSES), MINUTE)
        assert took < MINUTE
        for digest, text in clients.receipts.items():
            verified(digest, text, revoked)
        with pytest.raises(ProofError, match="does not hold any more"):
            revoked.key_for(forged(last_good, stolen), now())
        quiet = _size()
        time.sleep(2)
        assert _size() == quiet, "a worker whose key was revoked signs nothing more"


WITNESSES = (
    (f"http://127.0.0.1:{PROVIDER.port}/witness", PROVIDER.host),
    (f"http://127.0.0.1:{IE.port}/witness", IE.host),
    (f"http://127.0.0.1:{WITNESS_PORT}", ""),
)


def verified(digest: str, text: str, log: TrustedLog) -> VerifierKey:
    """The key by which a receipt verifies now, with its quorum of witnesses."""
    receipt = read_receipt(text)
    key = log.key_for(receipt.checkpoint, now())
    verify_receipt(digest, receipt, log_vkey=key, witnesses=log.witness_keys, quorum=log.quorum)
    return key


def forged(after: SignedCheckpoint, key: Ed25519PrivateKey) -> SignedCheckpoint:
    """A head that a thief signs with the revoked key."""
    root = leaf_hash(build_step(os.urandom(32), ()).root)
    return sign_checkpoint(Checkpoint(origin=ORIGIN, size=after.checkpoint.size + 1000, root=root), key=key)


def refuses(address: tuple[str, str], after: SignedCheckpoint, key: Ed25519PrivateKey) -> bool:
    """Whether a witness does not know the key any more: 404 where the log has no key left, 403 where it has another."""
    url, host = address
    request = AddCheckpoint(old_size=0, proof=(), checkpoint=forged(after, key))
    headers = {"host": host} if host else {}
    answer = httpx.post(f"{url}/add-checkpoint", content=request.text.encode(), headers=headers, timeout=60, trust_env=False)
    assert answer.status_code in {403, 404, 409}
    return answer.status_code in {403, 404}


def _size() -> int:
    found = head()
    return found.checkpoint.size if found else 0
