"""Taking up what arrives from another node: the second half of the one way in.

For each act, in this order; the first that fails is the answer to its author:

1. the message was for this node, and its sender is in the trust list (`exchange.message`);
2. the act's own signature holds, by a key of its author's institution that was good at that time;
3. the officer's key signed it, where the kind asks for that, and two registrars enrolled her;
4. its proof holds: it stands in the log of its author's node (no proof, no effect), and contradicts nothing that was seen of that log;
5. its predecessors are here, else it waits and the sender is asked for them;
6. the procedure takes it up: accreditation, capacity, parts, state on what its author had, and the law.

What is taken up is committed together with this node's own `acknowledge`, from whose instant the periods run. The same act
again has no second effect: its hash is known for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rogatory.act import SignedAct, Skeleton, disclose, read, verify
from rogatory.errors import ActError, InputError, ProofError
from rogatory.exchange.message import Carried, Message, Result
from rogatory.ledger import Receipts, read_receipt
from rogatory.moments import Instant, format_instant
from rogatory.node import models, people, storage
from rogatory.node.acting import add, follow, refused
from rogatory.node.committing import commit
from rogatory.node.installation import Installation
from rogatory.node.seen import look_at
from rogatory.node.working import Working, load
from rogatory.procedure.consequences import Consequence, after_act
from rogatory.procedure.fold import kind_of
from rogatory.procedure.kind import ActView, Refusal, view_of
from rogatory.procedure.permit import take_up
from rogatory.procedure.witnessing import CERTIFICATES, cosignatures_needed, measures
from rogatory.procedure.words import Phase

AHEAD = timedelta(seconds=5)
TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An act that arrived, as far as it could be read, and what was verified of the heads of its message."""

    carried: Carried
    skeleton: Skeleton
    view: ActView
    receipts: Receipts


def receive(house: Installation, message: Message) -> tuple[Result, ...]:
    """Take up the acts of a message, case by case; one result for each, in their order."""
    for _ in range(TRIES):
        results = _receive(house, message)
        if results is not None:
            return results
    raise storage.busy("the cases of this message")


def _receive(house: Installation, message: Message) -> tuple[Result, ...] | None:
    now = house.clock.now()
    results: dict[int, Result] = {}
    cases: dict[str | None, list[tuple[int, Arrived]]] = {}
    receipts = Receipts()
    for number, carried in enumerate(message.acts):
        try:
            skeleton = read(carried.skeleton)
            view = view_of(skeleton, disclose(skeleton, carried.disclosures), foreign=True)
        except InputError as error:
            results[number] = _failed("0" * 64, "act.form", "Art. 9", str(error), "Send the act as it was signed.")
            continue
        case = skeleton.case.id if skeleton.case else None
        cases.setdefault(case, []).append((number, Arrived(carried=carried, skeleton=skeleton, view=view, receipts=receipts)))
    for case in sorted(cases, key=lambda one: one or ""):
        answered = _one_case(house, message.sender, case, cases[case], now)
        if answered is None:
            return None
        results |= answered
    return tuple(results[number] for number in sorted(results))


def _one_case(
    house: Installation, sender: str, case: str | None, arrived: Sequence[tuple[int, Arrived]], now: Instant
) -> dict[int, Result] | None:
    working = load(house, case, now)
    held = _known(one.skeleton.hash for _, one in arrived)
    results: dict[int, Result] = {}
    taken: list[str] = []
    findings: list[str] = []
    ordered = measures(one.view for _, one in arrived)
    for number, one in arrived:
        digest = one.skeleton.hash
        if digest in held:
            results[number] = Result(hash=digest, state="known")
            continue
        answer = _judge(working, one, held, sender, ordered.get(digest, ""))
        if isinstance(answer, Result):
            results[number] = answer
            continue
        findings += answer
        add(working, SignedAct(skeleton=one.carried.skeleton, disclosures=one.carried.disclosures), one.view)
        if one.carried.receipt:
            working.proofs[digest] = one.carried.receipt
        held.add(digest)
        taken.append(digest)
        results[number] = Result(hash=digest, state="taken up")
    if not taken:
        return results
    _acknowledge(working, findings)
    for view in [view for _, view, _ in working.added if view.foreign]:
        follow(working, after_act(working.case, view))
    return results if commit(working) is not None else None


def _acknowledge(working: Working, findings: list[str]) -> None:
    """Our own receipt, for every foreign act but receipts, once the order has said who the parties are."""
    case = working.case
    done = {digest for digest, by in case.acknowledged if by == case.me}
    of = [
        view.hash
        for view in case.acts
        if view.foreign and view.hash not in done and view.kind != "acknowledge" and kind_of(view.kind).phase is not Phase.HOUSE
    ]
    if of and case.parties:
        given = {"of": of, "received_at": format_instant(working.now), "findings": list(findings)}
        follow(working, iter((Consequence(kind="acknowledge", given=given),)))


def _known(hashes: Iterable[str]) -> set[str]:
    return set(models.Skeleton.objects.filter(pk__in=list(hashes)).values_list("pk", flat=True))


