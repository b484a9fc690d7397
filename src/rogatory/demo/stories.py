"""The stories of the demonstration, told over the same HTTP doors that everybody uses.

`main` is points 1 to 7 of the main job; `refusal`, `objection`, `emergency` and `lapse` are what else may happen.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from rogatory.demo import facts
from rogatory.demo.client import PATIENCE, Client, RefusedError
from rogatory.demo.clock import move, read_offset
from rogatory.demo.town import Town
from rogatory.moments import Instant, instant, parse_instant


class Teller:
    """Tells one story, and keeps what happened for the report."""

    def __init__(self, town: Town, say: Callable[[str, str], None]) -> None:
        self.town = town
        self._say = say
        self.case = ""
        self.refusals: list[dict[str, Any]] = []
        self.evidence: list[dict[str, Any]] = []
        self.sealed: dict[str, dict[str, Any]] = {}
        self._clients: dict[str, Client] = {}

    def __call__(self, part: str) -> Client:
        """The player of that part."""
        if part not in self._clients:
            self._clients[part] = Client(self.town, self.town.actors[part])
        return self._clients[part]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()

    def say(self, who: str, what: str) -> None:
        """One line of progress."""
        self._say(who, what)

    def now(self) -> Instant:
        """The demonstration's time."""
        return instant(datetime.now(UTC) + read_offset(self.town.clock))

    def until(self, moment: Instant) -> None:
        """Move the clock to just after a moment."""
        ahead = moment - self.now()
        if ahead > timedelta():
            move(self.town.clock, ahead + timedelta(seconds=1))

    def refused(self, who: str, what: str, attempt: Callable[[], object]) -> dict[str, Any]:
        """Something that must be refused: with its article and its cure."""
        try:
            attempt()
        except RefusedError as error:
            problem = dict(error.problem)
            self.refusals.append({"who": who, "what": what, **problem})
            self.say(
                who,
                f"tries to {what}: refused under {problem.get('article', '?')}. {problem.get('detail') or problem.get('title')}",
            )
            return problem
        raise AssertionError(f"{who} could {what}, and must not")

    def legal_end(self, part: str, name: str) -> Instant:
        """The legal end of a period, as that player's node counts it."""
        page = self(part).case(self.case)
        found = next(one for one in page["periods"] if one["name"] == name)
        return parse_instant(found["legal"])


# ---- what several stories share


def prepare(tell: Teller, *items: dict[str, Any], emergency: bool = False) -> None:
    """Draft, state the suspicion, justify each item, name the persons."""
    officer = tell("officer")
    tell.case = officer.act("draft", facts.draft(*items, emergency=emergency))["case"]
    tell.say("officer", f"drafts an order for {', '.join(item['id'] for item in items)}: case {tell.case}")
    officer.act("state suspicion", facts.suspicion(), tell.case)
    for item in items:
        officer.act("justify", facts.justification(item["id"]), tell.case)
    tell.say(
        "officer",
        "says what links the account to the offence and what speaks against, why France, and which court; justifies each item",
    )
    officer.act("name persons", facts.persons(facts.notice_day(tell.now())), tell.case)


def decide_and_send(tell: Teller) -> None:
    """Submit to the judge, who narrows; send; wait until both sides have proved reception."""
    officer, judge = tell("officer"), tell("judge")
    officer.act("submit", {"to": judge.actor.pseudonym, "note": "For decision"}, tell.case)
    judge.sign("authorise", decision(), tell.case)
    tell.say("judge", "grants the identification data, narrows the traffic data to three days, and signs with her key")
    officer.act("transmit", {}, tell.case)
    tell.say("officer", "sends the order to the provider; the Irish authority is notified in the same breath")
    tell("provider").state(tell.case, "with the addressee")
    tell("enforcing").wait("the notification", tell.case, lambda line: any(one["name"] == "raise_refusal" for one in line["periods"]))
    officer.state(tell.case, "with the addressee")
    tell.say("provider", "has checked signature, accreditation, competence, law and proof, and acknowledges reception")


