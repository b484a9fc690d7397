"""Who may take part: the trust list, a JWS by the trust anchor over entity statements and trust marks.

- A lower `seq` than one that was seen, a future `iat`, an expired list, an unknown member are refused.
- A signature is judged by the state of its key at the act's own instant: not before `from`, not from `until` or `revoked_at`.
- No mark, no role. The anchor's key is set by hand.

The entity statements are in the spirit of OpenID Federation 1.0; fetching chains is not built yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from rogatory.assertion import Credential as CredentialKey
from rogatory.canonical import Value, encode
from rogatory.errors import FormError, MessageError, TrustError
from rogatory.exchange.logs import LEAST, DatedKey, NamedWitness, TrustedLog
from rogatory.exchange.message.keys import HpkePublicKey, read_hpke_public, read_signing_public
from rogatory.exchange.message.token import read_token, write_token
from rogatory.ledger import KeyUse, VerifierKey, read_vkey
from rogatory.moments import Instant, format_instant, parse_canonical_instant

TYPE = "rogatory-trust+jws"
LIMIT = 16 << 20
DEMO_SUFFIX = ".demo.invalid"


def _moment(text: str) -> str:
    parse_canonical_instant(text)
    return text


Moment = Annotated[str, AfterValidator(_moment)]
Text = Annotated[str, Field(min_length=1, max_length=400)]


class Statement(BaseModel):
    """A value of the trust list: frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Dated(Statement):
    """Something that holds from an instant, until another, unless revoked before."""

    since: Moment = Field(alias="from")
    until: Moment | None = None
    revoked_at: Moment | None = None

    @property
    def ends(self) -> str | None:
        """When it ends: at its end, or when it was revoked before."""
        return min((one for one in (self.until, self.revoked_at) if one is not None), default=None)

    def holds(self, at: Instant) -> bool:
        """Whether it holds at an instant."""
        return self.since <= format_instant(at) < (self.ends or "9999")


class ActKey(Dated):
    """A key with which an institution signs acts."""

    kid: Text
    key: Text


class MessageKey(Dated):
    """The keys with which a node signs messages and opens them."""

    kid: Text
    sign: Text
    hpke: Annotated[str, Field(min_length=1, max_length=2000)]


class Mark(Dated):
    """A trust mark: the accreditation for a role."""

    mark: Literal["issuing", "enforcing", "addressee"]


class LogKey(Dated):
    """A key with which a log signs, or signed."""

    vkey: Text


class Log(Statement):
    """The log of a node: its origin, its newest key, all its keys with their dates, and the witnesses that it names."""

    origin: Text
    vkey: Text
    keys: tuple[LogKey, ...] = ()
    witnesses: tuple[Text, ...] = ()


def _of_demo(log: Log) -> bool:
    return log.origin.partition("/")[0].endswith(DEMO_SUFFIX)


class CredentialStatement(Statement):
    """The public half of an officer's key."""

    id: Text
    public_key: Text


class Registrar(Statement):
    """One of the first registrars of an institution."""

    officer: Text
    key: CredentialStatement = Field(alias="credential")

    @property
    def credential(self) -> CredentialKey:
        """Her key, as assertions are checked with it."""
        return CredentialKey(id=self.key.id, public_key=self.key.public_key)


class Entity(Statement):
    """One institution and its node."""

    sub: Text
    name: Text
    base_url: Text
    address: Text | None = None
    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    roles: tuple[Literal["issuing", "enforcing", "addressee"], ...]
    capacities: tuple[Text, ...]
    telephone: Text
    log: Log
    act_keys: Annotated[tuple[ActKey, ...], Field(min_length=1)]
    message_keys: Annotated[tuple[MessageKey, ...], Field(min_length=1)]
    rp_id: Text
    origin: Text
    registrars: tuple[Registrar, ...]
    marks: tuple[Mark, ...]
    languages: tuple[Text, ...]


class Witness(Statement):
    """A witness of the logs, and the institution whose node it is, if it stands with one."""

    name: Text
    vkey: Text
    url: Text
    operator: Text | None = None


