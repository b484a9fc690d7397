"""Print the chain of custody: what the custody page shows, as a PDF that a court can follow, its proof attached as data.

- The template, the standards and the fonts are those of the forms. The attached file holds the custody as data and the acts that it
  rests on, with their receipts: `rogatory custody check` checks them offline.
- Names of originals come from strangers. A sign that no font here has is written by its number, so that a name can never
  keep a custody from being printed; the attached data hold it as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rogatory.canonical import Value, encode
from rogatory.custody import Holder
from rogatory.forms.layout import JOINERS
from rogatory.moments import Instant
from rogatory.node.printing.fonts import FontShelf
from rogatory.node.printing.page import code_of, compiled, right_to_left

ATTACHED = "custody.json"
HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
NO_GAP = "No gap: every step from the sealing on has its act and its proof."
HELD = "From each holder's own acts. The hash is SHA-256 of the sealed package; its recipient's key alone opens it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event in the order of time: when, what, and lines that say by whom, about what, proved where."""

    at: Instant
    what: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodySheet:
    """All that one print needs; `proof` is the attached file, `last` the latest act on which it rests."""

    case: str
    institution: str
    made_at: Instant
    facts: Sequence[tuple[str, str]]
    packages: Sequence[tuple[str, Sequence[str]]]
    holders: Sequence[Holder]
    told: Sequence[Told]
    reads: Sequence[tuple[str, int]]
    gaps: Sequence[str]
    last: str
    receipts: str
    proof: Mapping[str, Value]
    names: Mapping[str, str]

    def called(self, digest: str) -> str:
        """What a package is called in the text: its number, and how its hash begins."""
        known = [lines[0].rpartition(" ")[2] for _, lines in self.packages]
        return f"package {known.index(digest) + 1} ({digest[:12]})" if digest in known else f"package {digest}"


def print_custody(sheet: CustodySheet, shelf: FontShelf) -> bytes:
    """The PDF, unsigned."""
    return compiled(_data(sheet, shelf), shelf, at=sheet.made_at, where="chain of custody")


def _data(sheet: CustodySheet, shelf: FontShelf) -> dict[str, object]:
    def row(label: str, lines: Iterable[str]) -> dict[str, object]:
        shown = [{"text": printable_text(line, shelf), "rtl": right_to_left(line)} for line in lines]
        return {"label": label, "kind": "lines" if shown else "empty", "lines": shown, "boxes": [], "rows": []}

    def part(heading: str, note: str, rows: list[dict[str, object]]) -> dict[str, object]:
        return {"heading": heading, "note": note, "source": "", "cover": False, "rows": rows}

    parts = [
        part("What is not proved", "" if sheet.gaps else NO_GAP, [row("Gap", [one]) for one in sheet.gaps]),
        part("Packages", "", [row(name, lines) for name, lines in sheet.packages]),
        part("Who held what", HELD, [row(_span(one), _holding(one, sheet)) for one in sheet.holders]),
        part(
            "What happened", "Every opening, copy and end, in order.", [row(time_of(one.at), [one.what, *one.lines]) for one in sheet.told]
        ),
        part("Who read how much", "", [row(who, [f"{count} original{'s' if count != 1 else ''}"]) for who, count in sheet.reads]),
    ]
    return {
        "language": "en",
        "title": f"Chain of custody, {sheet.case}",
        "heading": "Chain of custody",
        "cite": "Regulation (EU) 2023/1543, Art. 10; Directive (EU) 2016/680, Arts. 25 and 29",
        "institution": sheet.institution,
        "reference": sheet.case,
        "cover": False,
        "wide": False,
        "status": "",
        "lacks": [],
        "facts": [[label, printable_text(value, shelf)] for label, value in sheet.facts],
        "parts": parts,
        "proof": {
            "sentence": "This page is output, never proof. The proof is the signed acts, each in its log; the latest is:",
            "act": sheet.last or "none",
            "check": "To check it offline: rogatory custody check, with this file, the packages, and the key of the trust anchor.",
            "attached": f"The custody, its acts and their receipts are attached to this file ({ATTACHED}).",
        },
        "words": {"none": "none", "page": "page", "of": "of", "reference": "Case", "proof": "Proof", "code": "Code with the latest act"},
        "qr": code_of(sheet.case, sheet.last, sheet.receipts),
        "attachment": encode(sheet.proof).decode("utf-8"),
        "attached_as": ATTACHED,
        "fonts": shelf.families,
        "mono": shelf.mono,
    }


def printable_text(text: str, shelf: FontShelf) -> str:
    """The text, with every sign that hides or that no font has written by its number."""
    return "".join(one if _shown(one, shelf) else f"[U+{ord(one):04X}]" for one in text)


def _shown(sign: str, shelf: FontShelf) -> bool:
    kind = unicodedata.category(sign)
    return kind not in HIDDEN and (sign in JOINERS or kind.startswith("M") or shelf.has(sign))


def time_of(at: Instant) -> str:
    """An instant as a court reads it, to the second, in UTC; the attached data hold it to the millisecond."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _span(one: Holder) -> str:
    return f"From {time_of(one.since)} to {time_of(one.until) if one.until else 'now'}"


def _holding(one: Holder, sheet: CustodySheet) -> list[str]:
    unknown = "stated by no act here"
    hashes = (
        [f"hash before and after, the same: {one.after}"]
        if one.before and one.before == one.after
        else [
            f"hash before: {one.before or ('none, sealed here' if one.how.startswith('sealed') else unknown)}",
            f"hash after: {one.after or unknown}",
        ]
    )
    ended = [f"destroyed; certified by act {one.ended_by}"] if one.ended_by else []
    return [f"{sheet.names.get(one.who, one.who)}: {one.how}", sheet.called(one.package), *hashes, f"act {one.act}", *ended]
