"""The chain of custody as one file for a court: the PDF of what its page shows, sealed, with the proof of it attached.

The proof is a case file of the custody's own acts: of each only the parts that custody needs are shown, the rest stays hidden
behind its digests. So a court, or the defence, can check it and learns nothing else of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rogatory.act import SignedAct, read, withhold
from rogatory.canonical import Value
from rogatory.custody import Event, Holder, holders
from rogatory.moments import format_instant
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence import chain
from rogatory.node.keys.document import load_document_key
from rogatory.node.printing import CustodySheet, print_custody, shelf
from rogatory.node.printing.custody import Told, time_of
from rogatory.node.settings.installation import NodeSettings
from rogatory.procedure import Refusal

SHOWN = frozenset(
    {"packages", "package", "digest", "size", "produced", "file", "purpose", "use_for", "counsel", "authority", "state", "law"}
    | {"proceedings", "why", "until", "complete_on", "seal_to", "purge", "conditions", "items", "kept_until", "sort", "reason", "outcome"}
)
"""The parts of acts that a custody shows."""
SHOWN_OF = {"transmit": frozenset({"seal_to"}), "produce": frozenset({"packages"})}
"""Acts of which less is shown: what was asked for, and in which words it was answered, is not custody."""
SEAL = "Seal of the institution that printed this"


def statement(desk: Desk, person: Person, case_id: str, purpose: str) -> dict[str, Value] | Refusal:
    """The custody and its proof as one value: what is attached to the PDF. The look at the case is recorded first."""
    found = chain.custody(desk, person, case_id, purpose)
    return found if isinstance(found, Refusal) else _proof(desk, person, purpose, found)


def printed(desk: Desk, person: Person, case_id: str, purpose: str) -> bytes | Refusal:
    """The PDF, sealed with the institution's document key if it has one; the look at the case is recorded first."""
    found = chain.custody(desk, person, case_id, purpose)
    if isinstance(found, Refusal):
        return found
    proof = _proof(desk, person, purpose, found)
    if isinstance(proof, Refusal):
        return proof
    house = desk.house
    names = {one.uri: one.name for one in house.institutions(found.page.now).values()}
    pdf = print_custody(_sheet(found, proof, names, house.settings), shelf())
    key = load_document_key(house.settings.home)
    if key is None:
        return pdf
    from rogatory.node.printing.seal import seal_pdf  # noqa: PLC0415  # what it stands on takes a second to load

    return seal_pdf(pdf, key, at=found.page.now, reason=SEAL)


def _proof(desk: Desk, person: Person, purpose: str, found: chain.Custody) -> dict[str, Value] | Refusal:
    case = found.page.case
    whole = desk.export(person, case.ref.id if case.ref else "", purpose)
    if isinstance(whole, Refusal):
        return whole
    acts = whole["acts"]
    return {
        "v": 1,
        "custody": {**chain.custody_value(found), "holders": [holder_value(one) for one in _holders(found)]},
        "file": {**whole, "acts": [*_narrowed(acts if isinstance(acts, list) else (), {one.act for one in found.links})]},
    }


def _narrowed(acts: Iterable[Value], wanted: set[str]) -> Iterable[Value]:
    for act in acts:
        if isinstance(act, Mapping) and (found := read(str(act["skeleton"]))).hash in wanted:
            disclosures = act["disclosures"]
            signed = SignedAct(
                skeleton=str(act["skeleton"]), disclosures=tuple(map(str, disclosures if isinstance(disclosures, list | tuple) else ()))
            )
            yield {**act, "disclosures": list(withhold(signed, parts=SHOWN_OF.get(found.kind, SHOWN), after=()).disclosures)}


def _holders(found: chain.Custody) -> tuple[Holder, ...]:
    linked = {one.act for one in found.links}
    acts = (act for act in found.page.case.acts if act.hash in linked)
    return holders(Event(act=one.hash, kind=one.kind, at=one.at, institution=one.by.institution, parts=one.parts) for one in acts)


def holder_value(one: Holder) -> dict[str, Value]:
    """A holder as a value; what no act states is absent."""
    return {
        "package": one.package,
        "who": one.who,
        "how": one.how,
        "since": format_instant(one.since),
        "act": one.act,
        **({"before": one.before} if one.before else {}),
        **({"after": one.after} if one.after else {}),
        **({"until": format_instant(one.until), "ended_by": one.ended_by} if one.until else {}),
    }


def _sheet(found: chain.Custody, proof: Mapping[str, Value], names: Mapping[str, str], node: NodeSettings) -> CustodySheet:
    case, now = found.page.case, found.page.now
    institution = names.get(node.institution, node.institution)
    called = {one.line.digest: f"package {number} ({one.line.digest[:12]})" for number, one in enumerate(case.packages, 1)}
    kept = case.kept_until or "nothing is kept yet"
    return CustodySheet(
        case=case.ref.id if case.ref else "",
        institution=institution,
        made_at=now,
        facts=[
            ("Case", case.ref.id if case.ref else ""),
            ("Printed", time_of(now)),
            ("Printed by", institution),
            ("Kept until", kept + (f"; not destroyed while it stands: {case.held_back}" if case.held_back else "")),
        ],
        packages=[
            (
                f"Package {number}, item {one.line.item}",
                (f"SHA-256 {one.line.digest}", f"{one.line.size} bytes, {one.line.files} original{'s' if one.line.files != 1 else ''}"),
            )
            for number, one in enumerate(case.packages, 1)
        ],
        holders=_holders(found),
        told=[Told(at=one.at, what=one.what, lines=tuple(_lines(one, names, called))) for one in found.links],
        reads=found.reads,
        gaps=found.gaps,
        last=found.links[-1].act if found.links else "",
        receipts=f"{node.base_url}/receipts",
        proof=proof,
        names=names,
    )


def _lines(link: chain.Link, names: Mapping[str, str], called: Mapping[str, str]) -> Iterable[str]:
    if link.detail:
        yield link.detail
    who = link.officer.rpartition("#")[2]
    yield f"{names.get(link.institution, link.institution)}, {link.capacity}" + (f", {who}" if who else "")
    if link.packages:
        yield ", ".join(called.get(digest, f"package {digest}") for digest in link.packages)
    yield f"act {link.act}, " + (f"log entry {link.index}" if link.index is not None else "not proved by the log yet")
