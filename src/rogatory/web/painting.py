"""Paint the pages of a PDF as pictures, in another process with bounded memory, time and size; nothing of it is dumped.

The painter is PDFium (`pypdfium2`) without scripts or forms. A file that makes it crash, hang or grow ends that process and
nothing else.
"""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass

from rogatory.memory import never_dumped

MOST_PAGES, WIDTH, HIGHEST = 20, 900, 2400
SECONDS, MEMORY = 20, 768 << 20
MOST_OUT = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """Pages as PNG, and whether they are all."""

    pages: tuple[bytes, ...]
    whole: bool


def paint_pdf(data: bytes) -> Painted:
    """The first pages of a PDF. Total: no page if it cannot be painted."""
    try:
        done = subprocess.run(  # our own module
            [sys.executable, "-I", "-m", "rogatory.web.painting"], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        return Painted(pages=_framed(late.stdout or b""), whole=False)
    pages = _framed(done.stdout[:MOST_OUT])
    return Painted(pages=pages, whole=done.returncode == 0)


def _framed(data: bytes) -> tuple[bytes, ...]:
    pages, place = [], 0
    while place + 4 <= len(data):
        length = struct.unpack(">I", data[place : place + 4])[0]
        if place + 4 + length > len(data):
            break
        pages.append(data[place + 4 : place + 4 + length])
        place += 4 + length
    return tuple(pages)


def _png(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """A PNG of 8-bit grey or RGB rows; nothing but what a browser needs."""
    rows = b"".join(b"\0" + pixels[row * stride : row * stride + width * 3] for row in range(height))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 3)) + chunk(b"IEND", b"")


def main() -> int:
    """Read a PDF from the input, write its pages to the output. The status says whether they are all."""
    never_dumped()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import pypdfium2  # noqa: PLC0415  # only the painter loads it

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    count = len(document)
    for number in range(min(count, MOST_PAGES)):
        page = document[number]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), HIGHEST / max(height, 1))
        bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False, no_smoothtext=False)
        if bitmap.n_channels != 3:  # noqa: PLR2004  # red, green, blue
            return 1
        picture = _png(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
        sys.stdout.buffer.write(struct.pack(">I", len(picture)) + picture)
        sys.stdout.buffer.flush()
    return 0 if count <= MOST_PAGES else 1


if __name__ == "__main__":
    sys.exit(main())
