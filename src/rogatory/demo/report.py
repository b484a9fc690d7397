"""What a story came to: every act with its proof, the periods, the evidence; and everything verified again, offline.

Verification uses what anybody has: the case files that the nodes export, the trust list and its anchor's key. Nothing of it
asks a node.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rogatory.act import read, verify
from rogatory.canonical import from_base64url, to_base64url
from rogatory.demo.cast import QUORUM, STAGES, Stage
from rogatory.demo.client import PURPOSE, Client
from rogatory.demo.stories import Teller
from rogatory.errors import RogatoryError
from rogatory.exchange.message import read_signing_public
from rogatory.exchange.trust import read_trust
from rogatory.ledger import read_receipt, verify_receipt
from rogatory.moments import Instant
from rogatory.procedure.fold import kind_of
from rogatory.procedure.witnessing import EMERGENCY

WATCHERS = {"fr": "custodian", "ie": "enforcing", "provider": "provider"}


def report(tell: Teller) -> dict[str, Any]:
    """The whole story as one value."""
    watchers = {name: part for name, part in WATCHERS.items() if tell(part).line(tell.case)}
    pages = {name: tell(part).case(tell.case) for name, part in watchers.items()}
    files = {name: _settled(tell(part), tell.case, pages[name]) for name, part in watchers.items()}
    acts = _acts(pages, _places(files))
    return {
        "case": tell.case,
        "acts": acts,
        "deadlines": [{"node": name, **one} for name, page in pages.items() for one in page["periods"]],
        "findings": pages["fr"]["findings"],
        "refusals": tell.refusals,
        "evidence": [{"item": one["item"], "file": one["file"], "sealed": one["sealed"], "opened": one["opened"]} for one in tell.evidence],
        "verification": _verify(tell, files, acts),
    }


def _settled(client: Client, case: str, page: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The case file, once every act in it has its receipt; the node's own, under a checkpoint that most witnesses cosigned.

    A file leaves out a look that has no place yet: it is asked for again until it holds all that the page shows.
    """
    shown = {one["hash"] for one in page["timeline"]} if page else set()
    for _ in range(400):
        file: dict[str, Any] = client.request("GET", f"/api/v1/cases/{case}/file", headers={"x-purpose": PURPOSE})
        if shown <= {read(act["skeleton"]).hash for act in file["acts"]} and all(
            "receipt" in act and (_cosigned(act["receipt"]) or not _own(client.actor.stage, act)) for act in file["acts"]
        ):
            return file
        time.sleep(0.05)
    raise TimeoutError(f"{client.actor.stage.name}: some act has no place in a log that most witnesses have cosigned")


def _cosigned(receipt: str) -> bool:
    """Whether two of the three witnesses have cosigned, beside the log's own line."""
    return len(read_receipt(receipt).checkpoint.note.signatures) > QUORUM


def _own(stage: Stage, act: Mapping[str, Any]) -> bool:
    """Whether the act was made on that node. A receipt from abroad stays as it came, cosigned or not (ADR 14)."""
    return read(act["skeleton"]).by.institution == stage.institution


