"""The chain of custody of one case: who held what, from when, every hash, every opening, every copy, every gap.

It is read from the acts alone, so that whoever holds them and their receipts can read the same (`rogatory verify`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.moments import Instant, format_instant
from rogatory.node.desk import CasePage, Desk, Person
from rogatory.procedure import ActView, Case, Refusal, Role
from rogatory.procedure.acts.opening import WHOLE

KINDS = {
    "transmit": "The order asks for it and names the recipient to whom it is sealed",
    "produce": "Sealed at its source, and announced with its digest",
    "receive": "Received: counted and hashed, the same as announced",
    "quarantine": "Kept sealed: not what was ordered",
    "open": "Opened",
    "agree to open": "A second person agreed to the opening",
    "name filter person": "A filter person outside the team was named",
    "accept filtering": "The filter person gave her own recipient",
    "refer to filter": "The view was stopped, and an original referred to the filter person",
    "open for filtering": "The filter person fetched it, sealed to her own recipient",
    "decide filtering": "The filter person decided",
    "disclose to defence": "Disclosed to the defence, sealed anew",
    "allow secondary use": "Use in other proceedings allowed",
    "transfer onward": "Transferred to another State",
    "restrict": "Restricted: nobody may open it",
    "lift restriction": "Restriction lifted",
    "complain": "A complaint was received: nothing is destroyed while it stands",
    "reject complaint": "The complaint was rejected",
    "uphold complaint": "The complaint was upheld: nobody may open it",
    "suspend": "Suspended by a court: nobody may open it",
    "annul": "Annulled by a court: nobody may open it",
    "apply for disclosure": "The defence applied for disclosure: nothing is destroyed while it stands",
    "refuse disclosure": "The application of the defence was refused",
    "contain": "An accidental disclosure is contained",
    "retain": "Kept longer",
    "agree to keeping": "The later end was taken up",
    "ask for longer availability": "Asked to leave the packages longer",
    "leave available longer": "The packages can be fetched for longer",
    "purge": "Destroyed by a judge's order",
    "end keeping": "Destroyed: the time has ended",
    "end file": "Destroyed: the time of the file has ended",
    "certify purge": "Destruction certified",
}
HELD_BY_KIND = ("package", "digest")
DETAILS = {
    "disclose to defence": "to {counsel}",
    "transfer onward": "to {authority} ({state}), {law}, on these conditions: {conditions}",
    "allow secondary use": "{proceedings}, {law}, on these conditions: {conditions}",
    "quarantine": "{why}",
    "restrict": "{why}",
    "certify purge": "complete on {complete_on}",
    "retain": "{items}, until {until}",
    "end keeping": "{items}, kept until {kept_until}",
    "ask for longer availability": "until {until}",
    "leave available longer": "until {until}",
    "complain": "{article}",
    "refer to filter": "{sort}: {reason}",
    "decide filtering": "{outcome}: {reason}",
    "suspend": "{words}",
    "annul": "{words}",
}
"""What the page says beside each kind, from its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event of the custody: when, what, by whom, about which packages, and the entry of the log that proves it."""

    at: Instant
    what: str
    kind: str
    institution: str
    officer: str
    capacity: str
    packages: tuple[str, ...]
    detail: str
    act: str
    index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """The custody of a case: its links in order, its packages, who read how much, and what is missing."""

    page: CasePage
    links: tuple[Link, ...]
    reads: tuple[tuple[str, int], ...]
    gaps: tuple[str, ...]


def custody(desk: Desk, person: Person, case_id: str, purpose: str) -> Custody | Refusal:
    """The custody of a case, after the look at it was recorded."""
    page = desk.page(person, case_id, purpose)
    if isinstance(page, Refusal):
        return page
    case = page.case
    reads: dict[str, int] = {}
    for one in case.openings:
        reads[one.by.officer or one.by.capacity] = reads.get(one.by.officer or one.by.capacity, 0) + (one.file != WHOLE)
    links = tuple(_links(page))
    return Custody(page=page, links=links, reads=tuple(sorted(reads.items())), gaps=tuple(_gaps(case, links)))


def _links(page: CasePage) -> Iterator[Link]:
    for entry in page.timeline:
        act = entry.act
        if act.kind in KINDS:
            yield Link(
                at=act.at,
                what=KINDS[act.kind],
                kind=act.kind,
                institution=act.by.institution,
                officer=act.by.officer or "",
                capacity=act.by.capacity,
                packages=_packages(act),
                detail=_detail(act),
                act=act.hash,
                index=entry.index,
            )


def _packages(act: ActView) -> tuple[str, ...]:
    lines = act.parts.get("packages")
    if act.kind == "produce" and isinstance(lines, list | tuple):
        return tuple(str(one["digest"]) for one in lines if isinstance(one, dict))
    return tuple(str(act.parts[name]) for name in HELD_BY_KIND if name in act.parts)


def _detail(act: ActView) -> str:
    if act.kind == "open":
        file = str(act.parts.get("file", "an original, whose name ended with its item"))
        return f"{'the list of originals' if file == WHOLE else file}; for: {act.parts.get('purpose', '')}"
    held = {name: _listed(value) if isinstance(value, list | tuple) else str(value) for name, value in act.parts.items()}
    return DETAILS.get(act.kind, "").format_map(defaultdict(str, held))


def _listed(value: Value | None) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else ""


def _gaps(case: Case, links: tuple[Link, ...]) -> Iterator[str]:
    """What a reader must know is not proved."""
    for package in case.packages:
        if not package.received and not case.purged and package.line.item not in case.ended:
            yield f"Package {package.line.digest[:16]} was announced, and has not been received."
        if package.quarantined:
            yield f"Package {package.line.digest[:16]} is in quarantine: {package.quarantined}."
        for gap in case.withheld(package.line.digest).values():
            yield f"Package {package.line.digest[:16]}: one of its {package.line.files} originals is {gap.gap}."
    unproved = sum(one.index is None for one in links)
    if unproved:
        yield f"Acts without their proof from the log yet: {unproved}. It follows within seconds; print this again then."
    for longer in case.extensions:
        lacking = {case.parties.get(Role.ADDRESSEE)} - longer.agreed if case.me == case.parties.get(Role.ISSUING) else set()
        if lacking and not case.purged:
            yield f"Kept longer until {longer.until}: the addressee has not yet answered that it counts the same end."
    if case.purged and not case.certificates:
        yield "Destroyed; no certificate has arrived yet."


def custody_value(found: Custody) -> dict[str, Value]:
    """The custody as a value: what a form, an archive or a court's own software reads."""
    case = found.page.case
    return {
        "case": case.ref.id if case.ref else "",
        "made_at": format_instant(found.page.now),
        **({"kept_until": case.kept_until} if case.kept_until else {}),
        "packages": [
            {
                "item": one.line.item,
                "digest": one.line.digest,
                "algorithm": "SHA-256",
                "size": one.line.size,
                "files": one.line.files,
                "announced_by": one.act,
                "received": one.received,
                **({"kept_until": case.ends[one.line.item]} if one.line.item in case.ends else {}),
                **({"destroyed_by": case.ended[one.line.item]} if one.line.item in case.ended else {}),
            }
            for one in case.packages
        ],
        "links": [
            {
                "at": format_instant(one.at),
                "what": one.what,
                "kind": one.kind,
                "by": {"institution": one.institution, "capacity": one.capacity, **({"officer": one.officer} if one.officer else {})},
                "packages": list(one.packages),
                **({"detail": one.detail} if one.detail else {}),
                "act": one.act,
                **({"log_index": one.index} if one.index is not None else {}),
            }
            for one in found.links
        ],
        "reads": [{"by": who, "originals": count} for who, count in found.reads],
        "gaps": list(found.gaps),
    }
