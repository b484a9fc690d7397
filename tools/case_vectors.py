"""Vectors of case files: one institution, three acts in one step of its log, a package; one thing changed in each.

Everything follows from names, as in `make_vectors`, which calls `cases`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rogatory.act import TYPE, Author, CaseRef, SignedAct, Statement, entropy_needed, hash_of, prepare, sign
from rogatory.exchange.message import HpkePrivateKey, hpke_public_text, signing_public_text
from rogatory.exchange.trust import make_trust
from rogatory.ledger import Check, KeyUse, Signature, SignedCheckpoint, StepTree, build_step, make_receipt, vkey_of
from rogatory.moments import parse_instant
from rogatory.token import sign_token

COURT, CASE = "https://court.example", "6f1b7a52-55f0-4c1c-9d52-5a4f2a4a3c11"
BEGINS, MADE_AT, ENDS = "2026-01-01T00:00:00.000Z", "2026-09-18T09:00:00.000Z", "2027-01-01T00:00:00.000Z"
PACKAGE = b"age-encryption.org/v1\n" + bytes(300)
DIGEST = hashlib.sha256(PACKAGE).hexdigest()
Key = Callable[[str], Ed25519PrivateKey]
Value = dict[str, Any]


class Ledger(Protocol):
    """What is needed of `make_vectors`: keys by name, and a log of seven entries of which the fourth is a step."""

    origin: str
    log_key: str
    witnesses: Mapping[str, str]
    key: Key

    def head_and_nodes(self, step: StepTree) -> tuple[SignedCheckpoint, Callable[[int, int], bytes]]:
        """The signed head of that log, and its hashes."""
        ...


def drawn(name: str, count: int) -> bytes:
    """Bytes that follow from a name."""
    return hashlib.shake_256(f"rogatory vectors: {name}".encode()).digest(count)


def act(key: Key, kind: str, at: str, body: Value, *, signer: str = "court", by: str = COURT) -> SignedAct:
    statement = Statement(
        kind=kind,
        case=CaseRef(institution=COURT, id=CASE),
        by=Author(institution=by, capacity="software"),
        law=None,
        nonce=drawn(f"nonce {kind}", 16),
        after=(),
        body=body,
    )
    entropy = drawn(f"salts {kind}", entropy_needed(parts=len(body), after=0))
    return sign(prepare(statement, entropy=entropy), at=parse_instant(at), key=key(signer), kid="court-1")


def acts(key: Key, **changes: str) -> tuple[SignedAct, ...]:
    """A draft, a decision and an answer that announces the package; the decision may be changed."""
    decided = {"at": "2026-09-17T09:00:00.000Z", **changes}
    return (
        act(key, "draft", "2026-09-17T08:00:00.000Z", {"title": "a fictional case", "days": 3}),
        act(key, "authorise", decided.pop("at"), {"text": "as asked", "conditions": ["report"]}, **decided),
        act(key, "produce", "2026-09-18T08:00:00.000Z", {"packages": [{"item": "x1", "digest": DIGEST, "size": len(PACKAGE)}]}),
    )


def trust(
    ledger: Ledger,
    *,
    anchor: str = "anchor",
    begins: str = BEGINS,
    ends: str = ENDS,
    log_keys: Sequence[Value] = (),
    own_witness: str = "",
    **act_key: str,
) -> str:
    """The trust list, which names one institution, its log and the witnesses; one of them may be the institution's own."""
    mlkem = MLKEM768PrivateKey.from_seed_bytes(drawn("mlkem", 64))
    hpke = HpkePrivateKey(mlkem=mlkem, x25519=X25519PrivateKey.from_private_bytes(drawn("x25519", 32)))
    public = signing_public_text(ledger.key("court").public_key())
    entity = {
        "sub": COURT,
        "name": "A court",
        "base_url": COURT,
        "state": "FR",
        "roles": ["issuing"],
        "capacities": ["judge"],
        "telephone": "+33 1 00 00 00 00",
        "log": {"origin": ledger.origin, "vkey": ledger.log_key} | ({"keys": log_keys} if log_keys else {}),
        "act_keys": [{"kid": "court-1", "key": public, "from": BEGINS, **act_key}],
        "message_keys": [{"kid": "m1", "sign": public, "hpke": hpke_public_text(hpke), "from": BEGINS}],
        "rp_id": "court.example",
        "origin": COURT,
        "registrars": [],
        "marks": [{"mark": "issuing", "from": BEGINS}],
        "languages": ["fr"],
    }
    further = {"w4.example": vkey_of(ledger.key("w4.example"), name="w4.example", use=KeyUse.COSIGNATURE).text} if own_witness else {}
    witnesses = [
        {"name": name, "vkey": vkey, "url": f"https://{name}"} | ({"operator": COURT} if name == own_witness else {})
        for name, vkey in {**ledger.witnesses, **further}.items()
    ]
    payload = {"seq": 3, "iat": begins, "exp": ends, "entities": [entity], "witnesses": witnesses}
    return make_trust(payload, key=ledger.key(anchor), kid="anchor-1")


