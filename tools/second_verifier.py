#!/usr/bin/env python3
"""A second verifier of logs and receipts: one file, written from docs/reference/ledger-format.md, no code shared with Rogatory.

    second_verifier.py receipt FILE ACT_HASH LOG_KEY [--witness KEY]... [--quorum N]
    second_verifier.py log FOLDER_OR_URL LOG_KEY [--witness KEY]... [--quorum N]
    second_verifier.py growth OLD NEW PROOF LOG_KEY [--witness KEY]... [--quorum N]
    second_verifier.py case CASE_FILE ANCHOR_KEY [--quorum N]
    second_verifier.py vectors tests/vectors/ledger

It needs Python and, for Ed25519, `cryptography`. It prints the first numbered step that does not hold, and ends with 1.
Two readers of one format agree on every vector (`tests/ledger/test_vectors.py`), or one of them, or the page, is wrong.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM, ORIGIN, SIGNATURE, WITNESSES, IN_STEP, IN_LOG, ENTRIES, TILES, ROOT, GROWTH, TRUST, ACT, CONTENTS, PACKAGES = range(1, 15)
NAMES = ["form", "origin", "signature", "witnesses", "place-in-step", "place-in-log", "entries", "tiles", "root", "growth"]
NAMES += ["trust", "act", "contents", "packages"]
DEPTH, WIDTH, MOST = 20, 256, (1 << 63) - 1
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
FIELD = (1 << 255) - 19
SMALL = {0, 1, FIELD - 1} | {  # y of the points of small order, for which anybody can sign
    int.from_bytes(bytes.fromhex(one), "little")
    for one in (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
}
NUMBER = re.compile(rb"0|[1-9][0-9]{0,18}")
LINE = re.compile(rb"\xe2\x80\x94 ([^ +\n]{1,255}) ([A-Za-z0-9+/]+={0,2})")


class Wrong(Exception):  # noqa: N818  # a finding, not a fault
    """A step that does not hold."""

    def __init__(self, step: int, why: str) -> None:
        self.step = step
        super().__init__(f"step {step} ({NAMES[step - 1]}): {why}")


class Key(NamedTuple):
    """A verifier key: name, 4 bytes of id, type, 32 bytes."""

    name: bytes
    id: bytes
    kind: int
    public: bytes


class Head(NamedTuple):
    """A checkpoint: what is signed, and by which lines."""

    body: bytes
    origin: bytes
    size: int
    root: bytes
    lines: list[tuple[bytes, bytes, bytes]]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf(entry: bytes) -> bytes:
    return sha256(b"\0" + entry)


def pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right)


def need(truth: object, step: int, why: str) -> None:
    if not truth:
        raise Wrong(step, why)


# ---- step 1: reading


def unbase64(text: bytes, length: int | None = None) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Wrong(FORM, f"no base64: {text[:40]!r}") from error
    need(base64.b64encode(data) == text, FORM, f"another spelling of base64: {text[:40]!r}")
    need(length in {None, len(data)}, FORM, f"{len(data)} bytes where {length} are due")
    return data


def number(text: bytes) -> int:
    need(NUMBER.fullmatch(text) and int(text) <= MOST, FORM, f"no whole number: {text[:40]!r}")
    return int(text)


def read_key(text: str) -> Key:
    name, ident, rest = text.encode().split(b"+", 2)
    data = unbase64(rest, 33)
    need(data[0] in {1, 4} and is_key(data[1:]), FORM, "a key of another type, or none")
    need(bytes.fromhex(ident.decode()) == sha256(name + b"\n" + data)[:4], FORM, "a key id that is not its own")
    return Key(name, sha256(name + b"\n" + data)[:4], data[0], data[1:])


def is_key(public: bytes) -> bool:
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    return len(public) == 32 and y < FIELD and y not in SMALL


def read_head(data: bytes) -> Head:
    need(len(data) <= 1 << 18, FORM, "too long")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Wrong(FORM, "no UTF-8") from error
    need(not re.search(r"[\x00-\x09\x0b-\x1f]", text), FORM, "a control character")
    body, gap, tail = data.rpartition(b"\n\n")
    need(gap and tail.endswith(b"\n"), FORM, "no text, empty line and signatures")
    lines = [one_line(line) for line in tail[:-1].split(b"\n")]
    need(len(lines) <= 64, FORM, "more than 64 signatures")
    head = body.split(b"\n")
    need(len(head) >= 3 and all(head), FORM, "a checkpoint has at least three lines, none of them empty")
    return Head(body + b"\n", head[0], number(head[1]), unbase64(head[2], 32), lines)


def one_line(line: bytes) -> tuple[bytes, bytes, bytes]:
    found = LINE.fullmatch(line)
    need(found, FORM, f"no signature line: {line[:40]!r}")
    assert found is not None
    name = found[1].decode()
    need(not any(letter.isspace() for letter in name), FORM, "no name of a key")
    data = unbase64(found[2])
    need(len(data) > 4, FORM, "a signature that is too short")
    return found[1], data[:4], data[4:]


# ---- steps 2 to 4: who has signed


def signed(key: Key, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_head(head: Head, log_key: Key, witnesses: Iterable[Key], quorum: int) -> None:
    need(head.origin == log_key.name, ORIGIN, f"the checkpoint is of {head.origin.decode()}")
    own = [data for name, ident, data in head.lines if (name, ident) == (log_key.name, log_key.id)]
    need(own and log_key.kind == 1, SIGNATURE, "the log has not signed")
    need(all(signed(log_key, head.body, data) for data in own), SIGNATURE, "a signature of the log does not hold")
    need(head.size or head.root == sha256(b""), SIGNATURE, "an empty log has another root")
    agreed: set[bytes] = set()
    for key in witnesses:
        for name, ident, data in head.lines:
            if (name, ident) == (key.name, key.id):
                time = int.from_bytes(data[:8], "big")
                message = b"cosignature/v1\ntime %d\n" % time + head.body
                need(
                    len(data) == 72 and 0 < time <= MOST and signed(key, message, data[8:]),
                    WITNESSES,
                    f"{key.name.decode()} has not cosigned",
                )
                agreed.add(key.public)
    need(len(agreed) >= quorum, WITNESSES, f"{len(agreed)} of {quorum} witnesses")


# ---- steps 5 and 6: a receipt


def check_receipt(data: bytes, act: str, log_key: Key, witnesses: Iterable[Key] = (), quorum: int = 0) -> int:
    need(len(data) <= 1 << 18, FORM, "too long")
    start, gap, rest = data.partition(b"\n\n")
    lines = start.split(b"\n")
    need(gap and len(lines) >= 3 and lines[0] == b"c2sp.org/tlog-proof@v1", FORM, "no tlog-proof")
    need(lines[1].startswith(b"extra ") and lines[2].startswith(b"index "), FORM, "no extra and index")
    path = unbase64(lines[1][6:], 5 + 32 * DEPTH)
    index, proof = number(lines[2][6:]), [unbase64(line, 32) for line in lines[3:]]
    place = int.from_bytes(path[1:5], "big")
    need(path[0] == 1 and place < 1 << DEPTH and len(proof) <= 63, FORM, "no path in a step, or too many hashes")
    head = read_head(rest)
    check_head(head, log_key, witnesses, quorum)
    node = leaf(bytes.fromhex(act))
    for level in range(DEPTH):
        sibling = path[5 + 32 * level : 37 + 32 * level]
        node = pair(sibling, node) if place >> level & 1 else pair(node, sibling)
    need(index < head.size, IN_LOG, "an index beyond the log")
    need(fold(leaf(node), index, head.size, proof) == head.root, IN_LOG, "the proof leads to another root")
    return index


def fold(node: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root over `size` leaves that one leaf and its siblings lead to: by halves, as the tree is defined."""
    if size == 1:
        return None if proof else node
    if not proof:
        return None
    split = 1 << (size - 1).bit_length() - 1
    left = index < split
    below = fold(node, index if left else index - split, split if left else size - split, proof[:-1])
    return below and (pair(below, proof[-1]) if left else pair(proof[-1], below))


