"""The pages of the forms of a case: which there are, one copy as it reads, what a person adds, and its two files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods

from rogatory.canonical import Value
from rogatory.errors import InputError, RequestError, RogatoryError
from rogatory.forms import LANGUAGES, Field, Sort
from rogatory.node.desk import Person
from rogatory.node.forms import FormDesk, FormPage, Wish
from rogatory.node.installation import installation
from rogatory.node.packs import load_forms
from rogatory.procedure import Refusal
from rogatory.web.page import PURPOSES, show_page
from rogatory.web.people import for_people

LANGUAGE_NAMES = {"en": "English", "fr": "français", "de": "Deutsch", "es": "español"}
DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field that a person fills in."""

    path: str
    section: str
    label: str
    cite: str
    widget: str
    most: int
    required: bool
    value: str
    options: tuple[tuple[str, str, bool], ...]


def _purpose(request: HttpRequest, case_id: str) -> str:
    return str(request.session.get(f"purpose {case_id}", ""))


def _ask(request: HttpRequest, case_id: str) -> HttpResponse:
    return show_page(request, "purpose", {"case_id": case_id, "purposes": PURPOSES})


def _refused(request: HttpRequest, case_id: str, refusal: Refusal) -> HttpResponse:
    return show_page(request, "refused", {"refusal": refusal, "case_id": case_id}, status=422)


@require_http_methods(["GET"])
@for_people
def forms(request: HttpRequest, person: Person, case_id: str) -> HttpResponse:
    """The forms of a case of which this institution may see a copy."""
    purpose = _purpose(request, case_id)
    if not purpose:
        return _ask(request, case_id)
    try:
        found = FormDesk(installation()).offered(person, case_id, purpose)
    except RogatoryError as error:
        raise Http404(str(error)) from error
    if isinstance(found, Refusal):
        return _refused(request, case_id, found)
    lines = [(one.id, one.title["en"], one.cite) for one in found]
    return show_page(request, "forms", {"case_id": case_id, "forms": lines})


@require_http_methods(["GET", "POST"])
@for_people
def form(request: HttpRequest, person: Person, case_id: str, name: str) -> HttpResponse:
    """One copy of a form; posted, what was written into it is recorded."""
    purpose = _purpose(request, case_id)
    if not purpose:
        return _ask(request, case_id)
    page = _copy(request, person, case_id, name, purpose)
    if isinstance(page, Refusal):
        return _refused(request, case_id, page)
    error: RogatoryError | None = None
    if request.method == "POST":
        answer = _complete(request, person, case_id, page)
        if isinstance(answer, Refusal):
            return _refused(request, case_id, answer)
        if answer is None:
            return HttpResponseRedirect(f"{request.path}?{request.META.get('QUERY_STRING', '')}")
        error = answer
    return show_page(request, "form", {**_shown(page), "case_id": case_id, "error": error}, status=422 if error else 200)


