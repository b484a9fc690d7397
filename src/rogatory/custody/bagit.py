"""Read any BagIt bag, of version 0.93 to 1.0 (RFC 8493), as strictly as the format allows.

Values go in: the bytes of the tag files, and the digests of every file by algorithm, as the caller has counted them. Nothing is
fetched: a bag whose payload lies elsewhere is incomplete here, and complete once its files have been put in place.

- The declaration has exactly two lines, no byte order mark, and one space after each colon: a space before the colon, which
  the reference implementation takes, is refused.
- From version 1.0 on every manifest names every payload file, and no file twice. Before, all manifests together do.
- No path leaves the bag, whatever the notation.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping

from rogatory.errors import PackageError

ALGORITHMS: Mapping[str, int] = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
VERSIONS = frozenset({"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"})
_DECLARATION = re.compile(rb"BagIt-Version: (\d+\.\d+)[ \t]*\r?\n?Tag-File-Character-Encoding: ([A-Za-z0-9._-]+)[ \t]*(?:\r?\n)?")
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(\S.*)")

Digests = Mapping[str, Mapping[str, str]]
"""Digests by path, then by algorithm, in lower-case hex."""


def check_bag(tags: Mapping[str, bytes], digests: Digests) -> str:
    """The version of a bag that holds. `tags` are the files at its root that are read; `PackageError` names what does not hold."""
    version, encoding = _declaration(tags)
    payload = {path for path in digests if path.startswith("data/")}
    listed: set[str] = set()
    found = [match for name in sorted(tags) if (match := _MANIFEST.fullmatch(name))]
    for match in found:
        name, is_tag, algorithm = match[0], bool(match[1]), match[2]
        if algorithm not in ALGORITHMS:
            raise PackageError("uses an algorithm that nobody knows", where=name)
        lines = _lines(tags[name], name, algorithm, encoding, twice=version != "1.0")
        _held(lines, digests, name, algorithm)
        _of_its_sort(lines, name, is_tag=is_tag)
        listed |= set() if is_tag else lines.keys()
        if not is_tag and version == "1.0" and lines.keys() != payload:
            raise PackageError("does not name every file", where=name, why=ascii(min(payload ^ lines.keys())))
    if all(match[1] for match in found):
        raise PackageError("has no manifest", where="package")
    if listed != payload:
        raise PackageError("holds a file that no manifest names", where=ascii(min(payload ^ listed)))
    for path in _fetched(tags.get("fetch.txt", b""), encoding):
        if path not in payload:
            raise PackageError("is not here", where=ascii(path), why="the bag says that it must be fetched", cure="send it whole")
    return version


def _of_its_sort(lines: Mapping[str, str], name: str, *, is_tag: bool) -> None:
    """A manifest of the payload names payload only; one of the tags names neither payload nor itself."""
    for path in lines:
        if path.startswith("data/") is is_tag or path.startswith("tagmanifest-"):
            raise PackageError("names what it may not", where=name, why=ascii(path)[:120])


def _declaration(tags: Mapping[str, bytes]) -> tuple[str, str]:
    match = _DECLARATION.fullmatch(tags.get("bagit.txt", b""))
    if not match or match[1].decode() not in VERSIONS:
        raise PackageError("is no bag of a known version", where="bagit.txt")
    try:
        return match[1].decode(), codecs.lookup(match[2].decode()).name
    except LookupError as error:
        raise PackageError("names an encoding that nobody knows", where="bagit.txt") from error


def _text(data: bytes, where: str, encoding: str) -> list[str]:
    try:
        return [line for line in re.split(r"\r\n|\r|\n", data.decode(encoding)) if line]
    except UnicodeDecodeError as error:
        raise PackageError("is not in the encoding that the bag names", where=where) from error


def _lines(data: bytes, where: str, algorithm: str, encoding: str, *, twice: bool) -> dict[str, str]:
    read: dict[str, str] = {}
    for number, line in enumerate(_text(data, where, encoding), 1):
        match = _LINE.fullmatch(line)
        place = f"{where}, line {number}"
        if not match or len(match[1]) != ALGORITHMS[algorithm]:
            raise PackageError("holds a line that is not in its form", where=place)
        path, digest = _path(match[3], place), match[1].lower()
        if path in read and (not twice or read[path] != digest):
            raise PackageError("names a file twice", where=place)
        read[path] = digest
    return read


def _path(path: str, where: str) -> str:
    path = path.removeprefix("./")
    plain = path.replace("\\", "")
    parts = plain.split("/")
    if plain.startswith(("/", "~")) or ".." in parts or re.match(r"[A-Za-z]:", plain) or "" in parts or "\0" in plain:
        raise PackageError("names a path outside the bag", where=where)
    return path.replace("%0A", "\n").replace("%0a", "\n").replace("%0D", "\r").replace("%0d", "\r").replace("%25", "%")


def _held(lines: Mapping[str, str], digests: Digests, where: str, algorithm: str) -> None:
    alike = {unicodedata.normalize("NFC", path): path for path in digests}
    for path, digest in lines.items():
        found = digests.get(path) or digests.get(alike.get(unicodedata.normalize("NFC", path), ""))
        if found is None:
            raise PackageError("is not here", where=ascii(path)[:120], why=f"{where} names it")
        counted = found.get(algorithm, "nothing that was counted")
        if counted != digest:
            raise PackageError("is not what the manifest says", where=ascii(path)[:120], why=f"expected {digest}, found {counted}")


def _fetched(data: bytes, encoding: str) -> list[str]:
    paths = []
    for number, line in enumerate(_text(data, "fetch.txt", encoding), 1):
        fields = line.split(None, 2)
        if len(fields) != 3:  # noqa: PLR2004  # address, length, path
            raise PackageError("holds a line that is not in its form", where=f"fetch.txt, line {number}")
        paths.append(_path(fields[2], f"fetch.txt, line {number}"))
    return paths
