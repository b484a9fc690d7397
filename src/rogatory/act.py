r"""The envelope of every act: an SD-JWT (RFC 9901) whose parts are shown to those who must see them, and to no others.

- A compact JWS, `{"alg":"Ed25519","kid":...,"typ":"rogatory-act+sd-jwt"}` (RFC 9864); any other header is refused.
- The hash of an act is SHA-256 over the ASCII bytes of that JWS, without its disclosures.
- Header, payload and disclosures are RFC 8785 JSON; each base64url part is decoded, encoded again and compared.
- The payload holds a *statement* (everything but the time), `at`, and the assertion of an officer's key where there is
  one. The key's challenge is `SHA-256("rogatory/statement/v1\n" || JCS(statement))`: anybody can compute it.
- Decoy digests pad the body to 8, 16, 32, ... and the predecessors to 4, 8, ..., so that their number tells little.

Left to others: which parts whom must see (`rogatory.procedure`), whose key it is (`rogatory.exchange.trust`), randomness
and time, which are arguments here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rogatory.canonical import MAX_BYTES, Value, decode, encode, from_base64url, sha256_hex, to_base64url
from rogatory.errors import ActError, FormError
from rogatory.moments import Instant, format_instant, parse_canonical_instant
from rogatory.token import ALGORITHM, is_signed, sign_token

TYPE = "rogatory-act+sd-jwt"
SALT = 16
PREFIX = b"rogatory/statement/v1\n"
LEAST_PARTS, LEAST_AFTER = 8, 4

_HEX = re.compile(r"[0-9a-f]{64}")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_KIND = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_INSTITUTION = re.compile(r"https://[a-z0-9.:/-]{1,190}")
_OFFICER = re.compile(r"#[a-z2-7]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who acts: an institution, through an officer in a capacity, or through its software."""

    institution: str
    capacity: str
    officer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRef:
    """A case: the institution that opened it, and a UUIDv4."""

    institution: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An act before it has a time: plain and whole."""

    kind: str
    case: CaseRef | None
    by: Author
    law: str | None
    nonce: bytes
    after: tuple[str, ...]
    body: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What an officer's key made of the challenge (WebAuthn), each part base64url."""

    credential: str
    authenticator: str
    client: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What a prepared statement says, beside its author and kind."""

    case: CaseRef | None
    nonce: bytes
    after: tuple[str, ...]
    body: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A statement with its digests, and the disclosures behind them."""

    statement_value: Mapping[str, Value]
    disclosures: tuple[str, ...]

    @property
    def challenge(self) -> bytes:
        """What an officer's key signs: 32 bytes."""
        return challenge_of(self.statement_value)

    def plain(self) -> Plain:
        """What it states, its own disclosures opened."""
        value, body, after = self.statement_value, {}, []
        for disclosure in self.disclosures:
            match decode(from_base64url(disclosure), max_bytes=2 * MAX_BYTES):
                case [_, str() as name, part]:
                    body[name] = part
                case [_, str() as before]:
                    after.append(before)
        case = _case(value["case"], "case") if "case" in value else None
        nonce = from_base64url(_text(value["nonce"], "nonce"))
        return Plain(case=case, nonce=nonce, after=tuple(after), body=body)

    def to_value(self) -> dict[str, Value]:
        """The form in which a node keeps it until the key has answered."""
        return {"statement": dict(self.statement_value), "disclosures": list(self.disclosures)}

    @classmethod
    def from_value(cls, value: Value) -> Prepared:
        """Read what `to_value` gave. `ActError` if it is something else."""
        if not isinstance(value, Mapping) or value.keys() != {"statement", "disclosures"}:
            raise ActError("is no prepared statement", where="statement")
        statement, disclosures = value["statement"], value["disclosures"]
        if not isinstance(statement, Mapping) or not isinstance(disclosures, list | tuple):
            raise ActError("is no prepared statement", where="statement")
        return cls(statement_value=statement, disclosures=tuple(str(one) for one in disclosures))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAct:
    """An act as it is kept and sent: the JWS, and those disclosures that the holder has."""

    skeleton: str
    disclosures: tuple[str, ...]

    @property
    def hash(self) -> str:
        """The identity of the act."""
        return hash_of(self.skeleton)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """What everybody who holds the JWS can read; its signature is not yet checked (`verify`)."""

    text: str
    hash: str
    kid: str
    kind: str
    case: CaseRef | None
    by: Author
    law: str | None
    nonce: bytes
    at: Instant
    assertion: Assertion | None
    challenge: bytes
    parts: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the disclosures at hand show: parts of the body, and predecessors."""

    body: Mapping[str, Value]
    after: tuple[str, ...]


def hash_of(skeleton: str) -> str:
    """SHA-256 over the ASCII bytes of the JWS."""
    try:
        return sha256_hex(skeleton.encode("ascii"))
    except UnicodeEncodeError as error:
        raise ActError("holds a character that no JWS has", where="skeleton") from error


def challenge_of(statement: Mapping[str, Value]) -> bytes:
    """SHA-256 over the prefix and the canonical statement."""
    return hashlib.sha256(PREFIX + encode(statement)).digest()


def entropy_needed(*, parts: int, after: int) -> int:
    """How many random bytes `prepare` takes."""
    padded, following = _padded(parts, LEAST_PARTS), _padded(after, LEAST_AFTER)
    return SALT * (parts + after) + 32 * (padded - parts + following - after)


def _padded(count: int, least: int) -> int:
    size = least
    while size < count:
        size *= 2
    return size


def prepare(statement: Statement, *, entropy: bytes) -> Prepared:
    """Fix everything but the time. Salts and decoys are cut from `entropy`, of which exactly `entropy_needed` is taken."""
    if len(entropy) != entropy_needed(parts=len(statement.body), after=len(statement.after)):
        raise ActError("got the wrong amount of randomness", where="entropy", cure="ask entropy_needed")
    source = memoryview(entropy)
    taken = 0

    def take(count: int) -> bytes:
        nonlocal taken
        taken += count
        return bytes(source[taken - count : taken])

    disclosures = [to_base64url(encode([to_base64url(take(SALT)), name, value])) for name, value in sorted(statement.body.items())]
    body = [_digest(one) for one in disclosures]
    named = [to_base64url(encode([to_base64url(take(SALT)), before])) for before in sorted(set(statement.after))]
    after = [_digest(one) for one in named]
    body += [to_base64url(take(32)) for _ in range(_padded(len(body), LEAST_PARTS) - len(body))]
    after += [to_base64url(take(32)) for _ in range(_padded(len(after), LEAST_AFTER) - len(after))]
    by: dict[str, Value] = {"institution": statement.by.institution, "capacity": statement.by.capacity}
    if statement.by.officer is not None:
        by["officer"] = statement.by.officer
    value: dict[str, Value] = {
        "kind": statement.kind,
        "by": by,
        "nonce": to_base64url(statement.nonce),
        "after": [{"...": one} for one in sorted(after)],
        "body": {"_sd": sorted(body)},
    }
    if statement.case is not None:
        value["case"] = {"institution": statement.case.institution, "id": statement.case.id}
    if statement.law is not None:
        value["law"] = statement.law
    return Prepared(statement_value=value, disclosures=(*disclosures, *named))


def _digest(disclosure: str) -> str:
    return to_base64url(hashlib.sha256(disclosure.encode("ascii")).digest())


def sign(prepared: Prepared, *, at: Instant, key: Ed25519PrivateKey, kid: str, assertion: Assertion | None = None) -> SignedAct:
    """Give the statement its time and the institution's signature."""
    payload: dict[str, Value] = {"_sd_alg": "sha-256", "at": format_instant(at), "statement": prepared.statement_value}
    if assertion is not None:
        payload["assertion"] = {
            "authenticator": assertion.authenticator,
            "client": assertion.client,
            "credential": assertion.credential,
            "signature": assertion.signature,
        }
    return SignedAct(skeleton=sign_token({"kid": kid, "typ": TYPE}, encode(payload), key), disclosures=prepared.disclosures)


