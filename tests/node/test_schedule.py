"""What is no evidence has a time too: drafts, looks and messages go by themselves, are counted, and leave nothing behind."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from rogatory.demo import facts
from rogatory.errors import ConfigurationError
from tests.node.issuing import IssuingNode
from tests.node.test_keeping import Later
from tests.node.test_refusals import drafted, node, postgresql_or_nothing, refused  # noqa: F401  # fixtures
from tests.nodes.evidence.secrets_of import contents, secrets

CANARY = "canary-of-a-draft-40c7"
SQLITE = os.environ.get("ROGATORY_TEST_DATABASE") != "postgresql"


def turn(node: IssuingNode, days: float) -> None:  # noqa: F811  # a fixture
    """One turn of the worker, so many days later."""
    from rogatory.node import schedule
    from rogatory.node.evidence import purging

    with Later(node.house, timedelta(days=days)):
        schedule.run(node.house, node.house.clock.now())
        purging.destroy(node.house)


def state(node: IssuingNode, case: str) -> str:  # noqa: F811  # a fixture
    return str(next(one.state for one in node.desk.cases() if one.id == case))


def lines(node: IssuingNode) -> dict[str, tuple[int, int]]:  # noqa: F811  # a fixture
    """What the page says: how much lies here and how much has gone."""
    from rogatory.node import schedule

    return {one.what.split()[0]: (one.held, one.removed) for one in schedule.lines(node.house)}


def files_with(node: IssuingNode, *canaries: bytes) -> list[str]:  # noqa: F811  # a fixture
    """Every file of the node in which one of these stands."""
    files = [path for path in node.house.settings.home.rglob("*") if path.is_file()]
    return [path.name for path in files for canary in canaries if canary in path.read_bytes()]


def test_a_draft_that_nobody_goes_on_with_is_gone_from_every_file_after_its_time(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from rogatory.node.models import Contents

    case = drafted(node, facts.item_identification(), facts.item_traffic(), summary=CANARY)
    other = drafted(node, facts.item_identification(), facts.item_traffic())
    home = node.house.settings.home
    known = [*secrets(home, case), *([one[:64] for one in contents(home, case)] if SQLITE else [])]
    assert files_with(node, known[0])
    assert files_with(node, CANARY.encode()) == []

    turn(node, 179)
    assert state(node, case) == "draft"
    with Later(node.house, timedelta(days=100)):
        node.act("officer", "state suspicion", facts.suspicion(), other)
        node.desk.page(node.person("judge"), case, "Decide on the order")  # a look prolongs nothing
    turn(node, 182)

    assert state(node, case) == "purged"
    assert state(node, other) == "draft"
    assert files_with(node, CANARY.encode(), *known) == []
    assert set(Contents.objects.filter(case=case).values_list("hash", flat=True)) == remaining(case)
    assert lines(node)["orders"] == (1, 1)
    turn(node, 183)
    assert lines(node)["orders"] == (1, 1)
    assert missing(node) == []


def missing(node: IssuingNode) -> list[str]:  # noqa: F811  # a fixture
    """What an audit misses among the contents of acts."""
    from rogatory.node import audit

    return [f"{one.about}: {one.says}" for one in audit.audit(node.house) if "contents" in one.says]


def remaining(case: str) -> set[str]:
    """What still says something of it: that it ended, and that this was certified."""
    from rogatory.node.models import Skeleton

    return set(Skeleton.objects.filter(case=case, kind__in=["certify purge", "end file"]).values_list("hash", flat=True))


def test_a_declined_order_is_kept_as_long_as_it_is_recognised(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    case = refused(node, facts.item_identification(), facts.item_traffic())
    turn(node, 363)
    assert state(node, case) == "declined"
    turn(node, 367)
    assert state(node, case) == "purged"


def test_for_which_purpose_somebody_looked_goes_and_that_she_looked_stays(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from rogatory.node import audit
    from rogatory.node.models import CaseRow, Contents, Skeleton

    case = drafted(node, facts.item_identification(), facts.item_traffic())
    node.desk.page(node.person("judge"), case, "Decide on the order")
    look = Skeleton.objects.get(case=case, kind="consult").hash
    CaseRow.objects.filter(pk=case).update(state="with the addressee")  # so that only the look is due
    turn(node, 1094)
    assert Contents.objects.filter(hash=look).exists()
    turn(node, 1096)
    assert not Contents.objects.filter(hash=look).exists()
    assert Skeleton.objects.filter(hash=look).exists()
    assert lines(node)["for"] == (0, 1)
    turn(node, 1097)
    assert lines(node)["for"] == (0, 1)
    CaseRow.objects.filter(pk=case).update(state="draft")
    assert missing(node) == []
    said = [one.says for one in audit.audit(node.house) if case in one.about and "acts" not in one.says]
    assert said == []


def test_whom_a_message_reached_is_forgotten_and_one_that_waits_is_not(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from rogatory.node.models import Outbox, Skeleton

    drafted(node, facts.item_identification(), facts.item_traffic())
    hashes = list(Skeleton.objects.exclude(case=None).values_list("hash", "case")[:2])
    for number, (digest, case) in enumerate(hashes):
        Outbox.objects.create(
            hash=digest,
            case=case,
            to="https://other.example",
            due_at=node.house.clock.now(),
            state=("sent", "waiting")[number],
            answer=CANARY,
        )
    turn(node, 179)
    assert Outbox.objects.count() == 2
    turn(node, 182)
    assert list(Outbox.objects.values_list("state", flat=True)) == ["waiting"]
    assert lines(node)["what"] == (0, 1)


@pytest.mark.parametrize(("what", "table", "days"), [("for", "act_contents", 1096), ("what", "outbox", 182)])
def test_what_was_about_to_go_when_the_worker_was_killed_is_counted_once(
    node: IssuingNode,  # noqa: F811  # a fixture
    what: str,
    table: str,
    days: int,
) -> None:
    from django.db import connection

    from rogatory.node.models import CaseRow, Outbox, Skeleton

    case = drafted(node, facts.item_identification(), facts.item_traffic())
    node.desk.page(node.person("judge"), case, "Decide on the order")
    CaseRow.objects.filter(pk=case).update(state="with the addressee")  # so that only the look is due
    act = Skeleton.objects.filter(case=case).values_list("hash", flat=True)[0]
    Outbox.objects.create(hash=act, case=case, to="https://other.example", due_at=node.house.clock.now(), state="sent", answer="")

    def killed(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("DELETE") and table in sql:
            raise KilledError
        return execute(sql, *rest)

    with pytest.raises(KilledError), connection.execute_wrapper(killed):
        turn(node, days)
    assert lines(node)[what] == (1, 0)
    turn(node, days + 1)
    assert lines(node)[what] == (0, 1)
    CaseRow.objects.filter(pk=case).update(state="draft")


class KilledError(Exception):
    """The worker is no more: nothing that it had not committed remains."""


def test_a_session_ends_by_the_clock_by_which_it_began(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from django.contrib.sessions.backends.db import SessionStore

    lives, ended = SessionStore(), SessionStore()
    lives.set_expiry(3600)
    ended.set_expiry(-1)
    for one in (lives, ended):
        one.create()
    turn(node, 400)
    assert lives.exists(lives.session_key)
    assert not ended.exists(ended.session_key)
    lives.delete()


def test_what_only_a_copy_of_keys_or_evidence_brings_back_is_destroyed_at_the_next_start(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    import io
    from hashlib import sha256

    from rogatory.node.models import Package
    from rogatory.node.restored import again

    case = drafted(node, facts.item_identification(), facts.item_traffic())
    turn(node, 182)
    with Later(node.house, timedelta(days=182)):
        node.house.case_keys.keep(case, "seal-traffic", b"a key that a copy brought back")
        data = b"a package that a copy brought back"
        digest = sha256(data).hexdigest()
        node.house.store.put(digest, io.BytesIO(data))
        Package.objects.create(digest=digest, case=case, act="", size=len(data), direction="in", state="purged")

        again(node.house)

    assert node.house.case_keys.names(case) == ()
    assert not node.house.store.has(digest)
    Package.objects.filter(digest=digest).delete()


@pytest.mark.parametrize("keep", ["drafts = 59", "drafts = 3661", "drafts = true", "thoughts = 100", 'drafts = "100"'])
def test_a_schedule_without_an_end_or_with_an_unknown_line_stops_the_node(keep: str, tmp_path: Any) -> None:
    from rogatory.node.settings.installation import load_node

    text = 'institution = "a"\nbase_url = "b"\nname = "c"\nstate = "FR"\nroles = []\n'
    (tmp_path / "node.toml").write_text(text)
    assert load_node(tmp_path).keep.drafts == 180
    (tmp_path / "node.toml").write_text(f"{text}[keep]\n{keep}\n")
    with pytest.raises(ConfigurationError):
        load_node(tmp_path)
