"""Make the vectors of the ledger again: one folder a scenario, named by what was changed in it.

    python tools/make_vectors.py        (make vectors)

Everything follows from names: keys, acts, seeds. So the same bytes come out each time, and a difference is a change of format.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from case_vectors import cases
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.ledger import (
    EMPTY,
    AddCheckpoint,
    Check,
    Checkpoint,
    Frontier,
    KeyUse,
    Receipt,
    Signature,
    SignedCheckpoint,
    StepTree,
    build_step,
    bundle_content,
    bundles_of,
    consistency_proof,
    cosign,
    leaf_hash,
    make_receipt,
    root_at,
    tile_content,
    tiles_of,
    vkey_of,
)
from rogatory.ledger.note import sign_note

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "vectors" / "ledger"
ORIGIN, OTHER = "vectors.example/log", "other.example/log"
WITNESSES = ("w1.example", "w2.example", "w3.example")
TIME = 1_800_000_000
STEP_ACTS = 5
DASH = "\u2014"
SIZES = (7, 300)


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"rogatory vectors: key {name}".encode()).digest())


def act(number: int) -> str:
    return hashlib.sha256(f"rogatory vectors: act {number}".encode()).hexdigest()


def seed(number: int) -> bytes:
    return hashlib.sha256(f"rogatory vectors: seed {number}".encode()).digest()


LOG_KEY = vkey_of(key("log"), name=ORIGIN).text
WITNESS_KEYS = [vkey_of(key(name), name=name, use=KeyUse.COSIGNATURE).text for name in WITNESSES]
STEP = build_step(seed(3), [act(number) for number in range(STEP_ACTS)])


@dataclass
class Log:
    """A log with five acts in its entry 3."""

    entries: list[bytes] = field(default_factory=list)
    stored: dict[tuple[int, int], bytes] = field(default_factory=dict)
    frontier: Frontier = EMPTY

    def grow(self, entries: Iterable[bytes]) -> Log:
        """Append entries."""
        for entry in entries:
            grown = self.frontier.append(leaf_hash(entry))
            self.frontier = grown.frontier
            self.entries.append(entry)
            self.stored |= {(one.level, one.index): one.hash for one in grown.completed}
        return self

    def nodes(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self.stored[level, index]

    def head(self, size: int | None = None, origin: str = ORIGIN) -> Checkpoint:
        """What the log says of itself at a size."""
        size = self.frontier.size if size is None else size
        return Checkpoint(origin=origin, size=size, root=root_at(size, self.nodes))

    def files(self, head: SignedCheckpoint) -> dict[str, bytes]:
        """Its files under a signed head."""
        size = head.checkpoint.size
        files = {"checkpoint": head.text.encode()}
        files |= {one.path: tile_content(one, self.nodes) for one in tiles_of(size)}
        return files | {one.path: bundle_content(self.entries[one.index * 256 : one.index * 256 + one.width]) for one in bundles_of(size)}


def entry(number: int) -> bytes:
    return STEP.root if number == 3 else build_step(seed(number), ()).root


def log_of(size: int, *, changed: int | None = None) -> Log:
    return Log().grow(hashlib.sha256(b"changed").digest() if number == changed else entry(number) for number in range(size))


def signed(head: Checkpoint, witnesses: Sequence[str] = WITNESSES, signer: str = "log") -> SignedCheckpoint:
    lines = [cosign(head, key=key(name), name=name, timestamp=TIME) for name in witnesses]
    note = sign_note(head.body, key=key(signer), name=head.origin)  # also a head that no honest log would sign
    return SignedCheckpoint(checkpoint=head, note=note).add(*lines)


def write(name: str, vector: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    folder = FOLDER / name
    folder.mkdir(parents=True)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    asked = {"log_key": LOG_KEY, "witnesses": WITNESS_KEYS, "quorum": 2}
    (folder / "vector.json").write_text(json.dumps({**asked, **vector}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def named(check: Check | None, name: str) -> str:
    return f"{check.value:02d}-{check.title.replace(' ', '-')}/{name}" if check else f"00-holds/{name}"


def receipts() -> None:
    log = log_of(300)
    good = make_receipt(path=STEP.path(act(0)), index=3, nodes=log.nodes, checkpoint=signed(log.head()))

    def vector(check: Check | None, name: str, says: str, text: str | bytes, **changes: object) -> None:
        value = {"is": "receipt", "says": says, "act": act(0), **changes, "fails": check.value if check else 0}
        write(named(check, f"receipt-{name}"), value, {"receipt.tlog-proof": text.encode() if isinstance(text, str) else text})

    vector(None, "of-an-act", "a receipt under a head of 300 entries with three cosignatures", good.text)
    alone = log_of(4)
    one = make_receipt(path=STEP.path(act(1)), index=3, nodes=alone.nodes, checkpoint=signed(alone.head(), WITNESSES[:2]))
    vector(None, "of-the-newest-entry", "the act stands in the last entry; two of three witnesses", one.text, act=act(1))
    many = build_step(seed(1), [act(number) for number in range(1000)])
    crowd = Log().grow([many.root])
    only = make_receipt(path=many.path(act(999)), index=0, nodes=crowd.nodes, checkpoint=signed(crowd.head(), ()))
    vector(None, "without-proof-lines", "a log of one entry needs none; no quorum is asked", only.text, act=act(999), quorum=0)
    _receipt_forms(vector, good.text)
    _receipt_lines(vector, good)
    _receipt_lies(vector, good, log)


def _receipt_forms(vector: Callable[..., None], text: str) -> None:
    lines = text.split("\n")
    vector(Check.FORM, "cut-short", "the last byte is missing", text[:-1])
    vector(Check.FORM, "with-a-trailing-line", "a newline follows", text + "\n")
    vector(Check.FORM, "with-carriage-returns", "lines end in CR LF", text.replace("\n", "\r\n"))
    vector(Check.FORM, "of-version-2", "the first line names version 2", text.replace("@v1", "@v2"))
    vector(Check.FORM, "without-extra", "the path in the step is left out", "\n".join(lines[:1] + lines[2:]))
    vector(Check.FORM, "index-with-leading-zero", "the index is written 03", text.replace("index 3\n", "index 03\n"))
    vector(Check.FORM, "index-with-sign", "the index is written +3", text.replace("index 3\n", "index +3\n"))
    vector(Check.FORM, "hash-without-padding", "a hash of the proof lacks its =", text.replace("=\n", "\n", 1))
    vector(Check.FORM, "hash-in-base64url", "a hash of the proof is written with - and _", _urlsafe(lines))
    short = base64.b64encode(base64.b64decode(lines[1][6:])[:-32]).decode()
    vector(Check.FORM, "path-of-19-siblings", "the path lacks its last sibling", text.replace(lines[1], f"extra {short}"))
    newer = base64.b64encode(b"\x02" + base64.b64decode(lines[1][6:])[1:]).decode()
    vector(Check.FORM, "path-of-version-2", "the path's first byte is 2", text.replace(lines[1], f"extra {newer}"))
    out = base64.b64encode(b"\x01\xff\xff\xff\xff" + base64.b64decode(lines[1][6:])[5:]).decode()
    vector(Check.FORM, "place-beyond-the-step", "the place is 2^32 - 1", text.replace(lines[1], f"extra {out}"))

    for name, says, public in (
        ("of-small-order", "the log's key is the neutral point, for which anybody can sign", bytes([1]) + bytes(31)),
        (
            "not-reduced",
            "the log's key is written with a coordinate beyond the field's prime",
            bytes([0xF0]) + bytes([0xFF] * 30) + b"\x7f",
        ),
    ):
        vector(Check.FORM, f"under-a-key-{name}", says, text, log_key=_vkey(public))
    vector(Check.FORM, "with-a-byte-order-mark", "the bytes EF BB BF stand before it", b"\xef\xbb\xbf" + text.encode())
    vector(
        Check.FORM,
        "not-in-utf-8",
        "the dash before the last signature is one byte, as in Windows-1252",
        _last(text.encode(), DASH.encode(), b"\x97"),
    )
    vector(Check.FORM, "with-a-control-character", "a tab stands in the last signature line", _last(text, " ", "\t"))
    vector(Check.FORM, "hash-with-loose-bits", "the last bits of a hash, which belong to no byte, are not 0", _loose(text, lines[3]))
    vector(Check.FORM, "index-of-2-to-the-63", "the index is 9223372036854775808", text.replace("index 3\n", f"index {1 << 63}\n"))
    vector(Check.FORM, "with-64-hashes", "a proof has at most 63", text.replace(lines[3], "\n".join([lines[3]] * 56), 1))
    vector(Check.FORM, "without-signatures", "no line follows the text of the checkpoint", text.rpartition("\n\n")[0] + "\n\n")


def _vkey(public: bytes) -> str:
    """A verifier key of the log that no reader takes."""
    data = b"\x01" + public
    key_id = hashlib.sha256(ORIGIN.encode() + b"\n" + data).hexdigest()[:8]
    return f"{ORIGIN}+{key_id}+{base64.b64encode(data).decode()}"


def _last(text: Any, old: Any, new: Any) -> Any:
    before, _, after = text.rpartition(old)
    return before + new + after


def _loose(text: str, line: str) -> str:
    bits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return text.replace(line, line[:-2] + bits[bits.index(line[-2]) + 1] + "=", 1)


def _receipt_lines(vector: Callable[..., None], good: Receipt) -> None:
    """Signature lines of keys that nobody named: passed over, but in their form."""

    def made(*names: str, size: int = 64) -> str:
        lines = [Signature(name=name, key_id=bytes(4), data=bytes(size)) for name in names]
        return replace(good, checkpoint=good.checkpoint.add(*lines)).text

    def under(name: str) -> str:
        return made("stranger").replace(f"{DASH} stranger ", f"{DASH} {name} ")

    vector(None, "with-strangers-signatures", "twelve lines of keys that nobody named, each nearly 5 kB", made(*_strangers(12), size=4627))
    vector(None, "with-a-namesake", "a line with the name of the log and another key id", made(ORIGIN))
    vector(None, "with-64-signatures", "as many as there may be", made(*_strangers(60)))
    vector(Check.FORM, "with-65-signatures", "one more than there may be", made(*_strangers(60)) + f"{DASH} one.more AAAAAAA=\n")
    vector(None, "with-a-name-of-255-bytes", "the name of a stranger's key", under("\u00e9" * 127 + "x"))
    vector(Check.FORM, "with-a-name-of-256-bytes", "the name of a stranger's key", under("\u00e9" * 128))
    vector(Check.FORM, "with-a-space-in-a-name", "U+0085, which Unicode calls a space", under("a\u0085b"))
    vector(None, "with-a-mark-in-a-name", "U+FEFF, which Unicode calls no space", under("a\ufeffb"))
    vector(Check.FORM, "with-a-plus-in-a-name", "a name holds no plus sign", under("a+b"))
    vector(
        Check.FORM,
        "with-an-id-alone",
        "a signature of no byte after the id of its key",
        made("stranger", size=1).replace("AAAAAAA=", "AAAAAA=="),
    )


def _strangers(count: int) -> list[str]:
    return [f"stranger.example/{number}" for number in range(count)]


def _urlsafe(lines: list[str]) -> str:
    chosen = next(line for line in lines[3:] if "+" in line or "/" in line)
    return "\n".join(line.replace("+", "-").replace("/", "_") if line is chosen else line for line in lines)


def _receipt_lies(vector: Callable[..., None], good: Receipt, log: Log) -> None:
    head, path, proof = log.head(), good.path, good.proof

    def made(**changes: Any) -> str:
        return replace(good, **changes).text

    vector(Check.ORIGIN, "of-another-log", "the checkpoint is another log's", made(checkpoint=signed(log.head(origin=OTHER))))
    forged = signed(head, signer="somebody")
    vector(Check.SIGNATURE, "signed-by-somebody-else", "a key with the log's name, not the log's", made(checkpoint=forged))
    taller = Checkpoint(origin=ORIGIN, size=301, root=head.root)
    moved = SignedCheckpoint(checkpoint=taller, note=replace(good.checkpoint.note, body=taller.body))
    vector(Check.SIGNATURE, "with-another-size", "the size was changed after signing", made(checkpoint=moved))
    twofold = forged.add(*good.checkpoint.note.signatures)
    vector(
        Check.SIGNATURE,
        "with-a-false-signature-beside",
        "the log's line holds, a second one of its key does not",
        _again(good, good.checkpoint),
    )
    vector(None, "signed-by-a-stranger-too", "a key with the log's name, beside the log's", made(checkpoint=twofold))
    nothing = signed(Checkpoint(origin=ORIGIN, size=0, root=bytes(32)))
    vector(Check.SIGNATURE, "of-an-empty-log-with-a-root", "size 0 with another root than that of nothing", made(checkpoint=nothing))
    longer = signed(replace(head, extensions=("anything",)))
    vector(None, "with-an-extension-line", "a fourth line in the checkpoint, signed and cosigned with it", made(checkpoint=longer))
    for name, says, stated in (("0", "states no time", 0), ("2-to-the-63", "states a time beyond 2^63 - 1", 1 << 63)):
        odd = signed(head, WITNESSES[:2]).add(_stated(head, WITNESSES[2], stated))
        vector(Check.WITNESSES, f"cosigned-at-{name}", f"the third cosignature {says}", made(checkpoint=odd))
    renamed = vkey_of(key(WITNESSES[0]), name="w4.example", use=KeyUse.COSIGNATURE).text
    both = signed(head, WITNESSES[:1]).add(cosign(head, key=key(WITNESSES[0]), name="w4.example", timestamp=TIME))
    says = "one key has cosigned under two names, which both are named"
    vector(Check.WITNESSES, "with-one-key-under-two-names", says, made(checkpoint=both), witnesses=[*WITNESS_KEYS, renamed])
    vector(Check.WITNESSES, "with-one-cosignature", "one of the two that are needed", made(checkpoint=signed(head, WITNESSES[:1])))
    twice = signed(head, WITNESSES[:1]).add(cosign(head, key=key(WITNESSES[0]), name=WITNESSES[0], timestamp=TIME + 1))
    vector(Check.WITNESSES, "with-one-witness-twice", "one witness has cosigned at two times", made(checkpoint=twice))
    stolen = cosign(log.head(299), key=key(WITNESSES[2]), name=WITNESSES[2], timestamp=TIME)
    mixed = signed(head, WITNESSES[:2]).add(stolen)
    vector(Check.WITNESSES, "with-a-false-cosignature", "the third cosignature is of an older head", made(checkpoint=mixed))
    vector(Check.PLACE_IN_LOG, "for-another-act", "the receipt is of act 0, the question of act 1", made(), act=act(1))
    vector(Check.PLACE_IN_LOG, "with-another-index", "the index is 4", made(index=4))
    vector(Check.PLACE_IN_LOG, "with-an-index-beyond-the-log", "the index is 300", made(index=300))
    vector(
        Check.PLACE_IN_LOG,
        "with-another-place",
        "the act's place in the step has one bit changed",
        made(path=replace(path, position=path.position ^ 1)),
    )
    vector(
        Check.PLACE_IN_LOG,
        "with-a-sibling-changed",
        "one sibling of the step is altered",
        made(path=replace(path, siblings=(bytes(32), *path.siblings[1:]))),
    )
    vector(Check.PLACE_IN_LOG, "with-a-hash-missing", "the proof lacks its last hash", made(proof=proof[:-1]))
    vector(Check.PLACE_IN_LOG, "with-a-hash-too-many", "the proof has its last hash twice", made(proof=(*proof, proof[-1])))
    vector(
        Check.PLACE_IN_LOG,
        "with-two-hashes-swapped",
        "the first two hashes have changed places",
        made(proof=(proof[1], proof[0], *proof[2:])),
    )
    vector(Check.PLACE_IN_LOG, "without-proof", "no hash at all", made(proof=()))


def _again(good: Receipt, head: SignedCheckpoint) -> str:
    """The receipt with a second line of the log's key that does not hold."""
    [own] = [line for line in head.note.signatures if line.name == ORIGIN]
    return replace(good, checkpoint=head.add(replace(own, data=bytes(64)))).text