@require_http_methods(["GET"])
@for_people
def download(request: HttpRequest, person: Person, case_id: str, name: str, kind: str) -> HttpResponse:
    """The copy as a file: JSON, or the PDF that holds it."""
    purpose = _purpose(request, case_id)
    if not purpose:
        return _ask(request, case_id)
    page = _copy(request, person, case_id, name, purpose)
    if isinstance(page, Refusal):
        return _refused(request, case_id, page)
    if kind == "json":
        response: HttpResponse = JsonResponse(dict(page.value), json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        try:
            response = HttpResponse(FormDesk(installation()).pdf(page), content_type="application/pdf")
        except RogatoryError as error:
            status = 422 if isinstance(error, InputError) else 503
            return show_page(request, "form", {**_shown(page), "case_id": case_id, "error": error}, status=status)
    title = "letter" if page.filled.form.cover else f"{name}-{page.filled.audience}"
    response["content-disposition"] = f'attachment; filename="{title}.{kind}"'
    return response


def _copy(request: HttpRequest, person: Person, case_id: str, name: str, purpose: str) -> FormPage | Refusal:
    wish = Wish(
        form=name,
        audience=request.GET.get("audience", ""),
        language=request.GET.get("language", ""),
        about=request.GET.get("about", ""),
    )
    try:
        return FormDesk(installation()).show(person, case_id, purpose, wish)
    except RequestError as error:
        raise Http404(str(error)) from error


def _complete(request: HttpRequest, person: Person, case_id: str, page: FormPage) -> RogatoryError | Refusal | None:
    """Record what was written; entries of sections that this copy does not show stay as they were."""
    given: dict[str, Value] = {}
    for section, field in page.filled.form.asked():
        shown = page.filled.audience in section.shown_to
        value = _read(field, request.POST.getlist(field.path)) if shown else page.entries.get(field.path)
        if value not in (None, "", []):
            given[field.path] = value
    try:
        made = FormDesk(installation()).complete(person, case_id, page.filled.form.id, given)
    except RogatoryError as error:
        return error
    return made if isinstance(made, Refusal) else None


def _read(field: Field, given: list[str]) -> Any:
    if field.sort is Sort.TICKS:
        return [one for one in given if one]
    text = (given[0] if given else "").strip().replace("\r\n", "\n")
    if field.sort is Sort.YES_NO:
        return {"true": True, "false": False}.get(text)
    if field.sort is Sort.NUMBER and text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    return text


def _shown(page: FormPage) -> dict[str, Any]:
    form, language = page.filled.form, page.layout.language
    query = f"audience={page.filled.audience}&language={language}" + (f"&about={page.about}" if page.about else "")
    words = {name: texts[language] for name, texts in load_forms().shared.words.items()}
    labels = {field.path: (section.id, field.label[language]) for section in form.sections for field in _every(section.fields)}
    state = words["view"] if page.head.act and not page.head.own else "" if page.head.act else words["draft"]
    return {
        "page": page,
        "form": form,
        "layout": page.layout,
        "language": language,
        "languages": [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES],
        "audiences": [(one.value, words[one.value]) for one in page.audiences],
        "query": query,
        "words": words,
        "status": state,
        "lacks": [(one, *labels.get(one.path, ("", one.path))) for one in page.filled.lacks],
        "asked": _entries(page, language),
    }


def _every(fields: tuple[Field, ...]) -> list[Field]:
    return [one for field in fields for one in (field, *_every(field.fields))]


def _entries(page: FormPage, language: str) -> tuple[Entry, ...]:
    if not page.may_complete:
        return ()
    labels = {field.path: field.label[language] for one in page.filled.form.sections for field in _every(one.fields)}
    return tuple(
        _entry(
            field, ": ".join(filter(None, (section.id, labels.get(field.path.rpartition(".")[0])))), page.entries.get(field.path), language
        )
        for section, field in page.filled.form.asked()
        if page.filled.audience in section.shown_to
    )


def _entry(field: Field, section: str, value: Value | None, language: str) -> Entry:
    chosen = set(value) if isinstance(value, list | tuple) else {"true" if value is True else "false" if value is False else value}
    options = tuple((one.id, one.label[language], one.id in chosen) for one in field.options)
    if field.sort is Sort.YES_NO:
        words = load_forms().shared.words
        options = tuple((one, words[word][language], one in chosen) for one, word in (("true", "yes"), ("false", "no")))
    widget = {Sort.WORDS: "area", Sort.TICKS: "checks", Sort.CHOICE: "select", Sort.YES_NO: "select", Sort.DAY: "date"}
    return Entry(
        path=field.path,
        section=section,
        label=field.label[language],
        cite=field.cite,
        widget=widget.get(field.sort, "text"),
        most=field.most,
        required=field.required,
        value="" if value is None or isinstance(value, list | tuple) else str(value),
        options=options,
    )
