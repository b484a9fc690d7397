"""A case in memory up to the evidence: ordered, cleared, answered, received."""

from __future__ import annotations

from typing import Any

from rogatory.demo import facts
from rogatory.demo.stories import decision
from rogatory.procedure import ActView, Refusal
from tests.procedure.parties import FR, Parties, pseudonym


def done(answer: ActView | Refusal) -> ActView:
    """An act that was made; a refusal fails the test."""
    assert not isinstance(answer, Refusal), answer
    return answer


def refused(answer: ActView | Refusal) -> Refusal:
    """A refusal; an act that was made fails the test."""
    assert isinstance(answer, Refusal), answer
    return answer


def ordered(*, days: dict[str, int] | None = None) -> Parties:
    """An order for two items, cleared by the enforcing authority; `days` are those of an item of its own."""
    parties, own = Parties(), days or {}
    items = [
        {**item, **({"retention_days": own[item["id"]]} if item["id"] in own else {})}
        for item in (facts.item_identification(), facts.item_traffic())
    ]
    done(parties.prepare(*items, persons=facts.persons("2030-01-01")))
    done(parties.act("officer", "submit", {"to": pseudonym(FR, "judge"), "note": "For decision"}))
    done(parties.act("judge", "authorise", decision()))
    done(parties.act("officer", "transmit", {}))
    assert parties.settle() == []
    done(parties.act("enforcing", "clear", {"to": "both"}))
    assert parties.settle() == []
    return parties


def answer_of(parties: Parties, *items: str) -> dict[str, Any]:
    """What a provider answers that produces these items."""
    sent = parties.nodes["provider"].case.sent
    assert sent is not None
    lines = [{"item": item, "digest": f"{number + 1:064x}", "size": 10, "files": 1} for number, item in enumerate(items)]
    whole = set(items) == {item.id for item in sent.items}
    return {
        "answer": "whole" if whole else "part",
        "packages": lines,
        "sealed_to": dict(sent.seal_to),
        "words": "All.",
        "read_back": facts.ACCOUNT,
    }


def produced(parties: Parties, *items: str) -> Parties:
    """The provider produces these items, and France receives them."""
    done(parties.act("provider", "produce", answer_of(parties, *items)))
    assert parties.settle() == []
    for one in parties.nodes["fr"].case.packages:
        if not one.received:
            parties.by_software("fr", "receive", {"digest": one.line.digest, "size": one.line.size, "produced": one.act})
    assert parties.settle() == []
    return parties


def evidence(**given: Any) -> Parties:
    """A case in which both items were received."""
    return produced(ordered(**given), "identification", "traffic")