def _stated(head: Checkpoint, name: str, time: int) -> Signature:
    """A cosignature that holds, at a time at which no witness of ours cosigns."""
    stated = key(name).sign(f"cosignature/v1\ntime {time}\n{head.body}".encode())
    key_id = vkey_of(key(name), name=name, use=KeyUse.COSIGNATURE).key_id
    return Signature(name=name, key_id=key_id, data=time.to_bytes(8, "big") + stated)


def logs() -> None:
    for size in SIZES:
        log = log_of(size)
        for path, data in log.files(signed(log.head())).items():
            target = FOLDER / "logs" / str(size) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    base = log_of(300).files(signed(log_of(300).head()))

    def vector(check: Check | None, name: str, says: str, files: Mapping[str, bytes], **changes: object) -> None:
        value = {"is": "log", "says": says, "log": "300", "without": [], "names": sorted(files), **changes}
        write(named(check, f"log-{name}"), {**value, "fails": check.value if check else 0}, files)

    bundle, tile, edge, top = "tile/entries/000", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"
    vector(None, "of-300-entries", "as it was written", {}, names=[])
    vector(None, "of-7-entries", "as it was written", {}, log="7", names=[])
    whole = log_of(512).files(signed(log_of(512).head()))
    later = {"tile/entries/001": whole["tile/entries/001"], "tile/0/001": whole["tile/0/001"]}
    gone = ["tile/entries/001.p/44", edge]
    vector(None, "with-full-files-for-partial-ones", "partial files are gone, full ones are there", later, without=gone, names=[])
    empty = log_of(0)
    vector(None, "of-nothing", "a log without entries has a checkpoint and no other file", empty.files(signed(empty.head())), names=[])
    old = signed(log_of(7).head(origin=OTHER)).text.encode()
    heir = Log().grow([old, *(entry(number) for number in range(1, 7))])
    files = heir.files(signed(heir.head()))
    vector(None, "that-succeeds-another", "entry 0 is the last checkpoint of another log", files, log="7", names=[])
    lost = Log().grow([old[:-1], *(entry(number) for number in range(1, 7))])
    files = lost.files(signed(lost.head()))
    only = ["tile/entries/000.p/7"]
    vector(Check.FORM, "that-succeeds-nothing", "entry 0 is no root of a step, and no checkpoint", files, log="7", names=only)
    vector(Check.FORM, "with-a-bundle-cut-short", "the last byte of a bundle is missing", {bundle: base[bundle][:-1]})
    vector(Check.FORM, "with-a-tile-cut-short", "the last hash of a tile is missing", {tile: base[tile][:-32]})
    vector(Check.FORM, "with-a-tile-missing", "a tile is not there", {}, without=[tile], names=[tile])
    vector(Check.FORM, "with-an-empty-checkpoint", "the checkpoint has no byte", {"checkpoint": b""})
    vector(Check.FORM, "with-an-entry-of-31-bytes", "an entry that is no root of a step", {bundle: _shorter(base[bundle])})
    vector(Check.SIGNATURE, "with-a-checkpoint-of-another-size", "the size was changed", {"checkpoint": _resized(base)})
    vector(Check.ENTRIES, "with-an-entry-altered", "one bit of entry 9", {bundle: _flip(base[bundle], 34 * 9 + 2)})
    vector(Check.ENTRIES, "with-two-entries-swapped", "entries 9 and 10 have changed places", {bundle: _swap(base[bundle], 34 * 9, 34)})
    vector(Check.ENTRIES, "with-the-last-entry-altered", "one bit of entry 299", {gone[0]: _flip(base[gone[0]], -1)})
    vector(Check.TILES, "with-a-hash-altered", "one bit of hash 9 of a full tile", {tile: _flip(base[tile], 32 * 9)})
    vector(Check.TILES, "with-two-hashes-swapped", "hashes 9 and 10 of a full tile", {tile: _swap(base[tile], 32 * 9, 32)})
    vector(Check.TILES, "with-a-hash-of-the-edge-altered", "one bit of hash 299, in the last tile", {edge: _flip(base[edge], -1)})
    two = {edge: _flip(base[edge], 0), top: _flip(base[top], 0)}
    vector(Check.TILES, "with-two-tiles-of-the-edge-altered", "one bit of each of the two tiles that lead to the root", two)
    vector(Check.TILES, "with-the-upper-tile-altered", "one bit of the only hash of level 1", {top: _flip(base[top], 0)})
    both = log_of(300, changed=9).files(signed(log_of(300).head()))
    vector(
        Check.TILES,
        "with-an-entry-and-its-tile-altered",
        "entry 9 and its leaf, to fit",
        {bundle: both[bundle], tile: both[tile]},
        names=[tile],
    )
    rewritten = {name: data for name, data in both.items() if data != base[name]}
    vector(Check.ROOT, "rewritten-throughout", "entry 9 and every hash above it, but not what was signed", rewritten, names=["checkpoint"])
    last = log_of(300, changed=299).files(signed(log_of(300).head()))
    grafted = {name: data for name, data in last.items() if data != base[name]}
    vector(Check.ROOT, "with-another-last-entry", "the last entry and its leaf, to fit", grafted, names=["checkpoint"])


