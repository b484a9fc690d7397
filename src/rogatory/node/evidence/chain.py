"""The chain of custody of one case: who held what, from when, every hash, every opening, every copy, every gap.

It is read from the acts alone, so that whoever holds them and their receipts can read the same (`rogatory verify`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.moments import Instant, format_instant
from rogatory.node import log
from rogatory.node.desk import CasePage, Desk, Person
from rogatory.node.models import ForeignProof, Place
from rogatory.procedure import ActView, Case, Refusal
from rogatory.procedure.acts.opening import WHOLE

KINDS = {
    "transmit": "The order asks for it and names the recipient to whom it is sealed",
    "produce": "Sealed at its source, and announced with its digest",
    "receive": "Received: counted and hashed, the same as announced",
    "quarantine": "Kept sealed: not what was ordered",
    "open": "Opened",
    "agree to open": "A second person agreed to the opening",
    "disclose to defence": "Disclosed to the defence, sealed anew",
    "allow secondary use": "Use in other proceedings allowed",
    "transfer onward": "Transferred to another State",
    "restrict": "Restricted: nobody may open it",
    "lift restriction": "Restriction lifted",
    "contain": "An accidental disclosure is contained",
    "retain": "Kept longer",
    "purge": "Destroyed by a judge's order",
    "end keeping": "Destroyed: its time has ended",
    "certify purge": "Destruction certified",
}
HELD_BY_KIND = ("package", "digest")


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
    links = tuple(_links(case))
    return Custody(page=page, links=links, reads=tuple(sorted(reads.items())), gaps=tuple(_gaps(case, links)))


def _links(case: Case) -> Iterator[Link]:
    hashes = [act.hash for act in case.acts if act.kind in KINDS]
    places = dict(Place.objects.filter(hash__in=hashes).values_list("hash", "leaf"))
    proofs = dict(ForeignProof.objects.filter(hash__in=hashes).values_list("hash", "text"))
    for act in case.acts:
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
                index=log.index_of(proofs.get(act.hash)) if act.foreign else places.get(act.hash),
            )


def _packages(act: ActView) -> tuple[str, ...]:
    lines = act.parts.get("packages")
    if act.kind == "produce" and isinstance(lines, list | tuple):
        return tuple(str(one["digest"]) for one in lines if isinstance(one, dict))
    return tuple(str(act.parts[name]) for name in HELD_BY_KIND if name in act.parts)


def _detail(act: ActView) -> str:
    match act.kind:
        case "open":
            file = str(act.parts.get("file", ""))
            return f"{'the list of originals' if file == WHOLE else file}; for: {act.parts.get('purpose', '')}"
        case "disclose to defence":
            return f"to {act.parts.get('counsel', '')}"
        case "transfer onward":
            return f"to {act.parts.get('authority', '')} ({act.parts.get('state', '')}), {act.parts.get('law', '')}"
        case "allow secondary use":
            return f"{act.parts.get('proceedings', '')}, {act.parts.get('law', '')}"
        case "quarantine" | "restrict":
            return str(act.parts.get("why", ""))
        case "certify purge":
            return f"complete on {act.parts.get('complete_on', '')}"
        case _:
            return ""


def _gaps(case: Case, links: tuple[Link, ...]) -> Iterator[str]:
    """What a reader must know is not proved."""
    for package in case.packages:
        if not package.received and not case.purged:
            yield f"Package {package.line.digest[:16]} was announced, and has not been received."
        if package.quarantined:
            yield f"Package {package.line.digest[:16]} is in quarantine: {package.quarantined}."
    if any(one.index is None for one in links):
        yield "Some acts have no place in the log yet; it follows within seconds."
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
