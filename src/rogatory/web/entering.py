"""Who comes in, and with which key: sign in, choose a capacity, sign a text that was shown, make a key to be enrolled.

A browser offers a key to scripts only; `key.js` asks it and fills the form, and the form is sent like any other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods

from rogatory.act import Assertion
from rogatory.canonical import from_base64url, to_base64url
from rogatory.errors import RogatoryError
from rogatory.moments import format_instant, parse_instant
from rogatory.node import signing_in
from rogatory.node.desk import Person
from rogatory.procedure import Refusal
from rogatory.web.page import done, show_page
from rogatory.web.people import desk, for_people

PARTS = ("credential", "authenticator", "client", "signature")


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who it is: her key answers. In the demonstration its people are listed as well."""
    if request.method == "GET":
        return _sign_in(request)
    house = desk().house
    try:
        found = signing_in.who(house, _assertion(request), _asked(request), house.clock.now())
    except RogatoryError as error:
        return _sign_in(request, error=error)
    request.session.flush()  # whoever sat here before left a session of her own
    request.session["officer"], request.session["name"], request.session["by_key"] = found[0].pseudonym, found[0].name, True
    if len(found) == 1:
        return _enter(request, found[0])
    return show_page(request, "capacity", {"people": found})


@require_http_methods(["POST"])
def capacity(request: HttpRequest) -> HttpResponse:
    """Act in one of the capacities in which she is enrolled."""
    known = desk().capacities_of(request.session.get("officer", ""), request.session.get("name", ""))
    chosen = [one for one in known if one.capacity == request.POST.get("capacity")]
    return _enter(request, chosen[0]) if chosen and request.session.get("by_key") else HttpResponseRedirect("/sign-in")


@require_http_methods(["POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget the session."""
    request.session.flush()
    return HttpResponseRedirect("/sign-in")


@require_http_methods(["POST"])
@for_people
def sign(request: HttpRequest, person: Person) -> HttpResponse:
    """Make the act whose text was shown, with the signature of her key."""
    case_id = request.POST.get("case", "")
    try:
        made = desk().decide(person, request.POST.get("statement", ""), _assertion(request))
    except RogatoryError as error:
        return show_page(request, "refused", {"error": error, "case_id": case_id}, status=422)
    if isinstance(made, Refusal):
        return show_page(request, "refused", {"refusal": made, "case_id": case_id}, status=422)
    return done(request, made.case.id if made.case else "", made.kind)


@require_http_methods(["GET", "POST"])
def key(request: HttpRequest) -> HttpResponse:
    """Make a key of one's own; its public half is for the registrars, who enrol it."""
    if request.method == "GET":
        return _key(request)
    try:
        made = signing_in.made_key(desk().house, request.POST.get("attestation", ""), request.POST.get("client", ""), _asked(request))
    except RogatoryError as error:
        return _key(request, error=error)
    return show_page(request, "key", {"made": made, "officer": signing_in.pseudonym(desk().house), "place": signing_in.place(desk().house)})


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    request.session["capacity"] = person.capacity
    return HttpResponseRedirect("/")


def _sign_in(request: HttpRequest, **more: Any) -> HttpResponse:
    listed = getattr(settings, "ROGATORY_DEMO_PEOPLE", "")
    values = {"players": import_string(listed)() if listed else (), "place": signing_in.place(desk().house), **more}
    return show_page(request, "sign_in", {**values, "challenge": _ask(request)}, status=422 if more else 200)


def _key(request: HttpRequest, **more: Any) -> HttpResponse:
    values = {"place": signing_in.place(desk().house), "handle": to_base64url(signing_in.challenge()[:16]), **more}
    return show_page(request, "key", {**values, "challenge": _ask(request)}, status=422 if more else 200)


def _ask(request: HttpRequest) -> str:
    """A challenge for this session, in the place of any other."""
    text = to_base64url(signing_in.challenge())
    if "officer" not in request.session:
        request.session.set_expiry(signing_in.LIVES)
    request.session["challenge"] = [text, format_instant(desk().house.clock.now())]
    return text


def _asked(request: HttpRequest) -> bytes:
    """The challenge of this session, once; nothing if there is none, or if it is old."""
    text, at = request.session.pop("challenge", ("", ""))
    fresh = text and timedelta() <= desk().house.clock.now() - parse_instant(at) <= signing_in.LIVES
    return from_base64url(text) if fresh else b""


def _assertion(request: HttpRequest) -> Assertion:
    return Assertion(**{part: request.POST.get(part, "") for part in PARTS})