def read(skeleton: str) -> Skeleton:
    """Read a JWS strictly. `ActError` for anything that is not the one form of an act."""
    if len(skeleton) > MAX_BYTES:
        raise ActError(f"is longer than {MAX_BYTES} bytes", where="skeleton", cure="send large files as a package")
    digest = hash_of(skeleton)
    pieces = skeleton.split(".")
    if len(pieces) != 3:  # noqa: PLR2004  # header, payload, signature
        raise ActError("is no compact JWS", where="skeleton", cure="send header.payload.signature")
    try:
        header = decode(from_base64url(pieces[0], where="header"), where="header")
        payload = decode(from_base64url(pieces[1], where="payload"), where="payload")
        signature = from_base64url(pieces[2], where="signature")
    except FormError as error:
        raise ActError(error.what, where=error.where, why=error.why, cure=error.cure) from error
    kid = _header(header)
    if len(signature) != 64:  # noqa: PLR2004  # Ed25519
        raise ActError("is no Ed25519 signature", where="signature")
    return _payload(skeleton, digest, kid, payload)


def _header(header: Value) -> str:
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "typ"}:
        raise ActError("must hold alg, kid and typ, and nothing else", where="header")
    if header["alg"] != ALGORITHM or header["typ"] != TYPE:
        raise ActError(f"must say alg {ALGORITHM} and typ {TYPE}", where="header")
    return _text(header["kid"], "header.kid", re.compile(r"[!-~]{1,200}"))