def case_value(ledger: Ledger, made: Sequence[SignedAct]) -> Value:
    """A case file that holds, of these acts."""
    step = build_step(drawn("seed of the case", 32), [one.hash for one in made])
    head, nodes = ledger.head_and_nodes(step)
    receipts = [make_receipt(path=step.path(one.hash), index=3, nodes=nodes, checkpoint=head).text for one in made]
    return {
        "v": 1,
        "made_for": f"{COURT}#abcdefgh",
        "made_at": MADE_AT,
        "trust": trust(ledger),
        "acts": [
            {"skeleton": one.skeleton, "disclosures": list(one.disclosures), "receipt": receipt}
            for one, receipt in zip(made, receipts, strict=True)
        ],
        "packages": [{"act": made[2].hash, "category": "x1", "digest": DIGEST, "size": len(PACKAGE)}],
    }


def cases(ledger: Ledger, write: Callable[[Check | None, str, Value, Mapping[str, bytes]], None]) -> None:
    """Every vector of a case file. `write` takes the step that fails, the name, what the vector says, and its files."""
    good = case_value(ledger, acts(ledger.key))
    anchor = signing_public_text(ledger.key("anchor").public_key())

    def vector(check: Check | None, name: str, says: str, value: Value | str, package: bytes | None = PACKAGE, quorum: int = 2) -> None:
        text = value if isinstance(value, str) else json.dumps(value, indent=1) + "\n"
        files = {"case.json": text.encode()}
        if package is not None:
            files[f"{DIGEST}.age"] = package
        asked = {"is": "case", "says": says, "anchor": anchor, "quorum": quorum, "fails": check.value if check else 0}
        write(check, f"case-{name}", asked, files)

    def changed(number: int, **parts: Any) -> Value:
        """The file with members of one act changed; without one that is None."""
        new = {name: part for name, part in {**good["acts"][number], **parts}.items() if part is not None}
        return {**good, "acts": [new if at == number else one for at, one in enumerate(good["acts"])]}

    shown = good["acts"][1]["disclosures"]
    vector(None, "of-three-acts", "all that the file can hold", good)
    vector(None, "with-contents-withheld", "one part of the decision is not shown", changed(1, disclosures=shown[:1]))
    undated = {name: part for name, part in good.items() if name not in {"made_at", "made_for"}}
    vector(None, "without-its-date", "it is judged at the time of its latest act", undated)
    vector(None, "without-its-package", "the package does not lie beside: nothing is said of it", good, None)
    vector(Check.FORM, "with-an-unknown-member", "a member that this version does not know", {**good, "more": 1})
    twice = json.dumps(good).replace('"v": 1,', '"v": 1, "v": 1,')
    vector(Check.FORM, "with-a-member-twice", "the version stands twice", twice)
    vector(
        Check.FORM,
        "with-a-size-in-quotes",
        "a size that is a text",
        {**good, "packages": [{**good["packages"][0], "size": str(len(PACKAGE))}]},
    )
    vector(Check.FORM, "of-version-2", "another version", {**good, "v": 2})
    vector(Check.FORM, "of-version-true", "true, which some languages take for 1", {**good, "v": True})
    vector(Check.FORM, "with-an-act-twice", "the last act stands twice", {**good, "acts": [*good["acts"], good["acts"][2]]})
    receipt = good["acts"][0]["receipt"]
    vector(Check.PLACE_IN_LOG, "with-the-receipt-of-another-act", "the decision has the draft's receipt", changed(1, receipt=receipt))
    vector(Check.PLACE_IN_LOG, "without-a-receipt", "nothing proves that the decision stands in a log", changed(1, receipt=None))
    _logs(ledger, vector, good)
    _trust(ledger, vector, good)
    _acts(ledger, vector, changed)
    _contents(vector, changed, good)
    _values(ledger, vector)
    _packages(vector, good)