# ---- step 10: growth


def check_growth(old: bytes, new: bytes, proof_text: bytes, log_key: Key, witnesses: Iterable[Key] = (), quorum: int = 0) -> None:
    before, after = read_head(old), read_head(new)
    proof = [unbase64(line, 32) for line in proof_text.splitlines()]
    check_head(before, log_key, (), 0)
    check_head(after, log_key, witnesses, quorum)
    if before.size in {0, after.size}:
        need(not proof, GROWTH, "a proof where there is nothing to prove")
        need(before.size == 0 or before.root == after.root, GROWTH, "two roots of one size")
        return
    need(before.size < after.size, GROWTH, "the log has shrunk")
    roots = grown(before.size, after.size, proof, before.root, whole=True)
    need(roots == (before.root, after.root), GROWTH, "the proof leads to other roots")


def grown(old: int, new: int, proof: list[bytes], root: bytes, *, whole: bool) -> tuple[bytes, bytes] | None:
    """The roots of the old and the new tree, by halves (RFC 9162, section 2.1.4.1); `whole`: the old root is known."""
    if old == new:
        if whole:
            return (root, root) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    split = 1 << (new - 1).bit_length() - 1
    last = proof[-1]
    if old <= split:
        below = grown(old, split, proof[:-1], root, whole=whole)
        return below and (below[0], pair(below[1], last))
    below = grown(old - split, new - split, proof[:-1], root, whole=False)
    return below and (pair(last, below[0]), pair(last, below[1]))


