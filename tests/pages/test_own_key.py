"""With one's own key, in a real browser with a virtual authenticator (Web Authentication, Level 3): sign in, sign, make a key."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rogatory.canonical import from_base64url
from rogatory.demo.cast import FR as FRANCE
from rogatory.demo.processes import running
from rogatory.demo.stories import Teller, facts, prepare
from tests.nodes.conftest import town

pytestmark = [pytest.mark.pages, pytest.mark.nodes, pytest.mark.slow]
FR, IE = "http://fr.localhost:8101", "http://ie.localhost:8102"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Three nodes that run."""
    with town(tmp_path_factory.mktemp("keys"), "sqlite") as built, running(built):
        yield built


class Sitting:
    """Somebody before a browser, with an authenticator of her own."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
        given = {**options, "isUserVerified": True, "automaticPresenceSimulation": True}
        self.authenticator = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": given})["authenticatorId"]

    def holds(self, key: dict[str, str], rp_id: str) -> None:
        """Let her authenticator hold this key."""
        credential = {
            "credentialId": base64.b64encode(from_base64url(key["id"])).decode(),
            "privateKey": base64.b64encode(from_base64url(key["key"])).decode(),
            "isResidentCredential": True, "rpId": rp_id, "signCount": 1, "userHandle": base64.b64encode(b"somebody").decode(),
        }  # fmt: skip
        self._devtools.send("WebAuthn.addCredential", {"authenticatorId": self.authenticator, "credential": credential})

    def verified(self, truth: bool) -> None:
        """Whether her authenticator knows her by PIN or finger."""
        self._devtools.send("WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": truth})

    def signs_in(self, node: str = FR) -> None:
        self.page.goto(f"{node}/sign-in")
        self.page.click("text=Sign in with my key")


@contextmanager
def sitting(browser: Any, width: int = 1200) -> Iterator[Sitting]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    yield Sitting(context.new_page())
    context.close()


def part(made: Any, name: str) -> dict[str, Any]:
    """One of the people of the French node, with her key."""
    people = json.loads((made.home(FRANCE) / "people.json").read_text())
    return next(one for one in people if one["part"] == name)


@pytest.mark.parametrize("width", [1200, 390])
def test_a_judge_signs_in_and_decides_with_her_own_key(browser: Any, made: Any, width: int) -> None:
    with Teller(made, lambda _who, _what: None) as tell:
        prepare(tell, facts.item_identification())
        tell("officer").act("submit", {"to": tell("judge").actor.pseudonym, "note": "For decision"}, tell.case)
        case = tell.case
    with sitting(browser, width) as judge:
        judge.holds(part(made, "judge")["key"], "fr.localhost")
        judge.signs_in()
        judge.page.wait_for_url(f"{FR}/")
        assert "Hélène Marchand" in judge.page.inner_text("header")

        judge.page.goto(f"{FR}/cases/{case}")
        judge.page.check("text=Decide on the order")
        judge.page.click("text=Continue")
        judge.page.goto(f"{FR}/cases/{case}/decline")
        judge.page.fill("textarea", "Nothing ties this account to the offence but a nickname.")
        judge.page.click("main form button")
        assert "Read this, word for word" in judge.page.inner_text("h1")
        assert judge.page.locator("text=Sign with the demonstration key").count() == 0, "she came in with a key of her own"
        judge.page.click("text=Sign with my key")
        judge.page.wait_for_url(f"{FR}/cases/{case}?made=decline")
        assert "Hélène Marchand" in judge.page.inner_text("header")


def test_a_key_that_nobody_enrolled_opens_nothing_and_is_told_so(browser: Any, made: Any) -> None:
    stranger = {**part(made, "judge")["key"], "id": "AAAAAAAAAAAAAAAAAAAAAA"}
    with sitting(browser) as somebody:
        somebody.holds(stranger, "fr.localhost")
        somebody.signs_in()
        somebody.page.wait_for_selector("main .problem h2")
        assert "This key opens nothing here" in somebody.page.inner_text("main .problem")
        somebody.page.goto(f"{FR}/")
        assert somebody.page.url == f"{FR}/sign-in"


def test_without_a_key_the_page_says_what_to_do_and_sends_nothing(browser: Any, made: Any) -> None:
    with sitting(browser) as somebody:
        sent: list[str] = []
        somebody.page.on("request", lambda one: sent.append(one.method))
        somebody.verified(False)
        somebody.holds(part(made, "judge")["key"], "fr.localhost")
        somebody.signs_in()
        somebody.page.wait_for_selector("[data-told]:not([hidden])")
        assert "The key was not used" in somebody.page.inner_text("[data-told]")
        assert "POST" not in sent


def test_a_key_of_one_node_is_not_asked_for_at_another(browser: Any, made: Any) -> None:
    with sitting(browser) as judge:
        judge.holds(part(made, "judge")["key"], "fr.localhost")
        judge.signs_in(IE)
        judge.page.wait_for_selector("[data-told]:not([hidden])")
        assert judge.page.url == f"{IE}/sign-in"


def test_a_new_key_opens_nothing_before_two_registrars_have_enrolled_it_and_then_the_node(browser: Any, made: Any) -> None:
    with sitting(browser) as newcomer:
        newcomer.page.goto(f"{FR}/key")
        newcomer.page.click("text=Make my key")
        newcomer.page.wait_for_selector("text=Your key is made")
        shown = newcomer.page.locator("dd code").all_inner_texts()
        for registrar in ("registrar-1", "registrar-2"):
            newcomer.signs_in()
            newcomer.page.wait_for_selector("main .problem h2")
            assert "two registrars" in newcomer.page.inner_text("main .problem")
            enrol(browser, made, registrar, *shown)
        wait_until_people_are_read_again(newcomer.page)
        newcomer.signs_in()
        newcomer.page.wait_for_url(f"{FR}/")
        assert "acting as investigating-judge" in newcomer.page.inner_text("header")


def enrol(browser: Any, made: Any, registrar: str, officer: str, credential: str, public: str) -> None:
    """A registrar comes in with her own key, enrols somebody as a judge, and signs that."""
    with sitting(browser) as one:
        one.holds(part(made, registrar)["key"], "fr.localhost")
        one.signs_in()
        one.page.wait_for_url(f"{FR}/")
        assert one.page.locator("table").count() == 0, "who enrols people sees no case"
        one.page.click("text=Enrol an officer")
        one.page.fill("[name=officer]", officer)
        one.page.check("[name=capacities][value=investigating-judge]")
        one.page.fill("[name=credential]", credential)
        one.page.fill("[name=public_key]", public)
        one.page.click("main form button:has-text('Enrol the officer')")
        assert f"I enrol {officer} as investigating-judge with the key {credential}." in one.page.inner_text("pre")
        one.page.click("text=Sign with my key")
        one.page.wait_for_url(f"{FR}/?made=enrol")


def wait_until_people_are_read_again(page: Any) -> None:
    """A process reads the acts of the house anew after a second."""
    page.wait_for_timeout(1500)


def test_without_script_the_page_says_that_this_one_step_needs_it(browser: Any, made: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{FR}/sign-in")
    assert "needs JavaScript" in page.inner_text("noscript")
    context.close()
