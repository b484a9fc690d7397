"""An answer in words, line by line: what decides is marked, what is missing is named, and how anything is known is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rogatory.law.clocks import Place, days
from rogatory.law.crosswalk import Answered, Row
from rogatory.law.explanation import explanation
from rogatory.law.finder import Protection, Route, Time, missing, stricter
from rogatory.law.model import Assessment, Deadline, Finding, Named
from rogatory.law.routes import RouteSpec
from rogatory.law.telling import finding, in_language, needs, protections, times, where
from rogatory.moments import instant
from tests.law.asked import AT, PACK, TONGUES, answer, world

END = instant(datetime(2026, 9, 21, 23, tzinfo=UTC))


def one(rule: str, result: str, **more: Any) -> Finding:
    given: dict[str, Any] = {"kind": "blocked", "cites": (), "facts": (), "missing": (), "mark": "S"}
    return Finding(rule=rule, result=result, says={"en": f"{rule} says."}, cure={"en": f"{rule} is cured."}, **{**given, **more})


def lines(found: Assessment, facts: dict[str, Any] | None = None) -> list[str]:
    named = Named(name="preserve", whose="addressee", test=lambda _: True, cites=("Art. 1", "Art. 2"), mark="K", says={})
    other = replace(named, name="withdraw", whose="", mark="S", cites=())
    pack = replace(PACK, duties=(named, other), grounds=(named,), forbidden=(other,))
    return list(explanation(replace(world({}).question, facts=facts or {}), found, pack, "en"))


def test_an_answer_without_anything_says_so() -> None:
    assert lines(answer(None)) == [
        "Outcome: nothing is asked but what must be done, and by when",
        "",
        "Duties: none",
        "Deadlines: none",
        "Grounds for refusal that are open: none",
        "Forbidden: none",
        "This is an explanation, not legal advice.",
    ]
    assert lines(answer("unavailable"))[1] == "this instrument holds no rule on this act, so it does not open it"


def test_what_decides_is_marked_and_what_is_lacking_stands_above() -> None:
    broken = one("eio.1", "broken", cites=("Art. 1", "Art. 2"), facts=("data", "size_kb"), mark="I")
    kept = one("eio.2", "kept", mark="K")
    untold = one("eio.3", "untold", missing=("absconded",))
    judge = one("eio.4", "broken", kind="judge")

    told = lines(
        answer(
            "needs",
            needs={"validation": ("judge", "court"), "consent": ("supplier",)},
            missing=("absconded", "data"),
            findings=(broken, kept, untold, judge, replace(judge, result="kept")),
            deciding=(broken,),
        ),
        {"data": ["mailbox", "messages"], "size_kb": 3},
    )

    assert told[:26] == [
        "Outcome: not yet: something must be given first",
        "What must be given first:",
        "  consent (by: supplier)",
        "  validation (by: judge, court)",
        "missing: absconded, data",
        "Asked of a human before anything is decided: eio.4",
        "",
        "Findings, in the order of the law:",
        "   1. NOT MET *decides*  eio.1  Art. 1, Art. 2",
        "      eio.1 says.",
        "      facts used: data = [mailbox, messages], size_kb = 3",
        "      cure: eio.1 is cured.",
        "      (rests on an interpretation)",
        "   2. met  eio.2",
        "      eio.2 says.",
        "      (known law, not compared with the text)",
        "   3. UNDETERMINED  eio.3",
        "      eio.3 says.",
        "      missing: absconded",
        "      cure: eio.3 is cured.",
        "   4. FOR A HUMAN  eio.4",
        "      eio.4 says.",
        "      cure: eio.4 is cured.",
        "   5. met  eio.4",
        "      eio.4 says.",
        "",
    ]


def test_a_permission_marks_nothing_and_an_outcome_with_findings_is_not_called_without_rules() -> None:
    kept, broken = one("eio.2", "kept"), one("eio.1", "broken")

    assert "   1. met  eio.2" in lines(answer("permitted", findings=(kept,), deciding=(kept,)))
    unavailable = lines(answer("unavailable", findings=(broken,), deciding=(broken,)))
    assert unavailable[1:3] == ["", "Findings, in the order of the law:"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"absconded": True}, "absconded = true"),
        ({"absconded": False}, "absconded = false"),
        ({"absconded": []}, "absconded = []"),
        ({"absconded": {"a": [True]}}, "absconded = {a: [true]}"),
        ({"absconded": "text"}, "absconded = text"),
    ],
)
def test_a_fact_is_shown_as_it_is_written_in_a_case(facts: dict[str, Any], said: str) -> None:
    assert f"      facts used: {said}" in lines(answer("permitted", findings=(one("eio.1", "kept", facts=("absconded",)),)), facts)


def test_a_key_of_offences_is_shown_for_each_of_them() -> None:
    found = answer("permitted", findings=(one("eio.1", "kept", facts=("offences.max_custodial_months", "offences.absent")),))

    told = lines(found, {"offences": [{"max_custodial_months": 36}, {"committed_in": ["FR"]}]})

    assert "      facts used: offences.max_custodial_months = 36 / -, offences.absent = - / -" in told
    assert "      facts used: offences.max_custodial_months = ABC, offences.absent = ABC" in lines(found, {"offences": "ABC"})


def test_a_long_sentence_is_wrapped_and_set_in() -> None:
    wrapped = [
        line for line in lines(answer("permitted", findings=(replace(one("eio.1", "kept"), says={"en": "word " * 40}),))) if "word" in line
    ]

    assert len(wrapped) == 2
    assert wrapped[0].startswith("      word")
    assert wrapped[1].startswith("        word")
    assert max(map(len, wrapped)) <= 110


def test_duties_deadlines_and_the_rest_stand_beside_with_how_they_are_known() -> None:
    counted = days(10, AT, Place(zone="Europe/Dublin"))
    runs = Deadline(
        name="produce", whom="addressee", state="running", cites=("Art. 10",), legal=counted.legal, elapsed=END, steps=counted.steps
    )
    stands = Deadline(name="object", whom="addressee", state="suspended", cites=(), mark="I")
    lacks = Deadline(name="recognise", whom="authority", state="undetermined", cites=(), mark="K")
    opened = Deadline(name="preserve_until", whom="addressee", state="open", cites=())

    told = lines(
        answer(
            "permitted",
            duties=("preserve", "withdraw"),
            grounds=("preserve",),
            forbidden=("withdraw",),
            open_points=("O1", "O2"),
            deadlines={deadline.name: deadline for deadline in (runs, stands, lacks, opened)},
        )
    )

    assert told[2:] == [
        "Duties:",
        "  preserve (addressee)  Art. 1, Art. 2  (known law, not compared with the text)",
        "  withdraw  ",
        "Deadlines:",
        "  object (addressee)  suspended    (rests on an interpretation)",
        "  preserve_until (addressee)  no fixed end  ",
        "  produce (addressee)  ends  Art. 10",
        "      - the day of the event, Wednesday 9 September 2026, is not counted",
        "      - day 10 is Saturday 19 September 2026",
        "      - Saturday 19 September 2026 is no working day, so the end moves to Sunday 20 September 2026",
        "      - Sunday 20 September 2026 is no working day, so the end moves to Monday 21 September 2026",
        "      - so it ends on Monday 21 September 2026, 24:00 in Europe/Dublin (2026-09-22T00:00:00+01:00)",
        "      target: 2026-09-21T23:00:00Z",
        "      legal end: 2026-09-21T23:00:00Z",
        "  recognise (authority)  undetermined: a missing fact decides    (known law, not compared with the text)",
        "Grounds for refusal that are open:",
        "  preserve (addressee)  Art. 1, Art. 2  (known law, not compared with the text)",
        "Forbidden:",
        "  withdraw  ",
        "Open points on which the answer rests: O1, O2",
        "This is an explanation, not legal advice.",
    ]


# ---- routes


def spec(name: str = "eio.investigation-order", **more: Any) -> RouteSpec:
    given: dict[str, Any] = {
        "instrument": "eio",
        "measure": "investigation-order",
        "gives": "data",
        "abroad": "decides",
        "times": (),
        "cite": "Art. 1",
        "mark": "S",
        "says": {},
    }
    return RouteSpec(id=name, **{**given, **more})


def guards(*ranks: int) -> Protection:
    return Protection(authority=ranks[0], abroad=ranks[1], told=ranks[2], gravity=ranks[3])


def route(*ranks: int, status: str = "open", found: Assessment | None = None, lasts: tuple[Time, ...] = (), **more: Any) -> Route:
    return Route(
        spec=spec(**more),
        name="EIO",
        status=status,
        answer=found or answer("permitted"),
        times=lasts,
        protection=guards(*(ranks or (0, 0, 0, 0))),
    )


def test_what_protects_more_is_stricter_only_if_it_protects_no_less_anywhere() -> None:
    middle = guards(1, 1, 0, 0)

    assert guards(1, 1, 1, 0).stricter_than(middle)
    assert guards(2, 1, 0, 0).stricter_than(middle)
    assert not middle.stricter_than(middle)
    assert not guards(2, 0, 1, 1).stricter_than(middle)
    assert not guards(1, 0, 0, 0).stricter_than(middle)


def test_stricter_routes_are_those_that_would_bring_the_same_and_are_not_closed() -> None:
    chosen = route(1, 1, 0, 0)
    better, undecided, closed = route(2, 1, 0, 0), route(1, 2, 0, 0, status="undecided"), route(2, 2, 1, 1, status="closed")
    keeps = route(2, 2, 1, 1, gives="nothing")

    assert stricter([chosen, better, undecided, closed, keeps], chosen) == (better, undecided)


def test_the_facts_that_would_decide_are_named_with_the_routes_that_wait() -> None:
    waits = answer("undetermined", missing=("data", "absconded"))
    routes = [
        route(status="undecided", found=waits),
        route(status="undecided", found=answer("undetermined", missing=("data",)), name="led.x"),
        route(status="closed", found=waits, name="un.y"),
    ]

    assert list(missing(routes).items()) == [("absconded", ("eio.investigation-order",)), ("data", ("eio.investigation-order", "led.x"))]


def test_a_route_is_told_in_one_line_each() -> None:
    asks = route(found=answer("needs", needs={"validation": ("judge", "public-prosecutor"), "prior_consent": ("supplier",)}))

    assert needs(asks, TONGUES["en"]) == "validation (judge or public prosecutor); prior consent (supplier)"
    assert needs(asks, TONGUES["de"]) == "validation (judge oder public prosecutor); prior consent (supplier)"
    assert needs(route(), TONGUES["en"]) == "nothing more under this instrument; domestic law still applies"
    assert times(route(), TONGUES["fr"]) == ("l'instrument ne fixe aucun délai",)
    lasts = Time(
        name="preserve_until", whom="addressee", start="was_received", count=60, unit="plain_days", or_longer="", cites=("Art. 1", "Art. 2")
    )
    assert times(route(lasts=(lasts,)), TONGUES["en"]) == (
        "preserve until: 60 calendar days from was received (addressee; Art. 1, Art. 2)",
    )
    longer = replace(lasts, or_longer="stated_days")
    assert times(route(lasts=(longer,)), TONGUES["es"]) == (
        "preserve until: 60 días naturales, o más si se indica desde was received (addressee; Art. 1, Art. 2)",
    )
    assert times(route(lasts=(replace(longer, count=0),)), TONGUES["en"]) == (
        "preserve until: stated days from was received (addressee; Art. 1, Art. 2)",
    )
    assert protections(guards(0, 0, 0, 0), TONGUES["en"]) == "the instrument leaves it to domestic law who may ask; nobody decides abroad"
    assert protections(guards(2, 2, 1, 1), TONGUES["de"]) == (
        "ein Richter; eine Behörde im Ausland entscheidet zuerst; die Person wird unterrichtet; nicht für jede Straftat"
    )
    assert protections(guards(1, 1, 0, 1), TONGUES["en"]).endswith("may refuse; not for any offence")
    assert finding(one("eio.1", "broken"), TONGUES["en"]) == "eio.1 says. (eio.1)"
    assert finding(one("eio.1", "broken", cites=("Art. 1", "Art. 2"), mark="K"), TONGUES["en"]) == "eio.1 says. (Art. 1, Art. 2; eio.1; K)"
    assert where(route()) == "EIO, Art. 1"
    assert where(route(cite="none", mark="I")) == "EIO; I"
    assert where(route(cite="usc-18 Art. 2523")) == "EIO, usc-18 Art. 2523"
    assert in_language({"en": "a", "fr": ""}, "fr") == "a"
    assert in_language({}, "fr") == ""


def test_of_a_safeguard_the_strictest_and_the_weakest_are_named_and_the_unknown_are_neither() -> None:
    def row(**ranks: int | None) -> Row:
        answers = tuple(Answered(who=who, word="", rank=rank) for who, rank in ranks.items())
        return Row(safeguard="s", of="states", answers=answers)

    mixed = row(FR=0, DE=2, ES=0, IE=None, IT=2, AT=1)
    assert [one.who for one in mixed.strictest] == ["DE", "IT"]
    assert [one.who for one in mixed.weakest] == ["FR", "ES"]
    assert mixed.unknown == ("IE",)
    alike = row(FR=0, DE=0)
    assert ([one.who for one in alike.strictest], alike.weakest, alike.unknown) == (["FR", "DE"], (), ())
    nobody = row(FR=None)
    assert (nobody.strictest, nobody.weakest, nobody.unknown) == ((), (), ("FR",))


@pytest.mark.parametrize("outcome", ["unavailable", "blocked", "needs", "undetermined"])
def test_what_decides_is_marked_whatever_it_decides_but_a_permission(outcome: str) -> None:
    broken = one("eio.1", "broken")

    assert "   1. NOT MET *decides*  eio.1" in lines(answer(outcome, findings=(broken,), deciding=(broken,)))
    assert "   1. NOT MET  eio.1" in lines(answer("permitted", findings=(broken,), deciding=(broken,)))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("judge", ["FOR A HUMAN", "met", "FOR A HUMAN"]),
        ("warn", ["ADVICE", "met", "UNDETERMINED"]),
        ("blocked", ["NOT MET", "met", "UNDETERMINED"]),
        ("unavailable", ["NOT MET", "met", "UNDETERMINED"]),
    ],
)
def test_what_is_asked_of_a_human_and_what_is_advised_have_words_of_their_own(kind: str, words: list[str]) -> None:
    found = tuple(one("eio.1", result, kind=kind) for result in ("broken", "kept", "untold"))

    told = [line for line in lines(answer("permitted", findings=found)) if line.endswith("  eio.1")]

    assert told == [f"  {number:>2}. {word}  eio.1" for number, word in enumerate(words, 1)]


def test_a_duty_is_found_by_its_name_wherever_it_stands() -> None:
    named = Named(name="withdraw", whose="", test=lambda _: True, cites=("Art. 2",), mark="S", says={})
    pack = replace(
        PACK, duties=(named, replace(named, name="preserve", cites=("Art. 1",)), replace(named, name="delete", cites=("Art. 3",)))
    )

    told = explanation(world({}).question, answer("permitted", duties=("PRESERVE".lower(), "withdraw")), pack, "en")

    assert [line for line in told if line.startswith("  ")] == ["  preserve  Art. 1", "  withdraw  Art. 2"]