# ---- steps 7 to 9: a whole log


def check_log(read: Callable[[str], bytes | None], log_key: Key, witnesses: Iterable[Key] = (), quorum: int = 0) -> int:
    head = read_head(read("checkpoint") or b"")
    check_head(head, log_key, witnesses, quorum)
    rows: list[list[bytes]] = []
    entries = [entry for at, count in spans(head.size) for entry in bundle(read, at, count)]
    need(all(len(entry) == 32 for entry in entries[1:]), FORM, "an entry that is no root of a step")
    if entries and len(entries[0]) != 32:
        read_head(entries[0])  # it may be the last checkpoint of the log that this one succeeds
    while head.size >> 8 * len(rows):
        level = len(rows)
        rows.append([item for at, count in spans(head.size >> 8 * level) for item in hashes(read, level, at, count)])
    check_root(rows, [leaf(entry) for entry in entries], head)
    for level in range(len(rows) - 1, 0, -1):
        for at, above in enumerate(rows[level]):
            below = rows[level - 1][at * WIDTH : (at + 1) * WIDTH]
            need(root_of(below) == above, TILES, f"{path(level - 1, at, WIDTH)} does not lead to the tile above")
    for at, entry in enumerate(entries):
        need(leaf(entry) == rows[0][at], ENTRIES, f"entry {at} is altered")
    return head.size