class Payload(Statement):
    """What the anchor signs."""

    seq: Annotated[int, Field(ge=1)]
    iat: Moment
    exp: Moment
    entities: Annotated[tuple[Entity, ...], Field(max_length=10_000)]
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, kw_only=True)
class TrustList:
    """A trust list whose signature and dates hold."""

    payload: Payload

    @property
    def seq(self) -> int:
        """Its number: a later list has a higher one."""
        return self.payload.seq

    @property
    def issued_at(self) -> Instant:
        """When the anchor signed it."""
        return parse_canonical_instant(self.payload.iat)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Every institution."""
        return self.payload.entities

    @cached_property
    def _by_sub(self) -> dict[str, Entity]:
        return {one.sub: one for one in self.payload.entities}

    @property
    def is_demo(self) -> bool:
        """Whether every log of the list is a demonstration's."""
        return all(_of_demo(one.log) for one in self.entities)

    @property
    def has_demo_logs(self) -> bool:
        """Whether any log of the list is a demonstration's."""
        return any(_of_demo(one.log) for one in self.entities)

    def check_in_force(self, at: Instant) -> None:
        """`TrustError` if the list is not yet, or no longer, in force."""
        _in_force(self.payload, at, 0)

    @cached_property
    def logs(self) -> Mapping[str, TrustedLog]:
        """Every log, by its origin."""
        return {one.log.origin: self._log(one) for one in self.payload.entities}

    def log_of(self, uri: str) -> TrustedLog:
        """The log of an institution's node. `TrustError` if the list does not name it."""
        entity = self._by_sub.get(uri)
        if entity is None:
            raise TrustError("is no institution of the trust list", where=uri, cure="read the newest trust list")
        return self.logs[entity.log.origin]

    def served_by(self, witness: str, at: Instant) -> Mapping[str, tuple[VerifierKey, ...]]:
        """The logs that a witness serves, with the keys that hold now. A log whose last key has ended is served no more."""
        named = {origin: log for origin, log in self.logs.items() if any(one.name == witness for one in log.witnesses)}
        return {origin: keys for origin, log in named.items() if (keys := log.signing_at(at))}

    def _log(self, entity: Entity) -> TrustedLog:
        named = entity.log.witnesses
        chosen = [one for one in self.payload.witnesses if (one.name in named if named else one.operator != entity.sub)]
        dated = [
            DatedKey(
                key=read_vkey(one.vkey),
                since=parse_canonical_instant(one.since).timestamp(),
                until=parse_canonical_instant(one.ends).timestamp() if one.ends else float("inf"),
            )
            for one in sorted(entity.log.keys, key=lambda one: one.since, reverse=True)
        ]
        return TrustedLog(
            origin=entity.log.origin,
            keys=tuple(dated) or (DatedKey(key=read_vkey(entity.log.vkey)),),
            witnesses=tuple(self._named(one) for one in chosen),
        )

    def _named(self, witness: Witness) -> NamedWitness:
        node = self._by_sub.get(witness.operator or "")
        key = read_vkey(witness.vkey)
        if node is None or node.address is None:
            return NamedWitness(name=witness.name, url=witness.url, key=key)
        host, _, path = witness.url.partition("://")[2].partition("/")
        return NamedWitness(name=witness.name, url=f"http://{node.address}/{path}", key=key, host=host)

    def institution(self, uri: str) -> Entity | None:
        """The institution of that name, if it takes part."""
        return self._by_sub.get(uri)

    def accredited(self, uri: str, role: str, at: Instant) -> bool:
        """Whether an institution holds a mark for a role at an instant."""
        entity = self._by_sub.get(uri)
        return entity is not None and role in entity.roles and any(one.mark == role and one.holds(at) for one in entity.marks)

    def act_key(self, uri: str, kid: str, at: Instant) -> Ed25519PublicKey | None:
        """The key with which an institution signed acts at an instant; nothing if it was none, or no longer."""
        entity = self._by_sub.get(uri)
        keys = entity.act_keys if entity else ()
        return next((read_signing_public(one.key) for one in keys if one.kid == kid and one.holds(at)), None)

    def signing_key(self, uri: str, kid: str, at: Instant) -> Ed25519PublicKey | None:
        """The key with which a node signs messages."""
        entity = self._by_sub.get(uri)
        keys = entity.message_keys if entity else ()
        return next((read_signing_public(one.sign) for one in keys if one.kid == kid and one.holds(at)), None)

    def hpke_key(self, uri: str, at: Instant) -> HpkePublicKey:
        """The newest key to seal messages to. `TrustError` if there is none."""
        entity = self._by_sub.get(uri)
        keys = [one for one in entity.message_keys if one.holds(at)] if entity else []
        if not keys:
            raise TrustError("has no key to seal to", where=uri, cure="read the newest trust list")
        newest = max(keys, key=lambda one: one.since)
        return HpkePublicKey(kid=newest.kid, key=read_hpke_public(newest.hpke))


