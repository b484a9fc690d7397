"""Serve a WSGI application on one address, the same way for a node and for a witness."""

from __future__ import annotations


def serve_wsgi(target: str, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until told to stop: one thread a worker, no log of who asked for what."""
    from granian.constants import Interfaces  # only what serves needs it
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        log_access=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve()
