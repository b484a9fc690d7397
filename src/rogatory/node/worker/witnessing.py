"""Ask the witnesses that this node's log names to cosign each checkpoint, at the rhythm of the log and never at that of cases (H5).

- All are asked at once, each in a thread of its own that touches no table: a slow one delays nobody, and the loop not at all.
- Each may take the minute in which the quorum is due. Only one head that most have cosigned counts, so those that take longer than a second
  are asked for heads at sizes that are multiples of a power of two: what the slowest is asked for, the others were asked for as well.
- A witness says with 409 which size it knows; the next request proves the growth from there.
- One that does not answer is asked again after 1 s, doubling to 30 s, so that each is tried within the minute in which the
  quorum is due. A cosignature is kept only if it verifies and states a time of this trust list at which the log's key held, and not
  one to come; lines of other keys are passed over.
- A witness that knows more of this log than this node has signed, or something else, is asked for the head that this node has
  signed. With that in hand it is certain that the database is an old copy: it is kept as evidence, and the log is closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

import httpx
import structlog

from rogatory.errors import ProofError, RogatoryError
from rogatory.exchange.logs import NamedWitness, TrustedLog
from rogatory.ledger import (
    AddCheckpoint,
    SignedCheckpoint,
    consistency_proof,
    read_checkpoint,
    read_signature,
    root_at,
    verify_checkpoint,
    verify_cosignatures,
)
from rogatory.ledger.lines import read_number
from rogatory.moments import parse_canonical_instant
from rogatory.node import log
from rogatory.node.evidence_of_logs import SHRUNK, TWO_HEADS, keep
from rogatory.node.installation import Installation
from rogatory.node.models import Checkpoint, Cosignature
from rogatory.node.worker.asking import FAILS, Limits, begin, fetch

TIMEOUT = httpx.Timeout(log.DUE, connect=5.0)
APART = timedelta(minutes=5)
"""By how much the clock of a witness may differ."""
LONGEST, RHYTHM, PATIENCE = 30.0, 0.2, 0.05
PROMPT = 1.0
"""Who answers within so many seconds is asked for every head that it can follow."""
LARGEST = 1 << 18
_log = structlog.get_logger("rogatory.witnesses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: the status, the body, after a refusal the head that the witness remembers; and how many seconds it took."""

    status: int
    text: str
    head: str = ""
    took: float = 0.0


@dataclass(slots=True)
class Asked:
    """What this process knows of one witness."""

    known: int = 0
    cosigned: int = 0
    heard: bool = False
    took: float = 0.0
    wait: float = 0.0
    not_before: float = 0.0
    head: SignedCheckpoint | None = None
    pending: Future[Reply] | None = field(default=None, repr=False)


