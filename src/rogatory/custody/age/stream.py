"""The payload of an age file (C2SP age, "Payload"): STREAM over ChaCha20-Poly1305 in chunks of 64 KiB.

- Each chunk has its own counter and the last one a mark, so that chunks can be worked on side by side, and nothing can be
  cut off, added or exchanged without being found.
- Chunks are done sixteen at a time by workers that the caller lends: `any_order` encrypts, decrypts and hashes, `in_order`
  writes. At most `AHEAD` batches are under way, so memory is flat.
- Reading may begin at any chunk: a file inside a package is shown without decrypting what lies before it.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, ParamSpec, Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rogatory.custody.age.header import FILE_KEY, Header, write_header
from rogatory.errors import PackageError

CHUNK, TAG, NONCE = 1 << 16, 16, 16
BATCH = 16 * CHUNK
SEALED_CHUNK, SEALED_BATCH = CHUNK + TAG, 16 * (CHUNK + TAG)
AHEAD = 6
ENTROPY = FILE_KEY + 32 + NONCE
"""How many fresh random bytes one package needs: its file key, an ephemeral key, a nonce."""

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Pending(Protocol[T_co]):
    """What a worker will give."""

    def result(self) -> T_co:
        """The result, once it is there."""
        ...


class Writable(Protocol):
    """Something that takes all the bytes it is given."""

    def write(self, data: memoryview, /) -> object:
        """Take them; they are good until this returns."""
        ...


class Pool(Protocol):
    """Workers that the caller lends; `concurrent.futures.Executor` is such."""

    def submit(self, job: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Pending[T]:
        """Begin a job."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Workers for jobs in any order, and one for jobs that must keep their order."""

    any_order: Pool
    in_order: Pool


@dataclass(frozen=True, slots=True)
class _Done:
    value: object

    def result(self) -> object:
        return self.value


