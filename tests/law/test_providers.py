"""The directory of providers: who holds what, and who is to be asked; institutions only."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.errors import PackError
from rogatory.law.providers import matching, read_provider
from rogatory.node.packs import corpus, load_corpus, load_providers, load_states

VOCABULARY = load_corpus("eu-e-evidence").vocabulary
HARBOUR = (corpus() / "providers" / "harbour-mail.yaml").read_text(encoding="utf-8")


def test_every_kind_of_data_has_an_answer_and_not_known_is_one() -> None:
    for one in load_providers():
        assert {held.data for held in one.holds} == set(VOCABULARY.facts["data"].words)
    tidewater = next(one for one in load_providers() if one.id == "tidewater")
    assert [held.status for held in tidewater.holds if held.data == "ip-connection-records"] == ["unknown"]


def test_a_provider_is_found_by_name_service_and_domain() -> None:
    for query in ("harbour", "DRIVE", "mail.example.com", "harbour data-storage"):
        assert [one.id for one in matching(load_providers(), query)] == ["harbour-mail"]
    assert len(matching(load_providers(), "")) == len(load_providers())


def test_of_an_address_only_the_provider_is_looked_at() -> None:
    assert matching(load_providers(), "somebody@mail.example.com") == matching(load_providers(), "mail.example.com")


def test_who_does_not_hold_the_data_is_left_out_and_who_may_is_not() -> None:
    found = {one.id for one in matching(load_providers(), "", data="messages")}

    assert found == {"harbour-mail", "tidewater"}


def test_each_state_has_at_most_one_addressee_and_may_have_none() -> None:
    quay = next(one for one in load_providers() if one.id == "quay-names")

    french, british = quay.addressee_for("FR"), quay.addressee_for("GB")
    assert french is not None
    assert british is not None
    assert (french.state, british.state) == ("PT", "GB")
    assert quay.addressee_for("JP") is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("  messages: held\n", "", "'messages' is missing"),
        ("  messages: held", "  messages: perhaps", "must be a whole number"),
        ("sort: data-storage", "sort: data-stroage", "'data-stroage' is not one of"),
        ("state: IE", "state: XX", "'XX' is not one of"),
        ("as: designated-establishment", "as: branch", "'branch' is not one of"),
        ("provider: harbour-mail", "provider: harbour", "must be the file's name"),
        ("checked_on: 2026-11-24", "checked_on: soon", "is no day"),
        ("emergency: emergency-desk@", "emergency: victor.byrne@", "is no address of a desk"),
        ("emergency: emergency-desk@", "emergency: maeve.byrne@", "is no address of a desk"),
        ("emergency: emergency-desk@harbour.example.com", 'emergency: "+353 1 555 0100"', "is no address of a desk"),
        ("serves: [all]", "serves: []\n    contact: Maeve Byrne", "'contact' is not one of"),
    ],
)
def test_a_mistake_in_a_provider_names_the_place(old: str, new: str, complaint: str) -> None:
    assert old in HARBOUR

    with pytest.raises(PackError) as caught:
        read_provider("providers/harbour-mail.yaml", HARBOUR.replace(old, new, 1), VOCABULARY, load_states())

    assert complaint in str(caught.value)
    assert "providers/harbour-mail.yaml:" in str(caught.value)


def test_h17_a_desk_is_listed_and_a_person_is_refused() -> None:
    for person in ("maeve@harbour.example.com", "m.byrne@harbour.example.com", "Maeve Byrne", "+353 1 555 0100"):
        source = HARBOUR.replace("emergency-desk@harbour.example.com", f'"{person}"')
        with pytest.raises(PackError, match="never a person"):
            read_provider("providers/harbour-mail.yaml", source, VOCABULARY, load_states())


def test_two_addressees_may_not_serve_one_state() -> None:
    second = "  - {as: legal-representative, name: Second, state: FR, languages: [fr], serves: [all]}\nholds:"

    with pytest.raises(PackError, match="all is served by two addressees"):
        read_provider("providers/harbour-mail.yaml", HARBOUR.replace("holds:", second, 1), VOCABULARY, load_states())


def test_the_command_says_who_holds_what_and_whom_to_ask() -> None:
    run = CliRunner()

    shown = run.invoke(app, ["law", "providers", "quay", "--from", "jp"])
    told = json.loads(run.invoke(app, ["law", "providers", "lanterna", "--from", "FR", "--json"]).output)

    assert "nobody is named for JP" in shown.output
    assert told["providers"][0]["holds"]["ip-connection-records"] == 30
    assert told["providers"][0]["ask"][0]["state"] == "EE"
    assert run.invoke(app, ["law", "providers", "nowhere"]).exit_code == 1
    assert run.invoke(app, ["law", "providers", "--data", "everything"]).exit_code == 2


def test_who_does_not_say_whether_it_holds_the_data_may_hold_them() -> None:
    tidewater = next(one for one in load_providers() if one.id == "tidewater")
    said = {held.data: held.status for held in tidewater.holds}

    assert {"unknown", "held"} <= set(said.values())
    for data, status in said.items():
        assert tidewater.holds_not(data) is (status == "not-held")


def test_the_state_that_two_addressees_serve_is_named() -> None:
    both = (
        "  - {as: legal-representative, name: Second, state: FR, languages: [fr], serves: [AT, FR]}\n"
        "  - {as: legal-representative, name: Third, state: FR, languages: [fr], serves: [FR]}\nholds:"
    )

    with pytest.raises(PackError, match="FR is served by two addressees"):
        read_provider("providers/harbour-mail.yaml", HARBOUR.replace("holds:", both, 1), VOCABULARY, load_states())