def _logs(ledger: Ledger, vector: Callable[..., None], good: Value) -> None:
    """Which key of the log, and which witnesses, count for a receipt. All of them cosigned at 2027-01-15T08:00:00Z."""
    present = {"vkey": ledger.log_key, "from": BEGINS}

    def later(until: str) -> Value:
        listed = trust(ledger, ends="2028-01-01T00:00:00.000Z", log_keys=[present | {"until": until}])
        return {**good, "made_at": "2027-06-01T00:00:00.000Z", "trust": listed}

    says = "the log's key ended a second after its witnesses cosigned, long before the file was made"
    vector(None, "under-a-key-of-its-log-that-has-ended", says, later("2027-01-15T08:00:01.000Z"))
    says = "the log's key ended at the second in which its witnesses cosigned"
    vector(Check.SIGNATURE, "under-a-key-of-its-log-that-had-ended", says, later("2027-01-15T08:00:00.000Z"))
    newer = vkey_of(ledger.key("next log"), name=ledger.origin)
    false = Signature(name=newer.name, key_id=newer.key_id, data=bytes(64))
    acts_ = [{**one, "receipt": one["receipt"] + false.line + "\n"} for one in good["acts"]]
    listed = {**good, "trust": trust(ledger, log_keys=[present, {"vkey": newer.text, "from": ENDS}]), "acts": acts_}
    vector(Check.SIGNATURE, "with-a-false-line-of-another-key", "the log's line holds, that of its further key does not", listed)
    own = {**good, "trust": trust(ledger, own_witness="w1.example")}
    vector(None, "with-two-witnesses-of-others", "of three that cosigned one is the court's own; two are needed", own)
    vector(Check.WITNESSES, "with-a-witness-of-its-own", "of three that cosigned one is the court's own; three are needed", own, quorum=3)
    first = hash_of(good["acts"][0]["skeleton"])
    step = build_step(drawn("another seed", 32), [first])
    head, nodes = ledger.head_and_nodes(step)
    other = make_receipt(path=step.path(first), index=3, nodes=nodes, checkpoint=head).text
    split = [{**good["acts"][0], "receipt": other}, *good["acts"][1:]]
    vector(Check.GROWTH, "with-two-roots-of-one-size", "two receipts, both of which hold: proof against the log", {**good, "acts": split})


def _trust(ledger: Ledger, vector: Callable[..., None], good: Value) -> None:
    def listed(**changes: str) -> Value:
        return {**good, "trust": trust(ledger, **changes)}

    vector(Check.TRUST, "with-the-list-of-another-anchor", "somebody else has signed the trust list", listed(anchor="somebody"))
    vector(Check.TRUST, "with-a-list-of-the-future", "the list begins after the file was made", listed(begins="2026-10-01T00:00:00.000Z"))
    vector(Check.TRUST, "with-a-list-that-has-ended", "the list ended before the file was made", listed(ends=MADE_AT))
    vector(
        Check.TRUST,
        "made-at-another-zone",
        "the time of the file is not written in UTC",
        {**good, "made_at": "2026-09-18T11:00:00.000+02:00"},
    )
    vector(Check.TRUST, "with-a-newline-after-its-list", "a newline stands after the trust list", {**good, "trust": good["trust"] + "\n"})
    weak = _base64(bytes([1]) + bytes(31))
    vector(Check.TRUST, "with-a-key-of-small-order", "the court's key is the neutral point, for which anybody can sign", listed(key=weak))
    header, payload, signature = good["trust"].split(".")
    other = _text(json.loads(_bytes(payload)) | {"seq": 4})
    vector(Check.TRUST, "with-another-number", "the list's number was changed", {**good, "trust": f"{header}.{other}.{signature}"})


def _acts(ledger: Ledger, vector: Callable[..., None], changed: Callable[..., Value]) -> None:
    key = ledger.key

    def decided(**changes: str) -> Value:
        return case_value(ledger, acts(key, **changes))

    skeleton = decided()["acts"][1]["skeleton"]
    header, payload, signature = skeleton.split(".")
    flipped = bytearray(_bytes(signature))
    flipped[9] ^= 1
    altered = f"{header}.{payload}.{_base64(bytes(flipped))}"
    vector(Check.ACT, "with-a-signature-altered", "one bit of a signature", changed(1, skeleton=altered))
    later = _text(json.loads(_bytes(payload)) | {"at": "2026-09-17T09:00:01.000Z"})
    vector(Check.ACT, "with-another-time", "the decision is dated a second later", changed(1, skeleton=f"{header}.{later}.{signature}"))
    vector(Check.ACT, "signed-by-somebody-else", "a key with the name of the court's", decided(signer="somebody"))
    vector(Check.ACT, "of-a-stranger", "an institution that the list does not name", decided(by="https://stranger.example"))
    vector(Check.ACT, "signed-before-its-key-held", "the key held from the next year on", decided(at="2025-12-31T23:59:59.999Z"))
    revoked = decided() | {"trust": trust(ledger, revoked_at="2026-09-17T09:00:00.000Z")}
    vector(Check.ACT, "signed-as-its-key-was-revoked", "revoked at the very instant of the decision", revoked)


