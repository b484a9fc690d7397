"""What is not for the team is withheld from the moment at which it is met, and somebody outside the team decides on it."""

from __future__ import annotations

from typing import Any

import pytest

from rogatory.procedure import ActView
from tests.procedure.evidence import done, evidence, refused
from tests.procedure.parties import FR, Parties, pseudonym

RECIPIENT = "age1" + "q" * 58
NAMED = {"filter_person": pseudonym(FR, "filter"), "reasons": "Letters of counsel were met."}


def opened(parties: Parties, file: str = "letter.txt") -> Any:
    """The custodian opens an original."""
    package = parties.nodes["fr"].case.packages[0].line.digest
    given = {"package": package, "use_for": "these-proceedings", "purpose": "Read it", "file": file}
    return parties.act("custodian", "open", given)


def referred(parties: Parties, sort: str = "privileged") -> ActView:
    """She meets a letter to counsel, and stops."""
    opening = done(opened(parties))
    return done(
        parties.act("custodian", "refer to filter", {"opening": opening.hash, "sort": sort, "reason": "It is addressed to counsel."})
    )


@pytest.mark.parametrize(
    ("sort", "words"),
    [("privileged", "privileged material (Art. 5(10))"), ("irrelevant", "led Art. 4(1)(c)"), ("third-party", "led Art. 6")],
)
def test_the_view_stops_for_everybody_of_the_team_and_only_for_that_original(sort: str, words: str) -> None:
    parties = evidence()
    referred(parties, sort)
    for part in ("custodian", "second-custodian"):
        package = parties.nodes["fr"].case.packages[0].line.digest
        given = {"package": package, "use_for": "these-proceedings", "purpose": "Read it", "file": "letter.txt"}
        answer = refused(parties.act(part, "open", given))
        assert answer.rule == "open.withheld"
        assert words in answer.says
    done(opened(parties, "another.txt"))
    done(opened(parties, "*"))


def test_it_is_stopped_before_anybody_was_named_to_filter() -> None:
    parties = evidence()
    made = referred(parties)
    assert parties.nodes["fr"].case.filter is None
    assert refused(parties.act("filter", "decide filtering", {"referral": made.hash, "outcome": "released", "reason": "x"})).rule.endswith(
        "named"
    )


def test_a_filter_person_is_somebody_who_did_nothing_in_the_case_and_does_nothing_else() -> None:
    parties = evidence()
    for part in ("custodian", "officer", "second-custodian"):
        answer = refused(parties.act("judge", "name filter person", {**NAMED, "filter_person": pseudonym(FR, part)}))
        assert answer.rule == "name filter person.enrolled"
    assert refused(parties.act("officer", "name filter person", NAMED)).rule == "name filter person.capacity"
    done(parties.act("judge", "name filter person", NAMED))
    assert refused(parties.act("filter", "open", {})).rule == "open.capacity"


def test_who_took_part_cannot_be_named_even_if_she_is_enrolled_to_filter() -> None:
    from dataclasses import replace

    from rogatory.act import Author
    from rogatory.procedure.acts.filtering import NameFilterBody, NameFilterPerson

    parties = evidence()
    node = parties.nodes["fr"]
    both = pseudonym(FR, "custodian")
    done(opened(parties))
    world = parties.world(node)
    officers = {**world.officers, both: replace(world.officers[both], capacities=frozenset({"custodian", "filter-person"}))}
    judge = Author(institution=FR.institution, capacity="investigating-judge", officer=pseudonym(FR, "judge"))
    body = NameFilterBody(filter_person=both, reasons="x")
    answer = NameFilterPerson().needs(node.case, judge, body, replace(world, officers=officers))
    assert answer is not None
    assert answer.rule == "name filter person.outside"


def test_nothing_is_fetched_before_she_gave_her_own_recipient_and_nobody_else_fetches() -> None:
    parties = evidence()
    made = referred(parties)
    done(parties.act("judge", "name filter person", NAMED))
    look = {"referral": made.hash}
    assert refused(parties.act("filter", "open for filtering", look)).rule == "open for filtering.recipient"
    done(parties.act("filter", "accept filtering", {"recipient": RECIPIENT}))
    done(parties.act("filter", "open for filtering", look))
    assert refused(parties.act("custodian", "open for filtering", look)).rule == "open for filtering.capacity"


@pytest.mark.parametrize("outcome", ["released", "kept-out"])
def test_she_decides_for_each_original_once_and_the_gap_says_why(outcome: str) -> None:
    parties = evidence()
    made = referred(parties)
    done(parties.act("judge", "name filter person", NAMED))
    done(parties.act("filter", "accept filtering", {"recipient": RECIPIENT}))
    given = {"referral": made.hash, "outcome": outcome, "reason": "A letter between the suspect and her counsel."}
    done(parties.act("filter", "decide filtering", given))
    assert refused(parties.act("filter", "decide filtering", given)).rule == "decide filtering.referral"
    assert refused(parties.act("filter", "open for filtering", {"referral": made.hash})).rule == "open for filtering.referral"
    answer = opened(parties)
    if outcome == "released":
        again = {"opening": done(answer).hash, "sort": "privileged", "reason": "x"}
        assert refused(parties.act("custodian", "refer to filter", again)).rule == "refer to filter.referred"
    else:
        assert "kept out by the filter person: A letter between" in refused(answer).says


def test_only_an_original_that_was_opened_on_the_record_is_referred() -> None:
    parties = evidence()
    whole = done(opened(parties, "*"))
    for opening in ("0" * 64, whole.hash):
        given = {"opening": opening, "sort": "irrelevant", "reason": "x"}
        assert refused(parties.act("custodian", "refer to filter", given)).rule == "refer to filter.opening"


def test_no_other_node_learns_of_what_was_withheld() -> None:
    parties = evidence()
    referred(parties)
    done(parties.act("judge", "name filter person", NAMED))
    assert parties.network == []


def test_the_filter_person_fetches_nothing_of_a_case_that_is_restricted() -> None:
    parties = evidence()
    made = referred(parties)
    done(parties.act("judge", "name filter person", NAMED))
    done(parties.act("filter", "accept filtering", {"recipient": RECIPIENT}))
    done(parties.act("judge", "suspend", {"words": "The court has decided so.", "reasons": "x"}))
    assert refused(parties.act("filter", "open for filtering", {"referral": made.hash})).rule == "open for filtering.restricted"