def check_root(rows: list[list[bytes]], leaves: list[bytes], head: Head) -> None:
    """The last tile of each level that is not full, as it is stored; else one of them, or all, as what lies below makes it."""
    edges = [row[len(row) // WIDTH * WIDTH :] for row in rows]
    if edge_root(edges) == head.root:
        return
    below = [leaves, *([root_of(row[at : at + WIDTH]) for at in range(0, len(row) // WIDTH * WIDTH, WIDTH)] for row in rows[:-1])]
    again = [made[len(made) // WIDTH * WIDTH :] for made in below]
    for level in range(len(rows)):
        need(
            edge_root([*edges[:level], again[level], *edges[level + 1 :]]) != head.root, TILES, f"the last tile of level {level} is altered"
        )
    need(edge_root(again) != head.root, TILES, "last tiles of several levels are altered")
    raise Wrong(ROOT, "the tiles do not lead to the root that was signed")


def edge_root(edges: list[list[bytes]]) -> bytes:
    """The root over the complete subtrees at the right edge, from the smallest to the largest."""
    root = b""
    for edge in edges:
        rest = list(edge)
        while rest:
            width = len(rest) & -len(rest)
            part = root_of(rest[-width:])
            del rest[-width:]
            root = pair(part, root) if root else part
    return root or sha256(b"")


def root_of(nodes: list[bytes]) -> bytes:
    while len(nodes) > 1:
        nodes = [pair(*nodes[at : at + 2]) for at in range(0, len(nodes), 2)]
    return nodes[0]


def spans(count: int) -> list[tuple[int, int]]:
    return [(at, min(WIDTH, count - at * WIDTH)) for at in range(-(-count // WIDTH))]


def path(level: int | str, at: int, count: int) -> str:
    digits = f"{at:03d}" if at < 1000 else str(at).zfill(-(-len(str(at)) // 3) * 3)
    groups = re.findall("...", digits)
    return f"tile/{level}/" + "/".join([*("x" + one for one in groups[:-1]), groups[-1]]) + ("" if count == WIDTH else f".p/{count}")


def file(read: Callable[[str], bytes | None], level: int | str, at: int, count: int) -> tuple[bytes, int]:
    """A file of the log, or the full one that has taken the place of a partial one; and how much it holds."""
    for width in (count, WIDTH):
        data = read(path(level, at, width))
        if data is not None:
            return data, width
    raise Wrong(FORM, f"{path(level, at, count)} is missing")


def hashes(read: Callable[[str], bytes | None], level: int, at: int, count: int) -> list[bytes]:
    data, width = file(read, level, at, count)
    need(len(data) == 32 * width, FORM, f"{path(level, at, width)} has another length")
    return [data[start : start + 32] for start in range(0, 32 * count, 32)]


def bundle(read: Callable[[str], bytes | None], at: int, count: int) -> list[bytes]:
    data, width = file(read, "entries", at, count)
    found, start = [], 0
    while start < len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        need(start + 2 < end <= len(data), FORM, f"{path('entries', at, width)} breaks off")
        found.append(data[start + 2 : end])
        start = end
    need(len(found) == width, FORM, f"{path('entries', at, width)} holds {len(found)} entries")
    return found[:count]


# ---- steps 11 to 14: a case file


def unurl(text: str, step: int) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if re.fullmatch(r"[A-Za-z0-9_-]*", text) and len(text) % 4 != 1 else b""
    need(text and base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text, step, f"no base64url: {text[:40]!r}")
    return data


def canonical(text: str, step: int) -> object:
    """A value in its one form: RFC 8785, of texts, whole numbers, truth values, lists and objects."""
    data = unurl(text, step)
    try:
        value = json.loads(data)
        again = jcs(value, step).encode()
    except (ValueError, RecursionError) as error:
        raise Wrong(step, "no JSON") from error
    need(again == data, step, "JSON in another form")
    return value


def jcs(value: object, step: int, depth: int = 0) -> str:
    need(depth <= 16, step, "nested too deep")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        need("" not in names, step, "a member without a name")
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{jcs(value[name], step, depth + 1)}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(jcs(one, step, depth + 1) for one in value) + "]"
    need(type(value) in {str, int, bool} and value != "", step, "null, a fraction or an empty text")
    need(type(value) is not int or abs(value) < 1 << 53, step, "a number that is too large")
    return json.dumps(value, ensure_ascii=False)


def read_case(data: bytes) -> dict:
    """A case file: no member stands twice, none is unknown."""

    def once(pairs: list[tuple[str, object]]) -> dict:
        need(len(dict(pairs)) == len(pairs), FORM, "a member stands twice")
        return dict(pairs)

    try:
        value = json.loads(data.decode(), object_pairs_hook=once)
    except ValueError as error:
        raise Wrong(FORM, "no JSON") from error
    only(value, {"v": int, "trust": str, "acts": list}, {"made_for": str, "made_at": str, "packages": list})
    need(value["v"] == 1, FORM, "no case file of version 1")
    for one in value["acts"]:
        only(one, {"skeleton": str}, {"disclosures": list, "receipt": str})
        need(all(type(text) is str for text in one.get("disclosures", [])), FORM, "a disclosure that is no text")
    for one in value.get("packages", []):
        only(one, {"act": str, "digest": str, "size": int}, {"category": str})
    return value


def only(value: object, must: dict[str, type], may: dict[str, type]) -> None:
    """No member is missing, unknown, or of another kind."""
    need(isinstance(value, dict) and must.keys() <= value.keys() <= must.keys() | may.keys(), FORM, "a member is missing or unknown")
    need(all(type(one) is {**must, **may}[name] for name, one in value.items()), FORM, "a member of another kind")


def token(text: str, kind: str, step: int) -> tuple[str, dict, bytes, bytes]:
    """Key name, payload, what is signed, signature of a compact JWS."""
    pieces = text.split(".")
    need(len(pieces) == 3, step, "no compact JWS")
    header, payload, signature = canonical(pieces[0], step), canonical(pieces[1], step), unurl(pieces[2], step)
    need(isinstance(header, dict) and header.keys() == {"alg", "kid", "typ"}, step, "another header")
    need((header["alg"], header["typ"]) == ("Ed25519", kind) and isinstance(payload, dict), step, "another algorithm or type")
    return header["kid"], payload, f"{pieces[0]}.{pieces[1]}".encode(), signature


def good(public: str, message: bytes, signature: bytes) -> bool:
    return signed(Key(b"", b"", 0, unurl(public, FORM)), message, signature)


def holds(dated: dict, at: str) -> bool:
    ends = min((dated[name] for name in ("until", "revoked_at") if dated.get(name)), default="9999")
    return dated["from"] <= at < ends


def check_case(folder: Path, data: bytes, anchor: str, quorum: int = 0) -> int:
    value = read_case(data)
    _, trust, message, signature = token(value["trust"], "rogatory-trust+jws", TRUST)
    need(good(anchor, message, signature), TRUST, "the trust list is not the anchor's")
    made_at = value.get("made_at") or max(
        (token(one["skeleton"], "rogatory-act+sd-jwt", TRUST)[1]["at"] for one in value["acts"]), default=""
    )
    need(TIME.fullmatch(made_at), TRUST, "no time of UTC with milliseconds")
    need(trust["iat"] <= made_at < trust["exp"], TRUST, "the trust list was not in force")
    entities = {one["sub"]: one for one in trust["entities"]}
    keys = [unurl(key["key"], TRUST) for one in trust["entities"] for key in one["act_keys"]]
    need(all(map(is_key, keys)), TRUST, "an institution has a key that is none")
    parts: dict[str, dict] = {}
    heads: dict[tuple[bytes, int], bytes] = {}
    for one in value["acts"]:
        digest, shown = check_act(one, entities)
        need(digest not in parts, FORM, "an act stands twice")
        parts[digest] = shown
        check_place(one, digest, entities, trust["witnesses"], quorum, heads, made_at)
    for package in value.get("packages", []):
        check_package(folder, package, parts)
    return len(parts)


def check_act(one: dict, entities: dict[str, dict]) -> tuple[str, dict]:
    """The hash of an act, and the parts of it that are shown."""
    kid, payload, message, signature = token(one["skeleton"], "rogatory-act+sd-jwt", ACT)
    by, digest = payload["statement"]["by"]["institution"], sha256(one["skeleton"].encode()).hex()
    need(by in entities, ACT, f"{by} is not in the trust list")
    keys = [key["key"] for key in entities[by]["act_keys"] if key["kid"] == kid and holds(key, payload["at"])]
    need(keys and good(keys[0], message, signature), ACT, "the act is not signed with a key that held")
    shown: dict = {}
    opened: set[str] = set()
    body = payload["statement"]["body"]["_sd"]
    after = [item["..."] for item in payload["statement"]["after"]]
    for text in one.get("disclosures", []):
        value, hashed = canonical(text, CONTENTS), base64.urlsafe_b64encode(sha256(text.encode())).rstrip(b"=").decode()
        need(hashed not in opened, CONTENTS, "a disclosure stands twice")
        opened.add(hashed)
        need(
            isinstance(value, list) and len(value) in {2, 3} and hashed in (body if len(value) == 3 else after), CONTENTS, "of another act"
        )
        if len(value) == 3:
            need(value[1] not in shown, CONTENTS, "two contents of one part")
            shown[value[1]] = value[2]
    return digest, shown


def check_place(  # noqa: PLR0913, PLR0917  # the act, who counts, what was seen
    one: dict,
    digest: str,
    entities: dict[str, dict],
    witnesses: list[dict],
    quorum: int,
    heads: dict[tuple[bytes, int], bytes],
    made_at: str,
) -> None:
    """Steps 1 to 6 of an act's receipt, and 10 within the file."""
    need("receipt" in one, IN_LOG, "no receipt")
    _, payload, _, _ = token(one["skeleton"], "rogatory-act+sd-jwt", ACT)
    by = payload["statement"]["by"]["institution"]
    log = entities[by]["log"]
    receipt = one["receipt"].encode()
    head = read_head(receipt.partition(b"\n\n")[2])
    known = log.get("keys") or [{"vkey": log["vkey"], "from": ""}]
    newest = sorted(known, key=lambda key: key["from"], reverse=True)
    dated = next((key for key in newest if lines_of(head, read_key(key["vkey"]))), newest[0])
    for key in (read_key(one["vkey"]) for one in known):
        need(all(signed(key, head.body, data) for data in lines_of(head, key)), SIGNATURE, "a line of another key of the log does not hold")
    named = log.get("witnesses")
    watching = [read_key(w["vkey"]) for w in witnesses if (w["name"] in named if named else w.get("operator") != by)]
    if lines_of(head, read_key(dated["vkey"])) and not holds(dated, made_at):
        seen = sum(held_when_seen(head, key, dated) for key in watching)
        need(2 * seen > len(watching), SIGNATURE, "its key did not hold, and most witnesses did not see it while it held")
    check_receipt(receipt, digest, read_key(dated["vkey"]), watching, quorum)
    need(heads.setdefault((head.origin, head.size), head.root) == head.root, GROWTH, "two roots of one size")


def lines_of(head: Head, key: Key) -> list[bytes]:
    return [data for name, ident, data in head.lines if (name, ident) == (key.name, key.id)]


def held_when_seen(head: Head, witness: Key, dated: dict) -> bool:
    """Whether a key held in the second that a witness states; it may have begun within that second."""
    latest = max((int.from_bytes(data[:8], "big") for data in lines_of(head, witness)), default=0)
    if not latest:
        return False
    second = datetime.fromtimestamp(latest, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return holds({**dated, "from": dated["from"][:19]}, second + ".000Z")


def check_package(folder: Path, package: dict, parts: dict[str, dict]) -> None:
    digest, size = package["digest"], package["size"]
    need(re.fullmatch("[0-9a-f]{64}", digest), PACKAGES, "no hash")
    need(package["act"] in parts, PACKAGES, "no act of the file announced it")
    stated = {entry["digest"]: entry["size"] for entry in inside(parts[package["act"]]) if {"digest", "size"} <= entry.keys()}
    need(not stated or stated.get(digest) == size, PACKAGES, "another package or size than its act states")
    path = folder / f"{digest}.age"
    if path.is_file():
        data = path.read_bytes()
        need((len(data), sha256(data).hex()) == (size, digest), PACKAGES, f"{path.name} is altered")


def inside(value: object) -> Iterator[dict]:
    """Every object within a value."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(one)


# ---- what a witness answers


def witness_answers(data: bytes, logs: list[Key], known: tuple[int, bytes]) -> tuple[int, str, bool]:
    """Status, body where the specification wants one, and whether two roots of one size are signed."""
    try:
        start, gap, rest = data.partition(b"\n\n")
        first, *lines = start.split(b"\n")
        need(gap and first.startswith(b"old ") and len(lines) <= 63, FORM, "no request")
        old, proof, head = number(first[4:]), [unbase64(line, 32) for line in lines], read_head(rest)
    except Wrong:
        return 400, "", False
    keys = [key for key in logs if key.name == head.origin]
    if not keys:
        return 404, "", False
    lines_of = [(key, one) for key in keys for *who, one in head.lines if who == [key.name, key.id]]
    if not lines_of or not all(signed(key, head.body, one) for key, one in lines_of):
        return 403, "", False
    if old > head.size:
        return 400, "", False
    size, root = known
    split = 0 < head.size == size and head.root != root
    if old != size:
        return 409, f"{size}\n", split
    empty = head.size == 0 and head.root != sha256(b"")
    if size in {0, head.size}:
        wrong = bool(proof) or split or empty
    else:
        wrong = grown(size, head.size, proof, root, whole=True) != (root, head.root)
    return (422, "", split) if wrong else (200, "", False)


# ---- vectors and the command


def vector_fails(folder: Path) -> int:
    """The number of the step that the vector fails; 0 if it holds."""
    vector = json.loads((folder / "vector.json").read_text())
    if vector["is"] == "request":
        return vector_answers(folder, vector)
    if vector["is"] == "case":
        return vector_of_a_case(folder, vector)
    known = {"receipt": {"act"}, "log": {"log", "without", "names"}, "growth": set()}[vector["is"]]
    if vector.keys() != known | {"is", "says", "log_key", "witnesses", "quorum", "fails"}:
        raise ValueError(f"{folder}: an unknown key may change what the vector asks")
    try:
        asked = (read_key(vector["log_key"]), [read_key(one) for one in vector["witnesses"]], vector["quorum"])
        if vector["is"] == "receipt":
            check_receipt((folder / "receipt.tlog-proof").read_bytes(), vector["act"], *asked)
        elif vector["is"] == "growth":
            check_growth(*((folder / name).read_bytes() for name in ("old", "new", "proof")), *asked)
        else:
            gone, base = set(vector["without"]), folder.parents[1] / "logs" / vector["log"]
            check_log(lambda name: None if name in gone else from_folder(folder if (folder / name).is_file() else base, name), *asked)
    except Wrong as wrong:
        return wrong.step
    return 0


def vector_of_a_case(folder: Path, vector: dict) -> int:
    if vector.keys() != {"is", "says", "anchor", "quorum", "fails"}:
        raise ValueError(f"{folder}: an unknown key may change what the vector asks")
    try:
        check_case(folder, (folder / "case.json").read_bytes(), vector["anchor"], vector["quorum"])
    except Wrong as wrong:
        return wrong.step
    return 0


def vector_answers(folder: Path, vector: dict[str, object]) -> int:
    """The status with which a witness answers; 0 if its body or the evidence that it keeps is another than the vector's."""
    if vector.keys() != {"is", "says", "log_key", "remembered", "status", "body", "conflict"}:
        raise ValueError(f"{folder}: an unknown key may change what the vector asks")
    remembered = vector["remembered"]
    known = (remembered["size"], base64.b64decode(remembered["root"]))
    status, *rest = witness_answers((folder / "request").read_bytes(), [read_key(vector["log_key"])], known)
    return status if rest == [vector["body"], vector["conflict"]] else 0


def from_folder(folder: Path, name: str) -> bytes | None:
    return (folder / name).read_bytes() if (folder / name).is_file() else None


def from_url(url: str, name: str) -> bytes | None:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/{name}", timeout=30) as answer:  # noqa: S310  # the caller's own address
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["receipt", "log", "growth", "case", "vectors"])
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--quorum", type=int, default=0)
    given = parser.parse_args()
    if given.what == "vectors":
        folders = sorted(one.parent for one in Path(given.arguments[0]).rglob("vector.json"))
        said = {one: json.loads((one / "vector.json").read_text()) for one in folders}
        differ = [one for one in folders if vector_fails(one) != said[one].get("status", said[one].get("fails"))]
        print("\n".join(f"differs: {one}" for one in differ) or f"All {len(folders)} vectors are judged as they say.")
        return bool(differ)
    *paths, last = given.arguments
    try:
        print(judged(given.what, paths, last, [read_key(one) for one in given.witness], given.quorum))
    except Wrong as wrong:
        print(f"Does not hold: {wrong}")
        return 1
    return 0


def judged(what: str, paths: list[str], key: str, witnesses: list[Key], quorum: int) -> str:
    """What holds, in a sentence. `Wrong` at the first step that does not."""
    if what == "case":
        count = check_case(Path(paths[0]).parent, Path(paths[0]).read_bytes(), key, quorum)
        return f"Steps 1 to 6 and 10 to 14 hold: {count} acts."
    asked = (read_key(key), witnesses, quorum)
    if what == "receipt":
        return f"Steps 1 to 6 hold: the act stands in entry {check_receipt(Path(paths[0]).read_bytes(), paths[1], *asked)}."
    if what == "growth":
        check_growth(*(Path(one).read_bytes() for one in paths), *asked)
        return "Steps 1 to 4 and 10 hold: the log has only grown."
    where = paths[0]
    size = check_log(lambda name: from_url(where, name) if "://" in where else from_folder(Path(where), name), *asked)
    return f"Steps 1 to 4 and 7 to 9 hold: {size} entries."


if __name__ == "__main__":
    sys.exit(main())
