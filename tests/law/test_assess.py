"""How findings become an answer: a known bar stands, permission waits for every fact, and supposing stops where worlds differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rogatory.law import assess
from rogatory.law.assess import finding, kept, supposed
from rogatory.law.conditions import Untold, lacking
from rogatory.law.environment import Environment
from rogatory.law.model import Guarded, Named, Pack, Rule
from tests.law.asked import AT, PACK, world

WORLD = world({})


def yes(_: object) -> bool:
    return True


def no(_: object) -> bool:
    return False


def by(name: str, *true: Any) -> Any:
    """A condition that holds if a fact is one of these values."""

    def test(env: Environment) -> bool | Untold:
        held = env.fact(name)
        return held if isinstance(held, Untold) else held in true

    return test


def guarded(test: Any, *cites: str, **more: Any) -> Guarded:
    return Guarded(test=test, facts=frozenset(more.pop("facts", ())), cites=cites, **more)


def rule(*keep: Guarded, **more: Any) -> Rule:
    given: dict[str, Any] = {
        "id": "eu-e-evidence.X1",
        "acts": frozenset({"issue"}),
        "when": None,
        "keep": keep,
        "known": (),
        "kind": "blocked",
        "choose": (guarded(None, "Art. 9"),),
        "says": {},
        "cure": {},
        "origin": (),
        "mark": "S",
        "place": "",
        **more,
    }
    return Rule(**given)


def pack(*rules: Rule, **more: Any) -> Pack:
    empty: dict[str, Any] = {"duties": (), "grounds": (), "forbidden": (), "open_points": (), "periods": {}, "states": {}}
    return replace(PACK, rules=rules, **{**empty, **more})


def answer(*rules: Rule, act: str | None = "issue", facts: dict[str, Any] | None = None, **more: Any) -> Any:
    question = replace(WORLD.question, act=act, facts=facts or {})
    return assess(question, pack(*rules, **more))


KEPT, BROKEN, UNTOLD = rule(guarded(yes, "Art. 1")), rule(guarded(no)), rule(guarded(lambda _: lacking("size_kb")))


def kind(one: Rule, kind_: str, number: int = 1) -> Rule:
    return replace(one, kind=kind_, id=f"eu-e-evidence.X{number}")


@pytest.mark.parametrize(
    ("rules", "outcome", "deciding"),
    [
        ([], "unavailable", []),
        ([kind(KEPT, "blocked")], "permitted", ["kept"]),
        ([kind(BROKEN, "warn"), kind(KEPT, "needs", 2)], "permitted", ["kept"]),
        ([kind(UNTOLD, "warn"), kind(KEPT, "needs", 2)], "permitted", ["kept"]),
        ([kind(UNTOLD, "needs")], "undetermined", ["untold"]),
        ([kind(UNTOLD, "needs"), kind(BROKEN, "needs", 2)], "needs", ["broken"]),
        ([kind(UNTOLD, "blocked"), kind(BROKEN, "needs", 2)], "undetermined", ["untold"]),
        ([kind(UNTOLD, "unavailable"), kind(BROKEN, "needs", 2)], "undetermined", ["untold"]),
        ([kind(UNTOLD, "unavailable"), kind(BROKEN, "blocked", 2)], "blocked", ["broken"]),
        ([kind(BROKEN, "blocked"), kind(BROKEN, "unavailable", 2)], "unavailable", ["broken"]),
        ([kind(BROKEN, "blocked"), kind(BROKEN, "needs", 2), kind(BROKEN, "blocked", 3)], "blocked", ["broken", "broken"]),
        ([kind(UNTOLD, "needs"), kind(UNTOLD, "blocked", 2)], "undetermined", ["untold", "untold"]),
        ([kind(BROKEN, "judge"), kind(UNTOLD, "judge", 2), kind(KEPT, "needs", 3)], "permitted", ["kept"]),
        ([kind(UNTOLD, "judge"), kind(UNTOLD, "warn", 2), kind(UNTOLD, "needs", 3)], "undetermined", ["untold"]),
    ],
)
def test_the_worst_of_what_is_known_decides(rules: list[Rule], outcome: str, deciding: list[str]) -> None:
    found = answer(*rules)

    assert found.outcome == outcome
    assert [one.result for one in found.deciding] == deciding
    if outcome == "blocked":
        assert {one.kind for one in found.deciding} == {"blocked"}


def test_without_an_act_nothing_is_decided_and_a_rule_of_another_act_is_not_asked() -> None:
    assert (answer(KEPT, act=None).outcome, answer(KEPT, act=None).findings) == (None, ())
    assert answer(KEPT, act="refuse").outcome == "unavailable"
    assert answer(UNTOLD).missing == ("size_kb",)
    assert answer(KEPT, UNTOLD).missing == ("size_kb",)
    assert answer(BROKEN).needs == {}


@pytest.mark.parametrize(
    ("one", "result"),
    [
        (rule(guarded(yes), when=guarded(no)), None),
        (rule(guarded(no), when=guarded(no)), None),
        (rule(guarded(no), when=guarded(yes)), False),
        (rule(guarded(no), when=guarded(None)), False),
        (rule(guarded(None)), True),
        (rule(guarded(no), guarded(yes)), True),
        (rule(guarded(lambda _: lacking("data")), guarded(yes)), True),
        (rule(guarded(lambda _: lacking("data")), guarded(no)), {"data"}),
        (rule(guarded(no), guarded(lambda _: lacking("data"))), {"data"}),
        (rule(guarded(lambda _: lacking("data")), guarded(lambda _: lacking("measure"))), {"data", "measure"}),
        (rule(guarded(yes), when=guarded(lambda _: lacking("data"))), True),
        (rule(guarded(no), when=guarded(lambda _: lacking("data"))), {"data"}),
        (rule(guarded(lambda _: lacking("measure")), when=guarded(lambda _: lacking("data"))), {"data", "measure"}),
        (rule(known=("data",)), {"data"}),
    ],
)
def test_a_rule_is_kept_broken_untold_or_does_not_apply(one: Rule, result: Any) -> None:
    found = kept(one, WORLD)

    assert (set(found.missing) if isinstance(found, Untold) else found) == result


def test_what_must_be_known_is_not_supposed() -> None:
    one = rule(known=("domestic_power", "size_kb"))

    missing = finding(one, WORLD)
    assert missing is not None
    assert (missing.result, missing.missing, missing.facts) == ("untold", ("domestic_power", "size_kb"), ())
    told = finding(one, world({"domestic_power": False, "size_kb": 0}))
    assert told is not None
    assert (told.result, told.missing, told.facts, told.cites) == ("kept", (), ("domestic_power", "size_kb"), ())


@pytest.mark.parametrize(
    ("keep", "facts", "result", "cites"),
    [
        ([guarded(no, "Art. 1"), guarded(yes, "Art. 2")], {}, "kept", ("Art. 2",)),
        ([guarded(by("absconded", True, False), "Art. 1")], {}, "kept", ("Art. 1",)),
        ([guarded(by("absconded", True), "Art. 1"), guarded(by("absconded", False), "Art. 2", "Art. 1")], {}, "kept", ("Art. 1", "Art. 2")),
        ([guarded(by("absconded"), "Art. 1")], {}, "broken", ("Art. 9",)),
        ([guarded(by("absconded", True), "Art. 1")], {}, "untold", ("Art. 9", "Art. 1")),
        ([guarded(no, "Art. 1"), guarded(by("absconded", True), "Art. 2", "Art. 9")], {}, "untold", ("Art. 9", "Art. 2")),
        ([guarded(by("absconded", True), "Art. 1")], {"absconded": False}, "broken", ("Art. 9",)),
        ([guarded(by("size_kb", 0), "Art. 1")], {}, "untold", ("Art. 9", "Art. 1")),
        ([guarded(by("issuing_authority", "judge", "court"), "Art. 1")], {}, "untold", ("Art. 9", "Art. 1")),
    ],
)
def test_a_finding_cites_what_keeps_it_what_follows_or_both_where_it_is_not_told(
    keep: list[Guarded], facts: dict[str, Any], result: str, cites: tuple[str, ...]
) -> None:
    one = finding(rule(*keep), world(facts))

    assert one is not None
    assert (one.result, one.cites) == (result, cites)


def test_the_consequence_is_the_first_that_applies_and_all_that_may() -> None:
    def chosen(*choose: Guarded, facts: dict[str, Any] | None = None) -> tuple[str, ...]:
        one = finding(rule(guarded(no), choose=choose), world(facts or {}))
        assert one is not None
        return one.cites

    last = guarded(None, "Art. 3")
    assert chosen(guarded(yes, "Art. 1"), guarded(yes, "Art. 2"), last) == ("Art. 1",)
    assert chosen(guarded(no, "Art. 1"), guarded(yes, "Art. 2"), last) == ("Art. 2",)
    assert chosen(guarded(by("size_kb", 1), "Art. 1"), last) == ("Art. 1", "Art. 3")
    assert chosen(guarded(by("size_kb", 1), "Art. 1"), last, facts={"size_kb": 2}) == ("Art. 3",)


def test_a_rule_that_does_not_apply_in_any_supposed_world_has_no_part_in_the_answer() -> None:
    one = rule(guarded(no), when=guarded(by("absconded")))

    assert finding(one, WORLD) is None or finding(one, WORLD).result == "kept"  # type: ignore[union-attr]  # the left side is nothing
    assert answer(one, KEPT).outcome == "permitted"


def test_supposing_goes_fact_by_fact_and_stops_where_two_answers_differ() -> None:
    asked: list[int] = []

    def both(env: Environment) -> bool | Untold:
        asked.append(1)
        first, second = env.fact("absconded"), env.fact("domestic_power")
        if isinstance(first, Untold):
            return first
        if isinstance(second, Untold):
            return second
        return True

    assert supposed(both, WORLD, lacking("absconded")) is True
    assert len(asked) == 6
    differing = lacking("absconded")
    assert supposed(by("absconded", True), WORLD, differing) is differing
    assert supposed(yes, WORLD, Untold(frozenset({"size_kb"}))) == lacking("size_kb"), "a number has no closed words"
    assert supposed(yes, WORLD, Untold(frozenset({"no-such-fact"}))) == lacking("no-such-fact")
    assert supposed(yes, WORLD, Untold(frozenset({"offences.by_information_system"}))) is True
    assert supposed(no, WORLD, lacking("absconded")) is False
    assert supposed(lambda _: None, WORLD, lacking("absconded")) is True, "what does not apply is no obstacle"


def test_supposing_gives_up_after_so_many_worlds() -> None:
    names = [name for name, fact in sorted(PACK.vocabulary.facts.items()) if fact.type == "yes-no"]
    asked: list[int] = []

    def endless(env: Environment) -> bool | Untold:
        asked.append(1)
        return next((lacking(name) for name in names if name not in env.facts), True)

    assert len(names) > 14, "there are more worlds than are tried"
    untold = supposed(endless, WORLD, lacking(names[0]))

    assert isinstance(untold, Untold)
    assert 4096 <= len(asked) <= 4096 + len(names) + 1


def test_two_rules_that_ask_one_need_leave_the_givers_that_both_name() -> None:
    def asks(number: int, *givers: str, source: str = "") -> Rule:
        need = guarded(None, "Art. 4", need="validation", givers=givers, givers_of=source)
        return replace(rule(guarded(no), choose=(need,)), kind="needs", id=f"eu-e-evidence.X{number}")

    assert answer(asks(1, "judge", "court")).needs == {"validation": ("judge", "court")}
    assert answer(asks(1, "judge", "court"), asks(2, "court", "investigating-judge")).needs == {"validation": ("court",)}
    told = {"measure_reserved_to": ["court", "judge"]}
    assert answer(asks(1, source="measure_reserved_to"), facts=told).needs == {"validation": ("court", "judge")}
    assert answer(asks(1, source="measure_reserved_to")).needs == {"validation": ()}
    other = guarded(None, "Art. 4", need="consent", givers=("judge",))
    both = replace(rule(guarded(no), choose=(guarded(by("size_kb", 1), "Art. 5"), other)), kind="needs")
    assert answer(both).needs == {"consent": ("judge",)}
    may = guarded(by("size_kb", 1), "Art. 5", need="validation", givers=("court",))
    assert answer(replace(both, choose=(may, other))).needs == {"validation": ("court",)}, "of those that may follow, the first"


def test_what_stands_beside_is_stated_once_in_order_and_only_if_it_is_sure() -> None:
    def named(name: str, test: Any) -> Named:
        return Named(name=name, whose="", test=test, cites=(), mark="S", says={})

    some = (
        named("withdraw", yes),
        named("preserve", yes),
        named("preserve", yes),
        named("inform-person", no),
        named("give-reasons", by("absconded", True)),
        named("document-breach", by("absconded", True, False)),
        named("report-breach", by("absconded")),
    )

    found = answer(KEPT, duties=some, forbidden=some, open_points=some, grounds=some)

    assert found.duties == found.forbidden == found.open_points == ("document-breach", "preserve", "withdraw")
    assert found.grounds == ("preserve", "withdraw"), "a ground is open if the facts say so, and not because every world would"
    assert found.pack == PACK.hash
    assert found.deadlines == {}


def test_only_deadlines_that_are_stated_stand_in_the_answer() -> None:
    facts = {"measure": "production-order", "executing_state": "IE", "imminent_threat": "none"}
    question = replace(WORLD.question, facts=facts, events={"received": AT})

    found = assess(question, replace(PACK, rules=()))

    assert {"produce", "object"} <= set(found.deadlines) < set(PACK.periods)
    assert all(one.name == name for name, one in found.deadlines.items())
