"""Whatever people try, in whatever order it arrives: no safeguard is skipped, and the parties hold the same case.

A machine of hypothesis plays three parties. Each step is a person's attempt, an arrival (in any order, also twice), or hours
that pass. `ROGATORY_STEPS` sets how many stories are told; the default takes seconds.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rogatory.demo import facts
from rogatory.demo.cast import FR
from rogatory.demo.stories import decision
from rogatory.procedure import KINDS, ActView, Capacity, Case, Refusal, Role, State, fold
from rogatory.procedure.permit import STOPPED
from tests.procedure.parties import INSTITUTIONS, PACK, Parties, pseudonym

STORIES = int(os.environ.get("ROGATORY_STEPS", "40"))
JUDGES = {Capacity.JUDGE, Capacity.COURT, Capacity.INVESTIGATING_JUDGE}
OFFICERS = ("officer", "second-officer", "prosecutor", "judge", "custodian", "enforcing", "provider")
ITEMS = {"identification": facts.item_identification(), "traffic": facts.item_traffic(), "subscriber": facts.item_subscriber()}
FREE = {
    "state suspicion": facts.suspicion(),
    "transmit": {},
    "decline": {"reasons": "Not proportionate."},
    "return": {"reasons": "Which account?"},
    "confirm emergency": {"checked": "I heard the recording."},
    "issue in emergency": {"threat": "A child is held.", "why_no_validator": "02:40 at night; both were called."},
    "validate afterwards": {"reasons": "Documented."},
    "invalidate": {"reasons": "The threat was not established."},
    "preserve": {"words": "Preserved."},
    "ask": {"words": "Which account?"},
    "clarify": {"words": "The one named."},
    "call back": {"code": "ABCD-EFG-HIJ", "spoke_with": "The duty desk"},
    "object": {"based_on": ["prohibited-by-applicable-law"], "explanation": "A third State forbids it."},
    "uphold": {"words": "The court is asked."},
    "set aside": {"words": "Set aside."},
    "withdraw": {"words": "Withdrawn."},
    "clear": {"to": "both"},
    "raise ground for refusal": {
        "grounds": ["immunity-or-privilege"],
        "facts": [{"fact": "protection_in_executing_state", "value": "found"}],
        "explanation": "A journalist's sources.",
        "contacted": "By telephone.",
    },
    "restrict": {"why": "A complaint stands.", "article": "Art. 4(5)"},
    "purge": {"defence": "None is open.", "remedy": "None is asked.", "reasons": "Never validated."},
}


class Story(RuleBasedStateMachine):
    """Three parties, and people who try everything."""

    def __init__(self) -> None:
        super().__init__()
        self.parties = Parties()
        self.refused_abroad: list[Refusal] = []

    def case(self, name: str) -> Case:
        return self.parties.nodes[name].case

    # ---- where a story begins

    @initialize(begins=st.sampled_from(["empty", "prepared", "decided", "sent", "emergency", "emergency sent"]), traffic=st.booleans())
    def begin(self, begins: str, traffic: bool) -> None:
        """Most stories begin where something is at stake."""
        if begins == "empty":
            return
        emergency = begins.startswith("emergency")
        self.draft("officer", {"subscriber", "traffic"} if traffic and not emergency else {"subscriber", "identification"}, emergency)
        self.prepare("officer", complete=True)
        if emergency:
            self.parties.act("officer", "issue in emergency", FREE["issue in emergency"])
            self.parties.act("second-officer", "confirm emergency", FREE["confirm emergency"])
        elif begins != "prepared":
            self.submit("officer", "judge")
            self.authorise("judge", narrow=False)
        if begins in {"sent", "emergency sent"}:
            self.parties.act("officer", "transmit", {})
            assert self.case("fr").sent is not None

    # ---- what people try

    @rule(who=st.sampled_from(OFFICERS), items=st.sets(st.sampled_from(sorted(ITEMS)), min_size=1), emergency=st.booleans())
    def draft(self, who: str, items: set[str], emergency: bool) -> None:
        self.parties.act(who, "draft", facts.draft(*(ITEMS[one] for one in sorted(items)), emergency=emergency))

    @rule(who=st.sampled_from(["officer", "prosecutor", "judge"]), complete=st.booleans())
    def prepare(self, who: str, complete: bool) -> None:
        """Suspicion, justifications and persons: the whole file, or one item less."""
        draft = self.case("fr").draft
        self.parties.act(who, "state suspicion", facts.suspicion())
        for item in (draft.items if draft else ())[0 if complete else 1 :]:
            self.parties.act(who, "justify", facts.justification(item.id))
        self.parties.act(who, "name persons", facts.persons(facts.notice_day(self.parties.now)))

    @rule(who=st.sampled_from(["officer", "prosecutor"]), to=st.sampled_from(["prosecutor", "judge", "officer"]))
    def submit(self, who: str, to: str) -> None:
        self.parties.act(who, "submit", {"to": pseudonym(FR, to), "note": "For decision"})

    @rule(who=st.sampled_from(["prosecutor", "judge", "officer"]), narrow=st.booleans())
    def authorise(self, who: str, narrow: bool) -> None:
        draft, whole = self.case("fr").draft, decision()
        names = [item.id for item in draft.items] if draft else ["identification"]
        given: dict[str, Any] = {
            **whole,
            "decisions": [
                next((one for one in whole["decisions"] if narrow and one["item"] == name), {"item": name, "outcome": "granted"})
                for name in names
            ],
            "reasons": [{"item": name, "words": "Needed."} for name in names],
        }
        self.parties.act(who, "authorise", given)

    @rule(who=st.sampled_from(OFFICERS), kind=st.sampled_from(sorted(FREE)))
    def anything(self, who: str, kind: str) -> None:
        self.parties.act(who, kind, FREE[kind])

    @rule(who=st.sampled_from(["officer", "second-officer"]), to=st.sampled_from(["prosecutor", "judge", "custodian"]))
    def seek_validation(self, who: str, to: str) -> None:
        self.parties.act(who, "seek validation", {"validator": pseudonym(FR, to), "note": "Issued at night"})

    @rule(answer=st.sampled_from(["whole", "part", "nothing-held"]))
    def produce(self, answer: str) -> None:
        sent, number = self.case("provider").sent, len(self.case("provider").packages)
        items = [one.id for one in sent.items] if sent else []
        packages = [{"item": one, "digest": f"{number:x}{at:x}".zfill(64), "size": 10, "files": 1} for at, one in enumerate(items)]
        made = self.parties.act(
            "provider",
            "produce",
            {
                "answer": answer,
                "packages": packages if answer == "whole" else packages[:1] if answer == "part" else [],
                "sealed_to": dict(sent.seal_to) if sent else {},
                "words": "All.",
                "read_back": facts.ACCOUNT,
            },
        )
        if isinstance(made, ActView):
            assert not self.case("provider").grounds, "released after a refusal that its node knew"
            assert not self.case("provider").withdrawn

    @rule(number=st.integers(0, 5))
    def receive_and_open(self, number: int) -> None:
        case = self.case("fr")
        for package in case.packages[:1]:
            line = package.line
            self.parties.by_software("fr", "receive", {"digest": line.digest, "size": line.size, "produced": package.act})
            before = self.case("fr")
            given = {"package": line.digest, "use_for": "these-proceedings", "purpose": "Identify the sender"}
            made = self.parties.act(["custodian", "officer", "judge", "prosecutor", "second-officer", "provider"][number], "open", given)
            if isinstance(made, ActView):
                assert not before.restricted, "opened although restricted"
                assert made.by.capacity == Capacity.CUSTODIAN

    # ---- the network, and time

    @precondition(lambda self: self.parties.network)
    @rule(data=st.data(), twice=st.booleans())
    def arrives(self, data: st.DataObject, twice: bool) -> None:
        number = data.draw(st.integers(0, len(self.parties.network) - 1))
        answer = self.parties.deliver(number, keep=twice)
        self.refused_abroad += [answer] if answer else []

    @precondition(lambda self: self.parties.network)
    @rule()
    def everything_arrives(self) -> None:
        self.refused_abroad += self.parties.settle()

    @rule(hours=st.sampled_from([1, 9, 49, 97, 260]))
    def time_passes(self, hours: int) -> None:
        self.parties.pass_time(hours)

    # ---- what always holds

    @invariant()
    def nothing_is_sent_that_nobody_may_send(self) -> None:
        case = self.case("fr")
        if case.sent is None:
            return
        categories = {PACK.category(data, item.purpose or "identify-user-only") for item in case.sent.items for data in item.data}
        if case.sent.emergency:
            assert categories <= {"subscriber", "identification"}, "an unvalidated emergency reached traffic or content"
            assert case.emergency is not None
            assert case.emergency.confirmed_by not in {None, case.emergency.by.officer}
        else:
            assert case.decision is not None
            assert {item.id for item in case.sent.items} == {item.id for item in case.decision.items}
            if categories & {"traffic", "content"}:
                assert case.decision.by.capacity in JUDGES

    @invariant()
    def nobody_does_what_is_not_for_her(self) -> None:
        for act, before in self.parties.made:
            kind = KINDS[act.kind]
            assert act.by.capacity in kind.who, act.kind
            assert before in kind.states, (act.kind, before)
            assert kind.role is None or kind.role in INSTITUTIONS[act.by.institution].roles, act.kind
        self.parties.made.clear()

    @invariant()
    def each_party_sees_what_is_due_to_it_and_nothing_else(self) -> None:
        for name in ("ie", "provider"):
            role: Role = self.parties.role(name)
            for act in self.case(name).acts:
                if act.foreign:
                    assert act.parts.keys() == {part for part, seen in KINDS[act.kind].parts.items() if role in seen}

    @invariant()
    def the_case_is_the_same_whatever_came_first(self) -> None:
        for node in self.parties.nodes.values():
            again = fold(reversed(node.case.acts), me=node.case.me)
            assert (again.state, again.restrictions, again.packages) == (node.case.state, node.case.restrictions, node.case.packages)

    @invariant()
    def no_receiver_refuses_what_its_author_might_do(self) -> None:
        assert self.refused_abroad == [], self.refused_abroad

    def teardown(self) -> None:
        """Everything has arrived: then no party carries on what another has stopped, and nobody can open what is stopped."""
        assert self.parties.settle() == []
        order = self.case("fr").sent
        if order is None:
            assert not self.case("provider").acts
            assert not self.case("ie").acts
            return
        assert self.case("provider").sent is not None
        stopped = {name: self.case(name).state in STOPPED for name in ("fr", "provider")}
        assert stopped["fr"] == stopped["provider"], {name: self.case(name).state for name in stopped}
        for name in ("fr", "provider"):
            if stopped[name] and self.case(name).packages and self.case(name).state is not State.PURGED:
                assert self.case(name).restricted, name
        assert bool(self.case("ie").acts) == order.notification


Story.TestCase.settings = settings(
    max_examples=STORIES, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TestWhateverPeopleTry = Story.TestCase
