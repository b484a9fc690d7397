"""Which instruments are open, as the officer who drafts and the judge who decides see it in a node."""

from __future__ import annotations

from typing import Any

from rogatory.demo import facts
from tests.node.issuing import IssuingNode
from tests.node.test_refusals import drafted, node, postgresql_or_nothing, submitted  # noqa: F401  # fixtures

DRAFT = facts.draft(facts.item_identification(), facts.item_traffic())


def _titles(routes: Any, status: str) -> list[str]:
    return [one.title for name, _, these in routes.groups if name == status for one in these]


def test_the_officer_who_drafts_sees_what_is_open_and_why_the_rest_is_closed(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from rogatory.node.models import Skeleton

    before = Skeleton.objects.count()
    routes = node.desk.routes_of_draft(node.person("officer"), DRAFT, None)

    assert [one[:27] for one in _titles(routes, "open")] == ["European Preservation Order"]
    assert _titles(routes, "undecided")[0].startswith("European Production Order")
    assert "person_informed" in dict(routes.missing), "who is touched and told is not stated yet"
    closed = [one for name, _, these in routes.groups if name == "closed" for one in these]
    assert all([word for word, _ in one.lines][-2:] == ["Why", "Cure"] for one in closed)
    assert routes.stricter is None
    assert Skeleton.objects.count() == before, "looking makes nothing"


def test_a_draft_that_is_not_yet_written_is_answered_with_what_is_missing(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from rogatory.procedure import Refusal

    for given in ({}, {"measure": "production-order"}, {**DRAFT, "items": []}):
        answer = node.desk.routes_of_draft(node.person("officer"), given, None)
        assert isinstance(answer, Refusal)
        assert answer.where or answer.says


def test_values_that_are_not_of_their_type_are_not_told(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    wrong = [{"fact": "sentence_months", "value": "many"}, {"fact": "nonsense", "value": True}, {"fact": "proceedings", "value": "any"}]

    routes = node.desk.routes_of_draft(node.person("officer"), {**DRAFT, "circumstances": wrong}, None)

    assert "proceedings" in dict(routes.missing)


def test_only_the_judge_before_whom_the_order_lies_sees_the_stricter_routes(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    case = drafted(node, facts.item_identification())
    submitted(node, case)

    for part in ("officer", "prosecutor", "custodian"):
        assert node.desk.routes(node.person(part), case, for_judge=True).stricter is None
    assert node.desk.routes(node.person("judge"), case, for_judge=True).stricter is not None
