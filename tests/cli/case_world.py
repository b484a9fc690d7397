"""Case files, whole and in memory: an anchor, one institution, its log, three acts and a package."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rogatory.act import Author, CaseRef, SignedAct, Statement, entropy_needed, prepare, sign
from rogatory.exchange.message import HpkePrivateKey, hpke_public_text, signing_public_text
from rogatory.exchange.trust import make_trust
from rogatory.ledger import Receipt, build_step, make_receipt
from rogatory.moments import parse_instant
from tests.ledger.ledger_worlds import LOG_VKEY, WITNESSES, Log, key, seed, step_root, witness_vkey

PARIS = "https://tj-paris.example"
CASE = "6f1b7a52-55f0-4c1c-9d52-5a4f2a4a3c11"
MADE_AT = "2026-09-18T09:00:00.000Z"
PACKAGE = b"age-encryption.org/v1\n" + bytes(3000)
HPKE = hpke_public_text(HpkePrivateKey(mlkem=MLKEM768PrivateKey.generate(), x25519=X25519PrivateKey.generate()))
DIGEST = hashlib.sha256(PACKAGE).hexdigest()


def an_act(kind: str, at: str, body: dict[str, Any], *, signer: str = "act", by: str = PARIS) -> SignedAct:
    statement = Statement(
        kind=kind,
        case=CaseRef(institution=PARIS, id=CASE),
        by=Author(institution=by, capacity="software"),
        law=None,
        nonce=hashlib.sha256(kind.encode()).digest()[:16],
        after=(),
        body=body,
    )
    entropy = hashlib.shake_256(kind.encode()).digest(entropy_needed(parts=len(body), after=0))
    return sign(prepare(statement, entropy=entropy), at=parse_instant(at), key=key(signer), kid="paris-1")


ACTS = (
    an_act("draft", "2026-09-17T08:00:00.000Z", {"title": "a fictional case", "days": 3}),
    an_act("authorise", "2026-09-17T09:00:00.000Z", {"text": "as asked"}),
    an_act("produce", "2026-09-18T08:00:00.000Z", {"packages": [{"item": "x1", "digest": DIGEST, "size": len(PACKAGE)}]}),
)


@dataclass
class World:
    log: Log
    receipts: tuple[Receipt, ...]


def a_world(*acts: SignedAct) -> World:
    log = Log().grow(*(step_root(number) for number in range(300)))
    step = build_step(seed(300), [act.hash for act in acts])
    log.grow(step.root, *(step_root(number) for number in range(301, 310)))
    head = log.signed(*WITNESSES)
    return World(log, tuple(make_receipt(path=step.path(act.hash), index=300, nodes=log.nodes, checkpoint=head) for act in acts))


def trust(
    *,
    anchor: str = "anchor",
    expires: str = "2027-01-01T00:00:00.000Z",
    revoked: str | None = None,
    log_key_ended: str = "",
    issued: str = "2026-01-01T00:00:00.000Z",
) -> str:
    begins = "2026-01-01T00:00:00.000Z"
    dated = {"keys": [{"vkey": LOG_VKEY.text, "from": begins, "revoked_at": log_key_ended}]} if log_key_ended else {}
    act_key = {"kid": "paris-1", "key": signing_public_text(key("act").public_key()), "from": begins}
    payload = {
        "seq": 3,
        "iat": issued,
        "exp": expires,
        "entities": [
            {
                "sub": PARIS,
                "name": "Tribunal judiciaire de Paris",
                "base_url": PARIS,
                "state": "FR",
                "roles": ["issuing"],
                "capacities": ["judge"],
                "telephone": "+33 1 00 00 00 00",
                "log": {"origin": LOG_VKEY.name, "vkey": LOG_VKEY.text} | dated,
                "act_keys": [act_key | ({"revoked_at": revoked} if revoked else {})],
                "message_keys": [{"kid": "m1", "sign": act_key["key"], "hpke": HPKE, "from": begins}],
                "rp_id": "tj-paris.example",
                "origin": PARIS,
                "registrars": [],
                "marks": [{"mark": "issuing", "from": begins}],
                "languages": ["fr"],
            }
        ],
        "witnesses": [{"name": name, "vkey": witness_vkey(name).text, "url": f"https://{name}"} for name in WITNESSES],
    }
    return make_trust(payload, key=key(anchor), kid="anchor-1")


def case_value(**changes: Any) -> dict[str, Any]:
    world = a_world(*ACTS)
    return {
        "v": 1,
        "made_for": f"{PARIS}#abcdefgh",
        "made_at": MADE_AT,
        "trust": trust(),
        "acts": [
            {"skeleton": act.skeleton, "disclosures": list(act.disclosures), "receipt": receipt.text}
            for act, receipt in zip(ACTS, world.receipts, strict=True)
        ],
        "packages": [{"act": ACTS[2].hash, "category": "x1", "digest": DIGEST, "size": len(PACKAGE)}],
    } | changes


def write_case(folder: Path, value: dict[str, Any]) -> Path:
    path = folder / "case.json"
    path.write_text(json.dumps(value))
    (folder / f"{DIGEST}.age").write_bytes(PACKAGE)
    return path


def write_log(folder: Path, log: Log) -> Path:
    for name, data in log.files(*WITNESSES).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


ANCHOR = signing_public_text(key("anchor").public_key())
