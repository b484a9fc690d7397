"""The end of evidence: destroyed on every node when its time has ended, not while anybody may need it, and nothing is left."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from rogatory.demo.cast import STAGES
from rogatory.demo.client import RefusedError
from rogatory.demo.report import report
from rogatory.demo.stories import Teller
from tests.nodes.evidence.acts import audited, cleared, files_with, listing, produced
from tests.nodes.evidence.packages import lying
from tests.nodes.evidence.secrets_of import contents, secrets

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
CANARY, NAME = b"canary-5e77-of-the-evidence", "canary-name-41aa.txt"
BY_ALL = {stage.institution for stage in STAGES}
DATABASE = os.environ.get("ROGATORY_TEST_DATABASE", "sqlite")


def test_h10_evidence_ends_with_its_time_and_not_while_somebody_may_need_it(tell: Teller) -> None:
    """Three cases of one day: one ends with its time on every node; the defence, and a complaint in Ireland, hold back the others."""
    cleared(tell)
    produced(tell, {"identification": {"b.txt": b"needed by the defence"}})
    needed = tell.case
    applied = tell("custodian").act("apply for disclosure", {"counsel": "Maître Dupont", "words": "All."}, needed)
    cleared(tell)
    produced(tell, {"identification": {"c.txt": b"complained of"}})
    contested = tell.case
    given = {"article": "led Art. 52", "received_on": tell.now().date().isoformat(), "reference": "DPC 2026/77"}
    complaint = tell("enforcing").act("complain", given, contested)
    for part in ("custodian", "provider"):
        tell(part).wait("the complaint", contested, lambda _, part=part: "held_back" in tell(part).case(contested))
        assert "held_back" in tell(part).case(needed)
    cleared(tell)
    data = CANARY * 4000
    line = produced(tell, {"identification": {NAME: data}})[0]
    assert lying(tell.town, line["digest"])
    opened = listing(tell, line["digest"])
    assert opened["files"][0]["size"] == len(data)
    ended = tell.case
    before = {stage.name: secrets(tell.town.home(stage), ended) for stage in STAGES}
    sealed = {stage.name: contents(tell.town.home(stage), ended) for stage in STAGES} if DATABASE == "sqlite" else {}
    assert all(before.values())
    known = [secret for held in before.values() for secret in held] + [blob[:64] for held in sealed.values() for blob in held]
    assert files_with(tell.town, *known[:1])  # the search finds what is there

    kept = tell("custodian").case(ended)["kept_until"]
    assert tell("provider").case(ended)["kept_until"] == kept
    tell.until(tell.legal_end("custodian", "keep the evidence"))

    for part in ("custodian", "provider", "enforcing"):
        tell(part).state(ended, "purged")
    tell("custodian").wait(
        "the certificates of all three", ended, lambda _: {one["by"] for one in tell("custodian").case(ended)["certificates"]} == BY_ALL
    )
    with pytest.raises(RefusedError, match="destroyed"):
        listing(tell, line["digest"])
    wait_empty(tell, ended)

    assert files_with(tell.town, CANARY, NAME.encode(), *known) == []
    assert lying(tell.town, line["digest"]) == []
    assert [one for one in report(tell)["verification"] if not one["ok"]] == []  # every proof of before still holds
    assert audited(tell, tell.town.home(STAGES[0])) == ""
    assert {one["by"] for one in tell("custodian").case(ended)["certificates"]} == BY_ALL

    for waits in (needed, contested):
        assert tell("custodian").line(waits)["state"] == "evidence received"
    tell("enforcing").sign("reject complaint", {"complaint": complaint["hash"], "reasons": "Not founded."}, contested)
    tell("custodian").state(contested, "purged")
    tell.case = needed
    assert "the defence has applied for disclosure" in str(tell("custodian").case(needed)["periods"])
    tell("judge").sign("refuse disclosure", {"application": applied["hash"], "reasons": "Not about this case."}, needed)
    tell("custodian").state(needed, "purged")


def wait_empty(tell: Teller, case: str) -> None:
    """Wait until the contents of every act of the case are gone on every node: what they said is no longer shown.

    They stay until everything was sent, and what a peer could not take at once is tried again after up to a minute.
    """

    def empty(part: str) -> bool:
        shown = tell(part).case(case)["timeline"]
        return not any(one["parts"] for one in shown if one["kind"] not in {"consult", "certify purge", "acknowledge", "end keeping"})

    for part in ("custodian", "provider", "enforcing"):
        tell(part).wait("to be empty", case, lambda _, part=part: empty(part), seconds=150)


def test_evidence_is_kept_longer_only_by_a_judge_and_never_shorter(tell: Teller) -> None:
    cleared(tell)
    produced(tell, {"identification": {"a.txt": b"a"}})
    kept = tell("custodian").case(tell.case)["kept_until"]
    with pytest.raises(RefusedError):
        tell("judge").sign("retain", {"until": kept, "reasons": "x"}, tell.case)
    longer = (tell.now() + timedelta(days=400)).date().isoformat()
    tell("judge").sign("retain", {"until": longer, "reasons": "The trial is set for the spring."}, tell.case)
    tell.until(tell.now() + timedelta(days=368))
    assert tell("custodian").line(tell.case)["state"] == "evidence received"
    tell("provider").wait("the extension", tell.case, lambda _: tell("provider").case(tell.case)["kept_until"] == longer)
