"""RIGHTS, H4: what was refused on the merits is recognised when it comes back, inside a signed submission, by the judge alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rogatory.demo import facts
from rogatory.demo.cast import FR
from tests.architecture.source import package
from tests.node.issuing import IssuingNode, issuing_node

REASONS = "Nothing ties this account to the offence but a nickname."


@pytest.fixture
def node(house: Any, home: Path, tmp_path: Path, postgresql_or_nothing: str) -> Iterator[IssuingNode]:
    """The issuing node of the town, with empty tables."""
    (home / FR.name / "node.sqlite3").unlink(missing_ok=True)
    for old in (home / FR.name / "casekeys").glob("*"):
        old.unlink()
    with issuing_node(home, FR.name, postgresql_or_nothing) as started:
        yield started


@pytest.fixture
def postgresql_or_nothing(request: pytest.FixtureRequest) -> Iterator[str]:
    import os

    if os.environ.get("ROGATORY_TEST_DATABASE") != "postgresql":
        yield ""
        return
    from tests import postgres

    with postgres.database(os.environ["ROGATORY_DATABASE"], f"refusals_{os.urandom(4).hex()}") as address:
        yield address


def drafted(node: IssuingNode, *items: dict[str, Any], sorts: tuple[str, ...] = ("account-holder",), **changed: Any) -> str:
    """A case up to the point where it may be submitted."""
    order = {**facts.draft(*items, emergency=changed.pop("emergency", False)), **changed}
    case = node.act("officer", "draft", order).case.id
    persons = facts.persons(facts.notice_day(node.house.clock.now()))
    first = persons["persons"][0]
    touched = [{**first, "id": f"person-{number}", "sort": sort} for number, sort in enumerate(sorts)]
    for kind, given in (
        ("state suspicion", facts.suspicion()),
        *(("justify", {**facts.justification("identification"), "item": item["id"]}) for item in items),
        ("name persons", {**persons, "persons": touched}),
    ):
        made = node.act("officer", kind, given, case)
        assert hasattr(made, "hash"), made
    return str(case)


def submitted(node: IssuingNode, case: str) -> None:
    made = node.act("officer", "submit", {"to": node.people["judge"]["pseudonym"], "note": "For decision"}, case)
    assert hasattr(made, "hash"), made


def refused(node: IssuingNode, *items: dict[str, Any], **changed: Any) -> str:
    """A case that the judge declined."""
    case = drafted(node, *items, **changed)
    submitted(node, case)
    made = node.act("judge", "decline", {"reasons": REASONS}, case)
    assert hasattr(made, "hash"), made
    return case


def seen(node: IssuingNode, part: str, case: str) -> Any:
    return node.desk.page(node.person(part), case, "decide").earlier


def reasons(found: Any) -> list[str]:
    return [one.reason for one in found.refusals]


def test_h4_a_declined_order_that_comes_back_is_shown_to_the_judge_as_date_court_and_reason(node: IssuingNode) -> None:
    refused(node, facts.item_identification())
    again = drafted(node, facts.item_identification())
    submitted(node, again)

    found = seen(node, "judge", again)

    assert reasons(found) == [REASONS]
    assert found.complete
    assert found.refusals[0].court == "investigating judge, https://justice.fr.demo.invalid"
    assert set(type(found.refusals[0]).__dataclass_fields__) == {"at", "court", "reason"}


def test_h4_slices_other_labels_and_other_routes_are_recognised(node: IssuingNode) -> None:
    refused(node, facts.item_identification(), facts.item_traffic())
    whole = facts.item_subscriber()
    (identifier,) = whole["identifiers"]
    relabelled = {**whole, "identifiers": [{**identifier, "type": "user-name", "value": f" {identifier['value'].upper()} "}]}

    for item in (facts.item_subscriber(), relabelled):
        case = drafted(node, item, measure="preservation-order")
        submitted(node, case)
        assert reasons(seen(node, "judge", case)) == [REASONS]


def test_h4_an_item_that_was_declined_is_kept_and_one_that_was_granted_is_not(node: IssuingNode) -> None:
    other = {**facts.item_subscriber(), "identifiers": [{"type": "email", "value": "heron@mail.example", "source": "Exhibit 4"}]}
    case = drafted(node, facts.item_identification(), other)
    submitted(node, case)
    decided = {
        "decisions": [{"item": "identification", "outcome": "granted"}, {"item": "subscriber", "outcome": "declined"}],
        "reasons": [{"item": "identification", "words": "It is needed."}, {"item": "subscriber", "words": "It is a guess."}],
        "conditions": [],
        "review_on": [],
    }
    made = node.act("judge", "authorise", decided, case)
    assert hasattr(made, "hash"), made

    again = drafted(node, facts.item_identification(), other)
    submitted(node, again)

    assert reasons(seen(node, "judge", again)) == ["It is a guess."]


def test_h4_nobody_but_the_deciding_judge_is_told_and_only_while_she_decides(node: IssuingNode) -> None:
    refused(node, facts.item_identification())
    again = drafted(node, facts.item_identification())
    assert seen(node, "officer", again) is None
    submitted(node, again)

    for part in ("officer", "second-officer", "prosecutor", "custodian"):
        assert seen(node, part, again) is None
    assert reasons(seen(node, "judge", again)) == [REASONS]
    node.act("judge", "return", {"reasons": "What is new since then?"}, again)
    assert seen(node, "judge", again) is None


def test_h4_the_author_sees_the_same_whether_it_matched_or_not(node: IssuingNode) -> None:
    from rogatory.node.models import Compared

    refused(node, facts.item_identification())
    other = {**facts.item_identification(), "identifiers": [{"type": "account", "value": "heron@mail.example", "source": "Exhibit 4"}]}
    answers, sizes = [], []
    for item in (facts.item_identification(), other):
        case = drafted(node, item)
        made = node.act("officer", "submit", {"to": node.people["judge"]["pseudonym"], "note": "x"}, case)
        page = node.desk.page(node.person("officer"), case, "look")
        answers.append((made.findings, made.followed_by, page.earlier, page.possible, page.case.state))
        sizes.append(len(bytes(Compared.objects.get(case=case).sealed)))

    assert answers[0] == answers[1]
    assert sizes[0] == sizes[1]


def test_h4_emergencies_victims_secrets_and_the_press_never_enter(node: IssuingNode) -> None:
    from rogatory.node.models import Refused

    usual = [one for one in facts.draft()["circumstances"] if one["fact"] not in {"data_held_for", "protection_in_executing_state"}]

    refused(node, facts.item_identification(), sorts=("account-holder", "victim"))
    refused(node, facts.item_identification(), emergency=True)
    refused(
        node,
        facts.item_identification(),
        circumstances=[
            *usual,
            {"fact": "data_held_for", "value": "ordinary-customer"},
            {"fact": "protection_in_executing_state", "value": "suspected"},
        ],
    )

    assert Refused.objects.count() == 0


def test_h4_what_is_returned_with_questions_is_no_refusal(node: IssuingNode) -> None:
    from rogatory.node.models import Refused

    case = drafted(node, facts.item_identification())
    submitted(node, case)
    node.act("judge", "return", {"reasons": "Which hours?"}, case)

    assert Refused.objects.count() == 0


def test_h4_a_case_does_not_meet_itself(node: IssuingNode) -> None:
    case = drafted(node, facts.item_identification())
    submitted(node, case)
    node.act("judge", "return", {"reasons": "Which hours?"}, case)
    submitted(node, case)

    assert reasons(seen(node, "judge", case)) == []


def test_h4_after_twelve_months_nothing_is_known(node: IssuingNode) -> None:
    from rogatory.moments import instant
    from rogatory.node.models import Refused
    from rogatory.node.refusals import KEPT
    from rogatory.node.rows import forget_refusals

    refused(node, facts.item_identification())
    (row,) = Refused.objects.all()
    now = node.house.clock.now()
    assert timedelta(days=364) < row.until - now <= KEPT <= timedelta(days=366)

    forget_refusals(instant(row.until - timedelta(milliseconds=1)))
    assert Refused.objects.count() == 1
    forget_refusals(instant(row.until))
    assert Refused.objects.count() == 0


def test_h4_what_has_run_out_is_not_compared_even_before_it_is_removed(node: IssuingNode) -> None:
    from rogatory.node.models import Refused

    refused(node, facts.item_identification())
    Refused.objects.update(until=node.house.clock.now())
    again = drafted(node, facts.item_identification())
    submitted(node, again)

    assert reasons(seen(node, "judge", again)) == []


def test_h4_the_table_alone_matches_no_identifier_and_shows_no_reason(node: IssuingNode) -> None:
    import hashlib

    from rogatory.node.models import Refused
    from rogatory.node.refusals import fingerprint

    refused(node, facts.item_identification())
    (row,) = Refused.objects.all()

    assert row.fingerprint == fingerprint(node.house, facts.ACCOUNT)
    assert row.fingerprint != hashlib.sha256(facts.ACCOUNT.encode()).hexdigest()
    assert REASONS.encode() not in bytes(row.sealed)
    assert node.house.keys.wrap_key.hex() not in row.fingerprint


def test_h4_beyond_the_limit_nothing_is_compared_and_the_judge_is_told_so(node: IssuingNode, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node import refusals

    refused(node, facts.item_identification())
    monkeypatch.setattr(refusals, "LIMIT", 2)
    case = drafted(node, facts.item_identification())
    submitted(node, case)
    assert reasons(seen(node, "judge", case)) == [REASONS]

    beyond = drafted(node, facts.item_identification())
    submitted(node, beyond)

    found = seen(node, "judge", beyond)
    assert reasons(found) == []
    assert not found.complete


def test_h4_a_submission_to_oneself_compares_nothing(node: IssuingNode) -> None:
    """A prosecutor who drafts and decides would otherwise ask in her own name."""
    from dataclasses import replace

    from rogatory.node import storage
    from rogatory.procedure.refusals import compared

    case_id = drafted(node, facts.item_identification())
    submitted(node, case_id)
    case = storage.load_case(node.house, case_id).case
    act = next(one for one in case.acts if one.kind == "submit")
    assert case.draft is not None

    assert compared(case, act)
    assert compared(replace(case, submitted_to=case.draft.by.officer), act) == ()


def test_h4_a_purged_case_leaves_no_fingerprint(node: IssuingNode) -> None:
    from rogatory.node.models import CaseRow, Compared, Refused
    from rogatory.node.rows import forget_refusals

    case = refused(node, facts.item_identification())
    assert Refused.objects.count() == Compared.objects.count() == 1
    CaseRow.objects.filter(pk=case).update(state="purged")

    forget_refusals(node.house.clock.now())

    assert Refused.objects.count() == Compared.objects.count() == 0


def test_h4_a_refused_submission_leaves_no_comparison(node: IssuingNode) -> None:
    from rogatory.node.models import Compared

    case = node.act("officer", "draft", facts.draft(facts.item_identification())).case.id
    answer = node.act("officer", "submit", {"to": node.people["judge"]["pseudonym"], "note": "x"}, case)

    assert not hasattr(answer, "hash")
    assert Compared.objects.count() == 0


def test_h4_a_bare_look_up_is_not_found(node: IssuingNode) -> None:
    """No address of a page or of the API, no command and no method of the desk asks whether an identifier is known."""
    from django.conf import settings
    from django.test import Client

    refused(node, facts.item_identification())
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    token = {"HTTP_AUTHORIZATION": f"Bearer {node.people['officer']['token']}"}
    for path in ("/identifiers", "/refusals", "/search", "/fingerprints", "/api/v1/identifiers", "/api/v1/refusals", "/api/v1/search"):
        for headers in ({}, token):
            answer = client.get(path, {"q": facts.ACCOUNT, "identifier": facts.ACCOUNT}, **headers)
            assert answer.status_code in {302, 401, 404}
            assert REASONS not in answer.content.decode()

    readers = {
        source.module
        for source in package()
        for one in ast.walk(source.tree)
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("rogatory.node")
        if {"Refused", "Compared", "fingerprint", "comparisons_of"} & {name.name for name in one.names}
    }
    counting = next(source for source in package() if source.module == "rogatory.node.comparisons")
    named = {one.value for one in ast.walk(counting.tree) if isinstance(one, ast.Constant)}
    assert not {"sealed", "who"} & named, "who counts reads neither what matched nor who asked"
    assert readers <= {
        "rogatory.node.comparisons",
        "rogatory.node.models",
        "rogatory.node.refusals",
        "rogatory.node.rows",
        "rogatory.node.committing",
    }, "fingerprints are compared inside the transaction of a submission, and nowhere else"


def counts(node: IssuingNode, quarters: int) -> list[int | None]:
    """What is published of each quarter, so many quarters from now."""
    from rogatory.moments import instant
    from rogatory.node.comparisons import published

    return [one.compared for one in published(instant(node.house.clock.now() + timedelta(days=91.4 * quarters)))]


def test_h4_how_many_were_compared_is_public_once_the_next_quarter_has_ended_too(node: IssuingNode) -> None:
    from django.test import Client

    from rogatory.node.models import Compared

    refused(node, facts.item_identification())
    assert counts(node, 1) == []
    assert counts(node, 2) == [None], "a single submission shows in no number"
    Compared.objects.update(count=29)

    assert counts(node, 2) == [20]
    assert counts(node, 4) == [20, None, None]
    public = Client(HTTP_HOST="provider.localhost")
    assert public.get("/log/comparisons.json").json() == {"comparisons": [], "rounded_down_to": 10}
    assert b"No quarter can be told of yet." in public.get("/log").content


def test_h4_a_purge_changes_no_published_number(node: IssuingNode) -> None:
    from rogatory.moments import instant
    from rogatory.node.models import CaseRow, Compared
    from rogatory.node.rows import forget_refusals

    first, second = refused(node, facts.item_identification()), drafted(node, facts.item_identification())
    submitted(node, second)
    Compared.objects.update(count=10)
    assert counts(node, 2) == [20]

    CaseRow.objects.filter(pk=first).update(state="purged")
    for _ in range(2):
        forget_refusals(node.house.clock.now())
    assert [(str(one.case), one.count) for one in Compared.objects.all()] == [(second, 10)]
    assert counts(node, 2) == [20]

    late = instant(node.house.clock.now() + timedelta(days=200))
    forget_refusals(late)
    CaseRow.objects.filter(pk=second).update(state="purged")
    forget_refusals(late)
    assert not Compared.objects.exists()
    assert counts(node, 2) == [20]


def test_h4_quarters_follow_one_another() -> None:
    from rogatory.moments import parse_instant
    from rogatory.node.comparisons import Quarter

    last = Quarter.of(parse_instant("2026-12-31T23:59:59.999Z"))
    assert (str(last), str(last.next), str(last.next.before)) == ("2026-Q4", "2027-Q1", "2026-Q4")
    assert last.next.start == parse_instant("2027-01-01T00:00:00Z")
    assert [Quarter.of(Quarter(2026, number).start) for number in range(1, 5)] == [Quarter(2026, number) for number in range(1, 5)]
