"""One installation: its settings, keys, clock, law and trust list, loaded once for each process.

Everything that reads a file, a clock or randomness for the acts of this node is reached through here, so that the wiring
fits on a page. The trust list is read again when its file changes.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from rogatory.custody import new_identity, recipient_of
from rogatory.errors import ConfigurationError
from rogatory.exchange.trust import TrustList
from rogatory.folder import TrustFile
from rogatory.law import Pack
from rogatory.moments import Instant
from rogatory.node.clock import GuardedClock, get_clock
from rogatory.node.keys import CaseKeys, NodeKeys
from rogatory.node.packs import load_corpus, pack_for
from rogatory.node.settings.installation import NodeSettings
from rogatory.node.stores import Store, store_of
from rogatory.procedure.instruments import ORDERS
from rogatory.procedure.kind import Institution
from rogatory.procedure.words import Capacity, Role


@dataclass
class Installation:
    """What this process knows of its own node."""

    settings: NodeSettings
    keys: NodeKeys
    case_keys: CaseKeys
    clock: GuardedClock
    store: Store
    trust_file: TrustFile
    _trust: TrustList | None = None
    _institutions: tuple[tuple[int, int], Mapping[str, Institution]] | None = None

    @cached_property
    def pack(self) -> Pack:
        """The instrument as it stands, for its words and its calendars; what decides a case is `pack_for`."""
        return load_corpus("eu-e-evidence")

    def pack_for(self, states: frozenset[str], instrument: str = ORDERS) -> Pack:
        """The law under which this node decides a case that concerns these States: the instrument with their overlays."""
        return pack_for(instrument, states)

    @property
    def zone(self) -> str:
        """The time zone of this node's State."""
        return self.pack.zone(self.settings.state)

    def trust(self, at: Instant) -> TrustList:
        """The trust list in force. `TrustError` if it cannot be relied on."""
        trust = self.trust_file.at(at)
        if trust is not self._trust:
            _not_mixed(trust, demo=getattr(settings, "ROGATORY_DEMO", False))
            self._trust = trust
        return trust

    def institutions(self, at: Instant) -> Mapping[str, Institution]:
        """Every institution of the trust list, with the roles for which it holds a mark now."""
        trust = self.trust(at)
        minute = (id(trust), int(at.timestamp()) // 60)
        if self._institutions is None or self._institutions[0] != minute:
            self._institutions = (minute, self._accredited(trust, at))
        return self._institutions[1]

    def _accredited(self, trust: TrustList, at: Instant) -> Mapping[str, Institution]:
        return {
            one.sub: Institution(
                uri=one.sub,
                name=one.name,
                state=one.state,
                roles=frozenset(Role(role) for role in one.roles if trust.accredited(one.sub, role, at)),
                capacities=frozenset(Capacity(capacity) for capacity in one.capacities),
            )
            for one in trust.entities
        }


def _not_mixed(trust: TrustList, *, demo: bool) -> None:
    """A demonstration runs on a demonstration's list alone, and no other node takes up one log of it."""
    if demo and not trust.is_demo:
        raise ConfigurationError(
            "the demonstration's settings meet a real trust list", where="trust.json", cure="use the settings of a real node"
        )
    if not demo and trust.has_demo_logs:
        raise ConfigurationError(
            "the trust list holds a log of a demonstration", where="trust.json", cure="fetch the list of the real anchor"
        )


def draw_call_back_code() -> str:
    """What the provider is told on the telephone: ten signs that are read out easily."""
    code = base64.b32encode(secrets.token_bytes(10)).decode("ascii")[:10]
    return f"{code[:4]}-{code[4:7]}-{code[7:]}"


def draw_recipient() -> tuple[str, str]:
    """A new age identity and its recipient (X25519), for one order alone."""
    identity = new_identity(os.urandom(32))
    return identity, recipient_of(identity)


def entropy(length: int) -> bytes:
    """Random bytes for salts and decoys."""
    return os.urandom(length)


_installation: Installation | None = None


def installation() -> Installation:
    """The installation of this process."""
    global _installation  # noqa: PLW0603  # one a process, made at its first use
    if _installation is None:
        node: NodeSettings = settings.NODE  # type: ignore[misc]  # a setting of our own
        home: Path = node.home
        keys = NodeKeys.load(home)
        _installation = Installation(
            settings=node,
            keys=keys,
            case_keys=CaseKeys(home, keys),
            clock=get_clock(),
            store=store_of(home, node.bucket, owner=node.institution),
            trust_file=TrustFile(home),
        )
    return _installation
