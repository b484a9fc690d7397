"""How an original is shown without download: text, tables, JSON, mail, images and PDF, and nothing that could act.

- What it is, is told by its bytes, never by its name. SVG and HTML are text here, and nothing is linked, loaded or run.
- Text is escaped, and signs that steer the direction of writing or hide are shown by their number.
- Only the first part of a large original is shown, and the page says so; the whole is a download.
- PDF pages are painted by another process with bounded memory and time (`web.painting`), and shown as pictures.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from email import errors as mail_errors
from email import message_from_bytes, policy

from rogatory.web.painting import paint_pdf

MOST_TEXT, MOST_PICTURE, MOST_PDF, MOST_ROWS, MOST_CELLS = 1 << 20, 24 << 20, 64 << 20, 500, 60
DEEPEST = 64
PICTURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"))
PDF = b"%PDF-"
MAIL_HEADS = ("From", "To", "Cc", "Date", "Subject", "Message-ID", "Received")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows of an original: its sort, and text, rows or pictures."""

    sort: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    pictures: tuple[str, ...] = ()
    note: str = ""


def show(name: str, size: int, pieces: Iterable[bytes]) -> Shown:
    """What can be shown of an original. Total: whatever the bytes are, something honest comes back."""
    data = _first(pieces, MOST_PDF if size <= MOST_PDF else MOST_TEXT)
    picture = next((kind for magic, kind in PICTURES if data.startswith(magic)), _webp(data))
    if picture and size <= MOST_PICTURE:
        return Shown(sort="picture", pictures=(_data_uri(picture, data),))
    if data.startswith(PDF) and len(data) == size:
        painted = paint_pdf(data)
        note = "" if painted.whole else "Not every page could be shown; download the original for the whole."
        return Shown(sort="pdf", pictures=tuple(_data_uri("image/png", one) for one in painted.pages), note=note)
    try:
        text = _text(data[:MOST_TEXT], cut=size > MOST_TEXT)
    except UnicodeDecodeError:
        return Shown(sort="other", note="These bytes are none of the types that are shown here. Download the original to read it.")
    note = f"The first {MOST_TEXT} of {size} bytes are shown." if size > MOST_TEXT else ""
    return _of_text(name.lower(), data, text, note)


def _of_text(name: str, data: bytes, text: str, note: str) -> Shown:
    if name.endswith((".eml", ".mbox")):
        return _mail(data[:MOST_TEXT], note)
    if name.endswith((".csv", ".tsv")):
        table = _table(text, "\t" if name.endswith(".tsv") else ",")
        if table:
            more = note or (f"The first {MOST_ROWS} rows are shown." if len(table) == MOST_ROWS else "")
            return Shown(sort="table", rows=table, note=more)
    if name.endswith(".json") and not note:
        return Shown(sort="text", text=visible(_laid_out(text)), note=note)
    return Shown(sort="text", text=visible(text), note=note)


def visible(text: str) -> str:
    r"""Text in which nothing hides: signs that steer or are not seen are shown by their number.

    >>> visible("invoice\u202egpj.exe")
    'invoice⟨U+202E⟩gpj.exe'
    """
    return "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in {"Cf", "Cc", "Cs", "Co"} and char not in "\n\r\t" else char for char in text
    )


def _first(pieces: Iterable[bytes], most: int) -> bytes:
    """The first bytes, up to so many; what comes after is not read."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= most:
            break
    return bytes(held[:most])


def _text(data: bytes, *, cut: bool) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace" if cut else "strict")
    if b"\0" in data:
        raise UnicodeDecodeError("utf-8", data[:1], 0, 1, "holds a zero byte")
    if cut:
        while data and data[-1] & 0xC0 == 0x80:  # noqa: PLR2004  # the continuation bytes of UTF-8
            data = data[:-1]
        data = data[:-1]
    return data.decode("utf-8-sig")


def _webp(data: bytes) -> str:
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _table(text: str, separator: str) -> tuple[tuple[str, ...], ...]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            rows.append(tuple(visible(cell[:2000]) for cell in row[:MOST_CELLS]))
            if len(rows) == MOST_ROWS:
                break
    except csv.Error:
        return ()
    return tuple(rows)


def _laid_out(text: str) -> str:
    """JSON with line ends, without reading it: nothing can go deep or grow large, and every sign stays as it is."""
    depth = deepest = 0
    for char in text:
        depth += (char in "[{") - (char in "]}")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        return text
    try:
        return json.dumps(json.loads(text, parse_int=str, parse_float=str), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _mail(data: bytes, note: str) -> Shown:
    try:
        mail = message_from_bytes(data, policy=policy.default)
        heads = tuple((name, visible(str(value)[:4000])) for name in MAIL_HEADS for value in mail.get_all(name, [])[:20])
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        parts = [part.get_filename() or part.get_content_type() for part in mail.walk() if not part.is_multipart()][:100]
    except (mail_errors.MessageError, LookupError, ValueError, RecursionError, AttributeError, TypeError, IndexError, KeyError):
        return Shown(sort="text", text=visible(data.decode("utf-8", "replace")), note=note)
    if not heads and not text:
        return Shown(sort="text", text=visible(data.decode("utf-8", "replace")), note=note)
    more = f"{note} Parts: {', '.join(visible(one[:200]) for one in parts)}.".strip()
    return Shown(sort="mail", heads=heads, text=visible(str(text)), note=more)
