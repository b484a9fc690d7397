"""Ask the witnesses of the trust list to cosign each checkpoint, at the rhythm of the log and never at that of cases (H5).

- A witness says with 409 which size it knows; the next request proves the growth from there.
- A witness that does not answer is asked again after 1 s, doubling to 30 s; nothing else waits for it here.
- A cosignature is kept only if it verifies.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import structlog

from rogatory.errors import ProofError, RogatoryError
from rogatory.exchange.trust import Witness
from rogatory.ledger import (
    AddCheckpoint,
    SignedCheckpoint,
    consistency_proof,
    read_checkpoint,
    read_signature,
    read_vkey,
    verify_cosignatures,
)
from rogatory.node import log
from rogatory.node.installation import Installation
from rogatory.node.models import Cosignature

TIMEOUT = httpx.Timeout(3.0, connect=1.0)
LONGEST = 30.0
_log = structlog.get_logger("rogatory.witnesses")


@dataclass(slots=True)
class Asked:
    """What this process knows of one witness."""

    known: int = 0
    cosigned: int = 0
    wait: float = 0.0
    not_before: float = 0.0


class Asker:
    """Asks for one node; keeps its connections."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._asked: dict[str, Asked] = {}

    def ask(self) -> int:
        """Ask every witness that has not cosigned the newest checkpoint. How many cosigned."""
        witnesses = self.house.trust(self.house.clock.now()).payload.witnesses
        newest = log.newest() if witnesses else None
        if newest is None:
            return 0
        due = [one for one in witnesses if self._due(one, newest.size)]
        head = read_checkpoint(newest.text) if due else None
        return sum(self._ask(one, head) for one in due) if head else 0

    def _due(self, witness: Witness, size: int) -> bool:
        asked = self._asked.setdefault(witness.name, Asked())
        return asked.cosigned != size and self.house.clock.monotonic() >= asked.not_before

    def _ask(self, witness: Witness, head: SignedCheckpoint) -> bool:
        asked, size = self._asked[witness.name], head.checkpoint.size
        try:
            line = self._post(witness, head, asked)
        except (httpx.HTTPError, RogatoryError) as error:
            asked.wait = min(max(asked.wait * 2, 1.0), LONGEST)
            asked.not_before = self.house.clock.monotonic() + asked.wait
            _log.warning("a witness did not cosign", witness=witness.name, size=size, why=str(error)[:300])
            return False
        Cosignature.objects.bulk_create([Cosignature(size=size, witness=witness.name, line=line)], ignore_conflicts=True)
        asked.known = asked.cosigned = size
        asked.wait = 0.0
        return True

    def _post(self, witness: Witness, head: SignedCheckpoint, asked: Asked) -> str:
        response = self._request(witness, head, asked.known)
        if response.status_code == httpx.codes.CONFLICT and response.text.strip().isdecimal():
            known, size = int(response.text), head.checkpoint.size
            if known > size:
                raise ProofError(
                    "has cosigned a longer log than this one",
                    where=witness.name,
                    why=f"it knows {known} entries, here are {size}",
                    cure="stop this node: it runs on an old copy of its database",
                )
            asked.known = known
            response = self._request(witness, head, known)
        if response.status_code != httpx.codes.OK:
            raise ProofError("refused the checkpoint", where=witness.name, why=f"{response.status_code}: {response.text[:200].strip()}")
        line = response.text.removesuffix("\n")
        if verify_cosignatures(head.add(read_signature(line)), read_vkey(witness.vkey)) is None:
            raise ProofError("has signed with another key than that of the trust list", where=witness.name)
        return line

    def _request(self, witness: Witness, head: SignedCheckpoint, known: int) -> httpx.Response:
        size = head.checkpoint.size
        proof = consistency_proof(known, size, log.node) if 0 < known < size else ()
        request = AddCheckpoint(old_size=known, proof=proof, checkpoint=head)
        return self.client.post(f"{witness.url}/add-checkpoint", content=request.text.encode())
