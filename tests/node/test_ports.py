"""A port that somebody else uses is named before anything starts."""

from __future__ import annotations

import socket

import pytest

from rogatory.demo.cast import FR
from rogatory.demo.processes import Processes
from rogatory.errors import ConfigurationError


def test_a_taken_port_is_named_and_nothing_is_started() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", FR.port))
            other.listen()
        except OSError:
            pass  # a demonstration runs on this machine: then the port is taken all the same
        processes = Processes(town=None)  # type: ignore[arg-type]  # nothing of it is asked before the ports are free
        with pytest.raises(ConfigurationError, match=f"port {FR.port} of 127"):
            processes.start()
    assert processes.running == {}
