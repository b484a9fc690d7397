"""Who is signed in, and what she may fill in from what the node knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from rogatory.node.desk import Desk, Person
from rogatory.node.installation import installation
from rogatory.procedure import Capacity

View = Callable[..., HttpResponseBase]


def desk() -> Desk:
    """The facade of this node."""
    return Desk(installation())


def signed_in(request: HttpRequest) -> Person | None:
    """The person of this session, if she is still enrolled in the capacity that she chose."""
    pseudonym, capacity = request.session.get("officer"), request.session.get("capacity")
    if not pseudonym or not capacity:
        return None
    people = desk().capacities_of(pseudonym, request.session.get("name", ""))
    return next((one for one in people if one.capacity == capacity), None)


def for_people(view: View) -> View:
    """Let only signed-in people see a page; everybody else is asked who she is."""

    @wraps(view)
    def guarded(request: HttpRequest, *given: object, **named: object) -> HttpResponseBase:
        person = signed_in(request)
        if person is None:
            return HttpResponseRedirect("/sign-in")
        return view(request, person, *given, **named)

    guarded.asks_who_you_are = True  # type: ignore[attr-defined]  # a test looks for it
    return guarded


def validators() -> tuple[tuple[str, str], ...]:
    """The colleagues who may decide."""
    wanted = {Capacity.PROSECUTOR, Capacity.JUDGE, Capacity.COURT, Capacity.INVESTIGATING_JUDGE}
    return tuple(desk().colleagues(wanted).items())


def filter_people() -> tuple[tuple[str, str], ...]:
    """The colleagues who may look at what the team of a case must not see."""
    return tuple(desk().colleagues({Capacity.FILTER}).items())


def custodians() -> tuple[tuple[str, str], ...]:
    """The colleagues who may open evidence."""
    return tuple(desk().colleagues({Capacity.CUSTODIAN}).items())