def _places(files: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    """The entry of the log at which each act stands, as its receipt says."""
    acts = (act for file in files.values() for act in file["acts"])
    return {read(act["skeleton"]).hash: read_receipt(act["receipt"]).index for act in acts}


def _acts(pages: Mapping[str, dict[str, Any]], places: Mapping[str, int]) -> list[dict[str, Any]]:
    nodes = {stage.institution: stage.name for stage in STAGES}
    seen: dict[str, dict[str, Any]] = {}
    for page in pages.values():
        for one in page["timeline"]:
            if one["hash"] not in seen:
                seen[one["hash"]] = {
                    "kind": one["kind"],
                    "by": one["by"],
                    "at": one["at"],
                    "node": nodes[one["by"]["institution"]],
                    "hash": one["hash"],
                    "index": places.get(one["hash"]),
                    "article": one["article"],
                }
    return sorted(seen.values(), key=lambda one: (one["at"], one["hash"]))


def _verify(tell: Teller, files: Mapping[str, dict[str, Any]], acts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    anchor = read_signing_public((tell.town.folder / "anchor.pub").read_text())
    checks = []
    stages = {stage.name: stage for stage in STAGES}
    for name, file in files.items():
        trust = read_trust(file["trust"], anchor=anchor, at=tell.now())
        checks += [
            {
                "check": f"{name}: signature and place of act {read(act['skeleton']).hash[:16]}",
                "ok": _holds(trust, act, tell.now(), needed=_needed(file, stages[name], act)),
            }
            for act in file["acts"]
        ]
    hashes = {name: {read(act["skeleton"]).hash for act in file["acts"]} for name, file in files.items()}
    known = {one["hash"] for one in acts}
    checks.append({"check": "every act of the timeline is in a case file", "ok": known <= set().union(*hashes.values())})
    checks += [
        {"check": f"what was sealed as {one['file']} is what was opened", "ok": one["sealed"] == one["opened"]} for one in tell.evidence
    ]
    checks += _tampered(tell, files["fr"], anchor)
    return checks


def _needed(file: Mapping[str, Any], stage: Stage, act: Mapping[str, Any]) -> int:
    """How many witnesses must have cosigned: most, on the node's own; else as many as the act had to wait for (ADR 14)."""
    if _own(stage, act):
        return QUORUM
    if not kind_of(read(act["skeleton"]).kind).discloses:
        return 0
    urgent = any(read(one["skeleton"]).kind == EMERGENCY for one in file["acts"])
    return 1 if urgent else QUORUM


def _holds(trust: Any, act: Mapping[str, Any], at: Instant, *, needed: int = QUORUM) -> bool:
    """Signature of the author's institution, place in the log of its node, and enough cosignatures."""
    try:
        skeleton = read(act["skeleton"])
        institution = trust.institution(skeleton.by.institution)
        key = trust.act_key(skeleton.by.institution, skeleton.kid, skeleton.at)
        if institution is None or key is None:
            return False
        verify(skeleton, key)
        receipt, log = read_receipt(act["receipt"]), trust.log_of(institution.sub)
        verify_receipt(
            skeleton.hash,
            receipt,
            log_vkey=log.key_for(receipt.checkpoint, at),
            witnesses=log.witness_keys,
            quorum=needed,
        )
    except RogatoryError:
        return False
    return True


def _tampered(tell: Teller, file: dict[str, Any], anchor: Any) -> list[dict[str, Any]]:
    """One byte changed in an act, in a receipt: each must be found."""
    trust = read_trust(file["trust"], anchor=anchor, at=tell.now())
    act = file["acts"][0]
    header, payload, signature = act["skeleton"].split(".")
    raw = bytearray(from_base64url(payload))
    raw[raw.index(b'"kind":"') + 8] ^= 1
    changed_act = {**act, "skeleton": f"{header}.{to_base64url(bytes(raw))}.{signature}"}
    lines = act["receipt"].split("\n")
    at = next(number for number, line in enumerate(lines) if number > 2 and line) if len(lines) > 3 else 3  # the first proof line
    swapped = "A" if lines[at][0] != "A" else "B"
    lines[at] = swapped + lines[at][1:]
    changed_receipt = {**act, "receipt": "\n".join(lines)}
    return [
        {"check": "one byte changed in an act is found", "ok": not _holds(trust, changed_act, tell.now())},
        {"check": "one byte changed in a receipt is found", "ok": not _holds(trust, changed_receipt, tell.now())},
    ]


def write_files(tell: Teller, folder: Path) -> None:
    """Write the case file of each node that holds the case, and the anchor's key, for `rogatory verify`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "anchor.pub").write_text((tell.town.folder / "anchor.pub").read_text())
    for name, part in WATCHERS.items():
        if tell(part).line(tell.case):
            (folder / f"{name}.json").write_text(json.dumps(_settled(tell(part), tell.case)))
