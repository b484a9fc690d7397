"""A checker of C2SP logs that nobody here wrote (`aics-tlog`, on PyPI) accepts a log over HTTP, and reports every alteration."""

import http.server
import random
import threading

import pytest
from aics_tlog.remote import HttpTileReader
from aics_tlog.tiles import MemoryTileReader
from aics_tlog.verified import audit_tiles

from tests.ledger.ledger_worlds import log_of
from tests.ledger.test_flips import FILES, FLIPS, SEED, SIZE, altered

ROOT = log_of(SIZE).frontier.root


class Web:
    """A web server on this machine that knows nothing of logs and serves files as they are."""

    def __init__(self):
        self.files = FILES
        self.address = ""

    def reader(self):
        return HttpTileReader(self.address, proxies={})


@pytest.fixture
def web():
    held = Web()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # the name that the library asks for
            data = held.files.get(self.path.removeprefix("/"))
            self.send_response(404 if data is None else 200)
            self.send_header("content-length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        held.address = f"http://127.0.0.1:{server.server_port}"
        yield held
        server.shutdown()


def alterations(count):
    """So many, but not of the checkpoint alone: this checker is given size and root, and reads no checkpoint."""
    chance = random.Random(SEED)
    for number in range(count):
        files, names, _ = altered(chance)
        if names != {"checkpoint"}:
            yield files, f"seed {SEED}, alteration {number} of {sorted(names)}"


def test_an_outside_checker_accepts_the_log_from_any_web_server(web):
    report = audit_tiles(web.reader(), SIZE, ROOT)
    assert (report.size, report.tiles, report.bundles) == (SIZE, 4, 3)


def test_an_outside_checker_reports_every_alteration_over_http(web):
    for web.files, told in alterations(FLIPS):
        with pytest.raises((OSError, ValueError)):
            pytest.fail(f"{told}: {audit_tiles(web.reader(), SIZE, ROOT)}")


def test_an_outside_checker_reports_every_one_of_ten_thousand_alterations():
    for files, told in alterations(max(FLIPS, 10_000)):
        with pytest.raises((OSError, ValueError)):
            pytest.fail(f"{told}: {audit_tiles(MemoryTileReader(files), SIZE, ROOT)}")