def decision() -> dict[str, Any]:
    """The judge's decision: grant the first item, narrow the second."""
    return {
        "decisions": [
            {"item": "identification", "outcome": "granted"},
            {
                "item": "traffic",
                "outcome": "narrowed",
                "start": {"at": "2026-08-30T00:00:00+02:00", "zone": "Europe/Paris"},
                "end": {"at": "2026-09-02T00:00:00+02:00", "zone": "Europe/Paris"},
            },
        ],
        "reasons": [
            {
                "item": "identification",
                "words": "The link to the threat is documented; the measure is confined to one evening.",
            },
            {
                "item": "traffic",
                "words": "Ten days are more than the demands need: the last three suffice to show the rhythm.",
            },
        ],
        "conditions": ["Log-ins after 2 September 2026 are not to be produced."],
        "review_on": [facts.notice_day(instant(datetime.now(UTC) + timedelta(days=60)))],
    }


def seal(tell: Teller, *items: str) -> list[dict[str, Any]]:
    """The provider seals its evidence to the order's own recipient."""
    lines = []
    for item in items:
        name, data = facts.EVIDENCE[item]
        files = {"files": (name, data, "text/csv")}
        line = tell("provider").request("POST", f"/api/v1/cases/{tell.case}/packages/{item}", files=files)
        tell.sealed[line["digest"]] = {"name": name, "sha256": hashlib.sha256(data).hexdigest(), **line}
        lines.append(line)
    return lines


def produce(tell: Teller, *items: str, answer: str = "whole") -> None:
    """The provider produces: sealed packages, and the answer that announces them."""
    lines = seal(tell, *items)
    page = tell("provider").case(tell.case)
    sealed_to = next(one["parts"]["seal_to"] for one in page["timeline"] if one["kind"] == "transmit")
    given = {
        "answer": answer,
        "packages": lines,
        "sealed_to": sealed_to,
        "words": "All records that exist for the period.",
        "read_back": f"You ask about the account {facts.ACCOUNT}; I looked at the same account, sign by sign.",
    }
    tell("provider").act("produce", given, tell.case)
    tell.say("provider", f"seals {len(lines)} package(s) to the order's own recipient and produces")


def open_all(tell: Teller, use: str = "Identify the sender of the threat of 1 September 2026") -> None:
    """The custodian receives every package, and opens it for a stated purpose."""
    custodian = tell("custodian")
    custodian.state(tell.case, "evidence received")
    for digest, sealed in tell.sealed.items():
        custodian.wait("the package", tell.case, lambda line: line["state"] == "evidence received")
        opened = _open(tell, digest, use)
        file = opened["files"][0]
        tell.evidence.append(
            {
                "item": sealed["item"],
                "file": file["name"],
                "sealed": sealed["sha256"],
                "opened": file["sha256"],
                "package": digest,
            }
        )
        tell.say("custodian", f"opens {file['name']}: digest {file['sha256'][:16]} is the one that was sealed")


def _open(tell: Teller, digest: str, use: str) -> dict[str, Any]:
    custodian, path = tell("custodian"), f"/api/v1/cases/{tell.case}/packages/{digest}/open"
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            answer: dict[str, Any] = custodian.request("POST", path, json={"use_for": "these-proceedings", "purpose": use})
        except RefusedError as error:
            if error.problem.get("code") != "open.received" or time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return answer


def open_attempt(tell: Teller, digest: str) -> object:
    """Try to open a package."""
    path = f"/api/v1/cases/{tell.case}/packages/{digest}/open"
    return tell("custodian").request("POST", path, json={"use_for": "these-proceedings", "purpose": "Read it once more"})


# ---- the stories


