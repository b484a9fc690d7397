"""The API for officers' and providers' own software: the same acts as on the pages, with an OpenAPI document.

- A bearer token names the officer; she says in which of her capacities she acts. The token opens nothing that needs a key.
- An act that an officer's key signs takes two calls: ask for the statement, send the assertion.
- `Idempotency-Key` names a call: the same key again gives the act that was made the first time, and has no second effect.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Header, NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer
from pydantic import Field

from rogatory.act import Assertion
from rogatory.api import problem
from rogatory.errors import RogatoryError
from rogatory.moments import format_instant
from rogatory.node import schedule
from rogatory.node.desk import CasePage, Desk, Entry, Person
from rogatory.node.installation import installation
from rogatory.node.working import Made
from rogatory.procedure import KINDS, PeriodEnd, Refusal
from rogatory.procedure.questions import Asked


class Token(HttpBearer):
    """A bearer token of an officer of this node; `X-Capacity` chooses among her capacities."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        """The person who holds the token, in the capacity that she chose."""
        people = Desk(installation()).person_by_token(token)
        wanted = request.headers.get("x-capacity")
        chosen = [one for one in people if wanted in (None, one.capacity)]
        return chosen[0] if chosen else None


api = NinjaAPI(
    title="Rogatory",
    version="1",
    description="Requests for electronic evidence across borders: the acts of this node.",
    auth=Token(),
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="/openapi.json",
)


class ActOut(Schema):
    """An act that was made."""

    hash: str
    kind: str
    case: str | None
    at: str
    followed_by: list[str]
    findings: list[str]


class GivenIn(Schema):
    """The body of an act, as far as a person gives it."""

    given: dict[str, Any] = Field(description="The parts of the act's body; see GET /api/v1/kinds")


class StatementIn(GivenIn):
    """What a key shall sign."""

    kind: str
    case: str | None = None


class StatementOut(Schema):
    """The text that the officer signs, and the challenge for her key."""

    statement: str
    text: str
    challenge: str
    rp_id: str
    origin: str
    credential: str


class AssertionIn(Schema):
    """The WebAuthn assertion of the officer's key, all base64url without padding."""

    credential: str
    authenticator: str
    client: str
    signature: str


class CaseLineOut(Schema):
    """One case, without its contents."""

    id: str
    reference: str
    state: str
    restricted: bool
    emergency: bool
    parties: dict[str, str]
    waits_for: str
    periods: list[dict[str, str]]


