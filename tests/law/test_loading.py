"""What a pack holds when it is loaded, and what stops the load. A small instrument, changed in one place at a time."""

from __future__ import annotations

from typing import Any

import pytest

from rogatory.errors import PackError
from rogatory.law import Pack, load
from rogatory.law.load import _Loader
from rogatory.node.packs import corpus, load_corpus, read_law_file, vocabulary
from tests.law.asked import ENGLISH

NAME = "instruments/eio/2017.yaml"
FACTS = read_law_file(corpus() / "facts.yaml")
SPOKEN = read_law_file(corpus() / "languages/en.yaml")
SMALL = """instrument: eio
name: A small instrument
source: https://example.org/
applies_from: 2017-05-22
applies_until: open
checked_on: 2026-11-23
review_by: 2027-05-23
owner: Nobody in particular
lists:
  bound: [AT, FR]
categories:
  - {data: [identity-and-contact, payment-details, ip-connection-records], category: subscriber, cite: Art. 1}
  - {data: [session-history, call-records, device-location], category: traffic, cite: Art. 1}
  - {data: [messages, mailbox, stored-files], category: content, cite: Art. 1}
terms:
  told: {given: breach_risk, cite: Art. 2}
  wanted: {is: 'measure == "production-order"', cite: Art. 2}
  urgent: {is: 'wanted and imminent_threat != "none"', cite: Art. 2}
rules:
  - id: eio.power
    from: [somewhere]
    mark: S
    acts: [issue]
    when: WHEN
    keep: [{if: domestic_power, cite: Art. 6(1)}]
    broken: {as: blocked, cite: Art. 6(1)}
    says: {en: "It must be possible at home."}
    cure: {en: "None."}
deadlines:
  - name: execute
    whom: executing authority
    from: [somewhere]
    mark: S
    start: received
    place: executing_state
    length: [{days: 90, cite: CITE}]
  - name: recognise
    whom: executing authority
    from: [somewhere]
    mark: S
    start: received
    place: executing_state
    length: [{days: 30, cite: Art. 12(3)}]
duties: []
grounds: []
forbidden: []
open_points: []
"""


def _small(*changes: tuple[str, str]) -> str:
    text = SMALL
    for old, new in (*changes, ("WHEN", "wanted"), ("CITE", "Art. 12(4)")):
        assert old in text or old in {"WHEN", "CITE"}
        text = text.replace(old, new, 1)
    return text


def _loaded(*changes: tuple[str, str]) -> Pack:
    return load({"facts.yaml": FACTS, "languages/en.yaml": SPOKEN, NAME: _small(*changes)})


@pytest.mark.parametrize("names", [(), ("facts.yaml",), (NAME,), ("facts.yaml", NAME, "instruments/eio/2018.yaml")])
def test_a_pack_is_the_vocabulary_and_exactly_one_instrument(names: tuple[str, ...]) -> None:
    files = {name: FACTS if name == "facts.yaml" else _small() for name in names}

    with pytest.raises(PackError, match=r"needs facts\.yaml and exactly one instrument"):
        load(files)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("applies_until: open", "applies_until: soon", "applies_until: is no day"),
        ("applies_until: open", "applies_until: someday", "applies_until: is no day"),
        ("applies_from: 2017-05-22", "applies_from: soon", "applies_from: is no day"),
        ("applies_from: 2017-05-22", "applies_from: open", "applies_from: is no day"),
        ("categories:", "categories: []\nother:", "'other' is not one of"),
        ("acts: [issue]", "acts: [issue, issue]", "holds the same entry twice"),
        ("as: blocked, cite: Art. 6(1)", "as: blocked, cite: Art. 6(1), need: validation", "needs either givers or givers_of"),
        ("as: blocked,", "as: blocked, need: validation, givers: [judge], givers_of: data,", "needs either givers or givers_of"),
        ("as: blocked,", "as: blocked, need: validation, givers_of: domestic_power,", "'domestic_power' is not one of"),
        ("as: blocked,", "as: blocked, need: validation, givers_of: measure,", "'measure' is not one of"),
        ("    keep: [{if: domestic_power, cite: Art. 6(1)}]\n", "", "needs either keep or known"),
        ("    keep: [", "    known: [measure]\n    keep: [", "needs either keep or known"),
        ("{given: breach_risk, cite: Art. 2}", "{cite: Art. 2}", "needs either is or given"),
    ],
)
def test_what_an_instrument_may_not_say_stops_the_load_at_its_place(old: str, new: str, complaint: str) -> None:
    with pytest.raises(PackError) as caught:
        _loaded((old, new))

    assert complaint in str(caught.value)
    assert f"{NAME}:" in str(caught.value)


