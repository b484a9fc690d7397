"""What a provider's node takes up from abroad, and what it must refuse: each with article and cure, and nothing changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rogatory.canonical import from_base64url, to_base64url
from rogatory.demo import facts
from rogatory.demo.cast import FR, PROVIDER
from rogatory.demo.stories import decision
from rogatory.exchange.message import Carried, Message
from tests.fakes.issuing_state import IssuingState, with_capacity

ME = PROVIDER.institution


@pytest.fixture
def order(france: IssuingState) -> IssuingState:
    """An order, decided by the judge and ready to cross."""
    people: dict[str, str] = france.people  # type: ignore[attr-defined]
    officer = people["officer"]
    until = facts.notice_day(france.now)
    for kind, given in (
        ("draft", facts.draft(facts.item_identification(), facts.item_traffic())),
        ("state suspicion", facts.suspicion()),
        ("justify", facts.justification("identification")),
        ("justify", facts.justification("traffic")),
        ("name persons", facts.persons(until)),
        ("submit", {"to": people["judge"], "note": "For decision"}),
    ):
        assert hasattr(france.act(kind, officer, "other-investigating-authority", given), "hash")
    return france


def enrol(state: IssuingState, part: str) -> list[Carried]:
    """The two enrolments of an officer, as they cross."""
    from rogatory.act import Author
    from rogatory.procedure import KINDS

    officer = state.people[part]  # type: ignore[attr-defined]
    key = state.keys[officer].credential
    value = {
        "officer": officer,
        "capacities": sorted(state.officers[officer].capacities),
        "credential": key.id,
        "public_key": key.public_key,
    }
    carried = []
    for registrar in state.registrars:
        by = Author(institution=state.institution, capacity="registrar", officer=registrar)
        view = state.put(KINDS["enrol"], by, value, registrar)
        carried.append(
            Carried(
                skeleton=state.signed[view.hash].skeleton, disclosures=state.signed[view.hash].disclosures, receipt=state.receipt(view.hash)
            )
        )
    return carried


def decided_by_the_judge(state: IssuingState) -> None:
    judge = state.people["judge"]  # type: ignore[attr-defined]
    assert hasattr(state.act("authorise", judge, "investigating-judge", decision()), "hash")


def sent(state: IssuingState) -> None:
    officer = state.people["officer"]  # type: ignore[attr-defined]
    assert hasattr(state.act("transmit", officer, "other-investigating-authority", {}), "hash")


def deliver(house: Any, state: IssuingState, *acts: Carried, sender: str = FR.institution) -> list[Any]:
    from rogatory.node.reception import receive

    return list(receive(house, Message(sender=sender, to=ME, made_at=house.clock.now(), acts=acts)))


def counts() -> tuple[int, int, int]:
    """Acts, cases and outbox rows: what a refusal must not change."""
    from rogatory.node.models import CaseRow, Outbox, Skeleton

    return Skeleton.objects.count(), CaseRow.objects.count(), Outbox.objects.count()


def test_an_honest_order_is_taken_up_and_ten_days_run(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)

    results = deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))

    assert [one.state for one in results] == ["taken up"] * 4
    from rogatory.node.models import CaseRow, Clock

    assert order.case.ref is not None
    assert CaseRow.objects.get(pk=order.case.ref.id).state == "with the addressee"
    assert Clock.objects.filter(case=order.case.ref.id, name="produce", state="running").exists()


def test_the_head_that_the_acts_of_a_message_share_is_verified_once_and_each_proof_by_itself(
    house: Any, order: IssuingState, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rogatory.ledger import VerifierKey

    decided_by_the_judge(order)
    sent(order)
    acts = under_one_head(order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    checked, check = [], VerifierKey.check
    monkeypatch.setattr(VerifierKey, "check", lambda key, text, line: (checked.append(key.name), check(key, text, line))[1])

    wrong = replace(acts[2], receipt=acts[1].receipt)
    assert [one.state for one in deliver(house, order, acts[0], acts[1], wrong)] == ["taken up", "taken up", "refused"]
    assert checked.count(order.origin) == 1
    checked.clear()
    assert [one.state for one in deliver(house, order, *acts)] == ["known", "known", "taken up", "taken up"]
    assert sorted(checked) == sorted({*checked}), "the log and each witness once"
    assert order.origin in checked


def under_one_head(state: IssuingState, *acts: Carried) -> list[Carried]:
    """The acts as a node sends them: with receipts of its newest head, which is that of the last one made."""
    from rogatory.ledger import make_receipt, read_receipt

    receipts = [read_receipt(str(one.receipt)) for one in acts]
    newest = max((one.checkpoint for one in receipts), key=lambda head: head.checkpoint.size)
    nodes = lambda level, at: state.nodes[level, at]  # noqa: E731  # one line
    return [
        replace(one, receipt=make_receipt(path=of.path, index=of.index, nodes=nodes, checkpoint=newest).text)
        for one, of in zip(acts, receipts, strict=True)
    ]


def test_the_same_message_twice_has_no_second_effect(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    acts = (*enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    deliver(house, order, *acts)
    before = counts()

    again = deliver(house, order, *acts)

    assert [one.state for one in again] == ["known"] * 4
    assert counts() == before


def test_section_m_and_the_judges_reasons_never_reach_the_provider(order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)

    from rogatory.act import disclose, read

    for carried in order.everything_for(ME, "authorise", "transmit"):
        shown = disclose(read(carried.skeleton), carried.disclosures).body
        assert "reasons" not in shown
        assert "section_m" not in shown
    assert order.everything_for(ME, "notify enforcing authority")


def refused(house: Any, order: IssuingState, *acts: Carried, sender: str = FR.institution) -> Any:
    """Deliver acts of which the last must be refused; nothing of the case may have changed by it."""
    deliver(house, order, *acts[:-1], sender=sender)
    before = counts()
    from rogatory.node.models import SecurityEntry

    written = SecurityEntry.objects.count()
    (result,) = deliver(house, order, acts[-1], sender=sender)
    assert result.state == "refused", result
    assert counts() == before
    assert SecurityEntry.objects.count() == written + 1 or result.rule == "act.form"
    assert result.cure
    return result


def test_t3_one_changed_byte_breaks_the_order(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    *earlier, transmit = (*enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    header, payload, signature = transmit.skeleton.split(".")
    raw = bytearray(from_base64url(payload))
    raw[raw.index(b'"at":"') + 9] ^= 1
    forged = replace(transmit, skeleton=f"{header}.{to_base64url(bytes(raw))}.{signature}")

    result = refused(house, order, *earlier, forged)

    assert result.rule in {"act.signature", "act.form"}


def test_an_order_without_proof_has_no_effect(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    *earlier, transmit = (*enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))

    result = refused(house, order, *earlier, replace(transmit, receipt=None))

    assert result.rule == "act.proof"


def test_a_receipt_of_another_act_proves_nothing(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    *earlier, authorise, transmit = (*enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))

    result = refused(house, order, *earlier, authorise, replace(transmit, receipt=authorise.receipt))

    assert result.rule == "act.proof"


def test_a_part_that_is_due_may_not_be_withheld(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    *earlier, transmit = (*enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))

    result = refused(house, order, *earlier, replace(transmit, disclosures=transmit.disclosures[1:]))

    assert result.rule in {"transmit.audience", "transmit.decision", "act.body"}


def test_a_part_that_may_not_be_seen_is_refused(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    decision_act = next(act for act in order.case.acts if act.kind == "authorise")
    whole = order.signed[decision_act.hash]
    from rogatory.act import withhold

    shown = withhold(whole, parts=decision_act.parts, after=())
    carried = Carried(skeleton=shown.skeleton, disclosures=shown.disclosures, receipt=order.receipt(decision_act.hash))

    result = refused(house, order, *enrol(order, "judge"), carried)

    assert result.rule == "authorise.audience"
    assert result.article == "Art. 5(5)"


def test_a_prosecutor_alone_cannot_order_traffic_data_even_if_her_own_node_lets_her(house: Any, order: IssuingState) -> None:
    """A node that cheats: its own law was switched off. The provider's node asks its own."""
    from rogatory.act import Author
    from rogatory.procedure import KINDS

    people: dict[str, str] = order.people  # type: ignore[attr-defined]
    prosecutor = people["prosecutor"]
    by = Author(institution=FR.institution, capacity="public-prosecutor", officer=prosecutor)
    given = KINDS["authorise"].complete(decision(), order.case, by, order.world(), None)  # type: ignore[arg-type]
    order.put(KINDS["authorise"], by, dict(given), prosecutor)
    officer = Author(institution=FR.institution, capacity="other-investigating-authority", officer=people["officer"])
    from rogatory.law import assess
    from rogatory.procedure import Fresh
    from rogatory.procedure.facts import question

    world = replace(order.world(), assessment=assess(question(order.case, "issue", order.world()), order.pack))
    fresh = Fresh(seal_to=("age1" + "q" * 58,) * 20, call_back_code="X")
    order.put(KINDS["transmit"], officer, dict(KINDS["transmit"].complete({}, order.case, officer, world, fresh)), None)

    result = refused(house, order, *enrol(order, "prosecutor"), *order.everything_for(ME, "authorise", "transmit"))

    assert result.article == "Art. 4(2)"
    assert result.rule == "eu-e-evidence.E16"


