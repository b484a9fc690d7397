"""What was destroyed does not come back with a backup: a node serves nothing before it knows that it is no old copy.

    it is current       if this machine, since it was switched on, remembers the very checkpoint that its tables hold (`machine`); or
                        once a quorum of witnesses has cosigned its log beyond what its tables held when the process started: no
                        old copy gets that, because witnesses remember a longer log
    else it asks        every other node with which it shares a case: which of our cases were destroyed since our newest act that a
                        quorum has cosigned? What they name, with its proof, is destroyed here too; once all have answered, it serves

A node that lost its own acts of destruction gets them back from those to whom they were sent. What only the folder of keys or of
evidence brought back is destroyed again at every start.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import httpx
import structlog
from django.db.models import Max, Q

from rogatory.act import SignedAct, Skeleton, disclose, read, verify, withhold
from rogatory.errors import FormError, ProofError, RogatoryError, StorageError
from rogatory.exchange.message import MAX_ACTS, Carried, Message, Question, open_message, seal_message, write_question
from rogatory.exchange.trust import Entity
from rogatory.ledger import read_checkpoint, read_receipt, verify_receipt
from rogatory.moments import Instant, instant
from rogatory.node import log, machine, models, storage
from rogatory.node.evidence import purging
from rogatory.node.installation import Installation
from rogatory.node.mark import cosigned_beyond
from rogatory.node.models import CaseRow, Checkpoint, Destroyed, ForeignProof
from rogatory.procedure.sharing import parts_for

BEFORE = timedelta(hours=1)
PAUSE = 2.0
TIMEOUT = httpx.Timeout(10.0, connect=2.0)
EVER = instant(datetime(2000, 1, 1, tzinfo=UTC))
_log = structlog.get_logger("rogatory.restored")


class Currency:
    """Whether this process may serve: it begins not to know, and once it knows it does not forget."""

    def __init__(self, house: Installation) -> None:
        self._house = house
        self._held = Checkpoint.objects.aggregate(held=Max("size"))["held"] or 0
        self._since = _newest()
        self._asked: set[str] = set()
        self._current = self._never_left()
        self._tried = -PAUSE
        again(house)

    def holds(self) -> bool:
        """Whether this node is known to be no old copy, or has been told all that its peers know to be destroyed."""
        if not self._current and self._house.clock.monotonic() - self._tried >= PAUSE:
            self._tried = self._house.clock.monotonic()
            self._current = self._cosigned() or self._answered()
        return self._current

    @property
    def known(self) -> bool:
        """Whether that was known already; nobody is asked."""
        return self._current

    def _never_left(self) -> bool:
        """The tables hold what this machine remembers: only the process was started again."""
        text = machine.remembered(self._house.settings.institution)
        try:
            size = read_checkpoint(text).checkpoint.size if text else 0
        except FormError:
            return False
        return Checkpoint.objects.filter(pk=size, text=text).exists()

    def _cosigned(self) -> bool:
        """A quorum has cosigned more than was here when this process began."""
        named = self._house.trust(self._house.clock.now()).log_of(self._house.settings.institution)
        return cosigned_beyond(named, self._held)

    def _answered(self) -> bool:
        """Every node with which we share a case has answered since this process began."""
        now = self._house.clock.now()
        for uri in sorted(sharing(self._house) - self._asked):
            peer = self._house.trust(now).institution(uri)
            if peer is None:
                self._asked.add(uri)  # no longer in the trust list: nobody is there to be asked
                continue
            try:
                ask(self._house, peer, self._since)
            except (httpx.HTTPError, RogatoryError, ValueError) as error:
                _log.warning("a peer has not said what was destroyed", peer=uri, why=str(error)[:200])
                return False
            self._asked.add(uri)
        return True


def again(house: Installation) -> None:
    """Destroy once more what a copy of keys or evidence may have brought back, of cases that the tables know to be destroyed."""
    held = house.case_keys.holding()
    for one in Destroyed.objects.exclude(emptied_at=None).values_list("case", flat=True) if held else ():
        for name in house.case_keys.names(str(one)) if str(one) in held else ():
            house.case_keys.destroy_kept(str(one), name)
    try:
        lying = {digest for digest, _ in house.store.digests()}
        purged = models.Package.objects.filter(state="purged").values_list("digest", flat=True)
        for digest in lying.intersection(purged.iterator()) if lying else ():
            house.store.delete(digest)
    except StorageError as error:  # a store that cannot be reached keeps nobody waiting: what is there has no key, and the tidying goes on
        _log.warning("what lies in the store is not known", why=str(error)[:200])


def sharing(house: Installation) -> set[str]:
    """The other parties of every case of which something is left to destroy."""
    summaries = CaseRow.objects.exclude(state="purged").values_list("summary", flat=True)
    return {uri for one in summaries for uri in dict(one.get("parties", {})).values()} - {house.settings.institution}


def ask(house: Installation, peer: Entity, since: Instant) -> int:
    """Ask one peer, page by page, and destroy what it names. How many cases or items that were."""
    done = 0
    while True:
        acts = _page(house, peer, since)
        done += sum(_learn(house, one, house.clock.now()) for one in acts)
        last = max((read(one.skeleton).at for one in acts), default=since)
        if len(acts) < MAX_ACTS or last == since:
            return done
        since = last


def _page(house: Installation, peer: Entity, since: Instant) -> tuple[Carried, ...]:
    now = house.clock.now()
    question = Question(sender=house.settings.institution, to=peer.sub, made_at=now, since=since)
    signed = write_question(question, key=house.keys.message_key, kid=house.keys.message_kid)
    url = f"http://{peer.address}" if peer.address else peer.base_url
    headers = {"host": peer.base_url.partition("://")[2], "content-type": "application/jose"}
    response = httpx.post(f"{url}/exchange/v1/destroyed", content=signed, headers=headers, timeout=TIMEOUT, trust_env=False)
    if response.status_code == httpx.codes.NO_CONTENT:
        return ()
    response.raise_for_status()
    trust = house.trust(now)
    opened = open_message(
        response.content,
        recipient=house.settings.institution,
        keys=house.keys.message_hpke_keys,
        sender_keys=lambda uri, kid: trust.signing_key(uri, kid, now) if uri == peer.sub else None,
    )
    return opened.message.acts


def known(house: Installation, question: Question) -> bytes | None:
    """The acts that destroyed what we shared with the asking node, sealed to it; nothing if there are none."""
    shared = [
        case for case, summary in CaseRow.objects.filter(_destroyed_since(question.since)).values_list("pk", "summary")
        if question.sender in dict(summary.get("parties", {})).values()
    ]  # fmt: skip
    rows = models.Skeleton.objects.filter(case__in=shared, kind__in=purging.DESTROYING, at__gte=question.since).order_by("at", "hash")
    acts = tuple(_carried(house, one, question.sender) for one in rows.values_list("hash", flat=True)[:MAX_ACTS])
    if not acts:
        return None
    now = house.clock.now()
    key = house.trust(now).hpke_key(question.sender, now)
    message = Message(sender=house.settings.institution, to=question.sender, made_at=now, acts=acts)
    return seal_message(
        message, signing_key=house.keys.message_key, signing_kid=house.keys.message_kid, to_key=key.key, to_kid=key.kid
    ).data


def _destroyed_since(since: Instant) -> Q:
    rows = models.Skeleton.objects.filter(kind__in=purging.DESTROYING, at__gte=since)
    return Q(pk__in=rows.values("case"))


def _carried(house: Installation, digest: str, to: str) -> Carried:
    found = storage.read_act(house, digest)
    if found is None or found[1].case is None:
        raise ProofError("is not here", where=digest)
    signed, view = found
    case = storage.load_case(house, view.case.id).case  # type: ignore[union-attr]  # checked above
    shown = withhold(signed, parts=parts_for(case, view, to) & view.parts.keys(), after=frozenset())
    proof = ForeignProof.objects.filter(pk=digest).values_list("text", flat=True).first() or log.receipt_of(digest)
    return Carried(skeleton=shown.skeleton, disclosures=shown.disclosures, receipt=proof)


def _learn(house: Installation, carried: Carried, now: Instant) -> int:
    """Destroy what one act names, if it is proved and concerns a case of ours. `RogatoryError` if it does not hold."""
    skeleton = read(carried.skeleton)
    if skeleton.case is None or skeleton.kind not in purging.DESTROYING:
        return 0
    case_id = skeleton.case.id
    if not CaseRow.objects.filter(pk=case_id).exclude(state="purged").exists():
        return 0
    _proved(house, skeleton, carried, now)
    parts = disclose(skeleton, SignedAct(skeleton=carried.skeleton, disclosures=carried.disclosures).disclosures).body
    items = parts.get("items")
    if skeleton.kind == "end keeping" and parts.get("whole") is not True:
        return purging.forget_items(house, case_id, _names(items))
    purging.forget(house, case_id, skeleton.hash, now)
    _log.warning("destroyed again what a copy had brought back", case=case_id, act=skeleton.hash)
    return 1


def _proved(house: Installation, skeleton: Skeleton, carried: Carried, now: Instant) -> None:
    """It is signed by the institution that opened the case, and stands in its log."""
    trust = house.trust(now)
    key = trust.act_key(skeleton.by.institution, skeleton.kid, skeleton.at)
    if key is None or skeleton.case is None or skeleton.case.institution != skeleton.by.institution or carried.receipt is None:
        raise ProofError("does not come, with its proof, from the institution that opened the case", where=skeleton.hash)
    verify(skeleton, key)
    named, receipt = trust.log_of(skeleton.by.institution), read_receipt(carried.receipt)
    verify_receipt(skeleton.hash, receipt, log_vkey=named.key_for(receipt.checkpoint, now), witnesses=named.witness_keys)


def _names(value: object) -> Iterable[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _newest() -> Instant:
    """A little before our newest act that a quorum has cosigned: what an old copy adds by itself is never cosigned."""
    placed = models.Place.objects.filter(leaf__lt=log.witnessing().cosigned if log.witnessing().quorum else 0)
    digest = placed.order_by("-leaf").values_list("hash", flat=True).first()
    at = models.Skeleton.objects.filter(pk=digest).values_list("at", flat=True).first()
    return instant(at - BEFORE) if at else EVER
