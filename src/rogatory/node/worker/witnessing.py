"""Ask the witnesses that this node's log names to cosign each checkpoint, at the rhythm of the log and never at that of cases (H5).

- All are asked at once, each in a thread of its own that touches no table: a slow one delays nobody, and the loop not at all.
- A witness says with 409 which size it knows; the next request proves the growth from there.
- One that does not answer is asked again after 1 s, doubling to 30 s, so that each is tried within the minute in which the
  quorum is due. A cosignature is kept only if it verifies; lines of other keys are passed over.
- A witness that knows more of this log than this node has, or something else, is asked for the head that this node has
  signed. With that in hand it is certain that the database is an old copy: it is kept as evidence, and the log is closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import httpx
import structlog

from rogatory.errors import FormError, ProofError, RogatoryError
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
from rogatory.node import log
from rogatory.node.evidence_of_logs import SHRUNK, TWO_HEADS, keep
from rogatory.node.installation import Installation
from rogatory.node.models import Cosignature

TIMEOUT = httpx.Timeout(3.0, connect=1.0)
LONGEST, RHYTHM, PATIENCE = 30.0, 0.2, 0.05
LARGEST = 1 << 18
_log = structlog.get_logger("rogatory.witnesses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: the status, the body, and after a refusal the head that the witness remembers."""

    status: int
    text: str
    head: str = ""


@dataclass(slots=True)
class Asked:
    """What this process knows of one witness."""

    known: int = 0
    cosigned: int = 0
    heard: bool = False
    wait: float = 0.0
    not_before: float = 0.0
    head: SignedCheckpoint | None = None
    pending: Future[Reply] | None = field(default=None, repr=False)


class Asker:
    """Asks for one node; keeps its connections."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._asked: dict[str, Asked] = {}
        self._threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="witness")

    def ask(self, patience: float = PATIENCE) -> int:
        """Ask every witness that has not cosigned the newest checkpoint, and take what has arrived. How many cosigned."""
        named = self._log()
        newest = log.newest() if named.witnesses else None
        if newest is None:
            return 0
        witnesses = {one.name: one for one in named.witnesses}
        ends, cosigned = self.house.clock.monotonic() + patience, 0
        while True:
            self._ask_due(witnesses, newest.size, newest.text)
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

    def _ask_due(self, witnesses: Mapping[str, NamedWitness], size: int, text: str) -> None:
        now = self.house.clock.monotonic()
        for name, witness in witnesses.items():
            asked = self._asked.setdefault(name, Asked())
            if asked.pending is None and asked.cosigned != size and now >= asked.not_before:
                asked.head = read_checkpoint(text)
                proof = consistency_proof(asked.known, size, log.node) if 0 < asked.known < size else ()
                request = AddCheckpoint(old_size=asked.known, proof=proof, checkpoint=asked.head)
                asked.not_before = now + RHYTHM
                asked.pending = self._threads.submit(_exchange, self.client, witness, asked.head.checkpoint.origin, request.text)

    def _take(self, name: str, witness: NamedWitness | None, named: TrustedLog) -> bool:
        """Take what a witness has answered; whether it cosigned."""
        asked = self._asked[name]
        pending, head, asked.pending = asked.pending, asked.head, None
        if pending is None or head is None or witness is None:
            return False
        try:
            line = self._judge(pending.result(), head, asked, witness, named)
        except (httpx.HTTPError, RogatoryError) as error:
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
        size = head.checkpoint.size
        if reply.head:
            self._compare(reply.head, head, witness, named)
        if reply.status == httpx.codes.CONFLICT and reply.text.strip().isdecimal() and int(reply.text) <= size:
            known = int(reply.text)
            if known == asked.known:
                raise ProofError("says that it knows what it was told that it knows", where=witness.name, why=f"size {known}")
            asked.known = known
            return None
        if reply.status != httpx.codes.OK:
            raise ProofError("refused the checkpoint", where=witness.name, why=f"{reply.status}: {reply.text[:200].strip()}")
        return _own_line(reply.text, head, witness)

    def _compare(self, text: str, head: SignedCheckpoint, witness: NamedWitness, named: TrustedLog) -> None:
        """Compare what a witness remembers with what is here. If this node signed it and it is not here, the log ends."""
        remembered = read_checkpoint(text)
        known = verify_checkpoint(remembered, named.signer_of(remembered))
        if known.size <= head.checkpoint.size and root_at(known.size, log.node) == known.root:
            return
        kind = SHRUNK if known.size > head.checkpoint.size else TWO_HEADS
        keep(kind, origin=named.origin, by=witness.name, known=text, shown=head.text, at=self.house.clock.now())
        raise ProofError(
            "this node has signed what it does not hold",
            where=named.origin,
            why=f"{witness.name} has cosigned {known.size} entries, and here are {head.checkpoint.size} or others",
            cure=log.CURE_OF_OLD_COPY,
        )


def _own_line(text: str, head: SignedCheckpoint, witness: NamedWitness) -> str:
    """The line of this witness among those of the answer; lines of other keys are passed over."""
    for line in text.removesuffix("\n").split("\n"):
        signature = read_signature(line)
        if (signature.name, signature.key_id) == (witness.key.name, witness.key.key_id):
            verify_cosignatures(head.add(signature), witness.key)
            return line
    raise ProofError("has signed with another key than that of the trust list", where=witness.name)


def _exchange(client: httpx.Client, witness: NamedWitness, origin: str, request: str) -> Reply:
    """One request, in a thread; after a refusal also the head that the witness remembers."""
    headers = {"host": witness.host} if witness.host else {}
    answer = client.post(f"{witness.url}/add-checkpoint", content=request.encode(), headers=headers)
    if answer.status_code not in {httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY}:
        return Reply(status=answer.status_code, text=_short(answer))
    shown = client.get(f"{witness.url}/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint", headers=headers)
    head = _short(shown) if shown.status_code == httpx.codes.OK else ""
    return Reply(status=answer.status_code, text=_short(answer), head=head)


def _short(answer: httpx.Response) -> str:
    if len(answer.content) > LARGEST:
        raise FormError(f"answers with more than {LARGEST} bytes", where=str(answer.url))
    return answer.content.decode("utf-8", errors="replace")
