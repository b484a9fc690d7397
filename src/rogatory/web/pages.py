"""What every page is given: who is signed in, whose node it is, its zone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rogatory.web.people import desk, signed_in


def page(request: HttpRequest, template: str, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One page of this node."""
    house = desk().house
    common = {
        "person": signed_in(request),
        "node": house.settings,
        "institution": house.institutions(house.clock.now()).get(house.settings.institution),
        "zone": house.zone,
        "demo": getattr(settings, "ROGATORY_DEMO", False),
    }
    return render(request, f"web/{template}.html", {**common, **values}, status=status)
