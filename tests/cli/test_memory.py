"""No process that holds plain evidence or keys leaves a dump: no core file, and nothing for a collector of crashes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.test_serving import answers

CRASHES = [signal.SIGSEGV, signal.SIGABRT]
RAISED = "import resource\nhard = resource.getrlimit(resource.RLIMIT_CORE)[1]\nresource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
UNLIMITED = f"{RAISED}resource.setrlimit = lambda *_: None\n"
"""As a collector of crashes is served: whatever a process sets itself, no limit holds."""
HOLDS = "import os\nevidence = b'plain evidence ' * 1000\nos.write(1, b'.')\nos.read(0, 1)\n"
PROTECTED = f"from rogatory.memory import never_dumped\nnever_dumped()\n{HOLDS}"
COMMAND = f"import rogatory.cli.main as command\ncommand.app = lambda **_: exec({HOLDS!r})\ncommand.main()\n"
PAINTER = "from rogatory.web import painting\npainting.main()\n"
APPLICATION = """
import ctypes, resource
def application(environ, start_response):
    start_response("200 OK", [])
    return [f"{ctypes.CDLL(None).prctl(3)} {resource.getrlimit(resource.RLIMIT_CORE)}".encode()]
"""
SERVING = """
import multiprocessing, sys
from rogatory.cli.serving import serve_wsgi
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    serve_wsgi("saying:application", host="127.0.0.1", port=int(sys.argv[2]))
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: only Linux lets a process say that it is not to be dumped")


@contextmanager
def python(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, in a folder in which its core would lie."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, *arguments]
    started = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    with started:
        try:
            yield started
        finally:
            if started.returncode is None:
                os.killpg(started.pid, signal.SIGKILL)


def crash(started: subprocess.Popen[bytes], how: signal.Signals) -> bool:
    """Crash the process: did the kernel dump it?"""
    os.kill(started.pid, how)
    status = os.waitpid(started.pid, 0)[1]
    started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == -how
    return os.WCOREDUMP(status)


def holds(started: subprocess.Popen[bytes]) -> None:
    """Wait until the process holds its evidence."""
    assert started.stdout is not None
    assert started.stdout.read(1) == b"."


@linux
@pytest.mark.parametrize("how", CRASHES)
def test_a_process_that_crashes_leaves_no_core_and_gives_a_collector_none(tmp_path: Path, how: signal.Signals) -> None:
    with python(tmp_path, "-c", UNLIMITED + HOLDS) as started:
        holds(started)
        if not crash(started, how):
            pytest.skip("NOT TESTED: nothing is dumped here anyway (ulimit -Hc)")
    for core in tmp_path.iterdir():
        core.unlink()
    for code in (PROTECTED, COMMAND):
        with python(tmp_path, "-c", UNLIMITED + code) as started:
            holds(started)
            assert not crash(started, how)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("how", CRASHES)
def test_where_only_the_limit_is_known_no_core_is_written_either(tmp_path: Path, how: signal.Signals) -> None:
    with python(tmp_path, "-c", f"{RAISED}import sys\nsys.platform = 'elsewhere'\n{PROTECTED}") as started:
        holds(started)
        assert not crash(started, how)
    assert [*tmp_path.iterdir()] == []


@linux
@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_what_serves_can_not_be_dumped_however_it_is_started(tmp_path: Path, method: str) -> None:
    (tmp_path / "saying.py").write_text(APPLICATION)
    (tmp_path / "serving.py").write_text(SERVING)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with python(tmp_path, "serving.py", method, str(port)), httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        answers(client)
        assert client.get("/").text == "0 (0, 0)"


@linux
def test_the_painter_of_pages_leaves_no_dump_of_the_evidence_that_crashed_it(tmp_path: Path) -> None:
    with python(tmp_path, "-c", UNLIMITED + PAINTER) as started:
        assert started.stdin is not None
        started.stdin.write(b"%PDF-1.7 plain evidence")
        started.stdin.flush()
        ends = time.monotonic() + 20
        while b"pdfium" not in Path(f"/proc/{started.pid}/maps").read_bytes():  # from here on it reads the evidence
            assert time.monotonic() < ends
            time.sleep(0.01)
        assert not crash(started, signal.SIGSEGV)
    assert [*tmp_path.iterdir()] == []