def make_trust(payload: Value, *, key: Ed25519PrivateKey, kid: str) -> str:
    """Sign a trust list as its anchor."""
    return write_token(TYPE, payload, key=key, kid=kid)


def read_trust(text: str, *, anchor: Ed25519PublicKey, at: Instant | None, newest_seq: int = 0) -> TrustList:
    """Read a trust list. `TrustError` if it is not the anchor's, older than one seen, malformed, or not in force where a time is given."""
    key_of: Callable[[str, Value], Ed25519PublicKey | None] = lambda _kid, _payload: anchor  # noqa: E731  # one line
    try:
        _, value = read_token(text, TYPE, key_of=key_of, limit=LIMIT)
        payload = Payload.model_validate_json(encode(value))
    except (MessageError, FormError) as error:
        raise TrustError(error.what, where="trust list", why=error.why, cure="fetch it again from the anchor") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise TrustError(first["msg"], where=f"trust list, {place}", cure="ask the anchor to mend it") from error
    _in_force(payload, at or parse_canonical_instant(payload.iat), newest_seq)
    _well_formed(payload)
    return TrustList(payload=payload)


def _in_force(payload: Payload, at: Instant, newest_seq: int) -> None:
    moment = format_instant(at)
    if payload.seq < newest_seq:
        raise TrustError("is older than one already seen", where=f"seq {payload.seq}", cure="use the newer one")
    if payload.iat > moment:
        raise TrustError("was issued in the future", where=payload.iat, cure="check the clock, or ask the anchor")
    if payload.exp <= moment:
        raise TrustError("has expired", where=payload.exp, cure="fetch the newest list")


def _well_formed(payload: Payload) -> None:
    subs = [one.sub for one in payload.entities]
    if len(set(subs)) != len(subs):
        raise TrustError("names an institution twice", where="trust list")
    _witnesses_well_formed(payload)
    for entity in payload.entities:
        _log_well_formed(entity, payload.witnesses)
    for entity in payload.entities:
        try:
            for act_key in entity.act_keys:
                read_signing_public(act_key.key)
            for message_key in entity.message_keys:
                read_signing_public(message_key.sign)
                read_hpke_public(message_key.hpke)
        except FormError as error:
            raise TrustError(error.what, where=f"{entity.sub}, {error.where}", cure="ask the anchor to mend it") from error


def _witnesses_well_formed(payload: Payload) -> None:
    keys = set()
    for witness in payload.witnesses:
        try:
            key = read_vkey(witness.vkey)
        except FormError as error:
            raise TrustError(error.what, where=f"{witness.name}, {error.where}", cure="ask the anchor to mend it") from error
        if key.use is not KeyUse.COSIGNATURE or key.name != witness.name or key.public in keys:
            raise TrustError("is no witness of its own name and key", where=witness.name, cure="ask the anchor to mend it")
        keys.add(key.public)


def _log_well_formed(entity: Entity, witnesses: tuple[Witness, ...]) -> None:
    """A log is named with at least three witnesses or with none, its own node is none of them, and its keys are its own."""
    log, where = entity.log, f"log {entity.log.origin}"
    foreign = {one.name for one in witnesses if one.operator != entity.sub}
    if not set(log.witnesses) <= foreign or len(set(log.witnesses)) != len(log.witnesses):
        raise TrustError("names a witness that is unknown, its own node or named twice", where=where, cure="ask the anchor to mend it")
    count = len(log.witnesses) or len(foreign)
    if 0 < count < LEAST:
        raise TrustError(f"has {count} witnesses", where=where, why=f"a log has at least {LEAST}, or none", cure="ask the anchor for more")
    if log.keys and log.vkey not in {one.vkey for one in log.keys}:
        raise TrustError("names a newest key that is not among its keys", where=where, cure="ask the anchor to mend it")
    try:
        keys = [read_vkey(text) for text in (log.vkey, *(one.vkey for one in log.keys))] if witnesses or log.keys else []
    except FormError as error:
        raise TrustError(error.what, where=f"{where}, {error.where}", cure="ask the anchor to mend it") from error
    if any(key.name != log.origin or key.use is not KeyUse.NOTE for key in keys):
        raise TrustError("has a key that is not of its own name", where=where, cure="ask the anchor to mend it")