def main_story(tell: Teller) -> None:
    """Points 1 to 7: from the draft to the sealed answer, the opening, and the notice to the person."""
    officer, prosecutor, judge = tell("officer"), tell("prosecutor"), tell("judge")
    prepare(tell, facts.item_identification(), facts.item_traffic())
    tell.refused("officer", "send the order before anybody has decided", lambda: officer.act("transmit", {}, tell.case))
    endless = facts.persons("2030-01-01")
    del endless["persons"][0]["until"]
    tell.refused("officer", "delay the notice without an end", lambda: officer.act("name persons", endless, tell.case))
    officer.act("submit", {"to": prosecutor.actor.pseudonym, "note": "For decision"}, tell.case)
    tell.refused("prosecutor", "order traffic data alone", lambda: prosecutor.sign("authorise", decision(), tell.case))
    prosecutor.sign("return", {"reasons": "Traffic data need a judge: put it before the investigating judge."}, tell.case)
    tell.say("prosecutor", "returns it: traffic data need a judge")
    decide_and_send(tell)
    provider = tell("provider")
    provider.act("preserve", {"words": "Both periods are preserved."}, tell.case)
    tell.refused(
        "provider",
        "release before the enforcing authority's time has ended",
        lambda: produce(tell, "identification", answer="part"),
    )
    tell.sealed.clear()
    ends = tell.legal_end("provider", "produce")
    tell.say("clock", f"moves to the end of the tenth day: {ends:%A %d %B %Y, %H:%M} UTC")
    tell.until(ends)
    produce(tell, "identification", "traffic")
    open_all(tell)
    until = max(tell.legal_end("officer", "tell user"), tell.now())
    tell.say("clock", "moves to the end of the delay of notice")
    tell.until(until)
    officer.wait("the end of the delay", tell.case, lambda line: not any(one["name"] == "tell user" for one in line["periods"]))
    for person in ("user", "victim"):
        says = next(one["says"] for one in facts.persons("2030-01-01")["persons"] if one["id"] == person)
        officer.act("notify person", {"person": person, "text": says, "way": "Letter to the person herself"}, tell.case)
    tell.say("officer", "tells the user and the victim")
    judge.line(tell.case)


def refusal_story(tell: Teller) -> None:
    """The enforcing authority raises a ground: nothing is released, and the French side withdraws."""
    prepare(tell, facts.item_identification(), facts.item_traffic())
    decide_and_send(tell)
    enforcing, provider, officer = tell("enforcing"), tell("provider"), tell("officer")
    given = {
        "grounds": ["immunity-or-privilege"],
        "facts": [{"fact": "protection_in_executing_state", "value": "found"}],
        "explanation": "The account is used by a journalist established in Ireland to receive sources.",
        "contacted": "By telephone and in writing on the day of the notification.",
    }
    enforcing.act("raise ground for refusal", given, tell.case)
    tell.say("enforcing", "raises a ground for refusal: protected communications of a journalist")
    provider.state(tell.case, "ground for refusal raised")
    officer.state(tell.case, "ground for refusal raised")
    tell.refused("provider", "produce after the refusal", lambda: produce_nothing(tell))
    officer.act("withdraw", {"words": "Withdrawn under Art. 12(2)."}, tell.case)
    tell.say("officer", "withdraws the order")
    provider.state(tell.case, "withdrawn")
    enforcing.state(tell.case, "withdrawn")


def produce_nothing(tell: Teller) -> None:
    """An answer without packages."""
    page = tell("provider").case(tell.case)
    sealed_to = next(one["parts"]["seal_to"] for one in page["timeline"] if one["kind"] == "transmit")
    given = {
        "answer": "nothing-held",
        "packages": [],
        "sealed_to": sealed_to,
        "words": "Nothing.",
        "read_back": facts.ACCOUNT,
    }
    tell("provider").act("produce", given, tell.case)


def objection_story(tell: Teller) -> None:
    """The provider may not: a third State's law forbids it. The order is upheld, the court asked, and it sets it aside."""
    prepare(tell, facts.item_identification(), facts.item_traffic())
    decide_and_send(tell)
    provider, officer, judge = tell("provider"), tell("officer"), tell("judge")
    tell.refused(
        "provider",
        "object only because the data lie elsewhere",
        lambda: provider.act("object", {"based_on": ["storage-location"], "explanation": "The servers stand overseas."}, tell.case),
    )
    provider.act(
        "object",
        {
            "based_on": ["prohibited-by-applicable-law", "storage-location"],
            "explanation": "The law of the State of storage forbids it.",
        },
        tell.case,
    )
    tell.say("provider", "objects: the law of a third State applies and forbids disclosure")
    officer.wait(
        "the objection",
        tell.case,
        lambda _: any(one["kind"] == "object" for one in officer.case(tell.case)["timeline"]),
    )
    officer.act("uphold", {"words": "We mean to uphold the order and ask the court to review it."}, tell.case)
    provider.wait("the review", tell.case, lambda _: any(one["kind"] == "uphold" for one in provider.case(tell.case)["timeline"]))
    tell.refused("provider", "produce while the court reviews", lambda: produce_nothing(tell))
    judge.sign("set aside", {"words": "The third State's interest outweighs: the order is set aside."}, tell.case)
    tell.say("judge", "sets the order aside")
    provider.state(tell.case, "withdrawn")


