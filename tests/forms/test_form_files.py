"""The forms of the corpus, and what a form file may not say: each with file, line and column."""

from __future__ import annotations

import json

import jsonschema
import pytest

from rogatory.errors import PackError
from rogatory.forms import LANGUAGES, Field, Sort, load_form, load_shared, schema
from rogatory.node.packs import corpus, instruments, load_forms
from tests.architecture.source import ROOT

LIBRARY = load_forms()
SHARED = LIBRARY.shared
GOOD = """
form: example
instrument: eu-e-evidence
title: {en: Example, fr: Exemple, de: Beispiel, es: Ejemplo}
cite: Art. 1
checked: "2026-11-24"
applies_from: "2026-08-18"
made_by: [issuing]
measures: [production-order]
audiences: [addressee, enforcing]
rests_on:
  - {act: transmit, who: [], for: [addressee]}
sections:
  - id: A
    title: {en: One, fr: Un, de: Eins, es: Uno}
    mark: seen
    shown_to: [addressee, enforcing]
    withheld_from: []
    required: [state]
    fields:
      state: {from: issuing.state, en: State, fr: État, de: Staat, es: Estado}
      note: {ask: true, sort: words, en: Note, fr: Note, de: Notiz, es: Nota}
"""


def every(fields: tuple[Field, ...]) -> list[Field]:
    return [one for field in fields for one in (field, *every(field.fields))]


def test_the_annexes_and_the_other_instruments_have_their_forms() -> None:
    assert {name: form.cite for name, form in LIBRARY.forms.items() if "annex" in form.cite} == {
        "epoc": "Regulation (EU) 2023/1543, annex I",
        "epoc-pr": "Regulation (EU) 2023/1543, annex II",
        "non-execution": "Regulation (EU) 2023/1543, annex III",
        "offence-categories": "Regulation (EU) 2023/1543, annex IV",
        "later-request": "Regulation (EU) 2023/1543, annex V",
        "extension": "Regulation (EU) 2023/1543, annex VI",
        "eio": "Directive 2014/41/EU, annex A",
        "receipt": "Regulation (EU) 2023/1543, Art. 10; Implementing Regulation (EU) 2025/1550, annex, 5.1",
    }
    assert LIBRARY.forms.keys() >= {"mla-request", "decision", "notice", "receipt"}


@pytest.mark.parametrize(
    ("form", "sections"),
    [
        ("epoc", "ABCDEFGHIJKLM"),
        ("epoc-pr", "ABCDEFG"),
        ("non-execution", "ABCDEFGH"),
        ("later-request", "ABCD"),
        ("extension", "ABCD"),
        ("eio", "ABCDEFGHIJKL"),
    ],
)
def test_sections_stand_in_the_order_of_the_annex(form: str, sections: str) -> None:
    assert "".join(one.id for one in LIBRARY.form(form).sections) == sections


def test_every_form_is_of_an_instrument_of_the_law() -> None:
    assert {form.instrument for form in LIBRARY.forms.values()} <= set(instruments(corpus()))


def test_the_list_of_annex_iv_has_its_32_categories_and_they_are_words_of_the_law() -> None:
    field = next(one for one in LIBRARY.form("offence-categories").sections[0].fields if one.options)
    facts = (corpus() / "facts.yaml").read_text(encoding="utf-8")

    assert len(field.options) == 32
    assert [one.id for one in field.options if one.id not in facts] == []


def test_every_label_stands_in_every_language_and_every_field_names_its_provision() -> None:
    for form in LIBRARY.forms.values():
        for section in form.sections:
            for field in every(section.fields):
                assert field.cite, field.path
                assert all(field.label[language].strip() for language in LANGUAGES), field.path
                assert all(option.label[language].strip() for option in field.options for language in LANGUAGES), field.path


def test_every_data_kind_of_the_law_ticks_one_box_of_the_certificates() -> None:
    kinds = {one.id for one in SHARED_KINDS}
    for name, section in (("epoc", "F"), ("epoc-pr", "D")):
        found = LIBRARY.form(name).section(section)
        assert found is not None
        ticked = [word.partition("/")[0] for field in found.fields for one in field.options if one.test for word in one.test.words]
        assert set(ticked) == kinds