class _Inline:
    """Does each job at once, in the caller's own thread."""

    def submit(self, job: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Pending[T]:
        return _Done(job(*given, **named))  # type: ignore[return-value]  # a value is its own result


INLINE = Workers(any_order=_Inline(), in_order=_Inline())


class _Slot:
    """Two buffers of one batch, used again and again: to get fresh memory for each would cost more than to encrypt."""

    __slots__ = ("plain", "sealed")

    def __init__(self) -> None:
        self.plain, self.sealed = bytearray(BATCH), bytearray(SEALED_BATCH)


class Sealing:
    """Writes an age file: bytes go in by `write`, sealed bytes come out at `out`, hashed and counted."""

    def __init__(self, out: Writable, *, recipient: str, entropy: bytes, workers: Workers = INLINE) -> None:
        if len(entropy) != ENTROPY:
            raise PackageError(f"has not {ENTROPY} bytes", where="entropy")
        file_key, ephemeral, nonce = entropy[:16], entropy[16:48], entropy[48:]
        head = write_header(recipient, file_key=file_key, ephemeral=ephemeral) + nonce
        self._cipher, self._out, self._workers = _cipher(file_key, nonce), out, workers
        self._free: list[_Slot] = []
        self._slot, self._filled = _Slot(), 0
        self._under_way: deque[Pending[None]] = deque()
        self._next = 0
        self.hash = hashlib.sha256(head)
        self.size = len(head)
        out.write(memoryview(head))

    def write(self, data: bytes | memoryview) -> None:
        """Take some bytes; they are copied before this returns."""
        rest = memoryview(data)
        while rest:
            if self._filled == BATCH:  # only now: what fills it exactly may be the last
                self._batch(last=False)
            room = rest[: BATCH - self._filled]
            self._slot.plain[self._filled : self._filled + len(room)] = room
            self._filled += len(room)
            rest = rest[len(room) :]

    def close(self) -> None:
        """The end: the last chunk is marked, and everything is written when this returns."""
        self._batch(last=True)
        self.settle()

    def settle(self) -> None:
        """Wait for what is under way; nothing touches `out` afterwards."""
        while self._under_way:
            self._under_way.popleft().result()

    def abandon(self) -> None:
        """Let what is under way end, and forget it, because something else failed."""
        while self._under_way:
            with suppress(Exception):
                self._under_way.popleft().result()

    def _batch(self, *, last: bool) -> None:
        slot, filled = self._slot, self._filled
        sealed = self._workers.any_order.submit(_seal_batch, self._cipher, slot, filled, self._next, last)
        self._next += BATCH // CHUNK
        self._under_way.append(self._workers.in_order.submit(self._put, sealed, slot))
        while len(self._under_way) > AHEAD:
            self._under_way.popleft().result()
        self._slot, self._filled = self._free.pop() if self._free else _Slot(), 0

    def _put(self, sealed: Pending[memoryview], slot: _Slot) -> None:
        data = sealed.result()
        hashed = self._workers.any_order.submit(self.hash.update, data)  # beside the writing; one batch at a time, so in order
        try:
            self._out.write(data)
        finally:
            hashed.result()
        self.size += len(data)
        self._free.append(slot)


def opened(source: BinaryIO, header: Header, identity: str, *, workers: Workers = INLINE) -> Iterator[memoryview]:
    """The bytes of the payload, piece by piece, from a stream that stands at the payload. `PackageError` if any was changed.

    A piece is good until the next is asked for. What came before damage has been given when the error is raised: the caller
    must not rely on anything before the end.
    """
    yield from _opened(source, header.file_key([identity]), source.read(NONCE), 0, workers)


def opened_from(source: BinaryIO, header: Header, identity: str, *, at: int, workers: Workers = INLINE) -> Iterator[memoryview]:
    """The bytes of the payload from the position `at` on, as `opened`; the stream must be seekable."""
    source.seek(header.size)
    nonce = source.read(NONCE)
    number, skip = divmod(at, CHUNK)
    source.seek(header.size + NONCE + number * SEALED_CHUNK)
    for piece in _opened(source, header.file_key([identity]), nonce, number, workers):
        yield piece[skip:] if skip else piece
        skip = 0


def _opened(source: BinaryIO, file_key: bytes, nonce: bytes, number: int, workers: Workers) -> Iterator[memoryview]:
    if len(nonce) != NONCE:
        raise PackageError("has a malformed header", where="package", why="its nonce is cut off", cure="fetch it again from its producer")
    cipher = _cipher(file_key, nonce)
    free: list[_Slot] = []
    under_way: deque[tuple[_Slot, Pending[tuple[int, str]]]] = deque()
    here: tuple[_Slot, int] | None = _fill(source, free)
    while here is not None and (here[1] or number == 0):
        slot, length = here
        following = _fill(source, free) if length == SEALED_BATCH else None
        last = following is None or not following[1]
        under_way.append((slot, workers.any_order.submit(_open_batch, cipher, slot, length, number, last)))
        number += BATCH // CHUNK
        here = None if last else following
        while under_way and (len(under_way) > AHEAD or here is None):
            done, pending = under_way.popleft()
            opened_bytes, why = pending.result()
            if opened_bytes:
                yield memoryview(done.plain)[:opened_bytes]
            free.append(done)
            if why:
                raise _damaged(why)


def _fill(source: BinaryIO, free: list[_Slot]) -> tuple[_Slot, int]:
    """A slot with the next sealed bytes, and how many they are."""
    slot = free.pop() if free else _Slot()
    into, filled = memoryview(slot.sealed), 0
    while filled < SEALED_BATCH:
        count = source.readinto(into[filled:])  # type: ignore[attr-defined]  # every binary stream has it; typeshed's protocol has not
        if not count:
            break
        filled += count
    return slot, filled


def _cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload").derive(file_key))


def _counter(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _seal_batch(cipher: ChaCha20Poly1305, slot: _Slot, length: int, number: int, last: bool) -> memoryview:
    count = max(1, -(-length // CHUNK))
    plain, sealed = memoryview(slot.plain)[:length], memoryview(slot.sealed)
    for place in range(count):
        piece = plain[place * CHUNK : (place + 1) * CHUNK]
        into = sealed[place * SEALED_CHUNK : place * SEALED_CHUNK + len(piece) + TAG]
        cipher.encrypt_into(_counter(number + place, last=last and place == count - 1), piece, None, into)
    return sealed[: length + count * TAG]


def _open_batch(cipher: ChaCha20Poly1305, slot: _Slot, length: int, number: int, last: bool) -> tuple[int, str]:
    """How many plain bytes there are up to the first damage, and what it is."""
    count = max(1, -(-length // SEALED_CHUNK))
    sealed, plain = memoryview(slot.sealed)[:length], memoryview(slot.plain)
    done = 0
    for place in range(count):
        piece = sealed[place * SEALED_CHUNK : (place + 1) * SEALED_CHUNK]
        final = last and place == count - 1
        if len(piece) < TAG or (len(piece) == TAG and number + place > 0):
            return done, "it was cut off"
        into = plain[done : done + len(piece) - TAG]
        if not _open_chunk(cipher, piece, into, number + place, last=final):
            other = _open_chunk(cipher, piece, into, number + place, last=not final)
            done += len(into) if other and len(into) == CHUNK else 0  # a short chunk without its mark is given to nobody
            return done, ("something follows its end" if not final else "it was cut off") if other else "a byte was changed"
        done += len(into)
    return done, ""


def _open_chunk(cipher: ChaCha20Poly1305, piece: memoryview, into: memoryview, number: int, *, last: bool) -> bool:
    try:
        cipher.decrypt_into(_counter(number, last=last), piece, None, into)
    except InvalidTag:
        return False
    return True


def _damaged(why: str) -> PackageError:
    return PackageError("cannot be opened", where="package", why=why, cure="fetch it again from its producer")
