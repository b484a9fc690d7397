"""Make files that have hurt others: bombs, links, path tricks, polyglots, scripts, formulas, huge and deep JSON, turned names.

python -m tests.custody.poison FOLDER     writes the corpus; each file is named by what is wrong with it

Nothing here is taken from anybody: each file is made by a few lines that say what it does.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

HOSTILE_NAMES = (
    *("../../etc/passwd", "/etc/passwd", "..", ".", "", "a/../../b", "a//b", "a/./b", "C:\\windows\\x", "\\\\host\\share", "a\\..\\b"),
    *("nul\0byte", "line\nbreak", "carriage\rreturn", "tab\tname", "bell\x07", "\x1b[2J", "\ud800", "x" * 901, "data/../../x", "./../x"),
)
TURNED_NAMES = (
    *("invoice\u202egpj.exe", "\u202dabc.txt", "a\u2066b\u2069.txt", "zero\u200bwidth.txt", "\ufeffbom.txt", "soft\u00adhyphen.txt"),
    *(
        "\u0410dmin.txt",
        "e\u0301.txt",
        "CON",
        "NUL.txt",
        "aux.csv",
        "trailing.",
        "trailing ",
        " leading",
        "-rf",
        "--help",
        "a;rm -rf ~",
        "$(id)",
    ),
    *("`id`.txt", "a|b", "a&b", "<script>.html", "'\"><img src=x>.txt", "%2e%2e%2fx", "~root", "#frag?query", ".htaccess", ".git"),
)
SCRIPTS = (
    "<script>alert(1)</script>",
    "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "<img src=x onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'><x>&x;</x>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "{{7*7}}{% load x %}${7*7}<%= 7*7 %>",
    "]]></pre></textarea></style></script><script>alert(1)</script>",
)
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", '=HYPERLINK("https://evil.example")', "=IMPORTXML(1,1)")


def corpus() -> Iterator[tuple[str, str, bytes]]:
    """What is wrong with each file, its name, its bytes."""
    yield from _archives()
    yield from _documents()
    for number, text in enumerate(SCRIPTS):
        for end in ("html", "svg", "txt", "json", "csv", "eml", "xml"):
            yield f"script-{number}-as-{end}", f"page-{number}.{end}", text.encode()
    for number, text in enumerate(FORMULAS):
        yield f"formula-{number}", f"formula-{number}.csv", f"a,b\n{text},1\n".encode()
    for number, name in enumerate(TURNED_NAMES):
        yield f"name-{number}", name, b"harmless"
    yield from _json()
    yield from _mail()
    yield from _text()


def _archives() -> Iterator[tuple[str, str, bytes]]:
    zeros = bytes(64 << 20)
    yield "gzip-bomb", "bomb.gz", gzip.compress(zeros)
    yield "zip-bomb", "bomb.zip", _zip({"zeros": zeros})
    nested = _zip({"zeros": zeros})
    for _ in range(8):
        nested = _zip({f"{number}.zip": nested for number in range(4)})
    yield "nested-zip-bomb", "nested.zip", nested
    yield "zip-slip", "slip.zip", _zip({"../../../../tmp/escaped": b"x", "/tmp/escaped": b"x"})
    for kind, name in (
        (tarfile.SYMTYPE, "symlink"),
        (tarfile.LNKTYPE, "hardlink"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.FIFOTYPE, "fifo"),
    ):
        yield f"tar-{name}", f"{name}.tar", _tar(kind)
    yield "zip-many-entries", "many.zip", _zip({f"{number}": b"" for number in range(20_000)})


def _documents() -> Iterator[tuple[str, str, bytes]]:
    yield "pdf-garbage", "garbage.pdf", b"%PDF-1.7\n" + b"\xff" * 5000
    yield "pdf-loop", "loop.pdf", _pdf(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 99999999 >>")
    one, script = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
    yield "pdf-huge-page", "huge.pdf", _pdf(one, b"", box=b"[0 0 1e9 1e9]")
    yield "pdf-javascript", "script.pdf", _pdf(one, b"", more=script)
    yield "pdf-stream-bomb", "stream.pdf", _pdf_stream(zlib.compress(bytes(200 << 20), 9))
    yield (
        "png-huge-header",
        "huge.png",
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)),
    )
    yield "png-bomb", "bomb.png", _png_bomb()
    yield "gif-truncated", "cut.gif", b"GIF89a\xff\xff\xff\xff"
    yield "jpeg-and-html", "poly.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>"
    yield "pdf-and-html", "poly.pdf", b"%PDF-1.4\n<html><script>alert(1)</script>"
    yield "gif-and-javascript", "poly.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//"
    yield "zip-behind-png", "poly.png", b"\x89PNG\r\n\x1a\n" + _zip({"x": b"x"})


def _json() -> Iterator[tuple[str, str, bytes]]:
    yield "json-deep", "deep.json", b"[" * 100_000 + b"]" * 100_000
    yield "json-deep-objects", "deep2.json", b'{"a":' * 100_000
    yield "json-large-number", "number.json", b"1" * 200_000
    yield "json-exponent", "exponent.json", b"[1e999999999, -1e999999999, NaN, Infinity]"
    yield "json-twice", "twice.json", b'{"a":1,"a":2}'
    yield "json-huge", "huge.json", b"[" + b'"x",' * 2_000_000 + b'"x"]'
    yield "json-surrogate", "surrogate.json", b'["\\ud800"]'


def _mail() -> Iterator[tuple[str, str, bytes]]:
    yield (
        "mail-nested",
        "nested.eml",
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (number, number) for number in range(3000)),
    )
    yield "mail-many-heads", "heads.eml", b"Received: x\n" * 50_000 + b"\nbody"
    yield "mail-long-head", "long.eml", b"Subject: " + b"=?utf-8?q?" + b"=41" * 100_000 + b"?=\n\nbody"
    yield "mail-charset", "charset.eml", b"Content-Type: text/plain; charset=no-such\n\n\xff\xfe"
    yield "mail-base64", "base64.eml", b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n!!!!not base64"
    yield "mail-name", "name.eml", b'From: "<script>" <a@b>\nContent-Disposition: attachment; filename="../../x"\n\nx'


def _text() -> Iterator[tuple[str, str, bytes]]:
    yield "csv-wide", "wide.csv", b"," * 500_000
    yield "csv-field", "field.csv", b'"' + b"x" * 500_000
    yield "csv-zero", "zero.csv", b"a,b\0c"
    yield "text-turned", "turned.txt", "abc\u202e\u2066\u2069\u200f".encode()
    yield "text-escape", "escape.txt", b"\x1b]0;title\x07\x1b[2J\x1b[31m"
    yield "text-utf7", "utf7.html", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    yield "text-utf16", "utf16.txt", "<script>alert(1)</script>".encode("utf-16")
    yield "text-long-line", "line.txt", b"x" * 3_000_000
    yield "text-overlong", "overlong.txt", b"\xc0\xbcscript\xc0\xbe"
    yield "executable", "setup.exe", b"MZ" + b"\0" * 200
    yield "shell", "run.sh", b"#!/bin/sh\nrm -rf /\n"


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _tar(kind: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("data/x")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    return out.getvalue()


def _pdf(pages: bytes, other: bytes, *, box: bytes = b"[0 0 200 200]", more: bytes = b"") -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox " + box + b" >>"
    objects = (b"<< /Type /Catalog /Pages 2 0 R " + more + b" >>", pages, page, other or b"null")
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF"


def _pdf_stream(data: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(data) + data + b"\nendstream"
    objects = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream)
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(60 << 20), 9)) + _chunk(b"IEND", b"")


def main(folder: Path) -> None:
    """Write the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {}
    for what, name, data in corpus():
        names[what] = name
        (folder / what).write_bytes(data)
    (folder / "names.json").write_text(json.dumps(names))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
