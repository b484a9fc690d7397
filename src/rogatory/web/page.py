"""What every page holds: who is signed in, at which node; and the purposes for which a case is looked at."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from rogatory.web.people import desk, signed_in

PURPOSES = (
    "Follow the order through the procedure",
    "Decide on the order",
    "Answer the order",
    "Check the notification",
    "Receive and open the evidence",
    "Tell the person concerned",
)


def show_page(request: HttpRequest, template: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page from its template and values."""
    house = desk().house
    common = {
        "person": signed_in(request),
        "node": house.settings,
        "institution": house.institutions(house.clock.now()).get(house.settings.institution),
        "zone": house.zone,
        "by_key": request.session.get("by_key", False),
        "demo": getattr(settings, "ROGATORY_DEMO", False),
    }
    return render(request, f"web/{template}.html", {**common, **values}, status=status)


def done(request: HttpRequest, case_id: str, kind: str) -> HttpResponse:
    """Back to the case, which says that the act was made; from an act of the house, to the first page."""
    if not case_id:
        return HttpResponseRedirect(f"/?made={kind.replace(' ', '-')}")
    request.session.setdefault(f"purpose {case_id}", PURPOSES[0])
    return HttpResponseRedirect(f"/cases/{case_id}?made={kind.replace(' ', '-')}")