def person(request: HttpRequest) -> Person:
    """Who is calling."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Person):
        raise PermissionError
    return caller


def repeat(request: HttpRequest) -> str | None:
    """The name that the caller gave to her call."""
    return request.headers.get("idempotency-key") or None


@api.exception_handler(RogatoryError)
def _error(request: HttpRequest, error: RogatoryError) -> HttpResponse:
    return problem.of_error(error)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    where = ".".join(str(step) for step in first.get("loc", ()))
    return problem.plain(400, "form", f"{where}: {first.get('msg', 'is not in its form')}", "See the OpenAPI document.")


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem.plain(401, "signed-in", "Nobody is known by this token in this capacity", "Send a bearer token, and X-Capacity.")


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem.plain(413, "too-large", "The request is too large", "Send evidence as files; nothing else is that long.")


def _answer(answer: Made | Refusal) -> HttpResponse | ActOut:
    if isinstance(answer, Refusal):
        return problem.of_refusal(answer)
    return ActOut(
        hash=answer.hash,
        kind=answer.kind,
        case=answer.case.id if answer.case else None,
        at=format_instant(answer.at),
        followed_by=list(answer.followed_by),
        findings=list(answer.findings),
    )


@api.get("/kinds", auth=None, summary="Every kind of act: who may make it, its parts, and the schema of its body")
def kinds(request: HttpRequest) -> dict[str, Any]:
    """The acts of the procedure, as the code that decides knows them."""
    return {
        name: {
            "title": kind.title,
            "article": kind.article,
            "phase": kind.phase,
            "role": kind.role,
            "who": sorted(kind.who),
            "states": sorted(kind.states),
            "key": kind.key,
            "automatic": kind.automatic,
            "audiences": {part: sorted(roles) for part, roles in kind.parts.items()},
            "body": kind.body.model_json_schema(),
        }
        for name, kind in KINDS.items()
    }


@api.get("/kept", summary="For how long this node keeps what is no evidence, and how much has gone")
def kept(request: HttpRequest) -> list[dict[str, Any]]:
    """The schedule in numbers; nothing of any case."""
    return [
        {
            "what": one.what,
            "kept_for": one.kept_for,
            "article": one.article,
            "held": one.held,
            "removed": one.removed,
            **({"last": format_instant(one.last)} if one.last else {}),
        }
        for one in schedule.lines(installation())
    ]


@api.get("/cases", response=list[CaseLineOut], summary="The cases of this node, without contents")
def cases(request: HttpRequest) -> list[CaseLineOut]:
    """References, states and clocks; looking at them leaves no record because they hold nothing about a person."""
    return [
        CaseLineOut(
            id=one.id,
            reference=one.reference,
            state=one.state,
            restricted=one.restricted,
            emergency=one.emergency,
            parties=dict(one.parties),
            waits_for=one.waits_for,
            periods=[
                {"name": name, "state": state, **({"legal": format_instant(legal)} if legal else {})} for name, legal, state in one.periods
            ],
        )
        for one in Desk(installation()).cases()
    ]


@api.post("/cases", response=ActOut, summary="Open a case by drafting an order")
def open_case(request: HttpRequest, body: GivenIn) -> Any:
    """Draft an order; the case is named in the answer."""
    return _answer(Desk(installation()).make(person(request), "draft", body.given, key=repeat(request)))


@api.post("/requests", response=ActOut, summary="Open a case by drafting an investigation order or a request for assistance")
def open_request(request: HttpRequest, body: GivenIn) -> Any:
    """Draft what goes out as a form; the case is named in the answer."""
    return _answer(Desk(installation()).make(person(request), "draft request", body.given, key=repeat(request)))


@api.get("/cases/{case}", summary="A case, after the look at it was recorded")
def case(request: HttpRequest, case: str, purpose: Annotated[str, Header(alias="X-Purpose")]) -> Any:
    """The whole case as this person may see it. The purpose goes into the record of looking."""
    page = Desk(installation()).page(person(request), case, purpose)
    return problem.of_refusal(page) if isinstance(page, Refusal) else page_value(page)


@api.post("/cases/{case}/acts/{kind}", response=ActOut, summary="Make an act that needs no key")
def make(request: HttpRequest, case: str, kind: str, body: GivenIn) -> Any:
    """Make an act in a case."""
    return _answer(Desk(installation()).make(person(request), kind.replace("-", " "), body.given, case, key=repeat(request)))


@api.post("/statements", response=StatementOut, summary="Ask for the text that an officer's key signs")
def show(request: HttpRequest, body: StatementIn) -> Any:
    """Prepare an act that is signed with a key: it waits 15 minutes for the assertion."""
    desk = Desk(installation())
    shown = desk.show(person(request), body.kind, body.given, body.case)
    if isinstance(shown, Refusal):
        return problem.of_refusal(shown)
    return StatementOut(
        statement=shown.name,
        text=shown.text,
        challenge=desk.challenge_text(shown),
        rp_id=shown.rp_id,
        origin=shown.origin,
        credential=shown.credential,
    )


@api.post("/statements/{statement}", response=ActOut, summary="Make the act, with the assertion of the officer's key")
def decide(request: HttpRequest, statement: str, body: AssertionIn) -> Any:
    """The act is made once, exactly as it was shown."""
    assertion = Assertion(**body.model_dump())
    return _answer(Desk(installation()).decide(person(request), statement, assertion))


@api.get("/acts/{digest}/receipt", auth=None, summary="The receipt of an act: C2SP tlog-proof")
def receipt(request: HttpRequest, digest: str) -> HttpResponse:
    """Proves that the act stands in its node's log, and nothing of its content."""
    text = Desk(installation()).receipt(digest)
    if text is None:
        return problem.plain(404, "not-found", "No such act has a place in a log here", "Wait a moment and ask again.")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@api.get("/cases/{case}/file", summary="The case file that rogatory verify checks offline")