class Asker:
    """Asks for one node; keeps its connections."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self.limits = Limits(most=LARGEST, seconds=log.DUE, monotonic=house.clock.monotonic)
        self._asked: dict[str, Asked] = {}

    def ask(self, patience: float = PATIENCE) -> int:
        """Ask every witness that has not cosigned the newest checkpoint, and take what has arrived. How many cosigned."""
        named = self._log()
        newest = log.newest() if named.witnesses else None
        if newest is None:
            return 0
        witnesses = {one.name: one for one in named.witnesses}
        ends, cosigned = self.house.clock.monotonic() + patience, 0
        while True:
            self._ask_due(witnesses, newest)
            waiting = [one.pending for one in self._asked.values() if one.pending is not None]
            left = ends - self.house.clock.monotonic()
            if waiting and left > 0:
                wait(waiting, timeout=left)
            arrived = [name for name, one in self._asked.items() if one.pending is not None and one.pending.done()]
            cosigned += sum(self._take(name, witnesses.get(name), named) for name in arrived)
            if not arrived or left <= 0:
                return cosigned

    def confirmed(self) -> bool:
        """Whether most witnesses have told this process that they know nothing beyond what this node has."""
        named = self._log()
        return sum(self._asked[one.name].heard for one in named.witnesses if one.name in self._asked) >= named.quorum

    def _log(self) -> TrustedLog:
        return self.house.trust(self.house.clock.now()).log_of(self.house.settings.institution)

    def _ask_due(self, witnesses: Mapping[str, NamedWitness], newest: Checkpoint) -> None:
        now = self.house.clock.monotonic()
        for name, witness in witnesses.items():
            asked = self._asked.setdefault(name, Asked())
            size = newest.size - newest.size % self._stride(asked)
            if asked.pending is None and now >= asked.not_before and asked.cosigned < size and asked.known <= size:
                asked.head = read_checkpoint(newest.text if size == newest.size else Checkpoint.objects.get(pk=size).text)
                proof = consistency_proof(asked.known, size, log.node) if 0 < asked.known < size else ()
                request = AddCheckpoint(old_size=asked.known, proof=proof, checkpoint=asked.head)
                asked.not_before = now + RHYTHM
                origin = asked.head.checkpoint.origin
                asked.pending = begin(_exchange, self.client, witness, origin, request.text, self.limits)

    def _stride(self, asked: Asked) -> int:
        """Every which head a witness is asked for: all, or if it is slow the power of two of steps within which it answers."""
        return 1 if asked.took <= PROMPT else 1 << (ceil(asked.took * 1000 / self.house.settings.step_ms) - 1).bit_length()

    def _take(self, name: str, witness: NamedWitness | None, named: TrustedLog) -> bool:
        """Take what a witness has answered; whether it cosigned."""
        asked = self._asked[name]
        pending, head, asked.pending = asked.pending, asked.head, None
        if pending is None or head is None or witness is None:
            return False
        try:
            reply = pending.result()
            asked.took = max(reply.took, asked.took / 2)
            line = self._judge(reply, head, asked, witness, named)
        except (*FAILS, RogatoryError) as error:
            asked.wait = min(max(asked.wait * 2, 1.0), LONGEST)
            asked.not_before = self.house.clock.monotonic() + asked.wait
            _log.warning("a witness did not cosign", witness=name, size=head.checkpoint.size, why=str(error)[:300])
            return False
        asked.heard, asked.wait = True, 0.0
        if line is None:
            asked.not_before = 0.0  # it has said what it knows: ask again at once, from there
            return False
        size = head.checkpoint.size
        if not Cosignature.objects.filter(size=size, witness=name).exists():  # after a restart a witness may sign one size again
            Cosignature.objects.bulk_create([Cosignature(size=size, witness=name, line=line)])
        asked.known = asked.cosigned = size
        return True

    def _judge(self, reply: Reply, head: SignedCheckpoint, asked: Asked, witness: NamedWitness, named: TrustedLog) -> str | None:
        """The line of the cosignature; nothing if the witness has only said which size it knows."""
        if reply.head:
            self._compare(reply.head, witness, named)
        if reply.status == httpx.codes.CONFLICT:
            known = read_number(reply.text.removesuffix("\n"), where=f"size that {witness.name} knows")
            if known == asked.known:
                raise ProofError("says that it knows what it was told that it knows", where=witness.name, why=f"size {known}")
            if known <= _signed():
                asked.known = known
                return None
        if reply.status != httpx.codes.OK:
            raise ProofError("refused the checkpoint", where=witness.name, why=f"{reply.status}: {reply.text[:200].strip()}")
        return self._own_line(reply.text, head, witness, named)

    def _compare(self, text: str, witness: NamedWitness, named: TrustedLog) -> None:
        """Compare what a witness remembers with what is here, shown or not. If this node signed it and it is not here, the log ends.

        Not by a key that has ended: who stole it before it was revoked could end the log with the help of one witness.
        """
        remembered = read_checkpoint(text)
        known = verify_checkpoint(remembered, named.signer_of(remembered))
        here = log.last_signed()
        size = here.size if here else 0
        if known.size <= size and root_at(known.size, log.node) == known.root:
            return
        named.key_for(remembered, self.house.clock.now())  # what an ended key has signed is still agreed to, but ends nothing
        kind = SHRUNK if known.size > size else TWO_HEADS
        keep(kind, origin=named.origin, by=witness.name, known=text, shown=here.text if here else "", at=self.house.clock.now())
        raise ProofError(
            "this node has signed what it does not hold",
            where=named.origin,
            why=f"{witness.name} has cosigned {known.size} entries, and here are {size} or others",
            cure=log.CURE_OF_OLD_COPY,
        )

    def _own_line(self, text: str, head: SignedCheckpoint, witness: NamedWitness, named: TrustedLog) -> str:
        """The line of this witness among those of the answer; lines of other keys are passed over."""
        for line in text.removesuffix("\n").split("\n"):
            signature = read_signature(line)
            if (signature.name, signature.key_id) == (witness.key.name, witness.key.key_id):
                found = verify_cosignatures(head.add(signature), witness.key)
                if found is None or not self._timely(found.timestamp, head, named):
                    raise ProofError(
                        "states a time at which the log's key did not hold, one before the trust list, or one to come",
                        where=witness.name,
                        why=f"{found.timestamp if found else 0} seconds since 1970",
                        cure="its clock must be set right",
                    )
                return line
        raise ProofError("has signed with another key than that of the trust list", where=witness.name)

    def _timely(self, second: int, head: SignedCheckpoint, named: TrustedLog) -> bool:
        """Whether the time that a witness states shows, also once the log's key has ended, that it held; and is neither old nor to come."""
        now = self.house.clock.now()
        listed = parse_canonical_instant(self.house.trust(now).payload.iat)
        key = named.signer_of(head)
        within = (listed - APART).timestamp() <= second <= (now + APART).timestamp()
        return within and any(one.held_in(second) for one in named.keys if one.key == key)


def _signed() -> int:
    """The size that this node has signed; all of it need not be shown yet."""
    here = log.last_signed()
    return here.size if here else 0


def _exchange(client: httpx.Client, witness: NamedWitness, origin: str, request: str, limits: Limits) -> Reply:
    """One request, in a thread; after a refusal also the head that the witness remembers."""
    headers = {"host": witness.host} if witness.host else {}
    began = limits.monotonic()
    asked = client.build_request("POST", f"{witness.url}/add-checkpoint", content=request.encode(), headers=headers)
    status, body = fetch(client, asked, limits)
    took = limits.monotonic() - began
    head = b""
    if status in {httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY}:
        url = f"{witness.url}/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
        found, shown = fetch(client, client.build_request("GET", url, headers=headers), limits)
        head = shown if found == httpx.codes.OK else head
    return Reply(status=status, text=_decoded(body), head=_decoded(head), took=took)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")
