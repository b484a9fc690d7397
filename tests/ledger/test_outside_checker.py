"""A checker of C2SP logs that nobody here wrote (`aics-tlog`, on PyPI) accepts a log over HTTP, and reports every alteration.

It needs Python 3.12 or newer; on an older one these tests say loudly that they did not run.
"""

import http.server
import random
import threading

import pytest

from tests.ledger.ledger_worlds import log_of
from tests.ledger.test_flips import FILES, FLIPS, SEED, SIZE, altered

pytest.importorskip("aics_tlog", reason="NOT RUN: the outside checker aics-tlog needs Python 3.12 or newer")


@pytest.fixture
def served(tmp_path):
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(tmp_path))

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_outside_checker_accepts_the_log_from_any_web_server(served):
    from aics_tlog.remote import HttpTileReader
    from aics_tlog.verified import audit_tiles

    report = audit_tiles(HttpTileReader(served, proxies={}), SIZE, log_of(SIZE).frontier.root)
    assert (report.size, report.tiles, report.bundles) == (SIZE, 4, 3)


def test_an_outside_checker_reports_every_alteration_of_tiles_and_entries():
    from aics_tlog.tiles import MemoryTileReader
    from aics_tlog.verified import audit_tiles

    chance, root = random.Random(SEED), log_of(SIZE).frontier.root
    for number in range(FLIPS):
        files, names, _ = altered(chance)
        if "checkpoint" in names and len(names) == 1:
            continue  # it is given size and root, and reads no checkpoint here
        with pytest.raises((FileNotFoundError, ValueError)):
            pytest.fail(f"seed {SEED}, alteration {number} of {sorted(names)}: {audit_tiles(MemoryTileReader(files), SIZE, root)}")
