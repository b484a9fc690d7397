"""Send what is due: acts with their proofs in sealed messages. The packages that they announce follow in `packages`.

- An act is sent only once it stands in the ledger, with its receipt: no proof, no effect at the other side.
- What orders to disclose, or discloses, waits for the quorum of witnesses (`procedure.witnessing`).
- What was answered is final; what was not answered is tried again, 1 s doubling to 10 min (`exchange.deliver`), and at once
  when the peer takes up anything: it is there again, and may now have what it lacked.
- A peer gets exactly the parts and predecessors that are due to it (`procedure.sharing`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import httpx
import structlog

from rogatory.act import SignedAct, read, withhold
from rogatory.exchange.deliver import next_try
from rogatory.exchange.message import MAX_MESSAGE, Answer, Carried, Message, read_answer, seal_message
from rogatory.exchange.trust import Entity
from rogatory.moments import Instant, instant
from rogatory.node import log, storage
from rogatory.node.installation import Installation
from rogatory.node.models import Outbox, Place
from rogatory.node.people import enrolled
from rogatory.procedure import ActView, Case
from rogatory.procedure.sharing import parts_for, predecessors_for
from rogatory.procedure.witnessing import cosignatures_needed

WAITS, SENT, REFUSED = "waiting", "sent", "refused"
UNWITNESSED = "waits for witnesses"
AT_ONCE = 200
TIMEOUT = httpx.Timeout(20.0, connect=3.0)
_log = structlog.get_logger("rogatory.sending")


class Sender:
    """Sends for one node; keeps its connections."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)

    def send_due(self, now: Instant) -> int:
        """Send everything that is due and has its proof. How many acts were answered."""
        rows = list(
            Outbox.objects.filter(state=WAITS, due_at__lte=now, hash__in=Place.objects.values("hash"))
            .order_by("id")
            .values_list("id", "hash", "case", "to", "tries")[:AT_ONCE]
        )
        peers: dict[str, list[tuple[int, str, str, int]]] = defaultdict(list)
        for row, digest, case, to, tries in rows:
            peers[to].append((row, digest, str(case), tries))
        return sum(self._send(to, due, now) for to, due in sorted(peers.items()))

    def _send(self, to: str, due: Sequence[tuple[int, str, str, int]], now: Instant) -> int:
        house = self.house
        peer = house.trust(now).institution(to)
        if peer is None:
            return self._failed(due, now, "the institution is not in the trust list")
        due, acts = self._witnessed(due, to, now)
        if not due:
            return 0
        officers = self._enrolments(acts)
        if any(one.receipt is None for one in officers):
            return self._failed(due, now, "an enrolment waits for its proof")
        message = Message(sender=house.settings.institution, to=to, made_at=now, acts=(*officers, *acts))
        try:
            answer = self._post(peer, message)
        except (httpx.HTTPError, ValueError) as error:
            return self._failed(due, now, f"{type(error).__name__}: {error}"[:300])
        results = {one.hash: one for one in answer.results}
        done = 0
        for row, digest, case, tries in due:
            result = results.get(digest)
            if result is not None and result.state in {"taken up", "known"}:
                Outbox.objects.filter(pk=row).update(state=SENT, answer=result.state)
                done += 1
            elif result is not None and result.state == "refused":
                words = f"{result.rule}: {result.code} ({result.article}). {result.cure}"
                Outbox.objects.filter(pk=row).update(state=REFUSED, answer=words[:2000])
                _log.warning("refused by peer", to=to, act=digest, rule=result.rule)
                done += 1
            else:
                if result is not None and result.missing:
                    self._send_missing(result.missing, case, to, instant(now + next_try(tries + 1)))
                self._failed([(row, digest, case, tries)], now, "waits at the other side")
        if done:
            Outbox.objects.filter(to=to, state=WAITS, due_at__gt=now).update(due_at=now)
        return done

    def _witnessed(
        self, due: Sequence[tuple[int, str, str, int]], to: str, now: Instant
    ) -> tuple[list[tuple[int, str, str, int]], tuple[Carried, ...]]:
        """What may cross now: not what waits for its proof or for witnesses, nor what rests on it. That is looked at again in a second."""
        quorum = self.house.trust(now).log_of(self.house.settings.institution).quorum
        waiting = Outbox.objects.filter(to=to, state=WAITS, answer=UNWITNESSED).exclude(pk__in=[row for row, _, _, _ in due])
        held = set(waiting.values_list("hash", flat=True)) if quorum else set()
        late: list[int] = []
        size = 0
        go: list[tuple[int, str, str, int]] = []
        acts: list[Carried] = []
        receipts = log.receipts_of(digest for _, digest, _, _ in due)
        for row in due:
            carried, view, case = self._carried(row[1], to, receipts.get(row[1]))
            needed = cosignatures_needed(view.kind, case, quorum)
            unproved = carried.receipt is None or (needed and log.cosigned(carried.receipt) < needed)
            if unproved or held.intersection(predecessors_for(case, view, to)):
                held.add(row[1])
                late.append(row[0])
                continue
            size += length_of(carried)
            if go and size > MAX_MESSAGE // 2:
                break  # the rest goes with the next message, which follows at once
            go.append(row)
            acts.append(carried)
        if late:
            Outbox.objects.filter(pk__in=late).update(due_at=now + next_try(1), answer=UNWITNESSED)
        return go, tuple(acts)

    def _send_missing(self, missing: Iterable[str], case: str, to: str, at: Instant) -> None:
        """The other side lacks acts that ours rest on: send those that are ours to send, in one message with what rests on them.

        A decision on an order to preserve crosses unwitnessed only beside its certificate.
        """
        Outbox.objects.filter(hash__in=list(missing), to=to).update(state=WAITS, due_at=at)

    def _carried(self, digest: str, to: str, receipt: str | None) -> tuple[Carried, ActView, Case]:
        found = storage.read_act(self.house, digest)
        if found is None or found[1].case is None:
            raise ValueError(f"the act {digest} is not here")
        signed, view = found
        case = storage.load_case(self.house, view.case.id).case  # type: ignore[union-attr]  # checked above
        shown = withhold(signed, parts=parts_for(case, view, to), after=predecessors_for(case, view, to))
        return Carried(skeleton=shown.skeleton, disclosures=shown.disclosures, receipt=receipt), view, case

    def _enrolments(self, acts: Sequence[Carried]) -> tuple[Carried, ...]:
        """The enrolments of the officers whose own keys signed these acts."""
        people = enrolled(self.house)
        hashes = dict.fromkeys(
            digest for one in acts if (view := _author(one)) and (person := people.get(view)) is not None for digest in person.acts
        )
        receipts = log.receipts_of(hashes)
        return tuple(self._whole(digest, receipts.get(digest)) for digest in hashes)

    def _whole(self, digest: str, receipt: str | None) -> Carried:
        found = storage.read_act(self.house, digest)
        if found is None:
            raise ValueError(f"the enrolment {digest} is not here")
        signed: SignedAct = found[0]
        return Carried(skeleton=signed.skeleton, disclosures=signed.disclosures, receipt=receipt)

    def _post(self, peer: Entity, message: Message) -> Answer:
        keys, trust = self.house.keys, self.house.trust(message.made_at)
        to_key = trust.hpke_key(peer.sub, message.made_at)
        sealed = seal_message(message, signing_key=keys.message_key, signing_kid=keys.message_kid, to_key=to_key.key, to_kid=to_key.kid)
        response = self.client.post(
            f"{socket_of(peer)}/exchange/v1/messages",
            content=sealed.data,
            headers={"host": host_of(peer), "content-type": "application/octet-stream"},
        )
        if response.status_code != httpx.codes.OK:
            raise ValueError(f"answered {response.status_code}: {response.text[:200]}")
        return read_answer(response.content, of=sealed.digest, sender_key=lambda kid: trust.signing_key(peer.sub, kid, message.made_at))

    def _failed(self, due: Sequence[tuple[int, str, str, int]], now: Instant, why: str) -> int:
        for row, _, _, tries in due:
            Outbox.objects.filter(pk=row).update(tries=tries + 1, due_at=now + next_try(tries + 1), answer=why)
        return 0


def length_of(carried: Carried) -> int:
    """How many characters of a message an act takes."""
    return len(carried.skeleton) + sum(map(len, carried.disclosures)) + len(carried.receipt or "")


def _author(carried: Carried) -> str | None:
    return read(carried.skeleton).by.officer


def socket_of(peer: Entity) -> str:
    """Where the peer listens."""
    return f"http://{peer.address}" if peer.address else peer.base_url


def host_of(peer: Entity) -> str:
    """Under which name the peer answers."""
    return peer.base_url.partition("://")[2]