def _payload(text: str, digest: str, kid: str, payload: Value) -> Skeleton:
    top = _mapping(payload, "payload", needs={"_sd_alg", "at", "statement"}, may={"assertion"})
    if top["_sd_alg"] != "sha-256":
        raise ActError("must be sha-256", where="payload._sd_alg")
    where = "payload.statement"
    statement = _mapping(top["statement"], where, needs={"kind", "by", "nonce", "after", "body"}, may={"case", "law"})
    body = _mapping(statement["body"], f"{where}.body", needs={"_sd"})
    nonce = from_base64url(_text(statement["nonce"], f"{where}.nonce", re.compile(r"[A-Za-z0-9_-]{22}")))
    try:
        at = parse_canonical_instant(_text(top["at"], "payload.at"))
    except FormError as error:
        raise ActError(error.what, where="payload.at", cure=error.cure) from error
    return Skeleton(
        text=text,
        hash=digest,
        kid=kid,
        kind=_text(statement["kind"], f"{where}.kind", _KIND),
        case=_case(statement["case"], f"{where}.case") if "case" in statement else None,
        by=_author(statement["by"], f"{where}.by"),
        law=_text(statement["law"], f"{where}.law", _HEX) if "law" in statement else None,
        nonce=nonce,
        at=at,
        assertion=_assertion(top["assertion"]) if "assertion" in top else None,
        challenge=challenge_of(statement),
        parts=_digests(body["_sd"], f"{where}.body._sd"),
        after=_digests(_placeholders(statement["after"], f"{where}.after"), f"{where}.after"),
    )


def _mapping(value: Value, where: str, *, needs: set[str], may: Collection[str] = ()) -> Mapping[str, Value]:
    if not isinstance(value, dict):
        raise ActError("must be an object", where=where)
    missing, unknown = needs - value.keys(), value.keys() - needs - set(may)
    if missing or unknown:
        word = f"lacks {min(missing)}" if missing else f"may not hold {min(unknown)}"
        raise ActError(word, where=where)
    return value


def _text(value: Value, where: str, form: re.Pattern[str] | None = None) -> str:
    if not isinstance(value, str) or (form is not None and not form.fullmatch(value)):
        raise ActError("is not in its form", where=where)
    return value


def _case(value: Value, where: str) -> CaseRef:
    case = _mapping(value, where, needs={"institution", "id"})
    return CaseRef(
        institution=_text(case["institution"], f"{where}.institution", _INSTITUTION),
        id=_text(case["id"], f"{where}.id", _UUID4),
    )


