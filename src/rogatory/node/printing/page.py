"""Print a form: rows and words in, a tagged PDF out (PDF/A-3a and PDF/UA-1), the form as JSON attached to it.

- The same input gives the same bytes: the date in the file is that of the act, no font of the machine is used.
- User text goes in as data (JSON), never as markup: `#`, `$`, `@` and `<` print as they stand.
- What no font here can show is refused before anything is printed, with the character, the field and the cure.

Left to others: signing the file (`seal`), what stands in the form (`rogatory.forms`).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import segno
import typst

from rogatory.canonical import Value, encode
from rogatory.errors import FormError
from rogatory.forms import Filled, Head, Layout, Row
from rogatory.forms.layout import JOINERS
from rogatory.forms.model import Texts
from rogatory.moments import Instant
from rogatory.node.printing.fonts import FontShelf

TEMPLATE = Path(__file__).with_name("form.typ")
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that one print needs; `receipts` is the address below which this node gives the receipt of an act to everybody."""

    filled: Filled
    layout: Layout
    head: Head
    value: Mapping[str, Value]
    words: Mapping[str, Texts]
    institution: str
    receipts: str = ""


def print_form(sheet: Sheet, shelf: FontShelf) -> bytes:
    """The PDF, unsigned. `FormError` if a character stands in no font, naming the field."""
    printable(sheet.layout, shelf)
    return compiled(_data(sheet, shelf), shelf, at=sheet.head.made_at, where=f"form {sheet.filled.form.id}")


def compiled(data: Mapping[str, object], shelf: FontShelf, *, at: Instant, where: str) -> bytes:
    """The template with this data as a PDF. `FormError` if it cannot be printed."""
    try:
        printed = shelf.compiler().compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=[*STANDARDS],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        raise FormError("cannot be printed", where=where, why=error.message, cure="change the text, or add a font for it") from error
    if not isinstance(printed, bytes):
        raise FormError("was not printed as one file", where=where)
    return printed


def printable(layout: Layout, shelf: FontShelf) -> None:
    """`FormError` for the first character of the form that no font here has."""
    for path, label, text in _texts(layout):
        for one in text:
            if one not in JOINERS and not unicodedata.category(one).startswith("M") and not shelf.has(one):
                name = unicodedata.name(one, "a character without a name")
                raise FormError(
                    f"no font here has the character {one} (U+{ord(one):04X}, {name.lower()})",
                    where=f"{path} ({label})",
                    cure="put a font that has it into the folder of ROGATORY_FONTS, or write it in another script beside",
                )


def _texts(layout: Layout) -> Iterator[tuple[str, str, str]]:
    for part in layout.parts:
        for row in part.rows:
            yield from _row_texts(row)


def _row_texts(row: Row) -> Iterator[tuple[str, str, str]]:
    for line in row.lines:
        yield row.path, row.label, line
    for inner in row.rows:
        yield from _row_texts(inner)


def _data(sheet: Sheet, shelf: FontShelf) -> dict[str, object]:
    layout, filled, head, language = sheet.layout, sheet.filled, sheet.head, sheet.layout.language
    words = {name: texts[language] for name, texts in sheet.words.items()}
    cover = filled.form.cover
    status = "" if head.act and head.own else words["view"] if head.act else words["draft"]
    if filled.lacks:
        status = f"{status} {words['incomplete']}".strip()
    return {
        "language": language,
        "title": words["letter"] if cover else f"{layout.title}, {head.reference}".rstrip(", "),
        "heading": layout.title,
        "cite": layout.cite,
        "institution": sheet.institution,
        "reference": head.reference,
        "cover": bool(cover),
        "wide": False,
        "status": status,
        "lacks": [f"{_label(sheet, one.path)} ({one.article})" for one in filled.lacks],
        "facts": [
            [words["reference"], head.reference or words["none"]],
            [words["copy_for"], words[filled.audience.value]],
        ],
        "parts": [
            {
                "heading": part.title if part.id == cover else f"{words['section']} {part.id}. {part.title}",
                "note": part.note,
                "source": part.cite + (f" ({words['interpretation']})" if part.mark == "interpretation" else ""),
                "cover": part.id == cover,
                "rows": [_row(one) for one in part.rows],
            }
            for part in layout.parts
        ],
        "proof": {
            "sentence": words["never_proof"],
            "act": head.act or words["draft"],
            "check": words["check"],
            "attached": words["attached"],
        },
        "words": {name: words[name] for name in ("none", "page", "of", "reference", "proof", "code")},
        "qr": code_of(head.reference, head.act, sheet.receipts),
        "attachment": encode(sheet.value).decode("utf-8"),
        "fonts": shelf.families,
        "mono": shelf.mono,
    }


def _label(sheet: Sheet, path: str) -> str:
    found = {row.path: row.label for part in sheet.layout.parts for row in _walk(part.rows)}
    return found.get(path, path)


def _walk(rows: tuple[Row, ...]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from _walk(row.rows)


def _row(row: Row) -> dict[str, object]:
    return {
        "label": row.label,
        "kind": row.kind,
        "lines": [{"text": line, "rtl": right_to_left(line)} for line in row.lines],
        "boxes": [list(box) for box in row.boxes],
        "rows": [_row(one) for one in row.rows],
    }


def right_to_left(line: str) -> bool:
    """Whether the first letter with a direction reads from right to left (UAX #9, P2)."""
    strong = (unicodedata.bidirectional(one) for one in line)
    return next((one in {"R", "AL"} for one in strong if one in {"L", "R", "AL"}), False)


def code_of(reference: str, act: str, receipts: str) -> str:
    """The code with the reference, the hash of the act, and where its receipt is; none for a draft."""
    if not act:
        return ""
    lines = (reference, act, *((f"{receipts}/{act}/print",) if receipts else ()))
    code = segno.make("\n".join(lines), error="l", micro=False)
    return str(code.svg_inline(scale=4, border=0, omitsize=False))