def _flip(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def _swap(data: bytes, place: int, width: int) -> bytes:
    one, two = data[place : place + width], data[place + width : place + 2 * width]
    return data[:place] + two + one + data[place + 2 * width :]


def _shorter(data: bytes) -> bytes:
    at = 34 * 9
    return data[:at] + b"\x00\x1f" + data[at + 2 : at + 33] + data[at + 34 :]


def _resized(files: Mapping[str, bytes]) -> bytes:
    return files["checkpoint"].replace(b"\n300\n", b"\n299\n")


def growths() -> None:
    log, other = log_of(300), log_of(300, changed=2)

    def vector(check: Check | None, name: str, says: str, old: Checkpoint, new: Checkpoint, proof: Iterable[bytes]) -> None:
        files = {
            "old": signed(old, ()).text.encode(),
            "new": signed(new).text.encode(),
            "proof": b"".join(base64.b64encode(one) + b"\n" for one in proof),
        }
        write(named(check, f"growth-{name}"), {"is": "growth", "says": says, "fails": check.value if check else 0}, files)

    def proof(old: int, new: int = 300) -> tuple[bytes, ...]:
        return consistency_proof(old, new, log.nodes)

    vector(None, "from-7", "7 entries to 300", log.head(7), log.head(), proof(7))
    vector(None, "from-256", "256 entries, a full tile, to 300", log.head(256), log.head(), proof(256))
    vector(None, "from-nothing", "0 entries to 300", log.head(0), log.head(), ())
    vector(None, "of-nothing", "300 entries, twice", log.head(), log.head(), ())
    vector(Check.GROWTH, "of-another-history", "the old head is of another history", other.head(7), log.head(), proof(7))
    vector(Check.GROWTH, "with-two-roots-of-one-size", "both signed: proof against the log", other.head(), log.head(), ())
    vector(Check.GROWTH, "that-shrinks", "300 entries to 7", log.head(), log.head(7), proof(7))
    vector(Check.GROWTH, "with-a-hash-missing", "the proof lacks its last hash", log.head(7), log.head(), proof(7)[:-1])
    vector(Check.GROWTH, "with-a-hash-too-many", "a hash follows the proof", log.head(7), log.head(), (*proof(7), bytes(32)))
    vector(Check.GROWTH, "with-a-hash-changed", "the first hash is altered", log.head(7), log.head(), (bytes(32), *proof(7)[1:]))
    vector(Check.GROWTH, "with-a-proof-from-nothing", "there is nothing to prove", log.head(0), log.head(), proof(7))
    vector(Check.GROWTH, "with-a-proof-of-nothing", "one size needs no proof", log.head(), log.head(), proof(7))
    vector(Check.GROWTH, "without-proof", "no hash at all", log.head(7), log.head(), ())


def requests() -> None:
    """What a witness answers: the folder's number is the status."""
    log, other = log_of(300), log_of(300, changed=2)

    def vector(status: int, name: str, says: str, text: str, *, known: int = 7, **answer: object) -> None:
        remembered = {"size": known, "root": base64.b64encode(root_at(known, log.nodes)).decode()}
        value = {"is": "request", "says": says, "log_key": LOG_KEY, "remembered": remembered, "status": status}
        folder = FOLDER / "witness" / f"{status}-{name}"
        folder.mkdir(parents=True)
        (folder / "vector.json").write_text(
            json.dumps({**value, "body": "", "conflict": False, **answer}, indent=2) + "\n", encoding="utf-8"
        )
        (folder / "request").write_bytes(text.encode())

    def text(old: int, head: Checkpoint, proof: Sequence[bytes] = (), signer: str = "log") -> str:
        return AddCheckpoint(old_size=old, proof=tuple(proof), checkpoint=signed(head, (), signer)).text

    proof = consistency_proof(7, 300, log.nodes)
    good = text(7, log.head(), proof)
    vector(200, "growth", "from 7 to 300", good)
    vector(200, "same-head", "the head that is remembered", text(7, log.head(7)))
    vector(200, "first-head", "nothing is remembered", text(0, log.head()), known=0)
    vector(400, "cut-short", "the last byte is missing", good[:-1])
    vector(400, "old-size-with-zero", "the old size is written 07", good.replace("old 7\n", "old 07\n"))
    vector(400, "old-size-above-new", "from 301 to 300", text(301, log.head()))
    vector(400, "with-carriage-returns", "lines end in CR LF", good.replace("\n", "\r\n"))
    vector(400, "with-64-hashes", "a request has at most 63", text(7, log.head(), [bytes(32)] * 64))
    [own] = signed(log.head(), ()).note.signatures
    vector(
        403,
        "with-a-false-signature-beside",
        "the log's line, and one of its key that does not hold",
        good + replace(own, data=bytes(64)).line + "\n",
    )
    many = [Signature(name=name, key_id=bytes(4), data=bytes(4627)).line + "\n" for name in _strangers(15)]
    vector(200, "with-strangers-signatures", "sixteen signatures, all but one nearly 5 kB long", good + "".join(many))
    vector(403, "signed-by-somebody-else", "a key with the log's name", text(7, log.head(), proof, "somebody"))
    vector(404, "unknown-log", "a log that the witness does not serve", text(7, log.head(origin=OTHER), proof, "log"))
    vector(409, "another-old-size", "from 6, and 7 is remembered", text(6, log.head(), consistency_proof(6, 300, log.nodes)), body="7\n")
    vector(409, "shrunken", "7 entries, and 300 are remembered", text(7, log.head(7)), known=300, body="300\n")
    vector(409, "two-histories", "another root of the remembered size", text(0, other.head(7)), body="7\n", conflict=True)
    vector(422, "two-histories", "another root of the remembered size", text(7, other.head(7)), conflict=True)
    vector(422, "another-history", "the proof is of another history", text(7, other.head(), consistency_proof(7, 300, other.nodes)))
    vector(422, "proof-from-nothing", "nothing is remembered, and a proof is given", text(0, log.head(), proof), known=0)
    empty = Checkpoint(origin=ORIGIN, size=0, root=bytes(32))
    vector(422, "empty-log-with-a-root", "size 0 with another root", text(0, empty), known=0)


@dataclass(frozen=True)
class CaseLedger:
    """What case files stand on: the keys, and a log of seven entries of which the fourth is a step of the case."""

    origin: str = ORIGIN
    log_key: str = LOG_KEY
    witnesses: Mapping[str, str] = field(default_factory=lambda: dict(zip(WITNESSES, WITNESS_KEYS, strict=True)))
    key: Callable[[str], Ed25519PrivateKey] = key

    def head_and_nodes(self, step: StepTree) -> tuple[SignedCheckpoint, Callable[[int, int], bytes]]:
        """The signed head of that log, and its hashes."""
        log = Log().grow(step.root if number == 3 else entry(number) for number in range(7))
        return signed(log.head()), log.nodes


def case_files() -> None:
    def vector(check: Check | None, name: str, value: dict[str, Any], files: Mapping[str, bytes]) -> None:
        folder = FOLDER / named(check, name)
        folder.mkdir(parents=True)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        (folder / "vector.json").write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")

    cases(CaseLedger(), vector)


def main() -> None:
    for folder in (one for one in FOLDER.iterdir() if one.is_dir()) if FOLDER.is_dir() else ():
        shutil.rmtree(folder)
    receipts()
    logs()
    growths()
    requests()
    case_files()
    print(f"{len(list(FOLDER.rglob('vector.json')))} vectors in {FOLDER}")


if __name__ == "__main__":
    main()
