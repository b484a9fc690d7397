"""Serve a WSGI application on one address, the same way for a node and for a witness."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rogatory.memory import never_dumped

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def serve_wsgi(target: str, *, host: str, port: int, workers: int = 1, threads: int = 1) -> None:
    """Serve until told to stop: so many threads a worker, no log of who asked for what.

    A client that sends half of what it announced holds a thread for as long as it keeps its connection.
    """
    from granian.constants import Interfaces  # only what serves needs it
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve(target_loader=_load)


def _load(target: str) -> WSGIApplication:
    never_dumped()  # each worker by itself: one that is not forked inherits nothing
    module, _, name = target.partition(":")
    return says_when_it_closes(getattr(importlib.import_module(module), name))


def says_when_it_closes(application: WSGIApplication) -> WSGIApplication:
    """The application, which says `Connection: close` where it answers without having read the whole request.

    The server closes such a connection. A client that is not told would send its next request into it, and lose it (RFC 9112, 9.6).
    """

    def saying(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return application(environ, start_response)
        counted = environ["wsgi.input"] = _Counted(environ["wsgi.input"])

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            unread = str(counted.count) != length.lstrip("0") and not counted.ended
            return start_response(status, [*headers, ("connection", "close")] if unread else headers, *rest)

        return application(environ, start)

    return saying


class _Counted:
    """The body of a request: how much of it was read, and whether its end was seen."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.count = 0
        self.ended = False

    def _seen(self, data: bytes, asked: int = -1) -> bytes:
        self.count += len(data)
        self.ended = self.ended or (asked != 0 and not data)
        return data

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        return self._seen(self._stream.read() if size < 0 else self._stream.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        """As of a file."""
        return self._seen(self._stream.readline() if size < 0 else self._stream.readline(size), size)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """As of a file."""
        return [self._seen(line) for line in self._stream.readlines(hint)]

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> bytes:
        if line := self.readline():
            return line
        raise StopIteration