def test_t2_an_officer_whom_one_registrar_enrolled_signs_nothing(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    people: dict[str, str] = order.people  # type: ignore[attr-defined]
    stranger = people["judge"]
    from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator

    order.keys[stranger] = UnsafeSoftwareAuthenticator.create()
    one_enrolment = enrol(order, "judge")[:1]
    order.case = replace(order.case, decision=None)
    judge = people["judge"]
    order.act("authorise", judge, "investigating-judge", decision())

    result = refused(house, order, *one_enrolment, order.everything_for(ME, "authorise")[-1])

    assert result.rule == "act.signature"


def test_an_institution_that_is_not_accredited_is_refused(house: Any, order: IssuingState) -> None:
    order.institution, mine = "https://nobody.demo.invalid", order.institution
    from rogatory.act import Author
    from rogatory.procedure import KINDS

    by = Author(institution=order.institution, capacity="software")
    order.case = type(order.case)(me=order.institution)
    view = order.put(KINDS["withdraw"], by, {"words": "x"}, None)
    carried = Carried(skeleton=order.signed[view.hash].skeleton, disclosures=(), receipt=order.receipt(view.hash))

    result = refused(house, order, carried)

    assert result.rule == "act.signature"
    assert mine


def test_a_provider_may_not_withdraw_an_order(house: Any, order: IssuingState) -> None:
    with_capacity(order, order.people["officer"], "service-provider")  # type: ignore[attr-defined]

    answer = order.act("withdraw", order.people["officer"], "service-provider", {"words": "x"})  # type: ignore[attr-defined]

    assert getattr(answer, "rule", "") == "withdraw.capacity"