def _judge(working: Working, one: Arrived, held: set[str], sender: str, measure: str) -> Result | tuple[str, ...]:
    house, skeleton, view = working.house, one.skeleton, one.view
    try:
        _signatures(house, skeleton, working.now)
        cosigned = _proof(house, one, working.now)
    except ActError as error:
        return _refusal(working, one, "act.signature", "Art. 9(2)", str(error), error.cure or "Send the act as it was signed.")
    except (ProofError, InputError) as error:
        return _refusal(working, one, "act.proof", "Art. 9(2)", str(error), "Send it again with the receipt of your node's log.")
    quorum = house.trust(working.now).log_of(skeleton.by.institution).quorum
    needed = cosignatures_needed(skeleton.kind, working.case, quorum, measure=measure)
    if min(cosigned, _cosigned_below(working, one, needed)) < needed:
        return Result(hash=skeleton.hash, state="waiting", code="too few witnesses")
    if skeleton.at > working.now + AHEAD:
        return Result(hash=skeleton.hash, state="waiting", code="too early")
    named = [before for before in view.after if before not in held and working.case.act(before) is None]
    missing = sorted(set(named) - _known(named)) if named else []
    if missing:
        return Result(hash=skeleton.hash, state="waiting", missing=tuple(missing))
    if kind_of(view.kind).phase is Phase.HOUSE:
        return _house(working, one, sender)
    try:
        answer = take_up(view, working.case, working.world, working.pack(view.by.institution))
    except ActError as error:
        return _refusal(working, one, "act.body", "Art. 9(1)", str(error), error.cure)
    if isinstance(answer, Refusal):
        return _refusal(working, one, answer.rule, answer.article, answer.says, answer.cure)
    if needed and cosigned < quorum:
        return (*answer, f"crossed in an emergency with {cosigned} of {quorum} cosignatures")
    return answer


def _house(working: Working, one: Arrived, sender: str) -> Result | tuple[str, ...]:
    """An enrolment crosses so that the receiver can check the key of an officer who signed."""
    by = one.skeleton.by
    registrars = working.house.trust(working.now).institution(by.institution)
    if registrars is None or by.institution != sender or by.officer not in {person.officer for person in registrars.registrars}:
        return _refusal(working, one, "enrol.registrar", "Art. 4", "It was not made by a registrar.", "Two registrars enrol.")
    return ()


def _signatures(house: Installation, skeleton: Skeleton, now: Instant) -> None:
    trust = house.trust(now)
    key = trust.act_key(skeleton.by.institution, skeleton.kid, skeleton.at)
    if key is None:
        raise ActError(
            "is signed with a key that was not good at that time, or by nobody known",
            where=skeleton.by.institution,
            cure="sign with a key of the trust list",
        )
    verify(skeleton, key)
    kind = kind_of(skeleton.kind)
    if kind.key:
        if skeleton.assertion is None or skeleton.by.officer is None:
            raise ActError("lacks the signature of the officer's own key", where=skeleton.kind, cure="have her sign it")
        people.check_assertion(house, skeleton.by.officer, skeleton.assertion, skeleton.challenge)


def _proof(house: Installation, one: Arrived, now: Instant) -> int:
    """How many witnesses have cosigned the log in which the act is proved to stand."""
    trust = house.trust(now)
    institution = trust.institution(one.skeleton.by.institution)
    if one.carried.receipt is None or institution is None:
        raise ProofError("has no proof", where=one.skeleton.hash, why="no act has effect before it stands in its log")
    log, receipt = trust.log_of(institution.sub), read_receipt(one.carried.receipt)
    key = log.key_for(receipt.checkpoint, now)
    proved = one.receipts.verify(one.skeleton.hash, receipt, log_vkey=key, witnesses=log.witness_keys)
    look_at(receipt, one.skeleton.hash, by=house.settings.institution, at=now)
    return len(proved.witnesses)


def _cosigned_below(working: Working, one: Arrived, needed: int) -> int:
    """How many witnesses have cosigned the decision on which an order rests: one that crossed with an order to preserve may have none."""
    decision = str(one.view.parts.get("decision"))
    text = working.proofs.get(decision) or models.ForeignProof.objects.filter(pk=decision).values_list("text", flat=True).first()
    if not needed or one.view.kind not in CERTIFICATES or text is None:
        return needed
    house, head = working.house, read_receipt(text).checkpoint
    log = house.trust(working.now).log_of(one.skeleton.by.institution)
    found = len(one.receipts.head(head, log_vkey=log.signer_of(head), witnesses=log.witness_keys))
    if found >= needed:
        return found
    witnesses = dict.fromkeys((*log.witness_keys, *house.trust_file.witnesses()))  # also those that a later list has dropped
    return len(one.receipts.head(head, log_vkey=log.signer_of(head), witnesses=witnesses))


def _refusal(working: Working, one: Arrived, rule: str, article: str, says: str, cure: str) -> Result:
    refusal = Refusal(rule=rule, article=article, says=says, cure=cure)
    refused(working.house, None, refusal, who=one.skeleton.by.institution, hashed=one.skeleton.hash)
    return _failed(one.skeleton.hash, rule, article, says, cure)


def _failed(digest: str, rule: str, article: str, says: str, cure: str) -> Result:
    return Result(hash=digest, state="refused", code=says, rule=rule, article=article, cure=cure or "Ask the receiver.")
