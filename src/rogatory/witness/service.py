"""A witness over HTTP: `POST /add-checkpoint` and `GET /<origin hash>/checkpoint` as C2SP `tlog-witness` says.

Answers: 200 one signature line; 400, 403, 404, 422 a sentence; 409 the remembered size (`text/x.tlog.size`); 503 and 507 what is
wrong with the witness itself, and nothing is signed. The newest head
of each log is served with the cosignature that was given for it, so that monitors, and the log's own node after it was
restored, see what was cosigned. Its front page names the witness.

A node that witnesses its peers answers through the same `Service`, with a memory of its own (`rogatory.node.cosigning`).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.errors import ClockError, FaultError, FullError, RogatoryError, StorageError
from rogatory.ledger import Accepted, Refused, VerifierKey, cosign, read_checkpoint
from rogatory.ledger.lines import MAX_TEXT_BYTES
from rogatory.moments import Instant, instant

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LIMIT = MAX_TEXT_BYTES
"""Bytes of a request: 63 hashes, and a checkpoint with 16 signatures of the longest kind that C2SP `signed-note` speaks of, 5 kB each."""
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
HEADERS = (("cache-control", "no-store"), ("x-content-type-options", "nosniff"))
_HEAD = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
_log = structlog.get_logger("rogatory.witness")
Answer = tuple[HTTPStatus, str, str]


def real_time() -> Instant:
    """The time of this machine: a witness is for the real world."""
    return instant(datetime.now(UTC))  # noqa: TID251  # a witness has no node, whose clock it could ask


class Named(Protocol):
    """A witness: its name, its key, and the logs that it serves."""

    @property
    def name(self) -> str:
        """The name under which it cosigns."""
        ...

    @property
    def key(self) -> Ed25519PrivateKey:
        """The key with which it cosigns."""
        ...

    @property
    def vkey(self) -> VerifierKey:
        """What the trust list says of it."""
        ...

    def logs(self, at: Instant) -> Mapping[str, Collection[VerifierKey]]:
        """The logs that it serves, by origin, with the keys that hold now."""
        ...


class Remembers(Protocol):
    """The memory of a witness: what `judge` leads to is durable when it returns."""

    def judge(self, text: str, *, logs: Mapping[str, Collection[VerifierKey]], at: Instant) -> Accepted | Refused:
        """Judge a request by what is remembered."""
        ...

    def heads(self) -> Mapping[str, int]:
        """The size up to which each log is cosigned."""
        ...

    def newest(self, origin: str) -> tuple[str, int] | None:
        """The newest cosigned head of a log, as it was submitted, and when it was cosigned."""
        ...


class Service:
    """The WSGI application of one witness."""

    def __init__(self, home: Named, memory: Remembers, *, now: Callable[[], Instant] = real_time) -> None:
        self.home = home
        self.memory = memory
        self.now = now

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            status, kind, body = self._route(environ)
        except (FaultError, OSError) as error:
            with contextlib.suppress(OSError):  # what is said may go to the full disk of which it speaks
                _log.error("nothing is signed", why=str(error))
            status, kind, body = _fault(error)
        data = body.encode()
        start_response(
            f"{status.value} {status.phrase}",
            [("content-type", kind), ("content-length", str(len(data))), *HEADERS],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [data]

    def _route(self, environ: WSGIEnvironment) -> Answer:
        match environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""):
            case "POST", "/add-checkpoint":
                return self._read(environ)
            case "GET" | "HEAD", "/healthz":
                return HTTPStatus.OK, PLAIN, "ok"
            case "GET" | "HEAD", "/":
                return HTTPStatus.OK, PLAIN, self._about()
            case "GET" | "HEAD", path if found := _HEAD.fullmatch(path):
                return self.head(found[1])
            case _, "/add-checkpoint" | "/healthz" | "/":
                return HTTPStatus.METHOD_NOT_ALLOWED, PLAIN, "Use POST for /add-checkpoint and GET for the others.\n"
            case _:
                return HTTPStatus.NOT_FOUND, PLAIN, "There is /add-checkpoint and /<origin hash>/checkpoint here, and nothing else.\n"

    def _read(self, environ: WSGIEnvironment) -> Answer:
        length = environ.get("CONTENT_LENGTH") or ""
        if not re.fullmatch(r"[0-9]{1,9}", length):
            return HTTPStatus.LENGTH_REQUIRED, PLAIN, "Say how long the request is.\n"
        if int(length) > LIMIT:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, PLAIN, f"A request has at most {LIMIT} bytes.\n"
        data = environ["wsgi.input"].read(int(length))
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return HTTPStatus.BAD_REQUEST, PLAIN, "The request is not UTF-8.\n"
        return self.add_checkpoint(text)

    def add_checkpoint(self, text: str) -> Answer:
        """Status, type and body for one request. What is cosigned is remembered before."""
        at = self.now()
        try:
            answer = self.memory.judge(text, logs=self.home.logs(at), at=at)
        except (StorageError, ClockError):
            raise
        except RogatoryError as error:
            _log.error("cannot judge", why=str(error))  # strangers are not told where files lie
            return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, "This witness has no trust list in force, and signs nothing.\n"
        if isinstance(answer, Refused):
            kind = SIZE if answer.status == HTTPStatus.CONFLICT else PLAIN
            return HTTPStatus(answer.status), kind, answer.body or f"{answer.why}\n"
        return HTTPStatus.OK, PLAIN, answer.answer(key=self.home.key, name=self.home.name, timestamp=int(at.timestamp()))

    def head(self, digest: str) -> Answer:
        """The newest head of the log whose origin has this hash, with the cosignature that was given for it."""
        origin = next((one for one in self.memory.heads() if hashlib.sha256(one.encode()).hexdigest() == digest), None)
        found = self.memory.newest(origin) if origin is not None else None
        if found is None:
            return HTTPStatus.NOT_FOUND, PLAIN, "This witness has cosigned no head of that log.\n"
        signed, timestamp = read_checkpoint(found[0]), found[1]
        line = cosign(signed.checkpoint, key=self.home.key, name=self.home.name, timestamp=timestamp)
        return HTTPStatus.OK, PLAIN, signed.add(line).text

    def _about(self) -> str:
        heads = "".join(f"{origin}  {size}\n" for origin, size in self.memory.heads().items()) or "none yet\n"
        return f"Witness {self.home.name}\n{self.home.vkey.text}\n\nLogs and the size up to which each is cosigned:\n{heads}"


def _fault(error: FaultError | OSError) -> Answer:
    """What strangers are told of a fault: which file it is, and what to do; never where it lies."""
    if isinstance(error, FullError) or (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}):
        return HTTPStatus.INSUFFICIENT_STORAGE, PLAIN, "The disk of this witness is full, and nothing was signed. Ask again.\n"
    if isinstance(error, StorageError | ClockError):
        return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, f"{error}\n"
    return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, "This witness has a fault that its operator must mend, and signs nothing.\n"
