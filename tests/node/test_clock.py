"""A clock that ran ahead: the node signs nothing below what it has signed, until two registrars record that the clock is right."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.errors import ClockError
from rogatory.moments import Instant, instant, parse_instant

pytestmark = pytest.mark.usefixtures("undone")


class Turned:
    """A clock that somebody turns."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.by = timedelta()
        self.ran = 0.0

    def now(self) -> Instant:
        return instant(self.source.now() + self.by)

    def monotonic(self) -> float:
        return float(self.source.monotonic()) + self.ran


@pytest.fixture
def turned(house: Any, monkeypatch: pytest.MonkeyPatch) -> Turned:
    """The clock of the node, to be turned."""
    from rogatory.node.clock import GuardedClock, highest_used

    source = Turned(house.clock)
    monkeypatch.setattr(house, "clock", GuardedClock(source, highest_used(), used=highest_used))
    return source


def registrar(house: Any, part: str, kind: str, given: dict[str, Any]) -> Any:
    """An act of the house that a registrar signs with her own key."""
    from rogatory.node.desk import Desk, Person
    from rogatory.procedure import Capacity

    one = next(one for one in json.loads((house.settings.home / "people.json").read_text()) if one["part"] == part)
    person = Person(pseudonym=one["pseudonym"], name=one["name"], capacity=Capacity.REGISTRAR)
    desk = Desk(house)
    shown = desk.show(person, kind, given)
    key = UnsafeSoftwareAuthenticator.from_dict(one["key"])
    return desk.decide(person, shown.name, key.answer(shown.challenge, rp_id=shown.rp_id, origin=shown.origin))


def enrolled(house: Any, name: str) -> Any:
    """Any act that is signed by the node's clock."""
    given = {
        "officer": f"{house.settings.institution}#{name}",
        "capacities": ["service-provider"],
        "credential": "Y3JlZA",
        "public_key": "a2V5",
    }
    return registrar(house, "registrar-1", "enrol", given)


WORDS = {"words": "The time server had sent a date of the day after tomorrow."}


def test_two_registrars_set_a_node_going_again_whose_clock_had_run_ahead(house: Any, turned: Turned) -> None:
    from rogatory.node.clock import GuardedClock, highest_used
    from rogatory.node.worker.placing import Placer

    turned.by = timedelta(days=2)
    ahead = enrolled(house, "aaaaaaaa")
    turned.by = timedelta()
    with pytest.raises(ClockError, match="turned back"):
        enrolled(house, "bbbbbbbb")

    first = registrar(house, "registrar-1", "correct clock", WORDS)
    registrar(house, "registrar-1", "correct clock", WORDS)
    with pytest.raises(ClockError, match="turned back"):
        enrolled(house, "bbbbbbbb")

    second = registrar(house, "registrar-2", "correct clock", WORDS)
    again = enrolled(house, "bbbbbbbb")
    assert first.at <= second.at <= again.at < ahead.at

    Placer(house).step()
    later = enrolled(house, "cccccccc")
    Placer(house).step()
    restarted = GuardedClock(turned, highest_used(), used=highest_used)
    assert later.at <= restarted.now() < ahead.at

    turned.by = -timedelta(minutes=1)
    with pytest.raises(ClockError, match="turned back"):
        restarted.now()


def test_a_worker_that_ran_while_the_clock_was_ahead_places_what_is_made_after_it_was_corrected(house: Any, turned: Turned) -> None:
    from rogatory.node.models import Place
    from rogatory.node.worker.placing import LONGEST, Placer

    worker = Placer(house)
    turned.by = timedelta(days=2)
    for name in ("aaaaaaaa", "bbbbbbbb"):
        enrolled(house, name)
        worker.step()
        turned.ran += LONGEST
    turned.by = timedelta()
    made = [registrar(house, part, "correct clock", WORDS) for part in ("registrar-1", "registrar-2")]
    made.append(enrolled(house, "cccccccc"))
    worker.step()
    assert Place.objects.filter(hash__in=[one.hash for one in made]).count() == len(made)


def test_registrars_who_record_it_on_different_days_set_nothing_going(house: Any, turned: Turned) -> None:
    turned.by = timedelta(days=2)
    enrolled(house, "aaaaaaaa")
    turned.by = timedelta()
    registrar(house, "registrar-1", "correct clock", WORDS)
    turned.by = timedelta(hours=2)
    registrar(house, "registrar-2", "correct clock", WORDS)
    with pytest.raises(ClockError, match="turned back"):
        enrolled(house, "bbbbbbbb")


def test_what_the_registrar_signs_says_what_the_clock_shows(house: Any, turned: Turned) -> None:
    from rogatory.node import acting
    from rogatory.node.working import author
    from rogatory.procedure import Capacity, Request

    one = next(one for one in json.loads((house.settings.home / "people.json").read_text()) if one["part"] == "registrar-1")
    turned.by = timedelta(minutes=-10)
    shown = acting.show(
        house, Request(kind="correct clock", by=author(house, one["pseudonym"], Capacity.REGISTRAR), case=None, given=WORDS)
    )
    assert isinstance(shown, tuple)
    said = parse_instant(next(word.rstrip(",") for word in shown[1].split() if word[:2] == "20"))
    assert abs(turned.now() - said) < timedelta(seconds=10)
    assert WORDS["words"] in shown[1]