def _contents(vector: Callable[..., None], changed: Callable[..., Value], good: Value) -> None:
    shown = good["acts"][1]["disclosures"]
    salt, name, _ = json.loads(_bytes(shown[-1]))
    other = _text([salt, name, "something else"])
    vector(Check.CONTENTS, "with-a-part-changed", "the words of the decision", changed(1, disclosures=[*shown[:-1], other]))
    vector(Check.CONTENTS, "with-a-part-twice", "one part of the decision stands twice", changed(1, disclosures=[*shown, shown[0]]))
    foreign = good["acts"][0]["disclosures"][0]
    vector(Check.CONTENTS, "with-a-part-of-another-act", "a part of the draft", changed(1, disclosures=[*shown, foreign]))
    vector(Check.CONTENTS, "with-a-part-with-padding", "a part is written with = at its end", changed(1, disclosures=[shown[0] + "="]))


def _values(ledger: Ledger, vector: Callable[..., None]) -> None:
    """Values that are never signed. The court signs them here all the same."""
    draft, honest, answer = acts(ledger.key)
    payload = honest.skeleton.split(".")[1]
    salt = json.loads(_bytes(honest.disclosures[0]))[0]

    def shown(*texts: str) -> Value:
        value = json.loads(_bytes(payload))
        digests = [_base64(hashlib.sha256(text.encode()).digest()) for text in texts]
        value["statement"]["body"]["_sd"] = sorted([*value["statement"]["body"]["_sd"][len(digests) :], *digests])
        skeleton = sign_token({"kid": "court-1", "typ": TYPE}, _bytes(_text(value)), ledger.key("court"))
        return case_value(ledger, (draft, SignedAct(skeleton=skeleton, disclosures=texts), answer))

    for name, says, value in (
        ("null", "a part that is null", None),
        ("a-fraction", "a part that is 1.5", 1.5),
        ("an-empty-text", "a part that is an empty text", ""),
        ("a-number-too-large", "a part that is 2^53", 1 << 53),
        ("a-null-inside", "a part that holds null", {"when": None}),
    ):
        vector(Check.CONTENTS, f"with-{name}", says, shown(_text([salt, "text", value])))
    vector(
        Check.CONTENTS,
        "with-spaces",
        "a part is written with a space after each comma",
        shown(_base64(json.dumps([salt, "text", "a"]).encode())),
    )
    by_unit = {"\U0001f600": 1, "\uffff": 2}  # RFC 8785 sorts by UTF-16 code units: D83D before FFFF
    in_order = json.dumps([salt, "text", by_unit], separators=(",", ":"), ensure_ascii=False)
    vector(
        None,
        "with-names-beyond-ascii",
        "names are sorted by their UTF-16 code units, not by code points",
        shown(_base64(in_order.encode())),
    )
    vector(Check.CONTENTS, "with-names-by-code-points", "names are sorted by code points", shown(_text([salt, "text", by_unit])))
    vector(
        Check.CONTENTS, "with-two-contents-of-one-part", "both are signed", shown(*(_text([salt, "text", one]) for one in ("yes", "no")))
    )


def _packages(vector: Callable[..., None], good: Value) -> None:
    def listed(**changes: Any) -> Value:
        return {**good, "packages": [{**good["packages"][0], **changes}]}

    bit = bytes([*PACKAGE[:100], PACKAGE[100] ^ 1, *PACKAGE[101:]])
    vector(Check.PACKAGES, "with-a-package-altered", "one bit of the package", good, bit)
    vector(Check.PACKAGES, "with-a-package-cut-short", "its last byte is missing", good, PACKAGE[:-1])
    vector(Check.PACKAGES, "with-a-package-lengthened", "a byte follows", good, PACKAGE + b"\0")
    vector(Check.PACKAGES, "with-another-size", "the file says another size than the act", listed(size=len(PACKAGE) + 1), None)
    says = "the act states its packages, and this one is not among them"
    vector(Check.PACKAGES, "with-a-package-that-its-act-does-not-state", says, listed(digest=hashlib.sha256(b"another").hexdigest()), None)
    vector(Check.PACKAGES, "with-a-package-of-no-act", "no act of the file announced it", listed(act="0" * 64))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _text(value: object) -> str:
    """As such values are signed: RFC 8785 for what stands here, base64url."""
    return _base64(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
