"""Turn refusals and errors into problem documents (RFC 9457), with a stable code, the article and the cure."""

from __future__ import annotations

import json

from django.http import HttpResponse

from rogatory.errors import FaultError, FullError, InputError, RequestError, RogatoryError, StorageError
from rogatory.procedure import Refusal

PROBLEM = "application/problem+json"


def of_refusal(refusal: Refusal) -> HttpResponse:
    """422: the law or the procedure says no."""
    findings = [
        {"rule": one.rule, "article": one.cite, "says": one.says.get("en", ""), "cure": one.cure.get("en", "")} for one in refusal.findings
    ]
    return _problem(
        422,
        {
            "type": f"urn:rogatory:refusal:{refusal.rule.replace(' ', '-')}",
            "title": "The law or the procedure does not permit it",
            "code": refusal.rule,
            "detail": refusal.says,
            "article": refusal.article,
            "cure": refusal.cure,
            "where": refusal.where,
            "findings": findings,
        },
    )


def of_error(error: RogatoryError) -> HttpResponse:
    """404: not here. 400: came in wrong. 507: the disk is full. 503: a fault that may pass. 500: one that will not."""
    if isinstance(error, RequestError):
        status = 404
    elif isinstance(error, InputError):
        status = 400
    else:
        status = 507 if isinstance(error, FullError) else 503 if isinstance(error, StorageError) else 500
    if not isinstance(error, InputError | FaultError):
        status = 422
    return _problem(
        status,
        {
            "type": f"urn:rogatory:error:{error.code}",
            "title": error.what,
            "code": error.code,
            "where": error.where,
            "detail": str(error),
            "cure": error.cure,
        },
    )


def plain(status: int, code: str, title: str, cure: str) -> HttpResponse:
    """A problem that is neither: not signed in, not found, too large."""
    return _problem(status, {"type": f"urn:rogatory:http:{code}", "title": title, "code": code, "cure": cure})


def _problem(status: int, body: dict[str, object]) -> HttpResponse:
    shown = {name: value for name, value in body.items() if value not in ("", [], None)}
    return HttpResponse(json.dumps({"status": status, **shown}), status=status, content_type=PROBLEM)
