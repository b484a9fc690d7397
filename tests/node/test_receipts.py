"""A receipt for everybody: printed with a code, and verified in a browser that is offline and may connect to nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from rogatory.act import hash_of
from rogatory.cli.case_file import CaseFile
from rogatory.exchange.message import read_signing_public
from rogatory.ledger import Check, Signature, read_receipt, vkey_of
from tests.architecture.source import ROOT
from tests.fakes.issuing_state import IssuingState
from tests.node.test_log_keys import listed
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent
from tests.node.test_showing import TwoClocks

__all__ = ["listed", "order"]
VECTORS = sorted(file.parent for file in (ROOT / "tests/vectors/ledger").rglob("vector.json") if file.parent.name.startswith("receipt-"))
NODE = "http://provider.localhost:8103"


@pytest.fixture
def act(house: Any, order: IssuingState) -> str:
    """An act of this node that has its place."""
    from rogatory.node.models import Place
    from rogatory.node.worker.placing import Placer

    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    Placer(house).step()
    found = Place.objects.order_by("-leaf").first()
    assert found is not None
    return str(found.hash)


def get(path: str) -> Any:
    from django.test import Client

    return Client(HTTP_HOST="provider.localhost:8103").get(path)


def test_the_code_on_the_printed_page_holds_the_receipt_as_it_is(act: str) -> None:
    from rogatory.web.receipts import LONGEST, code_of

    page, text = get(f"/receipts/{act}/print").content.decode(), get(f"/receipts/{act}").content.decode()
    assert "data:image/svg+xml" in page
    assert re.search(r"<pre class=\"evidence\">c2sp\.org/tlog-proof@v1", page)
    assert len(text.encode()) < LONGEST
    assert code_of(text)
    assert code_of(text + "x" * LONGEST) == ""
    assert get("/receipts/" + "0" * 64 + "/print").status_code == 404


def test_receipts_that_are_made_together_share_a_head_and_say_what_each_says_alone(act: str, house: Any) -> None:
    from rogatory.node import log
    from rogatory.node.models import Place
    from rogatory.node.worker.placing import Placer

    for _ in range(3):
        Placer(house).step()
    placed = set(Place.objects.values_list("hash", flat=True))
    together = log.receipts_of([*placed, "0" * 64])
    assert act in placed
    assert together.keys() == placed, "an act that is nowhere has no receipt"
    assert together == {digest: log.receipt_of(digest) for digest in placed}
    heads = {read_receipt(text).checkpoint.checkpoint.size for text in together.values()}
    assert len(heads) <= 3, "one that the quorum has cosigned, one that anybody has, and the newest for what stands above both"
    assert len(heads) < len(placed)
    assert log.receipts_of([]) == {}


def test_an_act_has_an_entry_on_a_page_only_when_its_receipt_can_be_had(act: str, house: Any) -> None:
    from rogatory.node import log
    from rogatory.node.models import Checkpoint, Place, Shown

    placed = set(Place.objects.values_list("hash", flat=True))
    assert log.entries_of(placed).keys() == log.receipts_of(placed).keys() == placed
    later = house.clock.now() + timedelta(hours=1)
    Shown.objects.create(id=1, size=Checkpoint.objects.count(), line=0, at=later, size_before=0, line_before=0)
    assert log.entries_of(placed) == log.receipts_of(placed) == {}, "the step is made, and shown in an hour"


def test_a_case_file_holds_at_once_though_the_look_that_it_records_has_no_place_yet(
    act: str, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.test import Client

    from rogatory.node.models import Place, Skeleton

    people = json.loads((house.settings.home / "people.json").read_text())
    token = next(one["token"] for one in people if one["part"] == "provider")
    client = Client(headers={"authorization": f"Bearer {token}", "host": "provider.localhost:8103", "x-purpose": "task"})
    case = Skeleton.objects.filter(kind="transmit").latest("at").case
    anchor = read_signing_public((house.settings.home / "anchor.pub").read_text().strip())

    def wrong() -> tuple[set[str], list[str]]:
        value = client.get(f"/api/v1/cases/{case}/file").json()
        lines = CaseFile(value=value, anchor=anchor, folder=house.settings.home).lines()
        return {hash_of(one["skeleton"]) for one in value["acts"]}, [line.why for line in lines if line.ok is False]

    held, found = wrong()
    looks = set(Skeleton.objects.filter(kind="consult", case=case).values_list("hash", flat=True))
    assert looks, "the look is recorded"
    assert not looks & set(Place.objects.values_list("hash", flat=True)), "and has no place yet"
    assert held, "all else stands in it"
    assert found == []

    later = TwoClocks(house.clock.now())
    later.passed = 61
    monkeypatch.setattr(house, "clock", later)
    held, found = wrong()
    assert looks <= held, "a look that has no place after a minute is shown: the log does not go on"
    assert len(found) == len(looks)
    assert "has no receipt" in found[0]


def test_h12_a_receipt_of_a_log_of_ten_years_with_three_witnesses_still_fits_into_one_code(act: str) -> None:
    from rogatory.web.receipts import code_of

    receipt = read_receipt(get(f"/receipts/{act}").content.decode())
    lines = receipt.text.split("\n\n")
    hashes = "\n".join(["A" * 43 + "="] * 29)  # 2^29 steps of a second are 17 years
    line = "— ie.node.justice.example/witness " + "A" * 100
    long = "\n".join([*lines[0].split("\n")[:3], hashes]) + "\n\n" + lines[1] + "\n\n" + "\n".join([line] * 3) + "\n"
    assert code_of(long)
    assert act not in receipt.text


def test_the_page_that_verifies_may_connect_to_nothing(house: Any) -> None:
    answer = get("/verify?log=provider.demo.invalid/log")
    policy = answer["content-security-policy"]
    assert "connect-src 'none'" in policy
    assert "form-action 'none'" in policy
    page = answer.content.decode()
    assert 'value="2"' in page, "the quorum of that log is filled in"
    assert "provider.demo.invalid/log+" in page


@pytest.mark.usefixtures("undone")
def test_the_page_that_verifies_names_every_key_of_the_log_with_its_times(house: Any, listed: Any) -> None:
    from rogatory.node import log

    present = log.verifier_key()
    newer = vkey_of(Ed25519PrivateKey.generate(), name=log.origin()).text
    begins, turn = "2026-01-01T00:00:00.000Z", "2090-01-01T00:00:00.000Z"
    listed({"vkey": present, "from": begins, "until": turn}, {"vkey": newer, "from": turn})
    page = get("/verify?log=provider.demo.invalid/log").content.decode()
    assert f">{newer} {turn}\n{present} {begins} {turn}<" in unescape(page)


def test_the_steps_in_the_browser_have_the_numbers_of_the_code() -> None:
    script = (ROOT / "src/rogatory/web/static/web/verify.js").read_text(encoding="utf-8")
    found = re.search(r"const STEPS = \{(.*?)\};", script)
    assert found is not None
    steps = {int(number): title for number, title in re.findall(r'(\d+): "([a-z ]+)"', found[1])}
    assert steps == {check.value: check.title for check in Check if check <= Check.PLACE_IN_LOG}


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a browser without a network: what it loads comes from this process, and everything that it asks for is noted."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    shown = context.new_page()
    shown.asked = []

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(NODE)
        shown.asked.append(path)
        if path.startswith("/static/"):
            kind = "text/javascript" if path.endswith(".js") else "text/css"
            route.fulfill(body=(ROOT / "src/rogatory/web" / path.lstrip("/")).read_text(encoding="utf-8"), content_type=kind)
            return
        found = get(path)
        route.fulfill(status=found.status_code, body=found.content, headers=dict(found.items()))

    context.route("**/*", answer)
    yield shown
    context.close()


@pytest.mark.pages
@pytest.mark.slow
def test_a_receipt_is_verified_in_a_browser_without_sending_anything(page: Any, act: str) -> None:
    text = get(f"/receipts/{act}").content.decode()
    printed = get(f"/receipts/{act}/print").content.decode()
    link = re.search(r'href="(/verify[^"]+)"', printed)
    assert link is not None
    page.goto(NODE + link[1])
    assert page.input_value("#receipt") == text, "the receipt came after the #"
    loaded = list(page.asked)
    page.context.set_offline(True)
    assert page.input_value("#act") == act, "and the act, which the code on paper does not name"
    page.fill("#quorum", "0")
    page.click("#check button")
    expect(page.locator("#verdict")).to_have_text("Verified: the act stands in the log.")
    assert [line[:8] for line in page.inner_text("#steps").splitlines()] == [f"{number}. holds" for number in range(1, 7)]

    page.fill("#act", "0" * 64)
    page.click("#check button")
    expect(page.locator("#verdict")).to_have_text("NOT VERIFIED.")
    assert "DOES NOT HOLD" in page.inner_text("#steps").splitlines()[-1]
    page.fill("#act", act)
    page.fill("#quorum", "3")
    page.click("#check button")
    expect(page.locator("#steps li").last).to_contain_text("DOES NOT HOLD: 0 of the 3 witnesses that are needed [step 4 (witnesses)]")
    assert page.asked == loaded, "nothing was asked for after the page was there"


def judge(page: Any, folder: Path, keys: str = "", now: float = 0.0, more: str = "") -> Any:
    """The number of the step that fails in the browser; 0 if all hold. The file is read as the page reads one."""
    vector = json.loads((folder / "vector.json").read_text())
    return page.evaluate(
        """async ([bytes, act, keys, witnesses, quorum, now]) => {
            try { await verifyReceipt(textOf(Uint8Array.from(bytes)), act, keys, witnesses, quorum, () => {}, now); return 0; }
            catch (error) { return error.step || String(error); }
        }""",
        [
            list((folder / "receipt.tlog-proof").read_bytes() + more.encode()),
            vector["act"],
            keys or vector["log_key"],
            vector["witnesses"],
            vector["quorum"],
            now,
        ],
    )


@pytest.mark.pages
@pytest.mark.slow
def test_t7_the_browser_takes_the_key_that_signed_and_one_that_has_ended_only_if_witnesses_saw_it_in_time(page: Any) -> None:
    folder = next(one for one in VECTORS if one.name == "receipt-of-an-act")  # cosigned at 2027-01-15T08:00:00Z
    key = json.loads((folder / "vector.json").read_text())["log_key"]
    further = vkey_of(Ed25519PrivateKey.generate(), name=key.partition("+")[0])
    newer, false = further.text, Signature(name=further.name, key_id=further.key_id, data=bytes(64)).line + "\n"
    began, now = "2026-01-01T00:00:00.000Z", 1_900_000_000
    page.goto(NODE + "/verify")
    assert judge(page, folder, f"{newer}\n{key}") == 0
    assert judge(page, folder, newer) == 3
    assert judge(page, folder, key, more=false) == 0, "of a key that nobody named a line is passed over"
    assert judge(page, folder, f"{key}\n{newer}", more=false) == 3
    assert judge(page, folder, f"{newer} {began}\n{key} {began} 2027-01-15T08:00:01.000Z", now) == 0
    assert judge(page, folder, f"{key} {began} 2027-01-15T08:00:00.000Z", now) == 3
    assert judge(page, folder, f"{key} {began} 2027-01-15T08:00:00.000Z", 1_790_000_000) == 0, "until then nothing else is needed"
    assert judge(page, folder, f"{key} 2027-01-15T08:00:00.900Z", 1_790_000_000) == 0, "witnesses state whole seconds"
    assert judge(page, folder, f"{key} 2027-01-15T08:00:01.000Z", 1_790_000_000) == 3
    assert judge(page, folder, f"{key} yesterday", now) == 1


@pytest.mark.pages
@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "it holds a control character, such as a carriage return"),
        (lambda data: b"\xef\xbb\xbf" + data, "it does not begin as a receipt does, with c2sp.org/tlog-proof@v1"),
        (lambda data: data[:-1], "it breaks off, or goes on after its last signature"),
        (lambda data: data + b"\n", "it breaks off, or goes on after its last signature"),
        (lambda data: data + b"\xff", "it is no UTF-8 text"),
    ],
    ids=["CRLF", "BOM", "last byte", "empty line after", "not UTF-8"],
)
def test_the_browser_says_of_a_changed_file_what_is_wrong_and_what_to_do(page: Any, change: Any, says: str) -> None:
    folder = next(one for one in VECTORS if one.name == "receipt-of-an-act")
    data = change((folder / "receipt.tlog-proof").read_bytes())
    page.goto(NODE + "/verify")
    page.set_input_files("#file", {"name": "a.tlog-proof", "mimeType": "text/plain", "buffer": data})
    page.fill("#act", json.loads((folder / "vector.json").read_text())["act"])
    page.click("#check button")
    expect(page.locator("#steps li").last).to_contain_text(f"{says}: take the file again, as it was handed out [step 1 (form)]")


@pytest.mark.pages
@pytest.mark.slow
def test_the_browser_judges_every_vector_of_a_receipt_as_it_says(page: Any) -> None:
    page.goto(NODE + "/verify")
    judged = {folder.name: judge(page, folder) for folder in VECTORS}
    assert judged == {folder.name: json.loads((folder / "vector.json").read_text())["fails"] for folder in VECTORS}
    assert len(judged) == 56
