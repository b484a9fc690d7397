"""The API: every answer that is no success is a problem document with what, why and the cure."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture
def client(house: Any) -> Any:
    """A client who is the provider's legal team."""
    from django.test import Client

    people = json.loads((house.settings.home / "people.json").read_text())
    token = next(one["token"] for one in people if one["part"] == "provider")
    return Client(headers={"authorization": f"Bearer {token}", "host": "provider.localhost:8103"})


def test_the_document_describes_every_call(client: Any) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/cases", "/api/v1/statements", "/api/v1/cases/{case}/acts/{kind}"} <= document["paths"].keys()
    assert all(call.get("summary") for path in document["paths"].values() for call in path.values())


def test_every_kind_of_act_is_described_with_its_audiences_and_its_schema(client: Any) -> None:
    from rogatory.procedure import KINDS

    kinds = client.get("/api/v1/kinds").json()
    assert kinds.keys() == KINDS.keys()
    assert all(one["body"]["properties"].keys() == one["audiences"].keys() for one in kinds.values())


@pytest.mark.parametrize("header", ["", "Bearer nobody"])
def test_a_stranger_is_told_nothing(house: Any, header: str) -> None:
    from django.test import Client

    answer = Client(headers={"authorization": header, "host": "provider.localhost:8103"}).get("/api/v1/cases")
    assert answer.status_code == 401
    assert answer.json()["code"] == "signed-in"


def test_a_case_that_is_not_here_is_not_found(client: Any) -> None:
    answer = client.get("/api/v1/cases/0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10", headers={"x-purpose": "look"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["cure"]


def test_a_provider_cannot_draft_an_order(client: Any) -> None:
    answer = client.post("/api/v1/cases", {"given": {}}, content_type="application/json")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "draft.capacity"
    assert problem["article"]
    assert problem["cure"]


def test_a_request_that_is_not_in_its_form_is_a_problem_too(client: Any) -> None:
    answer = client.post("/api/v1/cases", {"wrong": 1}, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "form"


def test_t14_a_gigabyte_of_json_is_refused_unread(client: Any) -> None:
    for path, kind in (("/api/v1/cases", "application/json"), ("/exchange/v1/messages", "application/octet-stream")):
        answer = client.generic("POST", path, b"{", content_type=kind, CONTENT_LENGTH=str(1 << 30))
        assert answer.status_code == 413
        assert answer.json()["code"] == "too-large"


def test_a_message_that_nobody_sealed_is_refused(client: Any) -> None:
    answer = client.generic("POST", "/exchange/v1/messages", b"{}", content_type="application/octet-stream")
    assert answer.status_code == 400
    assert answer.json()["code"] == "message"
