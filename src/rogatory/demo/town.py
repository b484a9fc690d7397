"""Set up the three nodes of the demonstration in one folder: homes, keys, trust list, people.

Nothing is shared between the nodes but the trust list and the file of the movable clock.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.canonical import Value
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.demo.cast import REGISTRARS, STAGES, WITNESS_NAME, WITNESS_PORT, Player, Stage
from rogatory.demo.clock import CLOCK_FILE
from rogatory.exchange.message import signing_public_text
from rogatory.exchange.trust import make_trust
from rogatory.ledger import KeyUse, vkey_of
from rogatory.moments import Instant, format_instant, instant
from rogatory.node.keys import NodeKeys, create_keys
from rogatory.node.keys.document import create_document_key
from rogatory.witness import Home, create_home

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
SETTINGS = "rogatory.node.settings.demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A player of the demonstration with what she holds: pseudonym, token for programs, software authenticator."""

    player: Player
    stage: Stage
    pseudonym: str
    token: str
    key: UnsafeSoftwareAuthenticator


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The demonstration as set up in a folder."""

    folder: Path
    actors: Mapping[str, Actor]
    databases: Mapping[str, str]

    @property
    def clock(self) -> Path:
        """The file of the movable clock."""
        return self.folder / "clock"

    @property
    def witness(self) -> Path:
        """The folder of the witness."""
        return self.folder / "witness"

    def home(self, stage: Stage) -> Path:
        """The folder of one node."""
        return self.folder / stage.name

    def environment(self, stage: Stage) -> dict[str, str]:
        """What the processes of a node are told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "ROGATORY_HOME": str(self.home(stage)),
            "ROGATORY_DATABASE": self.databases.get(stage.name, ""),
            CLOCK_FILE: str(self.clock),
        }


def build(
    folder: Path,
    *,
    now: Instant,
    step_ms: int,
    databases: Mapping[str, str] | None = None,
    prepared: bool = True,
    anchor: Ed25519PrivateKey | None = None,
) -> Town:
    """Set everything up, anew, in an empty folder; the tables too, unless the caller prepares them itself.

    The anchor's key is forgotten, unless the caller gives one to publish further lists with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    actors = {player.part: _actor(player, stage) for stage in STAGES for player in stage.players}
    registrars = {(stage.name, one.part): _actor(one, stage) for stage in STAGES for one in REGISTRARS}
    town = Town(folder=folder, actors=actors, databases=databases or {})
    keys = {stage.name: _home(town, stage, step_ms, now) for stage in STAGES}
    anchor = anchor or Ed25519PrivateKey.generate()
    witness = create_home(town.witness, WITNESS_NAME)
    trust = make_trust(_payload(keys, registrars, witness, now), key=anchor, kid="demo-anchor")
    for home in (witness.folder, *(town.home(stage) for stage in STAGES)):
        (home / "trust.json").write_text(trust)
        (home / "anchor.pub").write_text(signing_public_text(anchor.public_key()))
    for stage in STAGES:
        home = town.home(stage)
        people = [
            *(registrars[(stage.name, one.part)] for one in REGISTRARS),
            *(actors[one.part] for one in stage.players),
        ]
        (home / "people.json").write_text(json.dumps([_to_dict(one) for one in people]))
    (folder / "anchor.pub").write_text(signing_public_text(anchor.public_key()))
    if prepared:
        _prepare(town)
    return town


def _prepare(town: Town) -> None:
    """Tables and enrolments, each node in a process of its own."""
    running = [
        subprocess.Popen([sys.executable, "-m", "rogatory.demo.prepare"], env=town.environment(stage))  # our own module
        for stage in STAGES
    ]
    for stage, process in zip(STAGES, running, strict=True):
        if process.wait():
            raise RuntimeError(f"the node {stage.name} could not be prepared")


def _actor(player: Player, stage: Stage) -> Actor:
    name = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return Actor(
        player=player,
        stage=stage,
        pseudonym=f"{stage.institution}#{name}",
        token=secrets.token_urlsafe(32),
        key=UnsafeSoftwareAuthenticator.create(),
    )


def _to_dict(one: Actor) -> dict[str, object]:
    return {
        "part": one.player.part,
        "name": one.player.name,
        "capacities": list(one.player.capacities),
        "pseudonym": one.pseudonym,
        "token": one.token,
        "key": one.key.to_dict(),
    }


def _home(town: Town, stage: Stage, step_ms: int, now: Instant) -> NodeKeys:
    home = town.home(stage)
    home.mkdir(exist_ok=True)
    roles = ", ".join(f'"{role}"' for role in stage.roles)
    (home / "node.toml").write_text(
        f'institution = "{stage.institution}"\nbase_url = "{stage.base_url}"\nname = "{stage.name}"\n'
        f'state = "{stage.state}"\nroles = [{roles}]\nstep_ms = {step_ms}\n'
    )
    keys = create_keys(home)
    create_document_key(home, name=stage.title, at=now)
    return keys


def _payload(keys: Mapping[str, NodeKeys], registrars: Mapping[tuple[str, str], Actor], witness: Home, now: Instant) -> Value:
    since = format_instant(instant(now - timedelta(days=1)))
    return {
        "seq": 1,
        "iat": since,
        "exp": format_instant(instant(now + timedelta(days=3650))),
        "entities": [_entity(stage, keys[stage.name], registrars, since) for stage in STAGES],
        "witnesses": [
            *(_peer(stage, keys[stage.name]) for stage in STAGES),
            {"name": witness.name, "vkey": witness.vkey.text, "url": f"http://127.0.0.1:{WITNESS_PORT}"},
        ],
    }


def _peer(stage: Stage, keys: NodeKeys) -> Value:
    """A node as a witness of the others' logs."""
    name = f"{stage.name}.demo.invalid/witness"
    vkey = vkey_of(keys.witness_key, name=name, use=KeyUse.COSIGNATURE).text
    return {"name": name, "vkey": vkey, "url": f"{stage.base_url}/witness", "operator": stage.institution}


def _entity(stage: Stage, keys: NodeKeys, registrars: Mapping[tuple[str, str], Actor], since: str) -> Value:
    origin = f"{stage.name}.demo.invalid/log"
    public = keys.public
    first = [registrars[(stage.name, one.part)] for one in REGISTRARS]
    return {
        "sub": stage.institution,
        "name": stage.title,
        "base_url": stage.base_url,
        "address": f"127.0.0.1:{stage.port}",
        "state": stage.state,
        "roles": sorted(stage.roles),
        "capacities": sorted({capacity for one in stage.players for capacity in one.capacities}),
        "telephone": "+33 1 99 00 12 34" if stage.state == "FR" else "+353 20 913 1234",
        "log": {"origin": origin, "vkey": vkey_of(keys.log_key, name=origin).text},
        "act_keys": [{"kid": public.act_kid, "key": public.act, "from": since}],
        "message_keys": [{"kid": public.message_kid, "sign": public.message, "hpke": public.hpke, "from": since}],
        "rp_id": stage.host,
        "origin": stage.base_url,
        "registrars": [
            {
                "officer": one.pseudonym,
                "credential": {"id": one.key.credential.id, "public_key": one.key.credential.public_key},
            }
            for one in first
        ],
        "marks": [{"mark": role, "from": since} for role in sorted(stage.roles)],
        "languages": ["en", "fr"] if stage.state == "FR" else ["en"],
    }
