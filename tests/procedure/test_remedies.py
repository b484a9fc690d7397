"""Nothing is destroyed while somebody may need it; what a court or an overseer closes is closed at once, everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from rogatory.demo import facts
from rogatory.procedure import ActView, State
from rogatory.procedure.acts.ending import LiftBody
from tests.procedure.evidence import answer_of, done, evidence, ordered, refused
from tests.procedure.parties import Parties

COMPLAINT = {"article": "Art. 18(1)", "received_on": "2026-09-07", "reference": "Tribunal de Lyon, RG 26/0401"}
APPLICATION = {"counsel": "Maître Dupont", "words": "All log-ins."}
NAMES = ("fr", "provider", "ie")
WHOLE = 24 * 366
DESTROY = {"defence": "It needs nothing of it.", "remedy": "It was granted.", "reasons": "The order has no force."}


def standing(parties: Parties, part: str, kind: str, given: dict[str, Any]) -> ActView:
    """An act that reached everybody."""
    made = done(parties.act(part, kind, given))
    assert parties.settle() == []
    return made


def look(parties: Parties) -> Any:
    """An attempt to open the first package."""
    package = parties.nodes["fr"].case.packages[0].line.digest
    return parties.act("custodian", "open", {"package": package, "use_for": "these-proceedings", "purpose": "Read it"})


@pytest.mark.parametrize(
    ("part", "kind", "given", "judge", "ends"),
    [
        ("judge", "complain", COMPLAINT, "judge", "reject complaint"),
        ("enforcing", "complain", COMPLAINT, "enforcing", "reject complaint"),
        ("custodian", "apply for disclosure", APPLICATION, "judge", "refuse disclosure"),
    ],
)
def test_h10_nothing_ends_by_itself_while_a_complaint_or_the_defence_stands(
    part: str, kind: str, given: dict[str, Any], judge: str, ends: str
) -> None:
    parties = evidence()
    made = standing(parties, part, kind, given)
    assert all(parties.nodes[name].case.held_back for name in NAMES), "every node knows that something stands"
    parties.pass_time(WHOLE)
    assert parties.settle() == []
    assert parties.nodes["fr"].case.purged is None
    done(look(parties))  # the defence and the court can still see it

    name = "complaint" if kind == "complain" else "application"
    standing(parties, judge, ends, {name: made.hash, "reasons": "It is not about this case."})
    parties.pass_time(1)
    assert parties.settle() == []

    assert {parties.nodes[name].case.state for name in NAMES} == {State.PURGED}


def test_h10_a_restriction_holds_destruction_back_until_it_is_lifted() -> None:
    parties = evidence()
    made = standing(parties, "judge", "restrict", {"why": "its accuracy is contested", "article": "led Art. 16(3)"})
    parties.pass_time(WHOLE)
    assert parties.nodes["fr"].case.purged is None
    standing(parties, "judge", "lift restriction", LiftBody(restriction=made.hash, reasons="It was correct.").model_dump())
    parties.pass_time(1)
    assert parties.nodes["fr"].case.purged is not None


def test_a_complaint_shows_nobody_who_complains_or_what_it_says() -> None:
    parties = evidence()
    standing(parties, "judge", "complain", COMPLAINT)
    for name in ("provider", "ie"):
        shown = next(one for one in parties.nodes[name].case.acts if one.kind == "complain")
        assert set(shown.parts) == {"article", "received_on"}
    answer = refused(parties.act("judge", "complain", {**COMPLAINT, "words": "I am the sister of the accused."}))
    assert "no part words" in answer.says


def test_who_decides_on_a_complaint_is_who_received_it() -> None:
    parties = evidence()
    made = standing(parties, "enforcing", "complain", COMPLAINT)
    given = {"complaint": made.hash, "reasons": "Not founded."}
    assert refused(parties.act("judge", "reject complaint", given)).rule == "reject complaint.received"
    assert refused(parties.act("officer", "complain", COMPLAINT)).rule == "complain.capacity"
    assert refused(parties.act("provider", "complain", COMPLAINT)).rule == "complain.capacity"


def upheld(parties: Parties) -> None:
    made = standing(parties, "judge", "complain", COMPLAINT)
    standing(parties, "judge", "uphold complaint", {"complaint": made.hash, "reasons": "The link was not shown."})


def decided(kind: str) -> Any:
    return lambda parties: standing(parties, "judge", kind, {"words": "The court has decided so.", "reasons": "The link was not shown."})


CLOSING = {"uphold complaint": upheld, "suspend": decided("suspend"), "annul": decided("annul")}


@pytest.mark.parametrize("what", CLOSING)
def test_h10_what_is_closed_is_restricted_at_once_everywhere_and_not_destroyed(what: str) -> None:
    parties = evidence()

    CLOSING[what](parties)

    assert all(parties.nodes[name].case.restricted for name in NAMES)
    assert refused(look(parties)).rule == "open.restricted"
    parties.pass_time(WHOLE)
    assert parties.settle() == []
    assert parties.nodes["fr"].case.purged is None, "destruction is an act of its own"


@pytest.mark.parametrize("what", CLOSING)
def test_h10_only_what_has_no_force_any_more_is_destroyed_and_only_what_was_suspended_comes_back(what: str) -> None:
    parties = evidence()
    CLOSING[what](parties)
    closing = parties.nodes["fr"].case.restrictions[0]
    lift = LiftBody(restriction=closing.act, reasons="The court has decided otherwise.").model_dump()

    if what == "suspend":
        assert refused(parties.act("judge", "purge", DESTROY)).rule == "purge.final"
        standing(parties, "judge", "lift restriction", lift)
        done(look(parties))
        return
    assert refused(parties.act("judge", "lift restriction", lift)).rule in {"lift restriction.final", "lift restriction.state"}
    assert refused(parties.act("officer", "purge", DESTROY)).rule == "purge.capacity"
    standing(parties, "judge", "purge", DESTROY)
    assert {parties.nodes[name].case.state for name in NAMES} == {State.PURGED}


def test_h10_a_second_complaint_holds_back_what_a_first_one_would_have_destroyed() -> None:
    parties = evidence()
    first = standing(parties, "judge", "complain", COMPLAINT)
    second = standing(parties, "enforcing", "complain", COMPLAINT)
    standing(parties, "judge", "uphold complaint", {"complaint": first.hash, "reasons": "The link was not shown."})
    assert refused(parties.act("judge", "purge", DESTROY)).rule == "purge.complaint"
    standing(parties, "enforcing", "reject complaint", {"complaint": second.hash, "reasons": "Not founded."})
    standing(parties, "custodian", "apply for disclosure", APPLICATION)
    assert refused(parties.act("judge", "purge", DESTROY)).rule == "purge.defence"


def test_a_complaint_upheld_abroad_freezes_and_only_that_authority_lifts_it() -> None:
    """A court binds its own State: the copy here is frozen, not condemned."""
    from tests.procedure.parties import FR, IE

    parties = evidence()
    suspended = parties.act("enforcing", "suspend", {"words": "x", "reasons": "x"})
    assert refused(suspended).rule == "suspend.capacity", "in the demonstration Ireland has no court of its own"
    case = parties.nodes["fr"].case
    from dataclasses import replace

    from rogatory.act import Author
    from rogatory.procedure.fold import append

    by = Author(institution=IE.institution, capacity="court", officer=f"{IE.institution}#aaaaaaaa")
    act = ActView(
        hash="a" * 64, kind="suspend", case=case.ref, by=by, at=parties.now, after=(), parts={"words": "Suspended."}, foreign=True
    )
    parties.nodes["fr"].case = append(case, act)
    answer = refused(parties.act("judge", "lift restriction", {"restriction": act.hash, "reasons": "We differ."}))
    assert answer.rule == "lift restriction.whose"
    assert refused(parties.act("judge", "purge", DESTROY)).rule == "purge.final"
    assert not replace(parties.nodes["fr"].case, me=FR.institution).restrictions[0].final


@pytest.mark.parametrize("what", ["suspend", "annul"])
def test_an_answer_that_crosses_the_court_stays_sealed_on_both_sides(what: str) -> None:
    parties = ordered()
    done(parties.act("provider", "produce", answer_of(parties, "identification", "traffic")))
    done(parties.act("judge", what, {"words": "The court has decided so.", "reasons": "The link was not shown."}))
    assert parties.settle() == []
    assert all(parties.nodes[name].case.restricted for name in ("fr", "provider"))
    assert refused(look(parties)).rule == "open.restricted"


def test_a_provider_that_knows_of_a_suspension_releases_nothing() -> None:
    parties = ordered()
    standing(parties, "judge", "suspend", {"words": "The court has decided so.", "reasons": "It is being examined."})
    assert refused(parties.act("provider", "produce", answer_of(parties, "identification"))).rule == "produce.restricted"


def test_h10_a_lapse_restricts_and_does_not_destroy() -> None:
    parties = Parties()
    parties.send_in_emergency(facts.item_subscriber(), facts.item_identification())
    parties.pass_time(49)
    assert parties.settle() == []
    assert all(parties.nodes[name].case.restricted for name in ("fr", "provider"))
    assert all(parties.nodes[name].case.purged is None for name in NAMES)
