"""Questions 1 and 2: the log from its tables, leaf by leaf, and each step's tree from its seed.

- Memory stays flat: entries are read in blocks, in order, and the frontier is all that is carried along.
- That the end was cut off shows in what still speaks of a longer log: rows of any table, cosignatures, the mark beside the keys. All of
  them are read before the newest checkpoint, which a running node commits with them or before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Max

from rogatory.errors import RogatoryError, StorageError
from rogatory.exchange.logs import TrustedLog
from rogatory.ledger import (
    EMPTY,
    Frontier,
    VerifierKey,
    build_step,
    leaf_hash,
    read_checkpoint,
    read_signature,
    verify_checkpoint,
    verify_cosignatures,
)
from rogatory.moments import format_instant, instant
from rogatory.node import log
from rogatory.node.audit.findings import Difference, Question
from rogatory.node.installation import Installation
from rogatory.node.mark import MARK, read_mark
from rogatory.node.models import Checkpoint, Cosignature, Place, Shown, Step, TreeNode

BLOCK = 1000
FROZEN = timedelta(minutes=1)
"""A step is shown at the next moment of a clock of seconds; who is told to wait longer is shown an old log."""


def ledger(house: Installation) -> Iterator[Difference]:
    """Everything in the tables of the log that is not what it should be."""
    named = house.trust(house.clock.now()).log_of(house.settings.institution)
    shown = tuple(Shown.objects.all())
    longer, mark = tuple(_longer()), _mark(house)
    newest = log.last_signed()
    walk = _Walk(house=house, named=named, size=newest.size if newest else 0)
    if isinstance(mark, Difference):
        yield mark
    else:
        yield from walk.end(longer, mark)
    now = house.clock.now()
    for one in shown:
        if one.id != 1 or one.size > walk.size or instant(one.at) > now + FROZEN:
            until = format_instant(instant(one.at))
            yield _log(f"row {one.id} of log_shown", f"shows {one.size_before} entries until {until} and then {one.size}, of {walk.size}")
    yield from walk.blocks()
    yield from walk.remains()


def _longer() -> Iterator[tuple[int, str]]:
    """How long the log is by what is stored beside its checkpoints, and what says so."""
    leaves = {
        "log_step": Step.objects.aggregate(last=Max("leaf")),
        "log_node": TreeNode.objects.filter(pk__lt=1 << log.SHIFT).aggregate(last=Max("pk")),
        "log_place": Place.objects.aggregate(last=Max("leaf")),
    }
    yield from ((found["last"] + 1, f"table {table}") for table, found in leaves.items() if found["last"] is not None)
    cosigned = Cosignature.objects.order_by("-size").values_list("size", "witness").first()
    if cosigned is not None:
        yield cosigned[0], f"a cosignature of {cosigned[1]}"


def _mark(house: Installation) -> tuple[int, bytes] | Difference | None:
    try:
        return read_mark(house.settings.home)
    except StorageError as error:
        return _log(f"keys/{MARK}", f"{error.what}: {error.cure}")


@dataclass(slots=True, kw_only=True)
class _Walk:
    house: Installation
    named: TrustedLog
    size: int
    frontier: Frontier = EMPTY
    nodes: int = 0
    missing: bool = field(default=False)

    def end(self, longer: Sequence[tuple[int, str]], mark: tuple[int, bytes] | None) -> Iterator[Difference]:
        """That nothing speaks of a longer log, or of another one of this size."""
        said = [*longer, *([(mark[0], f"keys/{MARK}")] if mark else [])]
        beyond = [(size, by) for size, by in said if size > self.size]
        if beyond:
            names = "; ".join(f"{by} knows {size} entries" for size, by in beyond)
            last = max(size for size, _ in beyond) - 1
            yield _log(f"entries {self.size} to {last}", f"no checkpoint covers them, the end of the log was cut off: {names}")
        elif mark is not None and (text := Checkpoint.objects.filter(pk=mark[0]).values_list("text", flat=True).first()) is not None:
            with suppress(RogatoryError):  # a checkpoint that cannot be read is named on the walk
                if read_checkpoint(text).checkpoint.root != mark[1]:
                    yield _log(f"checkpoint of {mark[0]} entries", f"is another than the one that was signed last, by keys/{MARK}")

    def blocks(self) -> Iterator[Difference]:
        """From the first entry to the last."""
        for first in range(0, self.size, BLOCK):
            last = min(first + BLOCK, self.size)
            span = {"leaf__gte": first, "leaf__lt": last}
            steps = {row.leaf: row for row in Step.objects.filter(**span)}
            places: dict[int, dict[str, int]] = {}
            for digest, leaf, position in Place.objects.filter(**span).values_list("hash", "leaf", "position"):
                places.setdefault(leaf, {})[digest] = position
            heads = dict(Checkpoint.objects.filter(size__gt=first, size__lte=last).values_list("size", "text"))
            for leaf in range(first, last):
                row = steps.get(leaf)
                if row is None:
                    yield _log(f"entry {leaf}", "is missing; what follows cannot be compared")
                    self.missing = True
                    return
                yield from self._step(leaf, bytes(row.entry), bytes(row.seed), places.get(leaf, {}))
                yield from self._grow(leaf, bytes(row.entry), heads.get(leaf + 1))

    def _step(self, leaf: int, entry: bytes, seed: bytes, places: Mapping[str, int]) -> Iterator[Difference]:
        try:
            tree = build_step(self.house.keys.unseal(seed, aad=b"seed"), places)
        except RogatoryError as error:
            yield Difference(question=Question.PLACES, about=f"entry {leaf}", says=f"its seed cannot be opened: {error}")
            return
        if tree.root != entry:
            acts = ", ".join(sorted(places)) or "none"
            says = f"is not the root over its seed and its acts ({acts}): an act was added, taken away or moved, or the entry altered"
            yield Difference(question=Question.PLACES, about=f"entry {leaf}", says=says)
        for digest, position in places.items():
            if tree.places[digest] != position:
                says = f"stands at {tree.places[digest]} of entry {leaf}, and its row says {position}"
                yield Difference(question=Question.PLACES, about=f"act {digest}", says=says)

    def _grow(self, leaf: int, entry: bytes, text: str | None) -> Iterator[Difference]:
        grown = self.frontier.append(leaf_hash(entry))
        expected = {(one.level << log.SHIFT) + one.index: one.hash for one in grown.completed}
        found = {pk: bytes(one) for pk, one in TreeNode.objects.filter(pk__in=list(expected)).values_list("pk", "hash")}
        for pk in sorted(expected):
            if found.get(pk) != expected[pk]:
                level, index = pk >> log.SHIFT, pk & (1 << log.SHIFT) - 1
                covers = f"over entries {index << level} to {(index + 1 << level) - 1}"
                yield _log(f"hash {index} of level {level}", f"{'is altered' if pk in found else 'is missing'}, {covers}")
        self.nodes += len(expected)
        self.frontier = grown.frontier
        yield from self._head(leaf + 1, text)

    def _head(self, size: int, text: str | None) -> Iterator[Difference]:
        about = f"checkpoint of {size} entries"
        if text is None:
            yield _log(about, "is missing")
            return
        try:
            signed = read_checkpoint(text)
            head = verify_checkpoint(signed, self.named.signer_of(signed))
        except RogatoryError as error:
            yield _log(about, f"does not verify: {error}")
            return
        if (head.size, head.root) != (size, self.frontier.root):
            yield _log(about, f"signs {head.size} entries with another root: expected {self.frontier.root.hex()}, found {head.root.hex()}")

    def remains(self) -> Iterator[Difference]:
        """What is there and should not be, and the cosignatures."""
        if not self.missing:
            leaves = self.size
            extra = TreeNode.objects.filter(pk__lt=leaves).count() + _above(leaves) - self.nodes
            if extra:
                yield _log("hashes", f"{extra} more are stored than {leaves} entries have")
        keys: dict[str, list[VerifierKey]] = {}
        for key in dict.fromkeys((*(one.key for one in self.named.witnesses), *self.house.trust_file.witnesses())):
            keys.setdefault(key.name, []).append(key)
        for row in Cosignature.objects.filter(size__lte=self.size).order_by("id").iterator(chunk_size=BLOCK):
            if wrong := _cosignature(row, keys.get(row.witness, [])):
                yield _log(f"cosignature of {row.witness} on {row.size} entries", wrong)


def _cosignature(row: Cosignature, keys: Sequence[VerifierKey]) -> str:
    """What is wrong with it. One of a witness that the list has dropped is verified with the key that it had, and is no fault."""
    if not keys:
        return "is of nobody whom a list that was here has named: altered, or older than what this node remembers of its lists"
    text = Checkpoint.objects.filter(pk=row.size).values_list("text", flat=True).first()
    try:
        line = read_signature(row.line)
        key = next((one for one in keys if (line.name, line.key_id) == (one.name, one.key_id)), None)
        if text is None or key is None or verify_cosignatures(read_checkpoint(text).add(line), key) is None:
            return "is of another key, or on no checkpoint"
    except RogatoryError as error:
        return f"does not verify: {error}"
    return ""


def _above(leaves: int) -> int:
    """How many hashes above the leaves are stored within a log of this size."""
    levels = range(1, leaves.bit_length())
    return sum(
        TreeNode.objects.filter(pk__gte=level << log.SHIFT, pk__lt=(level << log.SHIFT) + (leaves >> level)).count() for level in levels
    )


def _log(about: str, says: str) -> Difference:
    return Difference(question=Question.LOG, about=about, says=says)
