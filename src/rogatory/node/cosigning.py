"""This node as a witness of its peers: it cosigns their heads, and remembers them in its own tables (C2SP `tlog-witness`).

- Checked and remembered in one statement that only the row as it was judged can change, and committed before anybody is
  answered: however many processes serve, one head of a log is the newest.
- Two heads of one size, both signed by the log, are evidence and stay. Heads that the log never signed, or that continue nothing, are
  kept as well. Of each sort the first hundred of a log, once each and without what anybody could add: a stranger must not be able to fill
  the table, nor to crowd out what the log itself has signed.
- It cosigns only if its tables are known to be no old copy, which would have forgotten what it cosigned since (`mark`).
- It cosigns only if the trust list names it as a witness, under a key that signs nothing else.

Left to others: the rules (`rogatory.ledger`), HTTP (`rogatory.witness.Service` behind `api/witness.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction

from rogatory.errors import ClockError, StorageError, TrustError
from rogatory.ledger import NOTHING, Accepted, KeyUse, Refused, Remembered, VerifierKey, check_add_checkpoint, vkey_of
from rogatory.ledger.witness import evidence, remembered
from rogatory.moments import Instant, format_instant
from rogatory.node.clock import TOLERANCE
from rogatory.node.evidence_of_logs import BROKEN, TWO_HEADS, UNSIGNED, keep
from rogatory.node.faults import damaged, database_name
from rogatory.node.installation import Installation, installation
from rogatory.node.mark import NoOldCopy
from rogatory.node.models import WitnessHead
from rogatory.node.seen import contradicted
from rogatory.witness import Service, origin_of

_TRIES = 20
_KINDS = {403: UNSIGNED, 422: BROKEN}


@dataclass(frozen=True, kw_only=True)
class Peer:
    """This node as the trust list names it among the witnesses."""

    house: Installation

    @property
    def name(self) -> str:
        """The name under which it cosigns."""
        me = self.house.settings.institution
        trust = self.house.trust(self.house.clock.now())
        found = next((one.name for one in trust.payload.witnesses if one.operator == me), None)
        if found is None:
            raise TrustError("does not name this node as a witness", where="trust.json", cure="ask the anchor to name it")
        return found

    @property
    def key(self) -> Ed25519PrivateKey:
        """The key with which it cosigns, and signs nothing else."""
        return self.house.keys.witness_key

    @property
    def vkey(self) -> VerifierKey:
        """What the trust list says of it."""
        return vkey_of(self.key, name=self.name, use=KeyUse.COSIGNATURE)

    def logs(self, at: Instant) -> Mapping[str, Collection[VerifierKey]]:
        """The logs that name this node as a witness."""
        return self.house.trust(at).served_by(self.name, at)


class Table:
    """The memory of this node as a witness."""

    def __init__(self, by: str) -> None:
        self._by = by

    def judge(self, text: str, *, logs: Mapping[str, Collection[VerifierKey]], at: Instant) -> Accepted | Refused:
        """Judge a request by what is remembered; what it leads to is durable when this returns."""
        origin = origin_of(text)
        for _ in range(_TRIES):
            row = WitnessHead.objects.filter(pk=origin).first()
            if row is not None and at.timestamp() + TOLERANCE.total_seconds() < row.timestamp:  # machines of one node differ a little
                raise ClockError(
                    "the clock was turned back", where=format_instant(at), why=f"the log {origin} was cosigned at a later time"
                )
            before = held(row) if row else NOTHING
            answer = check_add_checkpoint(text, logs=logs, remembered={origin: before})
            known = row.text if row else ""
            if isinstance(answer, Accepted) and (seen := contradicted(answer.checkpoint)) is not None:
                known = seen
                answer = Refused(status=422, why=f"{origin}: another head of this size came with an act", equivocation=True)
            if isinstance(answer, Refused):
                if (shown := evidence(text, before, answer)) is not None:
                    self._keep(answer, origin, known=known, shown=shown, at=at)
                return answer
            if _remembered(row, origin, answer, int(at.timestamp())):
                return answer
        raise StorageError("could not be remembered", where=origin, why="others kept asking at once", cure="ask again")

    def heads(self) -> Mapping[str, int]:
        """The size up to which each log is cosigned."""
        return dict(WitnessHead.objects.order_by("origin").values_list("origin", "size"))

    def newest(self, origin: str) -> tuple[str, int] | None:
        """The newest cosigned head of a log, as it was submitted, and when it was cosigned."""
        row = WitnessHead.objects.filter(pk=origin).first()
        if row is None:
            return None
        held(row)
        return row.text, row.timestamp

    def _keep(self, answer: Refused, origin: str, *, known: str, shown: str, at: Instant) -> None:
        kind = TWO_HEADS if answer.equivocation else _KINDS[answer.status]
        keep(kind, origin=origin, by=self._by, known=known, shown=shown, at=at)


def held(row: WitnessHead) -> Remembered:
    """What is remembered of a log. `StorageError` if the row contradicts itself: nothing is cosigned or refused by it."""
    found = remembered(row.origin, row.size, bytes(row.root), row.text)
    if found is None:
        raise damaged("its text is another head than its size and root", where=f"{database_name()}, table witness_head, log {row.origin}")
    return found


def _remembered(row: WitnessHead | None, origin: str, answer: Accepted, timestamp: int) -> bool:
    """Whether the head is durable now: only if nobody changed, in between, what it was judged by."""
    new = {"size": answer.remember.size, "root": answer.remember.root, "text": answer.checkpoint.text, "timestamp": timestamp}
    if row is not None:
        same = WitnessHead.objects.filter(pk=origin, size=row.size, root=bytes(row.root))
        return same.update(**new) == 1
    try:
        with transaction.atomic():
            WitnessHead.objects.bulk_create([WitnessHead(origin=origin, **new)])
    except IntegrityError:
        return False
    return True


@cache
def _no_old_copy() -> NoOldCopy:
    return NoOldCopy(installation())


def peer_witness(house: Installation) -> Service:
    """This node as a witness that answers its peers. `StorageError` as long as its tables may be an old copy: it may have forgotten."""
    peer = Peer(house=house)
    _no_old_copy().check()
    return Service(peer, Table(peer.name), now=house.clock.now)
