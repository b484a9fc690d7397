"""What stands between a request and a person on each route, found by asking the law, in one small table."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from rogatory.cli.law.comparing import USUAL
from rogatory.law import Pack, Question, crosswalk, finder
from rogatory.law.casefile import read_facts
from rogatory.law.finder import Protection, protection_of
from rogatory.law.routes import RouteSpec
from rogatory.node.packs import corpus, load_corpus, load_routes, vocabulary

TABLE = {
    "eu-e-evidence.preservation-order": ((1, 0, 0, 0), (1, 0, 0, 0)),
    "eu-e-evidence.production-order": ((2, 1, 1, 1), (1, 1, 1, 0)),
    "eio.investigation-order": ((1, 2, 0, 0), (1, 2, 0, 0)),
    "budapest.preservation-request": ((0, 2, 0, 0), (0, 2, 0, 0)),
    "budapest.assistance-request": ((0, 2, 0, 0), (0, 2, 0, 0)),
    "budapest.production-order": ((0, 0, 0, 0), (0, 0, 0, 0)),
    "budapest-2ap.production-order": ((0, 1, 0, 0), (0, 1, 0, 0)),
    "budapest-2ap.giving-effect-request": ((0, 2, 0, 0), (0, 2, 0, 0)),
    "mlat-eu-us.assistance-request": ((0, 2, 0, 0), (0, 2, 0, 0)),
    "cloud-act-us-uk.production-order": ((0, 1, 0, 1), (0, 1, 0, 1)),
    "un-cybercrime.assistance-request": ((0, 2, 0, 1), (0, 2, 0, 1)),
    "letters-rogatory.assistance-request": ((2, 2, 0, 0), (2, 2, 0, 0)),
}
"""Authority, authority abroad, the person told, gravity: for messages, and for who the user is."""


@cache
def usual() -> Question:
    return read_facts("usual", USUAL, vocabulary(corpus()))


def spec_of(name: str) -> RouteSpec:
    return next(one for one in load_routes() if one.id == name)


def asked(name: str, *data: str, **more: object) -> tuple[Question, Pack, RouteSpec]:
    """The usual order on a route, for these data."""
    spec = spec_of(name)
    facts = {**usual().facts, "measure": spec.measure, "data": list(data), **more}
    return replace(usual(), instrument=spec.instrument, act="issue", facts=facts), load_corpus(spec.instrument), spec  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TABLE)
def test_each_route_protects_as_its_law_says(name: str) -> None:
    found = tuple(protection_of(*asked(name, data)).ranks for data in ("messages", "identity-and-contact"))
    assert found == TABLE[name]


def test_a_person_whose_notice_may_be_delayed_counts_as_told_by_the_instrument() -> None:
    """The question is whether the instrument has her told where nothing delays it."""
    question, pack, spec = asked("eu-e-evidence.production-order", "messages", person_informed="delayed")
    assert protection_of(question, pack, spec).told == 1


@pytest.mark.parametrize("other", [(1, 1, 1, 0), (0, 1, 1, 0), (1, 1, 0, 0)])
def test_a_route_is_stricter_only_if_it_is_so_in_one_respect_and_weaker_in_none(other: tuple[int, int, int, int]) -> None:
    mine, yours = (
        Protection(authority=1, abroad=1, told=1, gravity=0),
        Protection(**dict(zip(("authority", "abroad", "told", "gravity"), other, strict=True))),
    )
    assert mine.stricter_than(yours) == (other != (1, 1, 1, 0))
    assert not yours.stricter_than(mine)


def test_an_offence_graver_than_all_that_are_tried_is_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crosswalk, "GRAVITY", (0, 5, 7))
    question, pack, spec = asked("eu-e-evidence.production-order", "messages")
    found = crosswalk._threshold(question, pack, spec)
    assert (found.word, found.count, found.rank) == ("more-than-months", 7, 8)
    monkeypatch.setattr(crosswalk, "GRAVITY", (0, 35, 36, 48))
    assert crosswalk._threshold(question, pack, spec).rank == 36


def test_grounds_are_counted_and_none_stated_is_not_known() -> None:
    regulation = crosswalk._grounds(load_corpus("eu-e-evidence"), spec_of("eu-e-evidence.production-order"))
    assert (regulation.word, regulation.rank) == ("grounds", len({one.name for one in load_corpus("eu-e-evidence").grounds}))
    assert regulation.count == regulation.rank
    silent = replace(load_corpus("eu-e-evidence"), grounds=())
    assert (
        crosswalk._grounds(silent, spec_of("eu-e-evidence.production-order")).word,
        crosswalk._grounds(silent, spec_of("eu-e-evidence.production-order")).rank,
    ) == ("", None)


def test_answers_are_tried_where_they_are_few_and_no_further() -> None:
    """A yes or no is tried; a number, which has no end of answers, is not."""
    question, pack, spec = asked("eu-e-evidence.production-order", "messages", issuing_state="FR", executing_state="IE")
    route = next(one for one in finder.find(question, {"eu-e-evidence": pack}, [spec]))
    assert set(finder.would_become(question, pack, route)) <= set(route.answer.missing)
    for name in finder.would_become(question, pack, route):
        assert 1 <= len(finder.closed(pack.vocabulary.facts[name])) <= finder.MOST_ANSWERS
