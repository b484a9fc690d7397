"""Which refusals leave something behind to be recognised, and which acts ask, at the enforcing authority (RIGHTS, H4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rogatory.act import Author, CaseRef
from rogatory.demo import facts
from rogatory.demo.cast import FR, IE, PROVIDER
from rogatory.moments import instant
from rogatory.procedure import ActView, Case, Role
from rogatory.procedure.case import Sent
from rogatory.procedure.order import Item
from rogatory.procedure.refusals import comparable, compared, refused

NOW = instant(datetime(2026, 9, 9, 12, tzinfo=UTC))
REF = CaseRef(institution=FR.institution, id="6f1e9a52-0d0b-4c8e-9a0e-3f6f0f0f0f0f")
ITEM = Item.model_validate(facts.item_traffic())
ENFORCING = Case(
    me=IE.institution,
    ref=REF,
    parties={Role.ISSUING: FR.institution, Role.ENFORCING: IE.institution, Role.ADDRESSEE: PROVIDER.institution},
    sent=Sent(
        act="a" * 64,
        at=NOW,
        items=(ITEM,),
        facts={"data_held_for": "ordinary-customer"},
        seal_to={},
        retention_days=365,
        notification=True,
        emergency=False,
        decision="b" * 64,
    ),
)


def _act(kind: str, *, foreign: bool, **parts: Any) -> ActView:
    by = Author(institution=FR.institution if foreign else IE.institution, capacity="enforcing-authority", officer=None)
    return ActView(hash="c" * 64, kind=kind, case=REF, by=by, at=NOW, after=(), parts=parts, foreign=foreign)


def _raised(*grounds: str, foreign: bool = False) -> ActView:
    return _act("raise ground for refusal", foreign=foreign, grounds=list(grounds), explanation="Tried here in 2024.")


def test_h4_a_ground_that_the_enforcing_authority_raises_is_kept_with_its_reason() -> None:
    (one,) = refused(ENFORCING, _raised("ne-bis-in-idem"))

    assert one.identifiers == (facts.ACCOUNT,)
    assert one.reason == "ne-bis-in-idem: Tried here in 2024."


def test_h4_a_ground_that_another_node_raised_is_not_its_own() -> None:
    assert refused(ENFORCING, _raised("ne-bis-in-idem", foreign=True)) == ()


@pytest.mark.parametrize(
    "case",
    [
        replace(ENFORCING, sent=replace(ENFORCING.sent, emergency=True)),  # type: ignore[type-var]  # it was sent
        replace(ENFORCING, sent=replace(ENFORCING.sent, facts={"data_held_for": "privileged-professional"})),  # type: ignore[type-var]  # it was sent
        replace(ENFORCING, sent=replace(ENFORCING.sent, facts={"protection_in_executing_state": "found"})),  # type: ignore[type-var]  # it was sent
    ],
)
def test_h4_emergencies_and_protected_identifiers_never_enter_abroad_either(case: Case) -> None:
    assert refused(case, _raised("ne-bis-in-idem")) == ()


def test_h4_a_privilege_is_no_reason_to_keep_an_identifier() -> None:
    assert refused(ENFORCING, _raised("immunity-or-privilege", "ne-bis-in-idem")) == ()


def test_h4_the_arrival_of_a_signed_order_asks_and_nothing_else_does() -> None:
    assert compared(ENFORCING, _act("notify enforcing authority", foreign=True)) == (facts.ACCOUNT,)
    for kind in ("consult", "acknowledge", "ask", "clear", "draft", "submit"):
        assert compared(ENFORCING, _act(kind, foreign=False)) == ()
    assert compared(replace(ENFORCING, me=PROVIDER.institution), _act("notify enforcing authority", foreign=True)) == ()


def test_h4_two_spellings_are_one_identifier_and_two_moments_of_an_address_are_two() -> None:
    def item(kind: str, value: str, at: str = "") -> Item:
        one = {"type": kind, "value": value, "source": "Exhibit 1", **({"at": {"at": at, "zone": "Europe/Paris"}} if at else {})}
        return Item.model_validate({**facts.item_traffic(), "identifiers": [one]})

    noon, later = "2026-09-01T12:00:00+02:00", "2026-09-01T12:00:01+02:00"
    assert comparable([item("phone", "+353 20 913-1234")]) == comparable([item("phone", "+353209131234")])
    assert comparable([item("account", "RedFox ")]) == comparable([item("user-name", "redfox")])
    assert comparable([item("ip-address", "2001:DB8::1", noon)]) == comparable(
        [item("ip-address", "2001:db8:0::1", "2026-09-01T10:00:00Z")]
    )
    assert comparable([item("ip-address", "192.0.2.1", noon)]) != comparable([item("ip-address", "192.0.2.1", later)])
    assert comparable([item("email", "a-b@mail.example")]) != comparable([item("email", "ab@mail.example")])