def case_file(request: HttpRequest, case: str, purpose: Annotated[str, Header(alias="X-Purpose")]) -> Any:
    """Everything that this node holds of the case, with receipts, bound to who asked; a look just recorded follows in the next."""
    value = Desk(installation()).export(person(request), case, purpose)
    return problem.of_refusal(value) if isinstance(value, Refusal) else value


def page_value(page: CasePage) -> dict[str, Any]:
    """A case page as JSON."""
    return {
        "id": page.case.ref.id if page.case.ref else None,
        "state": page.case.state,
        "restricted": page.case.restricted,
        "possible": list(page.possible),
        "periods": [period_value(one) for one in page.periods],
        "findings": [
            {"rule": one.rule, "result": one.result, "article": one.cite, "says": one.says.get("en", "")}
            for one in page.assessment.findings
        ],
        "questions": [question_value(one) for one in page.questions],
        "advice": [
            {"rule": one.rule, "article": one.cite, "mark": one.mark, "says": dict(one.says), "cure": dict(one.cure)} for one in page.advice
        ],
        "duties": list(page.assessment.duties),
        "timeline": [entry_value(one) for one in page.timeline],
        "packages": [
            {
                "item": one.line.item,
                "digest": one.line.digest,
                "size": one.line.size,
                "received": one.received,
                "available_until": one.available_until,
                **({"kept_until": page.case.ends[one.line.item]} if one.line.item in page.case.ends else {}),
                **({"destroyed_by": page.case.ended[one.line.item]} if one.line.item in page.case.ended else {}),
                **({"quarantined": one.quarantined, "again": one.again} if one.quarantined else {}),
            }
            for one in page.case.packages
        ],
        **({"kept_until": page.case.kept_until} if page.case.kept_until else {}),
        **({"held_back": page.case.held_back} if page.case.held_back else {}),
        "complaints": [
            {"act": one.act, "by": one.by, "at": format_instant(one.at), "article": one.article} for one in page.case.complaints
        ],
        "applications": list(page.case.applications),
        **({"filter_person": page.case.filter.officer} if page.case.filter else {}),
        "referrals": [
            {"act": one.act, "package": one.digest, "sort": one.sort, "outcome": one.outcome, "gap": one.gap} for one in page.case.referrals
        ],
        "ends": dict(page.case.ends),
        "extensions": [
            {"act": one.act, "items": list(one.items), "until": one.until, "agreed": sorted(one.agreed)} for one in page.case.extensions
        ],
        "certificates": [
            {"act": one.act, "of": one.of, "by": one.by, "at": format_instant(one.at), "complete_on": one.complete_on}
            for one in page.case.certificates
        ],
        "openings": [
            {
                "act": one.act,
                "by": one.by.officer,
                "at": format_instant(one.at),
                "purpose": one.purpose,
                "package": one.digest,
                "file": one.file,
            }
            for one in page.case.openings
        ],
        "notices": {one.person: one.act for one in page.case.told},
        "now": format_instant(page.now),
    }


def question_value(one: Asked) -> dict[str, Any]:
    """A question that the law leaves to a human, in the languages of the law, with its answer if there is one."""
    return {
        "rule": one.rule,
        "article": one.article,
        "mark": one.mark,
        "open": one.open,
        "says": dict(one.says),
        "cure": dict(one.cure),
        "answer": dict(one.answer),
    }


def period_value(one: PeriodEnd) -> dict[str, Any]:
    """A period with its arithmetic."""
    return {
        "name": one.name,
        "whom": one.whom,
        "state": one.state,
        "article": one.article,
        "steps": list(one.steps),
        **({"elapsed": format_instant(one.elapsed)} if one.elapsed else {}),
        **({"legal": format_instant(one.legal)} if one.legal else {}),
    }


def entry_value(one: Entry) -> dict[str, Any]:
    """One act of the timeline."""
    return {
        "kind": one.act.kind,
        "hash": one.act.hash,
        "by": {"institution": one.act.by.institution, "capacity": one.act.by.capacity, "officer": one.act.by.officer},
        "at": format_instant(one.act.at),
        "foreign": one.act.foreign,
        "article": one.article,
        "index": one.index,
        "parts": dict(one.act.parts),
        "sent_to": [{"to": to, "state": state, "answer": answer} for to, state, answer in one.sent_to],
    }
