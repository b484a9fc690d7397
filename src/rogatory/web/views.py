"""The pages. Each shows values of the desk; none decides anything."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from rogatory.errors import InputError, RogatoryError
from rogatory.node import schedule
from rogatory.node.desk import CasePage, Person, Shown
from rogatory.node.evidence import opening
from rogatory.node.finding import RoutesShown
from rogatory.procedure import KINDS, Capacity, Refusal
from rogatory.procedure.questions import Asked
from rogatory.procedure.words import ISSUERS, State
from rogatory.web import evidence
from rogatory.web.fields import Form
from rogatory.web.forms import form_of, initial
from rogatory.web.page import PURPOSES, done
from rogatory.web.page import show_page as _page
from rogatory.web.people import desk, for_people

Value = dict[str, Any]
ELSEWHERE = frozenset({"consult", "complete form"})
"""Acts with a page of their own: looking records itself, and a form is completed where it stands."""


@require_http_methods(["GET"])
@for_people
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """The cases of this node: references, states and clocks. Who enrols people sees none."""
    if person.capacity is Capacity.REGISTRAR:
        return _page(request, "registrar", {"made": request.GET.get("made", "")})
    lines = desk().cases()
    mine = [one for one in lines if one.waits_for == person.pseudonym]
    may_draft = person.capacity in ISSUERS
    return _page(request, "home", {"cases": lines, "mine": mine, "may_draft": may_draft})


def _case(request: HttpRequest, person: Person, case_id: str) -> CasePage | HttpResponse:
    """The case, once a purpose was chosen and the look was recorded."""
    purpose = request.session.get(f"purpose {case_id}")
    if not purpose:
        return _page(request, "purpose", {"case_id": case_id, "purposes": PURPOSES})
    try:
        page = desk().page(person, case_id, purpose)
    except InputError as error:
        raise Http404(str(error)) from error
    if isinstance(page, Refusal):
        return _page(request, "refused", {"refusal": page, "case_id": case_id}, status=422)
    return page


@require_http_methods(["GET", "POST"])
@for_people
def case(request: HttpRequest, person: Person, case_id: str) -> HttpResponse:
    """One case: where it stands, its clocks, its acts, and what can be done now."""
    if request.method == "POST":
        purpose = request.POST.get("purpose", "").strip()
        if purpose:
            request.session[f"purpose {case_id}"] = purpose
        return HttpResponseRedirect(f"/cases/{case_id}")
    page = _case(request, person, case_id)
    if isinstance(page, HttpResponse):
        return page
    possible = [(name, KINDS[name].title, KINDS[name].article) for name in page.possible if name not in ELSEWHERE]
    values = {"page": page, "case_id": case_id, "possible": possible, "made": request.GET.get("made", "")}
    routes = desk().routes(person, case_id, for_judge=True) if _decides(person, page) else None
    return _page(request, "case", {**values, "routes": routes})


@require_http_methods(["GET", "POST"])
@for_people
def act(request: HttpRequest, person: Person, kind: str, case_id: str | None = None) -> HttpResponse:
    """The form of one kind of act; posted, the act is made, or the text shown that a key must sign."""
    name = kind.replace("-", " ")
    if name not in KINDS or KINDS[name].automatic:
        raise Http404(name)
    page = _case(request, person, case_id) if case_id else None
    if isinstance(page, HttpResponse):
        return page
    form = form_of(name, page.case if page else None)
    routes = _routes_for(person, name, page)
    if request.method == "GET":
        known = {"opening": request.GET["opening"]} if name == "refer to filter" and "opening" in request.GET else {}
        return _form(request, name, form, initial(name, page) | known, page, routes=routes)
    value = form.read({key: request.POST.getlist(key) for key in request.POST})
    if "routes" in request.POST and name == "draft":
        return _routes(request, person, case_id, form, value, page)
    if "more" in request.POST:
        return _form(request, name, form, value, page, more=request.POST["more"])
    return _make(request, person, name, case_id, form, value, page)


def _routes_for(person: Person, name: str, page: CasePage | None) -> RoutesShown | None:
    """The routes beside the forms where they count: of the order that is drafted again, and of the decision on it."""
    if page is None or page.case.draft is None or page.case.ref is None:
        return None
    if name == "draft":
        return desk().routes(person, page.case.ref.id, for_judge=False)
    return desk().routes(person, page.case.ref.id, for_judge=True) if name == "authorise" and _decides(person, page) else None


def _routes(  # as `_make`
    request: HttpRequest, person: Person, case_id: str | None, form: Form, value: Value, page: CasePage | None
) -> HttpResponse:
    """The form as it was filled in, under the instruments that are open for it. Nothing is made."""
    try:
        routes = desk().routes_of_draft(person, value, case_id)
    except RogatoryError as error:
        return _form(request, "draft", form, value, page, error=error)
    if isinstance(routes, Refusal):
        return _form(request, "draft", form, value, page, refusal=routes)
    return _form(request, "draft", form, value, page, routes=routes)


def _decides(person: Person, page: CasePage) -> bool:
    """Whether this person is the one before whom the order lies undecided."""
    return page.case.state is State.SUBMITTED and page.case.submitted_to == person.pseudonym


def _make(  # noqa: PLR0913, PLR0917  # one act as it came in
    request: HttpRequest, person: Person, name: str, case_id: str | None, form: Form, value: Value, page: CasePage | None
) -> HttpResponse:
    """Make the act, or show the text that a key must sign; a refusal stands above the form as it was filled in."""
    try:
        if name == "produce" and page is not None:
            value |= evidence.sealed(request, person, page)
        if name == "open" and page is not None and case_id:
            return _open(request, person, case_id, form, value, page)
        if KINDS[name].key:
            shown = desk().show(person, name, value, case_id)
            if not isinstance(shown, Refusal):
                return _statement(request, name, shown, case_id)
            return _form(request, name, form, value, page, refusal=shown)
        made = desk().make(person, name, value, case_id)
    except RogatoryError as error:
        return _form(request, name, form, value, page, error=error)
    if isinstance(made, Refusal):
        return _form(request, name, form, value, page, refusal=made)
    return done(request, made.case.id if made.case else "", name)


def _form(request: HttpRequest, name: str, form: Form, value: Value, page: CasePage | None, **more: Any) -> HttpResponse:
    adding = more.pop("more", "")
    refused = more.get("refusal") or more.get("error")
    values = {
        "kind": name,
        "title": KINDS[name].title,
        "about": (KINDS[name].__doc__ or "").strip(),
        "article": KINDS[name].article,
        "fields": form.fields(value, more=adding),
        "page": page,
        "case_id": str(page.case.ref.id) if page and page.case.ref else None,
        "items": page.case.sent.items if page and page.case.sent and name == "produce" else (),
        "questions": _questions(name, page),
        **more,
    }
    return _page(request, "act", values, status=422 if refused else 200)


def _questions(name: str, page: CasePage | None) -> tuple[Asked, ...]:
    """What the law leaves to a human, beside the forms of those who prepare the order and of those who decide on it."""
    if not KINDS[name].answered and name != "draft":
        return ()
    return page.questions if page and page.questions else desk().questions()


def _open(request: HttpRequest, person: Person, case_id: str, form: Form, value: Value, page: CasePage) -> HttpResponse:  # as `_make`
    digest, use_for, purpose = (str(value.get(part, "")) for part in ("package", "use_for", "purpose"))
    if not digest or not purpose:
        made = desk().make(person, "open", value, case_id)
        return _form(request, "open", form, value, page, refusal=made)
    listed = evidence.opened(person, case_id, opening.Look(package=digest, use_for=use_for, purpose=purpose))
    return _form(request, "open", form, value, page, refusal=listed) if isinstance(listed, Refusal) else listed


def _statement(request: HttpRequest, name: str, shown: Shown, case_id: str | None) -> HttpResponse:
    values = {"shown": shown, "challenge": desk().challenge_text(shown), "kind": name, "title": KINDS[name].title, "case_id": case_id}
    return _page(request, "statement", values)


@require_http_methods(["GET"])
def public_log(request: HttpRequest) -> HttpResponse:
    """The public log, for everybody."""
    at = desk()
    shown = {"checkpoint": at.checkpoint(), "state": at.witnessing(), "evidence": at.evidence(), "comparisons": at.comparisons()}
    return _page(request, "log", shown)


@require_http_methods(["GET"])
@for_people
def kept(request: HttpRequest, _person: Person) -> HttpResponse:
    """For how long this node keeps what is no evidence, how much lies here, how much has gone: numbers, and nothing of a case."""
    return _page(request, "kept", {"lines": schedule.lines(desk().house)})


@require_http_methods(["GET"])
def receipt(_request: HttpRequest, digest: str) -> HttpResponse:
    """The receipt of an act, for everybody who holds its hash."""
    text = desk().receipt(digest)
    if text is None:
        raise Http404(digest)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["content-disposition"] = f'attachment; filename="{digest[:16]}.tlog-proof"'
    return response
