"""A witness over HTTP: `POST /add-checkpoint` as C2SP `tlog-witness` says, and a page that names the witness.

Answers: 200 one signature line; 400, 403, 404, 422 a sentence; 409 the remembered size (`text/x.tlog.size`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from rogatory.errors import RogatoryError
from rogatory.ledger import Refused
from rogatory.moments import Instant, format_instant, instant
from rogatory.witness.home import Home
from rogatory.witness.memory import Memory

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LIMIT = 64 << 10
"""Bytes of a request: 63 hashes and a checkpoint with 64 signatures fit several times."""
PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
HEADERS = (("cache-control", "no-store"), ("x-content-type-options", "nosniff"))
_log = structlog.get_logger("rogatory.witness")
Answer = tuple[HTTPStatus, str, str]


def real_time() -> Instant:
    """The time of this machine: a witness is for the real world."""
    return instant(datetime.now(UTC))  # noqa: TID251  # a witness has no node, whose clock it could ask


class Service:
    """The WSGI application of one witness."""

    def __init__(self, home: Home, memory: Memory, *, now: Callable[[], Instant] = real_time) -> None:
        self.home = home
        self.memory = memory
        self.now = now

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body = self._route(environ)
        data = body.encode()
        start_response(
            f"{status.value} {status.phrase}",
            [("content-type", kind), ("content-length", str(len(data))), *HEADERS],
        )
        return [data]

    def _route(self, environ: WSGIEnvironment) -> Answer:
        match environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""):
            case "POST", "/add-checkpoint":
                return self._read(environ)
            case "GET", "/healthz":
                return HTTPStatus.OK, PLAIN, "ok"
            case "GET", "/":
                return HTTPStatus.OK, PLAIN, self._about()
            case _, "/add-checkpoint" | "/healthz" | "/":
                return HTTPStatus.METHOD_NOT_ALLOWED, PLAIN, "Use POST for /add-checkpoint and GET for the others.\n"
            case _:
                return HTTPStatus.NOT_FOUND, PLAIN, "There is /add-checkpoint here, and nothing else.\n"

    def _read(self, environ: WSGIEnvironment) -> Answer:
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal():
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
            answer = self.memory.judge(text, logs=self.home.logs(at), seen_at=format_instant(at))
        except RogatoryError as error:
            _log.error("cannot judge", why=str(error))  # strangers are not told where files lie
            return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, "This witness has no trust list in force, and signs nothing.\n"
        if isinstance(answer, Refused):
            kind = SIZE if answer.status == HTTPStatus.CONFLICT else PLAIN
            return HTTPStatus(answer.status), kind, answer.body or f"{answer.why}\n"
        return HTTPStatus.OK, PLAIN, answer.answer(key=self.home.key, name=self.home.name, timestamp=int(at.timestamp()))

    def _about(self) -> str:
        heads = "".join(f"{origin}  {size}\n" for origin, size in self.memory.heads().items()) or "none yet\n"
        return f"Witness {self.home.name}\n{self.home.vkey.text}\n\nLogs and the size up to which each is cosigned:\n{heads}"