def _emergency(tell: Teller) -> None:
    officer, second, provider = tell("officer"), tell("second-officer"), tell("provider")
    prepare(tell, facts.item_identification(), facts.item_subscriber(), emergency=True)
    given = {
        "threat": "A child is held; the sender announced her death for the morning.",
        "why_no_validator": "02:40 at night; both were called.",
    }
    officer.sign("issue in emergency", given, tell.case)
    tell.refused("officer", "send it without a second person", lambda: officer.act("transmit", {}, tell.case))
    second.sign("confirm emergency", {"checked": "I heard the recording and spoke with the mother."}, tell.case)
    officer.act("transmit", {}, tell.case)
    tell.say("officer", "issues in an emergency; a second officer confirms; the order is sent")
    provider.state(tell.case, "with the addressee")
    tell.refused("provider", "produce before calling back", lambda: produce(tell, "identification", "subscriber"))
    tell.sealed.clear()
    code = next(one["parts"]["code"] for one in second.case(tell.case)["timeline"] if one["kind"] == "confirm emergency")
    provider.sign("call back", {"code": code, "spoke_with": "The duty desk, by the number in the trust list"}, tell.case)
    tell.say("provider", f"calls back and is read the code {code}")
    produce(tell, "identification", "subscriber")
    open_all(tell, "Find the child")


def emergency_story(tell: Teller) -> None:
    """Validation is sought in time, and granted."""
    _emergency(tell)
    officer, prosecutor = tell("officer"), tell("prosecutor")
    officer.act("seek validation", {"validator": prosecutor.actor.pseudonym, "note": "Issued at night"}, tell.case)
    tell.say("officer", "seeks validation from the prosecutor")
    tell.until(tell.legal_end("officer", "seek_validation"))
    line = officer.line(tell.case) or {}
    tell.say("clock", f"passes the 48 hours: sought in time and undecided, the order stands ({line.get('state')})")
    prosecutor.sign("validate afterwards", {"reasons": "The threat was imminent and documented."}, tell.case)
    tell.say("prosecutor", "validates the order")


def lapse_story(tell: Teller) -> None:
    """Validation is not sought: the software withdraws the order and restricts the data everywhere."""
    _emergency(tell)
    officer, judge, provider = tell("officer"), tell("judge"), tell("provider")
    ends = tell.legal_end("officer", "seek_validation")
    tell.say("clock", f"moves to the legal end of the 48 hours: {ends:%A %d %B %Y, %H:%M} UTC")
    tell.until(ends)
    officer.state(tell.case, "lapsed")
    provider.state(tell.case, "withdrawn")
    provider.wait("the restriction", tell.case, lambda line: bool(line["restricted"]))
    tell.say("software", "the order lapses, is withdrawn, and the data are restricted on both sides")
    digest = next(iter(tell.sealed))
    tell.refused("custodian", "open what was restricted", lambda: open_attempt(tell, digest))
    given = {
        "defence": "No proceedings are open in which the defence could need the data.",
        "remedy": "The person was told and has not asked for the data to be kept.",
        "reasons": "Art. 4(5): validation was never sought.",
    }
    judge.sign("purge", given, tell.case)
    tell.say("judge", "orders the destruction, as an act of its own")
    provider.state(tell.case, "purged")
    tell.refused("custodian", "open what was destroyed", lambda: open_attempt(tell, digest))


STORIES: Mapping[str, Callable[[Teller], None]] = {
    "main": main_story,
    "refusal": refusal_story,
    "objection": objection_story,
    "emergency": emergency_story,
    "lapse": lapse_story,
}
