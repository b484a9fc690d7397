"""Who held a package, from when until when, with its hash before and after: read from acts alone.

- A holder begins with an act of its own: `produce` (sealed at its source), `receive` (counted and hashed on arrival); a copy that
  leaves by `disclose to defence` or `transfer onward` makes a holder of whom no receipt is here.
- A holder ends with its own `certify purge`.
- Nothing is judged here: whether these acts were signed and stand in a log, and whether they agree, is asked by whoever verifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rogatory.canonical import Value
from rogatory.moments import Instant

LEAVES = {"disclose to defence": "counsel", "transfer onward": "authority"}
"""Acts by which a copy leaves the parties of the case, and the part that names who gets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act as far as custody needs it."""

    act: str
    kind: str
    at: Instant
    institution: str
    parts: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One holder of one package. `before` and `after` are SHA-256 in hex, empty where no act states one; `size` in bytes, or -1.

    `based_on` is the act that this one names as the announcement, where it names one.
    """

    package: str
    who: str
    how: str
    since: Instant
    act: str
    before: str
    after: str
    size: int = -1
    based_on: str = ""
    until: Instant | None = None
    ended_by: str = ""


def holders(events: Iterable[Event]) -> tuple[Holder, ...]:
    """Every holder of every package, by the time at which each began."""
    found: list[Holder] = []
    for event in sorted(events, key=lambda one: (one.at, one.act)):
        match event.kind:
            case "produce":
                found += _sealed(event)
            case "receive":
                found.append(_received(event, found))
            case "disclose to defence" | "transfer onward":
                found.append(_left(event))
            case "certify purge":
                found = [_ended(one, event) for one in found]
    return tuple(found)


def _sealed(event: Event) -> Iterator[Holder]:
    lines = event.parts.get("packages")
    for line in lines if isinstance(lines, list | tuple) else ():
        if isinstance(line, Mapping) and isinstance(line.get("digest"), str):
            digest, size = str(line["digest"]), line.get("size")
            yield Holder(
                package=digest,
                who=event.institution,
                how="sealed at its source",
                since=event.at,
                act=event.act,
                before="",
                after=digest,
                size=size if isinstance(size, int) else -1,
            )


def _received(event: Event, before: list[Holder]) -> Holder:
    digest, size = str(event.parts.get("digest", "")), event.parts.get("size")
    produced = str(event.parts.get("produced", ""))
    announced = next((one for one in before if one.act == produced and one.package == digest), None)
    return Holder(
        package=digest,
        who=event.institution,
        how="received, counted and hashed",
        since=event.at,
        act=event.act,
        before=announced.after if announced else "",
        after=digest,
        size=size if isinstance(size, int) else -1,
        based_on=produced,
    )


def _left(event: Event) -> Holder:
    digest = str(event.parts.get("package", ""))
    defence = event.kind == "disclose to defence"
    return Holder(
        package=digest,
        who=str(event.parts.get(LEAVES[event.kind], "")),
        how="a copy for the defence, sealed anew to counsel" if defence else "a copy for another State",
        since=event.at,
        act=event.act,
        before=digest,
        after="",
    )


def _ended(one: Holder, event: Event) -> Holder:
    named = event.parts.get("packages")
    mine = one.who == event.institution and isinstance(named, list | tuple) and one.package in named
    return replace(one, until=event.at, ended_by=event.act) if mine else one
