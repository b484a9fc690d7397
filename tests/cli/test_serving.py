"""What the server tells a client of its connection."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from rogatory.cli.serving import says_when_it_closes

APPLICATION = """
def application(environ, start_response):
    if environ["PATH_INFO"] == "/read":
        environ["wsgi.input"].read()
    start_response("409 Conflict", [("content-length", "0")])
    return [b""]
"""


@pytest.mark.parametrize(
    ("read", "closes"),
    [(0, True), (3, True), (9, True), (10, False), (-1, False), (99, False)],
)
def test_an_answer_to_a_request_that_was_not_read_to_its_end_says_that_the_connection_closes(read: int, closes: bool) -> None:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        environ["wsgi.input"].read(read)
        start_response("200 OK", [])
        return []

    given: list[tuple[str, str]] = []
    environ = {"CONTENT_LENGTH": "10", "wsgi.input": io.BytesIO(b"0123456789")}
    says_when_it_closes(application)(environ, lambda _status, headers, *_rest: given.extend(headers))  # type: ignore[arg-type]
    assert given == ([("connection", "close")] if closes else [])


def test_a_request_without_a_body_keeps_its_connection() -> None:
    given: list[tuple[str, str]] = []

    def application(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    says_when_it_closes(application)({"wsgi.input": io.BytesIO()}, lambda _status, headers, *_rest: given.extend(headers))  # type: ignore[arg-type]
    assert given == []


@pytest.mark.slow
def test_no_request_is_lost_after_one_that_was_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "refusing.py").write_text(APPLICATION)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    code = f"from rogatory.cli.serving import serve_wsgi; serve_wsgi('refusing:application', host='127.0.0.1', port={port})"
    environment = dict(os.environ) | {"PYTHONPATH": str(tmp_path)}
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
            answers(client)
            for _ in range(30):
                assert client.patch("/unread", content=bytes(1 << 20)).headers.get("connection") == "close"
                assert client.post("/read", content=b"next").headers.get("connection") is None
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answers(client: httpx.Client) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        try:
            client.get("/")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError
