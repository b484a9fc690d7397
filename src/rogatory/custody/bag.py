"""The lines of a BagIt 1.0 bag (RFC 8493): declaration, information, manifests.

A name is written with `%`, carriage return and line feed escaped, and nothing else. Reading is strict: one space form, one
digest form, no path outside `data/`, nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rogatory.errors import PackageError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})  ([^ ].*)")


def escape(path: str) -> str:
    """A path as a manifest writes it."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def unescape(path: str) -> str:
    """A path as it is."""
    return path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def manifest(digests: Mapping[str, str]) -> bytes:
    """A manifest of SHA-256 digests, in the order of the paths."""
    return "".join(f"{digest}  {escape(path)}\n" for path, digest in sorted(digests.items())).encode("utf-8")


def read_manifest(data: bytes, *, where: str) -> dict[str, str]:
    """The digests of a manifest by path. `PackageError` for any line that is not in its form."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise PackageError("is not UTF-8", where=where) from error
    if lines.pop() != "":
        raise PackageError("does not end with a line end", where=where)
    read: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if not match or unescape(match[2]) in read:
            raise PackageError("holds a line that is not in its form", where=f"{where}, line {number}")
        read[unescape(match[2])] = match[1]
    return read


def information(*, day: str, octets: int, files: int, order: str, category: str) -> bytes:
    """`bag-info.txt`."""
    return (
        f"Bagging-Date: {day}\nPayload-Oxum: {octets}.{files}\nExternal-Identifier: {order}\n"
        f"Internal-Sender-Description: item {category} of the order\n"
    ).encode()
