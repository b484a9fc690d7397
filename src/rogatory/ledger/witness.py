r"""What a witness does with a checkpoint that is submitted to it: agree and cosign, or refuse with the reason.

C2SP `tlog-witness`, the call `add-checkpoint`. A refusal is a value with the status code of the specification.

- A witness remembers one size and root for each log. It agrees only to what begins with them.
- The order of the checks is that of the specification: 400 form, 404 unknown log, 403 signature, 400 sizes, 409 another
  old size than the remembered one, 422 a proof that does not hold.
- Two roots of one size, both signed by the log, are kept: `equivocation` says so.

Left to others: the HTTP call, keeping what is remembered **before** the answer goes out and in one transaction with the
check (the witness process), the clock.

>>> check_add_checkpoint("old 1\n", logs={}, remembered={})
Refused(status=400, why='add-checkpoint: is no request and a checkpoint', body='', equivocation=False)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.errors import FormError, ProofError
from rogatory.ledger.checkpoint import Checkpoint, SignedCheckpoint, check_empty, cosign, read_checkpoint
from rogatory.ledger.lines import check_text, read_hash, read_number, to_base64
from rogatory.ledger.note import Note, VerifierKey, verify_note
from rogatory.ledger.tree import EMPTY_ROOT, MAX_PROOF, verify_consistency

_WHERE = "add-checkpoint"
FORBIDDEN, UNPROVED = 403, 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The latest checkpoint of a log that this witness has cosigned."""

    size: int
    root: bytes


NOTHING = Remembered(size=0, root=EMPTY_ROOT)


def remembered(origin: str, size: int, root: bytes, text: str) -> Remembered | None:
    """What a witness kept of a log in two forms, numbers and text; nothing if they are not of one head, as after a flipped bit."""
    try:
        head = read_checkpoint(text).checkpoint
    except FormError:
        return None
    return Remembered(size=size, root=root) if (head.origin, head.size, head.root) == (origin, size, root) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """A request: the size that the witness is believed to know, the proof from there, the new checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    @property
    def text(self) -> str:
        """The body of the request."""
        lines = (f"old {self.old_size}", *(to_base64(item) for item in self.proof), "")
        return "".join(line + "\n" for line in lines) + self.checkpoint.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The witness agrees: what it must remember first, and the checkpoint that it may then cosign."""

    remember: Remembered
    checkpoint: SignedCheckpoint
    status: int = 200

    def answer(self, *, key: Ed25519PrivateKey, name: str, timestamp: int) -> str:
        """The body of the answer: one signature line. To be sent only once `remember` is kept."""
        return cosign(self.checkpoint.checkpoint, key=key, name=name, timestamp=timestamp).line + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The witness does not agree. `body` is what the specification wants in the answer; `why` is for people."""

    status: int
    why: str
    body: str = ""
    equivocation: bool = False


def read_add_checkpoint(text: str) -> AddCheckpoint:
    """Read the body of a request strictly; nothing in it is verified."""
    head, gap, checkpoint = check_text(text, where=_WHERE).partition("\n\n")
    if not gap:
        raise FormError("is no request and a checkpoint", where=_WHERE)
    first, *lines = head.split("\n")
    if not first.startswith("old ") or len(lines) > MAX_PROOF:
        raise FormError(f"has not an old size and at most {MAX_PROOF} hashes", where=_WHERE)
    request = AddCheckpoint(
        old_size=read_number(first[4:], where=f"{_WHERE}, line 1"),
        proof=tuple(read_hash(line, where=f"{_WHERE}, line {number}") for number, line in enumerate(lines, 2)),
        checkpoint=read_checkpoint(checkpoint),
    )
    if request.text != text:
        raise FormError("is not in its one form", where=_WHERE)
    return request


def check_add_checkpoint(
    text: str, *, logs: Mapping[str, Collection[VerifierKey]], remembered: Mapping[str, Remembered]
) -> Accepted | Refused:
    """Judge a request by the logs that the witness serves (keys by origin) and what it remembers of each."""
    try:
        request = read_add_checkpoint(text)
    except FormError as error:
        return Refused(status=400, why=str(error))
    origin = request.checkpoint.checkpoint.origin
    if origin not in logs:
        return Refused(status=404, why=f"{origin}: is no log that this witness serves")
    refusal = _unsigned(request.checkpoint, logs[origin])
    return refusal or judge(replace(request, checkpoint=_by(logs[origin], request.checkpoint)), remembered.get(origin, NOTHING))


def _by(keys: Collection[VerifierKey], signed: SignedCheckpoint) -> SignedCheckpoint:
    """The checkpoint with the lines of these keys. What others added says nothing, and could leave no room for a cosignature."""
    lines = tuple(line for line in signed.note.signatures if any((line.name, line.key_id) == (key.name, key.key_id) for key in keys))
    return SignedCheckpoint(checkpoint=signed.checkpoint, note=Note(body=signed.note.body, signatures=lines))


def evidence(text: str, known: Remembered, refused: Refused) -> str | None:
    """The head of a refused request that is to be kept, with the lines in its log's name alone; nothing if it says nothing against the log.

    What else is in a request anybody can vary: it would fill the memory of a witness with one head. For the same reason a head is
    kept for a proof that does not hold (422) only if it is none that the witness knows.
    """
    if not (refused.equivocation or refused.status in {FORBIDDEN, UNPROVED}):
        return None
    signed = read_add_checkpoint(text).checkpoint
    head, lines = signed.checkpoint, tuple(one for one in signed.note.signatures if one.name == signed.checkpoint.origin)
    if not lines or (head.size, head.root) == (known.size, known.root):
        return None
    return Note(body=signed.note.body, signatures=tuple(dict.fromkeys(lines))).text


def _unsigned(signed: SignedCheckpoint, keys: Collection[VerifierKey]) -> Refused | None:
    present = [key for key in keys if signed.note.signatures_by(key)]
    if not present:
        return Refused(status=FORBIDDEN, why=f"{signed.checkpoint.origin}: no key of the log has signed it")
    try:
        for key in present:
            verify_note(signed.note, key)
    except ProofError as error:
        return Refused(status=FORBIDDEN, why=str(error))
    return None


def judge(request: AddCheckpoint, known: Remembered) -> Accepted | Refused:
    """Judge a request whose checkpoint is signed by its log."""
    new = request.checkpoint.checkpoint
    if request.old_size > new.size:
        return Refused(status=400, why=f"the old size {request.old_size} is larger than the new one, {new.size}")
    if request.old_size != known.size:
        return Refused(
            status=409,
            why=f"the witness knows size {known.size}, not {request.old_size}",
            body=f"{known.size}\n",
            equivocation=_contradicts(new, known),
        )
    try:
        _verify_growth(request, known, new)
    except ProofError as error:
        return Refused(status=UNPROVED, why=str(error), equivocation=_contradicts(new, known))
    return Accepted(remember=Remembered(size=new.size, root=new.root), checkpoint=request.checkpoint)


def _contradicts(new: Checkpoint, known: Remembered) -> bool:
    """Whether the log has signed two roots of one size; of a log that is not known yet there is nothing to contradict."""
    return 0 < new.size == known.size and new.root != known.root


def _verify_growth(request: AddCheckpoint, known: Remembered, new: Checkpoint) -> None:
    check_empty(new)
    if known.size:
        verify_consistency(old_size=known.size, old_root=known.root, new_size=new.size, new_root=new.root, proof=request.proof)
    elif request.proof:
        raise ProofError("must be empty, for the witness knows nothing of this log yet", where="consistency proof")
