"""After a purge: that it was done can be proved to anybody, offline, by its receipt alone; every proof of before still holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from rogatory.act import read
from rogatory.canonical import from_base64url
from rogatory.demo import facts
from rogatory.demo.cast import FR, PROVIDER, STAGES, Stage
from rogatory.demo.client import PURPOSE
from rogatory.demo.report import WATCHERS
from rogatory.demo.stories import Teller
from rogatory.exchange.logs import TrustedLog
from rogatory.exchange.message import read_signing_public
from rogatory.exchange.trust import read_trust
from rogatory.ledger import read_receipt
from tests.nodes.evidence.acts import cleared, produced, wait_until
from tests.nodes.evidence.test_purge import wait_empty

pytestmark = [pytest.mark.nodes, pytest.mark.slow, pytest.mark.pages]
WORDS = {"defence": "The defence asks nothing of it.", "remedy": "No remedy needs it.", "reasons": "Withdrawn: another person wrote it."}
ROGATORY = str(Path(sys.executable).with_name("rogatory"))


def test_h12_after_a_purge_its_receipt_alone_proves_it_and_every_older_proof_still_holds(
    tell: Teller, tmp_path: Path, browser: Browser
) -> None:
    cleared(tell)
    produced(tell, {"identification": {"a.txt": b"of a case that fell"}})
    before = {name: case_file(tell, part) for name, part in WATCHERS.items()}
    older = {read(act["skeleton"]).hash: act for file in before.values() for act in file["acts"] if "receipt" in act}
    assert {"draft", "authorise", "transmit", "produce"} <= {read(act["skeleton"]).kind for act in before["fr"]["acts"]}
    assert len(older) > 10

    tell("officer").act("withdraw", {"words": "Withdrawn."}, tell.case)
    purge = tell("judge").sign("purge", WORDS, tell.case)["hash"]
    wait_empty(tell, tell.case)
    log = log_of(tell, FR)
    wait_until(tell, "a quorum for the purge", lambda: cosigned(log, receipt(FR, purge)) >= log.quorum)

    # A third party: the receipt and the hash from any node that has the act, the keys from the trust list, and no network.
    for stage in (FR, PROVIDER):
        folder = tmp_path / stage.name
        folder.mkdir()
        proof = folder / "purge.tlog-proof"
        proof.write_text(receipt(stage, purge))
        given = ("--log-key", log.keys[0].key.text, *(part for key in log.witness_keys for part in ("--witness", key.text)))
        status, told = verified(proof, *given, "--quorum", cosigned(log, proof.read_text()), "--act", purge)
        assert (status, [one["step"] for one in told["checks"]]) == (0, [1, 2, 3, 4, 5, 6])
        status, told = verified(proof, *given, "--act", next(iter(older)))
        assert (status, told["checks"][-1]["step"]) == (1, 6), "it proves no other act"
        says_nothing_of_the_case(tell, proof.read_text(), purge, next(iter(older.values()))["receipt"])
    in_a_browser(browser, FR, log, receipt(FR, purge), purge)

    # Receipts and case files that were taken before hold as they did; what the nodes give now holds too, and shows no word.
    for digest, act in older.items():
        (tmp_path / f"{digest}.tlog-proof").write_text(act["receipt"])
        (tmp_path / f"{digest}.jws").write_text(act["skeleton"])
    keys = (part for stage in STAGES for part in ("--log-key", log_of(tell, stage).keys[0].key.text))
    status, told = verified(*(tmp_path / f"{digest}.tlog-proof" for digest in older), *keys)
    assert (status, len(told["checks"])) == (0, 6 * len(older))
    after = {name: case_file(tell, part) for name, part in WATCHERS.items()}
    for name, one in (before | {f"{name} after": one for name, one in after.items()}).items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(one | {"packages": []}))
        status, told = verified(file, "--anchor", tell.town.folder / "anchor.pub")
        unproved = [check for check in told["checks"] if check["ok"] is False]
        assert all("no receipt" in check["why"] for check in unproved), "only acts of this second have no place yet"
        assert {check["index"] for check in unproved} <= {at for at, act in enumerate(one["acts"]) if "receipt" not in act}
    for one in after.values():
        assert purge in {read(act["skeleton"]).hash for act in one["acts"] if "receipt" in act and not act["disclosures"]}
        assert not [word for word in (*WORDS.values(), facts.ACCOUNT) if word in said(one)]
    assert facts.ACCOUNT in said(before["fr"]), "the search finds what was there"


def case_file(tell: Teller, part: str) -> dict[str, Any]:
    """What that node holds of the case, for `rogatory verify`."""
    file: dict[str, Any] = tell(part).request("GET", f"/api/v1/cases/{tell.case}/file", headers={"x-purpose": PURPOSE})
    return file


def said(file: dict[str, Any]) -> str:
    """All that the acts of a case file say: what was signed and what is disclosed of it."""
    parts = [part for act in file["acts"] for part in (act["skeleton"].split(".")[1], *act["disclosures"])]
    return "\n".join(from_base64url(part).decode() for part in parts)


def receipt(stage: Stage, digest: str) -> str:
    """The receipt as anybody is given it who knows the hash; nothing if this node does not have the act."""
    answer = httpx.get(
        f"http://127.0.0.1:{stage.port}/receipts/{digest}", headers={"host": f"{stage.host}:{stage.port}"}, trust_env=False, timeout=30
    )
    return answer.text if answer.status_code == httpx.codes.OK else ""


def log_of(tell: Teller, stage: Stage) -> TrustedLog:
    """The log of a node as the trust list names it, which anybody can read."""
    anchor = read_signing_public((tell.town.folder / "anchor.pub").read_text().strip())
    return read_trust((tell.town.home(stage) / "trust.json").read_text().strip(), anchor=anchor, at=tell.now()).log_of(stage.institution)


def cosigned(log: TrustedLog, text: str) -> int:
    """How many of its witnesses have cosigned the head of a receipt."""
    return sum(bool(read_receipt(text).checkpoint.note.signatures_by(key)) for key in log.witness_keys) if text else 0


def verified(*asked: object) -> tuple[int, dict[str, Any]]:
    """The exit status of `rogatory verify`, and what it said."""
    done = subprocess.run([ROGATORY, "verify", "--json", *map(str, asked)], capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def says_nothing_of_the_case(tell: Teller, text: str, digest: str, other: str) -> None:
    """The receipt of a purge holds no word of it, and has the form of any other act's."""
    words = ("purge", tell.case, digest, facts.ACCOUNT, *WORDS.values(), tell.town.actors["judge"].pseudonym)
    assert not [word for word in words if word in text]
    forms = [[(line.partition(" ")[0], len(line)) for line in one.split("\n")[:2]] for one in (text, other)]
    assert forms[0] == forms[1]
    assert all(len(line) == 44 for line in text.split("\n\n", maxsplit=1)[0].split("\n")[3:]), "an index and hashes, and nothing else"


def in_a_browser(browser: Browser, stage: Stage, log: TrustedLog, text: str, digest: str) -> None:
    """The page that verifies says the same, without a network."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://{stage.host}:{stage.port}/verify?log={log.origin}")
    context.set_offline(True)
    page.fill("#receipt", text)
    page.fill("#act", digest)
    page.fill("#quorum", str(cosigned(log, text)))
    page.click("#check button")
    expect(page.locator("#verdict")).to_have_text("Verified: the act stands in the log.")
    context.close()
