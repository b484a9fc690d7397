"""Each item of an order has its own end: its key, its package and its name go on every node, and the others stay."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from rogatory.demo import facts
from rogatory.demo.cast import STAGES
from rogatory.demo.client import RefusedError
from rogatory.demo.stories import Teller, decide_and_send, prepare
from tests.nodes.evidence.acts import READ, audited, cleared, files_with, http, kinds, listing, produced
from tests.nodes.evidence.packages import lying
from tests.nodes.evidence.secrets_of import secrets

READ_ANEW = """
import sys, django
django.setup()
from rogatory.node import storage
from rogatory.node.installation import installation
print([(view.kind, view.parts) for _, view in storage.read_acts(installation(), sys.argv[1])])
"""
pytestmark = [pytest.mark.nodes, pytest.mark.slow]
CANARY = b"canary-of-one-item-b3d2"
NAME, OTHER = "canary-of-a-name-9a07.txt", "canary-of-a-letter-51cc.txt"


def test_an_item_ends_on_its_own_day_on_every_node_and_the_other_can_still_be_opened(tell: Teller) -> None:
    prepare(tell, facts.item_identification(), {**facts.item_traffic(), "retention_days": 30})
    decide_and_send(tell)
    tell("enforcing").act("clear", {"to": "both"}, tell.case)
    tell("provider").wait("the clearance", tell.case, lambda _: "clear" in kinds(tell, "provider"))
    lines = produced(tell, {"identification": {"a.txt": b"stays"}, "traffic": {NAME: CANARY * 100, OTHER: b"Dear counsel"}})
    kept, gone = lines[0]["digest"], lines[1]["digest"]
    listing(tell, gone)
    with http(tell, "custodian") as client:
        for digest, name in ((gone, NAME), (gone, OTHER), (kept, "a.txt")):
            path = f"/api/v1/cases/{tell.case}/packages/{digest}/open-file"
            assert client.post(path, json={**READ, "file": name}).status_code == 200
    referred = next(one["act"] for one in tell("custodian").case(tell.case)["openings"] if one["file"] == OTHER)
    tell("custodian").act("refer to filter", {"opening": referred, "sort": "privileged", "reason": "It is to counsel."}, tell.case)
    shown = everything_shown(tell)
    assert shown.count(NAME) >= 3
    assert OTHER in shown
    home = tell.town.home(STAGES[0])
    key = secrets(home, tell.case)
    assert len([*(home / "casekeys").glob(f"{tell.case}.seal-*")]) == 2
    ends = tell("custodian").case(tell.case)["ends"]
    assert ends == tell("provider").case(tell.case)["ends"]
    assert ends["traffic"] < ends["identification"]

    tell.until(tell.legal_end("custodian", "keep traffic"))

    def certified() -> set[str]:
        return {one["by"] for one in tell("custodian").case(tell.case)["certificates"]}

    holders = {stage.institution for stage in STAGES if stage.name != "ie"}
    tell("custodian").wait("both certificates", tell.case, lambda _: certified() == holders)
    assert tell("custodian").line(tell.case)["state"] == "evidence received"
    with pytest.raises(RefusedError, match="destroyed when its time had ended"):
        listing(tell, gone)
    assert [one["name"] for one in listing(tell, kept)["files"]] == ["a.txt"]
    assert lying(tell.town, gone) == []
    assert lying(tell.town, kept)
    assert not (home / "casekeys" / f"{tell.case}.seal-traffic").exists()
    assert (home / "casekeys" / f"{tell.case}.seal-identification").exists()
    left = secrets(home, tell.case)
    lost = [one for one in key if one not in left]
    assert lost
    assert files_with(tell.town, CANARY, *lost) == []
    page = tell("custodian").request("GET", f"/api/v1/cases/{tell.case}/custody", headers={"x-purpose": "Show the custody"})
    assert [bool(one.get("destroyed_by")) for one in page["packages"]] == [False, True]
    assert sum(one["originals"] for one in page["reads"]) == 6  # three with their lists, three read again
    shown = everything_shown(tell)
    assert NAME not in shown
    assert OTHER not in shown
    assert "a.txt" in shown
    assert "an original, whose name ended with its item; for: " in shown
    assert "one of its 2 originals is withheld" in shown
    assert audited(tell, home) == ""


def everything_shown(tell: Teller) -> str:
    """All that the node still knows of the case, read anew by another process: every act, the page, the custody and its proof."""
    environment = tell.town.environment(STAGES[0])
    done = subprocess.run([sys.executable, "-c", READ_ANEW, tell.case], env=environment, check=True, capture_output=True, text=True)
    custodian, asked = tell("custodian"), {"x-purpose": "Show the custody"}
    paths = ("", "/custody", "/custody/proof", "/file")
    return done.stdout + "".join(str(custodian.request("GET", f"/api/v1/cases/{tell.case}{path}", headers=asked)) for path in paths)


def test_a_later_end_is_told_to_every_node_and_each_answers_what_it_counts(tell: Teller) -> None:
    cleared(tell)
    produced(tell, {"identification": {"a.txt": b"a"}})
    longer = (tell.now() + timedelta(days=700)).date().isoformat()
    with pytest.raises(RefusedError):
        tell("officer").sign("retain", {"items": ["identification"], "until": longer, "reasons": "x"}, tell.case)
    tell("judge").sign("retain", {"items": ["identification"], "until": longer, "reasons": "The trial is set."}, tell.case)

    def agreed() -> list[str]:
        return tell("custodian").case(tell.case)["extensions"][0]["agreed"]

    tell("custodian").wait("the answers of both", tell.case, lambda _: len(agreed()) == 2)
    assert tell("provider").case(tell.case)["ends"]["identification"] == longer
    page = tell("custodian").request("GET", f"/api/v1/cases/{tell.case}/custody", headers={"x-purpose": "Show the custody"})
    assert not [one for one in page["gaps"] if "Kept longer" in one]