def _author(value: Value, where: str) -> Author:
    by = _mapping(value, where, needs={"institution", "capacity"}, may={"officer"})
    institution = _text(by["institution"], f"{where}.institution", _INSTITUTION)
    officer = _text(by["officer"], f"{where}.officer") if "officer" in by else None
    if officer is not None and not (officer.startswith(institution) and _OFFICER.fullmatch(officer[len(institution) :])):
        raise ActError("is no officer of that institution", where=f"{where}.officer")
    return Author(institution=institution, capacity=_text(by["capacity"], f"{where}.capacity", _KIND), officer=officer)


def _assertion(value: Value) -> Assertion:
    where = "payload.assertion"
    read_ = _mapping(value, where, needs={"authenticator", "client", "credential", "signature"})
    parts = {name: _text(one, f"{where}.{name}") for name, one in read_.items()}
    for name, one in parts.items():
        try:
            from_base64url(one, where=f"{where}.{name}")
        except FormError as error:
            raise ActError(error.what, where=error.where) from error
    return Assertion(**parts)


def _placeholders(value: Value, where: str) -> list[Value]:
    if not isinstance(value, list):
        raise ActError("must be a list", where=where)
    return [_mapping(one, where, needs={"..."})["..."] for one in value]


def _digests(value: Value, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in value):
        raise ActError("must be a list of digests", where=where)
    if value != sorted(set(map(str, value))):
        raise ActError("must be sorted and name nothing twice", where=where)
    return frozenset(map(str, value))


def verify(skeleton: Skeleton, key: Ed25519PublicKey) -> Skeleton:
    """The skeleton again, its signature checked. `ActError` if it does not hold."""
    if not is_signed(skeleton.text, key):
        raise ActError(
            "the signature does not hold", where=f"act {skeleton.hash}", why="a byte was changed, or another key signed it",
            cure="ask its author to send it as it was signed",
        )  # fmt: skip
    return skeleton


def disclose(skeleton: Skeleton, disclosures: Iterable[str]) -> Contents:
    """What the disclosures show. `ActError` for one that matches no digest, stands twice, or repeats a name."""
    body: dict[str, Value] = {}
    after: list[str] = []
    seen: set[str] = set()
    for disclosure in disclosures:
        if len(disclosure) > 2 * MAX_BYTES:
            raise ActError("is too long", where="disclosure")
        try:
            digest = _digest(disclosure)
            value = decode(from_base64url(disclosure, where="disclosure"), max_bytes=2 * MAX_BYTES, where="disclosure")
        except (FormError, UnicodeEncodeError) as error:
            raise ActError("is not in its form", where="disclosure") from error
        if digest in seen:
            raise ActError("stands twice", where="disclosure")
        seen.add(digest)
        _open(skeleton, digest, value, body, after)
    return Contents(body=body, after=tuple(sorted(after)))


def _open(skeleton: Skeleton, digest: str, value: Value, body: dict[str, Value], after: list[str]) -> None:
    match value:
        case [str(), str() as name, part] if digest in skeleton.parts:
            if name in body:
                raise ActError(f"the part {name} stands twice", where="disclosure")
            body[name] = part
        case [str(), str() as before] if digest in skeleton.after and _HEX.fullmatch(before):
            after.append(before)
        case _:
            raise ActError("belongs to another act", where="disclosure", cure="send the disclosures of this act")


def withhold(signed: SignedAct, *, parts: Collection[str], after: Collection[str]) -> SignedAct:
    """The act with these parts and predecessors only; everything else stays hidden behind its digest."""
    kept = []
    for disclosure in signed.disclosures:
        match decode(from_base64url(disclosure), max_bytes=2 * MAX_BYTES):
            case [_, str() as name, _] if name in parts:
                kept.append(disclosure)
            case [_, str() as before] if before in after:
                kept.append(disclosure)
    return SignedAct(skeleton=signed.skeleton, disclosures=tuple(kept))
