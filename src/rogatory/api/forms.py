"""The forms of the law, for officers' and providers' own software: their schemas, and the copies of a case as JSON and PDF.

What a person writes into a form is an act like any other: POST /cases/{case}/acts/complete-form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Schema
from pydantic import Field

from rogatory.api import problem
from rogatory.api.acts import person
from rogatory.forms import LANGUAGES, schema
from rogatory.node.forms import FormDesk, FormPage, Wish
from rogatory.node.installation import installation
from rogatory.node.packs import load_forms
from rogatory.procedure import Refusal

router = Router(tags=["forms"])
Purpose = Annotated[str, Header(alias="X-Purpose", description="Goes into the record of looking")]


class FormOut(Schema):
    """One form of the law, without its fields."""

    form: str
    instrument: str
    title: dict[str, str]
    cite: str
    checked: str
    made_by: list[str]
    audiences: list[str]


class WishIn(Schema):
    """Which copy."""

    audience: str = Field("", description="For whom the copy is; by default the first that this institution may see")
    language: str = Field("en", description=f"One of {', '.join(LANGUAGES)}")
    about: str = Field("", description="The person touched whom the form is about, where it is about one")


@router.get("/forms", auth=None, response=list[FormOut], summary="Every form of the law that this release knows")
def forms(request: HttpRequest) -> list[FormOut]:
    """Names, provisions and audiences."""
    return [
        FormOut(
            form=one.id,
            instrument=one.instrument,
            title=dict(one.title),
            cite=one.cite,
            checked=one.checked,
            made_by=sorted(one.made_by),
            audiences=[audience.value for audience in one.audiences],
        )
        for one in load_forms().forms.values()
    ]


@router.get("/forms/{form}", auth=None, summary="The schema of a form: JSON Schema 2020-12")
def form_schema(request: HttpRequest, form: str) -> dict[str, Any]:
    """What a complete document of this form looks like."""
    return schema(load_forms().form(form))


@router.get("/cases/{case}/forms", response=list[str], summary="The forms of a case of which you may see a copy")
def offered(request: HttpRequest, case: str, purpose: Purpose) -> Any:
    """Names of forms, after the look was recorded."""
    found = FormDesk(installation()).offered(person(request), case, purpose)
    return problem.of_refusal(found) if isinstance(found, Refusal) else [one.id for one in found]


@router.get("/cases/{case}/forms/{form}", summary="One copy of a form, filled from the case, as JSON")
def filled(request: HttpRequest, case: str, form: str, purpose: Purpose, wish: Query[WishIn]) -> Any:
    """The document that meets the schema where `complete` is true; else `lacks` says what is missing."""
    return _copy(request, case, form, purpose, wish, lambda _desk, page: dict(page.value))


@router.get("/cases/{case}/forms/{form}/pdf", summary="The same copy as PDF/A-3 and PDF/UA-1, with the JSON attached")
def printed(request: HttpRequest, case: str, form: str, purpose: Purpose, wish: Query[WishIn]) -> Any:
    """Sealed with the institution's document key where it is complete, rests on an act and is its own."""
    return _copy(request, case, form, purpose, wish, lambda desk, page: HttpResponse(desk.pdf(page), content_type="application/pdf"))


def _copy(  # one call, and what is made of its answer
    request: HttpRequest, case: str, form: str, purpose: str, wish: WishIn, answer: Callable[[FormDesk, FormPage], Any]
) -> Any:
    desk = FormDesk(installation())
    page = desk.show(person(request), case, purpose, Wish(form=form, audience=wish.audience, language=wish.language, about=wish.about))
    return problem.of_refusal(page) if isinstance(page, Refusal) else answer(desk, page)
