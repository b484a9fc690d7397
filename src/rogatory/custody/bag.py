"""The lines of the BagIt 1.0 bags that we write (RFC 8493): declaration, information, manifests.

A name is written with `%`, carriage return and line feed escaped, and nothing else. Reading is in `bagit`.
"""

from __future__ import annotations

from collections.abc import Mapping

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def escape(path: str) -> str:
    """A path as a manifest writes it."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def manifest(digests: Mapping[str, str]) -> bytes:
    """A manifest of SHA-256 digests, in the order of the paths."""
    return "".join(f"{digest}  {escape(path)}\n" for path, digest in sorted(digests.items())).encode("utf-8")


def information(*, day: str, octets: int, files: int, order: str, category: str) -> bytes:
    """`bag-info.txt`."""
    return (
        f"Bagging-Date: {day}\nPayload-Oxum: {octets}.{files}\nExternal-Identifier: {order}\n"
        f"Internal-Sender-Description: item {category} of the order\n"
    ).encode()
