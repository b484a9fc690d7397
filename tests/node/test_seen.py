"""Two histories of a peer's log that meet only in the receipts of acts: the second is refused, and both are kept for everybody."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from typing import Any

import pytest

from rogatory.exchange.message import Carried
from rogatory.ledger import EMPTY, leaf_hash, read_checkpoint, verify_checkpoint, verify_inclusion, vkey_of
from rogatory.ledger.lines import read_base64, read_hash, read_number
from tests.fakes.issuing_state import IssuingState
from tests.node.test_cosigning import ORIGIN, French, ask
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]


@pytest.fixture
def acts(house: Any, order: IssuingState) -> tuple[Carried, ...]:
    """The acts of an order, each with its receipt, of which the enrolments were taken up."""
    decided_by_the_judge(order)
    sent(order)
    assert {one.state for one in deliver(house, order, *enrol(order, "judge"))} <= {"taken up", "known"}
    return order.everything_for(ME, "authorise", "transmit")


def second_history(state: IssuingState, length: int) -> IssuingState:
    """The same State with the same keys, and another log of so many entries."""
    other = copy.copy(state)
    other.frontier, other.nodes = EMPTY, {}
    for _ in range(length):
        other.receipt(os.urandom(32).hex())
    return other


def again(state: IssuingState, carried: Carried) -> Carried:
    """The act with a receipt of that State's log, into which it is placed now."""
    from rogatory.act import read

    return replace(carried, receipt=state.receipt(read(carried.skeleton).hash))


def evidence(kind: str) -> list[dict[str, str]]:
    from django.test import Client

    found = json.loads(Client(HTTP_HOST="provider.localhost").get("/log/evidence.json").content)
    return [one for one in found if one["kind"] == kind and one["origin"] == ORIGIN]


def test_t7_two_heads_found_only_in_receipts_are_refused_kept_and_shown(house: Any, order: IssuingState, acts: tuple[Carried, ...]) -> None:
    from django.test import Client

    first, second = acts
    assert deliver(house, order, first)[0].state == "taken up"
    size = read_checkpoint((first.receipt or "").partition("\n\n")[2]).checkpoint.size
    before = len(evidence("two heads"))

    forked = again(second_history(order, size - 1), second)
    (result,) = deliver(house, order, forked)

    assert (result.state, result.rule) == ("refused", "act.proof")
    assert "two heads" in result.code
    assert result.cure
    kept = evidence("two heads")
    assert len(kept) == before + 1
    heads = [read_checkpoint(kept[-1][name]) for name in ("known", "shown")]
    vkey = vkey_of(order.log_key, name=ORIGIN)
    known, shown = (verify_checkpoint(one, vkey) for one in heads)
    assert known.size == shown.size == size
    assert known.root != shown.root
    page = Client(HTTP_HOST="provider.localhost").get("/log").content.decode()
    assert "two heads" in page
    assert ORIGIN in page


def test_t7_two_entries_at_one_index_are_proof_against_a_log_whatever_its_sizes(
    house: Any, order: IssuingState, acts: tuple[Carried, ...]
) -> None:
    first, second = acts
    assert deliver(house, order, first)[0].state == "taken up"
    index = int((first.receipt or "").split("\n")[2].removeprefix("index "))

    (result,) = deliver(house, order, _at(order, second, index, more=7))

    assert (result.state, result.rule) == ("refused", "act.proof")
    assert "two entries" in result.code
    kept = evidence("two entries")[-1]
    vkey = vkey_of(order.log_key, name=ORIGIN)
    entries = {entry_of(kept[name], vkey) for name in ("known", "shown")}
    assert len(entries) == 2
    assert {at for at, _ in entries} == {index}


def _at(state: IssuingState, carried: Carried, index: int, more: int) -> Carried:
    """The act in the entry of that index of another history, proved under a head that is larger than any that was shown."""
    from rogatory.act import read
    from rogatory.ledger import Checkpoint, build_step, make_receipt, sign_checkpoint

    digest = read(carried.skeleton).hash
    other = second_history(state, index)
    step = build_step(os.urandom(32), [digest])
    grown = other.frontier.append(leaf_hash(step.root))
    other.nodes |= {(one.level, one.index): one.hash for one in grown.completed}
    other.frontier = grown.frontier
    for _ in range(more):
        other.receipt(os.urandom(32).hex())
    head = sign_checkpoint(Checkpoint(origin=ORIGIN, size=other.frontier.size, root=other.frontier.root), key=state.log_key)
    receipt = make_receipt(path=step.path(digest), index=index, nodes=lambda level, at: other.nodes[level, at], checkpoint=head)
    return replace(carried, receipt=receipt.text)


def entry_of(text: str, vkey: Any) -> tuple[int, bytes]:
    """Index and entry of a kept proof, verified by hand: it stands in a tree that the log has signed."""
    head, _, checkpoint = text.partition("\n\n")
    name, extra, index, *proof = head.split("\n")
    assert name == "c2sp.org/tlog-proof@v1"
    entry, at = read_base64(extra.removeprefix("extra "), where="extra"), read_number(index.removeprefix("index "), where="index")
    signed = verify_checkpoint(read_checkpoint(checkpoint), vkey)
    hashes = [read_hash(one, where="proof") for one in proof]
    verify_inclusion(leaf_hash(entry), index=at, size=signed.size, proof=hashes, root=signed.root)
    return at, entry


def test_t7_a_receipt_that_contradicts_the_head_this_node_cosigned_is_refused(
    house: Any, order: IssuingState, acts: tuple[Carried, ...]
) -> None:
    other = French(order).grow(50)
    size = read_checkpoint((acts[0].receipt or "").partition("\n\n")[2]).checkpoint.size
    assert ask(other.request(0, size)).status_code == 200

    (result,) = deliver(house, order, acts[0])

    assert (result.state, result.rule) == ("refused", "act.proof")
    assert "two heads" in result.code


def test_t7_a_head_that_contradicts_a_receipt_is_not_cosigned(house: Any, order: IssuingState, acts: tuple[Carried, ...]) -> None:
    assert deliver(house, order, acts[0])[0].state == "taken up"
    size = read_checkpoint((acts[0].receipt or "").partition("\n\n")[2]).checkpoint.size
    before = len(evidence("two heads"))

    answer = ask(French(order).grow(50).request(0, size))

    assert answer.status_code == 422
    assert len(evidence("two heads")) == before + 1


def test_the_same_log_seen_in_many_receipts_contradicts_nothing(house: Any, order: IssuingState, acts: tuple[Carried, ...]) -> None:
    results = deliver(house, order, *acts)
    assert [one.state for one in results] == ["taken up", "taken up"]
