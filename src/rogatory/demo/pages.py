"""The demonstration's own pages: enter as one of its people, sign with her software key, move the clock. Nowhere else."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from rogatory.canonical import from_base64url
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.demo.clock import CLOCK_FILE, move
from rogatory.node.desk import Desk, Person
from rogatory.node.installation import installation
from rogatory.procedure import Capacity, Refusal


def people() -> list[dict[str, Any]]:
    """The people of this node, registrars left out."""
    listed: list[dict[str, Any]] = json.loads((settings.NODE.home / "people.json").read_text())  # type: ignore[misc]  # a setting of our own
    return [one for one in listed if one["capacities"] != ["registrar"]]


@require_http_methods(["POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter as one of the people."""
    one = next((one for one in people() if one["part"] == request.POST.get("part")), None)
    if one is not None:
        request.session.flush()  # a purpose that somebody else chose is not hers
        request.session["officer"], request.session["name"] = one["pseudonym"], one["name"]
        request.session["capacity"] = one["capacities"][0]
    return HttpResponseRedirect("/")


@require_http_methods(["POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """Sign the text that was shown, with the person's software key."""
    one = next((one for one in people() if one["pseudonym"] == request.session.get("officer")), None)
    if one is None:
        return HttpResponseRedirect("/sign-in")
    desk = Desk(installation())
    me = desk.house.trust(desk.house.clock.now()).institution(desk.house.settings.institution)
    person = Person(pseudonym=one["pseudonym"], name=one["name"], capacity=Capacity(request.session["capacity"]))
    challenge = from_base64url(request.POST["challenge"])
    key = UnsafeSoftwareAuthenticator.from_dict(one["key"])
    assertion = key.answer(challenge, rp_id=me.rp_id if me else "", origin=me.origin if me else "")
    made = desk.decide(person, request.POST["statement"], assertion)
    if isinstance(made, Refusal):
        return HttpResponse(str(made), status=422, content_type="text/plain; charset=utf-8")
    case = made.case.id if made.case else ""
    return HttpResponseRedirect(f"/cases/{case}?made={made.kind.replace(' ', '-')}")


@require_http_methods(["POST"])
def advance(request: HttpRequest) -> HttpResponse:
    """Move the demonstration's clock forward by a number of hours."""
    hours = request.POST.get("hours", "")
    if hours.isdecimal() and 0 < int(hours) <= 24 * 400:
        move(Path(os.environ[CLOCK_FILE]), timedelta(hours=int(hours)))
    return HttpResponseRedirect("/")