def test_the_first_kind_of_data_that_has_no_category_is_named() -> None:
    gone = SMALL[SMALL.index("categories:") : SMALL.index("terms:")]

    with pytest.raises(PackError, match=f"{vocabulary(corpus()).facts['data'].words[0]} has no category"):
        _loaded((gone, "categories: []\n"))
    with pytest.raises(PackError, match="session-history has no category"):
        _loaded(("  - {data: [session-history, call-records, device-location], category: traffic, cite: Art. 1}\n", ""))


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ("domestic_power", {"domestic_power"}),
        ("wanted", {"domestic_power", "measure"}),
        ("urgent", {"domestic_power", "measure", "imminent_threat"}),
        ('urgent and measure == "production-order"', {"domestic_power", "measure", "imminent_threat"}),
        ("told and specific_target", {"domestic_power", "breach_risk", "specific_target"}),
        ("any(o.convention_offence for o in offences)", {"domestic_power", "offences", "offences.convention_offence"}),
    ],
)
def test_a_rule_asks_for_the_facts_that_it_names_and_for_those_behind_its_terms(when: str, facts: set[str]) -> None:
    (rule,) = _loaded(("WHEN", f"'{when}'")).rules

    assert set(rule.facts) == facts


def test_what_a_lawyer_wrote_as_a_condition_is_kept_as_she_wrote_it() -> None:
    pack = _loaded(("WHEN", "wanted and urgent"))
    (rule,) = pack.rules

    assert rule.when is not None
    assert rule.when.text == "wanted and urgent"
    assert [one.text for one in rule.keep] == ["domestic_power"]
    assert [one.text for one in rule.choose] == [""]
    assert {name: one.text for name, one in pack.terms.items()} == {
        "told": "",
        "wanted": 'measure == "production-order"',
        "urgent": 'wanted and imminent_threat != "none"',
    }


@pytest.mark.parametrize(
    ("cite", "cites"),
    [
        ("Art. 12(4)", ("Art. 12(4)",)),
        ("none", ()),
        ("[Art. 12(4), Annex 3.1]", ("Art. 12(4)", "Annex 3.1")),
        ("eu-e-evidence Art. 10", ("eu-e-evidence Art. 10",)),
        ("reg-2025-1550 Annex 3.3.3", ("reg-2025-1550 Annex 3.3.3",)),
    ],
)
def test_a_provision_of_another_law_is_cited_with_its_name(cite: str, cites: tuple[str, ...]) -> None:
    assert _loaded(("CITE", cite)).periods["execute"][0].lengths[0].cites == cites


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("", "", set()),
        ("WHEN", "'passed(\"execute\")'", {"execute"}),
        ("terms:", "terms:\n  late: {is: 'passed(\"execute\")', cite: Art. 2}", {"execute"}),
        ("duties: []", "duties: [{name: withdraw, if: 'passed(\"recognise\")'}]", {"recognise"}),
        ("grounds: []", "grounds: [{name: immunity-or-privilege, if: 'passed(\"recognise\")'}]", {"recognise"}),
        ("open_points: []", "open_points: [{name: POINT, if: 'passed(\"recognise\")'}]", set()),
    ],
)
def test_a_period_is_read_by_a_condition_unless_it_is_only_an_open_point_that_reads_it(old: str, new: str, read: set[str]) -> None:
    words = vocabulary(corpus()).words
    changed = new.replace("POINT", next(iter(words["open_points"]))).replace("immunity-or-privilege", next(iter(words["grounds"])))
    loader = _Loader(NAME, _small((old, changed)), vocabulary(corpus()), {}, {"en": ENGLISH})

    assert loader.base(loader.pack()).read_by_conditions == read


def test_a_country_stands_in_one_file() -> None:
    ireland = read_law_file(corpus() / "jurisdictions/ie.yaml")
    files: dict[str, Any] = {"facts.yaml": FACTS, "languages/en.yaml": SPOKEN, NAME: _small(), "jurisdictions/ie.yaml": ireland}

    assert [*load(files).states] == ["IE"]
    with pytest.raises(PackError):
        load({**files, "jurisdictions/ie2.yaml": ireland})


def test_what_follows_from_a_choice_may_depend_on_conditions_and_must_end_without_one() -> None:
    choices = "{as: needs, choose: [{if: wanted, cite: Art. 6(1), need: reasons, givers: [issuing-authority]}LAST]}"
    last = ", {cite: Art. 6(2), need: validation, givers: [judge]}"

    (rule,) = _loaded(("{as: blocked, cite: Art. 6(1)}", choices.replace("LAST", last))).rules

    assert [(one.need, one.cites) for one in rule.choose] == [("reasons", ("Art. 6(1)",)), ("validation", ("Art. 6(2)",))]
    with pytest.raises(PackError, match="must end with a choice that has no condition"):
        _loaded(("{as: blocked, cite: Art. 6(1)}", choices.replace("LAST", "")))


def test_the_regulation_keeps_the_annex_that_it_cites() -> None:
    (period,) = load_corpus("eu-e-evidence").periods["access_end_earliest"]

    assert period.lengths[0].cites == ("reg-2025-1550 Annex 3.3.3",)


def test_a_fact_that_must_be_known_and_decides_whether_the_rule_applies_is_one_of_its_facts() -> None:
    (rule,) = _loaded(("keep: [{if: domestic_power, cite: Art. 6(1)}]", "known: [data, measure]")).rules

    assert rule.facts == ("data", "measure")