SHARED_KINDS = next(one for one in every(LIBRARY.form("epoc").sections[5].fields) if one.path == "F.items.data").options


def test_what_a_person_writes_can_touch_neither_identifiers_nor_data_of_an_order() -> None:
    for name, sections in (("epoc", "EF"), ("epoc-pr", "CD")):
        for letter in sections:
            section = LIBRARY.form(name).section(letter)
            assert section is not None
            assert {one.path for one in every(section.fields) if one.asked} <= {f"{letter}.service"}


def test_section_m_is_withheld_from_the_addressee_alone() -> None:
    kept = [(form.id, one.id) for form in LIBRARY.forms.values() for one in form.sections if one.withheld_from]

    assert kept == [("decision", "3"), ("epoc", "M")]


@pytest.mark.parametrize("form", LIBRARY.forms.values(), ids=lambda one: one.id)
def test_the_published_schema_is_that_of_the_form(form) -> None:
    published = json.loads((ROOT / "law" / "schema" / "forms" / f"{form.id}.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(published)
    assert published == json.loads(json.dumps(schema(form))), "write it again: rogatory forms schemas law/schema/forms"


def test_the_reference_page_is_that_of_the_forms() -> None:
    from tools.render_reference import form_page

    assert (ROOT / "docs" / "reference" / "forms.md").read_text(encoding="utf-8") == form_page(), "python tools/render_reference.py"


def test_a_sound_form_is_read() -> None:
    form = load_form("forms/example.yaml", GOOD, SHARED)

    assert [(one.path, one.sort, one.asked, one.required) for one in form.sections[0].fields] == [
        ("A.state", Sort.LINE, False, True),
        ("A.note", Sort.WORDS, True, False),
    ]


@pytest.mark.parametrize(
    ("change", "to", "place", "what"),
    [
        ("issuing.state,", "issuing.stat,", ":21:21", "'issuing.stat' is not one of"),
        ("withheld_from: []", "withheld_from: [addressee]", ":14:5", "each audience of the form must stand once"),
        ("shown_to: [addressee, enforcing]", "shown_to: [addressee]", ":14:5", "each audience of the form must stand once"),
        ("required: [state]", "required: [stat]", ":19:16", "the section has no field stat"),
        ("{ask: true, sort", "{ask: true, from: case.id, sort", ":22:13", "either come from the case"),
        ("{ask: true, sort", "{sort", ":22:13", "either come from the case"),
        ("act: transmit", "act: transmitt", ":12:11", "'transmitt' is not one of"),
        ("de: Staat, ", "", ":21:14", "the key 'de' is missing"),
        ("mark: seen", "mark: sure", ":16:11", "'sure' is not one of"),
        ("sort: words", "sort: ticks", ":22:13", "a choice and ticks have options"),
        ("note: {", "state: {", ":22:7", "the key state stands twice"),
        ("      state: {", "      State: {", ":21:14", "small letters"),
        ("made_by: [issuing]", "made_by: [NO]", ":8:11", "'NO' is not one of"),
        ("measures:", "meazures:", ":2:1", "the key 'measures' is missing"),
        ("title: {en: One", "title: &a {en: One", ":15:12", "anchors"),
    ],
)
def test_a_broken_form_is_refused_with_its_place(change: str, to: str, place: str, what: str) -> None:
    assert change in GOOD
    with pytest.raises(PackError) as caught:
        load_form("forms/example.yaml", GOOD.replace(change, to, 1), SHARED)

    assert caught.value.where.startswith(f"forms/example.yaml{place}")
    assert what in caught.value.what
    assert caught.value.cure


def test_an_error_inside_a_shared_block_names_the_shared_file() -> None:
    text = (corpus() / "forms" / "shared.yaml").read_text(encoding="utf-8").replace('"@.telephone"', '"@.telefone"')
    shared = load_shared("forms/shared.yaml", text)
    used = GOOD.replace("      note:", "      who: {block: authority, of: issuing, en: Who, fr: Qui, de: Wer, es: Quién}\n      note:")

    with pytest.raises(PackError) as caught:
        load_form("forms/example.yaml", used, shared)

    assert caught.value.where.startswith("forms/shared.yaml:")
    assert "issuing.telefone" in caught.value.what
