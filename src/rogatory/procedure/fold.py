"""Fold the set of a case's acts into the case, the same at every node that holds the same acts.

- Order: an act comes after those that it names; acts that did not know of each other by (`at`, hash).
- Folding judges nothing and reads no clock: whether an act was allowed was settled when it was made or taken up.
- A part that this node may not see is absent, and changes nothing here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from rogatory.canonical import Value
from rogatory.errors import ActError
from rogatory.moments import Instant
from rogatory.procedure.acts import KINDS
from rogatory.procedure.acts.crossing import AcknowledgeBody, received_at
from rogatory.procedure.case import Case
from rogatory.procedure.kind import ActView, Body, Kind


def kind_of(name: str) -> Kind[Body]:
    """The kind of that name. `ActError` if there is none."""
    kind = KINDS.get(name)
    if kind is None:
        raise ActError(f"{name!r} is no kind of act", where="kind", cure=f"use one of {', '.join(sorted(KINDS))}")
    return kind


def read_body(kind: Kind[Body], parts: Mapping[str, Value]) -> Body:
    """The body as far as its parts are held here. `ActError` if a part is malformed, or is none of this kind."""
    unknown = parts.keys() - kind.parts.keys()
    if unknown:
        raise ActError(f"has no part {min(unknown)}", where=kind.name, cure=f"use {', '.join(kind.parts)}")
    try:
        if parts.keys() == kind.parts.keys():
            return kind.body.model_validate(dict(parts))
        read = {name: _adapter(kind.body, name).validate_python(value) for name, value in parts.items()}
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join((kind.name, *(str(step) for step in first["loc"])))
        empty = first["type"] == "string_too_short" and not first["input"]
        raise ActError("nothing is written here" if empty else first["msg"], where=place, cure="give the part in its form") from error
    return kind.body.model_construct(set(read), **read)


@lru_cache(maxsize=512)
def _adapter(body: type[Body], name: str) -> TypeAdapter[object]:
    return TypeAdapter(body.model_fields[name].annotation)  # type: ignore[arg-type]  # a field of a body always has a type


def append(case: Case, act: ActView, body: Body | None = None) -> Case:
    """The case with one more act, which comes after all that it holds. `body`: what its parts say, where they were read before."""
    kind = kind_of(act.kind)
    if kind.parts and not act.parts:  # nothing of it is shown here, or its contents were destroyed: that it stands is all that remains
        return replace(case, ref=case.ref or act.case, acts=(*case.acts, act))
    if body is None:
        body = read_body(kind, act.parts)
    happened = dict(kind.happens(act, body))
    if isinstance(body, AcknowledgeBody):
        happened |= _received(case, act, body)
    grown = replace(
        case,
        ref=case.ref or act.case,
        acts=(*case.acts, act),
        events={**case.events, **{event: at for event, at in happened.items() if event not in case.events}},
    )
    changed = kind.change(grown, act, body)
    return replace(changed, reach={**case.reach, act.hash: kind.reach(changed, body)})


def _received(case: Case, act: ActView, body: AcknowledgeBody) -> dict[str, Instant]:
    role = case.role_of(act.by.institution)
    at = received_at(body)
    happened: dict[str, Instant] = {}
    for digest in body.of:
        received = case.act(digest)
        for event, receiver in kind_of(received.kind).events.items() if received else ():
            if receiver is not None and receiver == role:
                happened[event] = at
        if received and received.kind == "transmit" and case.sent and case.sent.notification and case.me == act.by.institution:
            happened.setdefault("notified", at)  # sent at the same time (Art. 8(1)); the addressee is told no other instant
    return happened


def ordered(acts: Iterable[ActView]) -> tuple[ActView, ...]:
    """The acts in the one order in which they are folded."""
    held = {act.hash: act for act in acts}
    waiting = {digest: sum(1 for before in act.after if before in held) for digest, act in held.items()}
    followers: dict[str, list[str]] = {}
    for digest, act in held.items():
        for before in act.after:
            if before in held:
                followers.setdefault(before, []).append(digest)
    ready = [(act.at, digest) for digest, act in held.items() if not waiting[digest]]
    heapq.heapify(ready)
    result = []
    while ready:
        _, digest = heapq.heappop(ready)
        result.append(held[digest])
        for follower in followers.get(digest, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (held[follower].at, follower))
    if len(result) != len(held):
        raise ActError("name each other in a circle", where="after", why="no act can come after itself")
    return tuple(result)


def fold(acts: Iterable[ActView], *, me: str) -> Case:
    """The case that these acts make, seen from the institution `me`."""
    case = Case(me=me)
    for act in ordered(acts):
        case = append(case, act)
    return case


def had(case: Case, act: ActView) -> Case:
    """The case as the author of an act had it, as far as this node holds it."""
    known: set[str] = set()
    todo = list(act.after)
    while todo:
        digest = todo.pop()
        before = case.act(digest)
        if before is not None and digest not in known:
            known.add(digest)
            todo.extend(before.after)
    return fold((one for one in case.acts if one.hash in known), me=case.me)
