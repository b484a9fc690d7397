"""Who held a package: read from acts alone, in whatever order they come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rogatory.custody import Event, holders
from rogatory.moments import instant, parse_instant

START = parse_instant("2026-09-07T10:00:00.000Z")
DIGEST, OTHER = "ab" * 32, "cd" * 32


def event(kind: str, minute: int, institution: str, **parts: Any) -> Event:
    return Event(act=f"{minute:064x}", kind=kind, at=instant(START + timedelta(minutes=minute)), institution=institution, parts=parts)


LINES = [{"digest": DIGEST, "size": 10}, {"digest": OTHER, "size": 20}]
STORY = (
    event("produce", 1, "provider", packages=LINES),
    event("receive", 2, "fr", digest=DIGEST, size=10, produced=f"{1:064x}"),
    event("open", 3, "fr", package=DIGEST, file="*"),
    event("disclose to defence", 4, "fr", package=DIGEST, counsel="Maître Dupont"),
    event("certify purge", 9, "provider", packages=[DIGEST]),
)


@given(order=st.permutations(STORY))
def test_the_holders_are_the_same_in_whatever_order_the_acts_come(order: list[Event]) -> None:
    found = holders(order)
    assert [(one.package, one.who) for one in found] == [
        (DIGEST, "provider"), (OTHER, "provider"), (DIGEST, "fr"), (DIGEST, "Maître Dupont"),
    ]  # fmt: skip


def test_a_holder_states_the_hash_before_and_after_and_ends_with_its_own_certificate() -> None:
    provider, other, fr, counsel = holders(STORY)
    assert (provider.before, provider.after, provider.size) == ("", DIGEST, 10)
    assert (fr.before, fr.after, fr.size, fr.based_on) == (DIGEST, DIGEST, 10, provider.act)
    assert (counsel.before, counsel.after) == (DIGEST, "")  # sealed anew: no act states the new hash
    assert provider.until == STORY[-1].at
    assert [one.until for one in (other, fr, counsel)] == [None, None, None]


def test_what_was_received_and_never_announced_has_no_hash_before() -> None:
    (fr,) = holders([event("receive", 2, "fr", digest=DIGEST, size=10, produced="00" * 32)])
    assert (fr.before, fr.after) == ("", DIGEST)


@given(parts=st.dictionaries(st.sampled_from(["packages", "digest", "size", "package"]), st.none() | st.integers() | st.just([{}, 3, "x"])))
def test_parts_of_any_shape_make_no_exception(parts: dict[str, Any]) -> None:
    holders([event(kind, 1, "x", **parts) for kind in ("produce", "receive", "disclose to defence", "transfer onward", "certify purge")])
