"""Acts made durable and placed in the ledger, beside bare durable inserts of the same engine in one run: the ledger's own part.

    python benchmarks/placing.py [--seconds 4]

What an act costs besides (law, signature, sealing, the case) is measured in `benchmarks/acts.py`. Here an act is its row of 2,000 bytes in
the real table, with its triggers and indexes, one commit an act. Beside the writers the node's own placer makes its steps, one a
second, and the time counts until the last act has its place under a signed checkpoint. The bare insert is a row of the same size in a
table with a key.

Three rates, in rounds that alternate: bare inserts; acts durable, with nobody placing; acts durable and placed.

- *the ledger's part*: placed beside durable with nobody placing: what placing costs (asked: at least 0.5 with one writer);
- *256 writers*, PostgreSQL: how many times what one reaches (asked: at least 3). SQLite has one writer at a time by design.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TEXT = "x" * 2000
THREADS = 32
ROUNDS = 3
BARE = 'CREATE TABLE bench_bare (hash VARCHAR(64) PRIMARY KEY, "text" TEXT)'
INTO = {
    "bare": 'INSERT INTO bench_bare (hash, "text") VALUES (%s, %s)',
    "acts": (
        'INSERT INTO act_skeleton (hash, "text", kind, institution, at, "foreign", nonce) '
        "VALUES (%s, %s, 'draft', 'https://bench.invalid', '2026-01-01 00:00:00+00:00', false, %s)"
    ),
}


def child(kind: str, writers: int, seconds: float) -> None:
    """So many connections, each with one insert a commit; prints how many were durable."""
    counts: list[int] = []

    def write() -> None:
        execute = connected()
        ends, count = time.monotonic() + seconds, 0
        while time.monotonic() < ends:
            digest = hashlib.sha256(os.urandom(16)).hexdigest()
            execute(INTO["bare"] if kind == "bare" else INTO["acts"], (digest, TEXT) if kind == "bare" else (digest, TEXT, digest[:22]))
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(sum(counts)))


def connected() -> Callable[[str, tuple[object, ...]], object]:
    """A connection of its own, which commits each statement durably."""
    address = os.environ["ROGATORY_DATABASE"]
    if address:
        import psycopg

        return psycopg.connect(address, autocommit=True).execute  # type: ignore[return-value]
    import sqlite3

    table = sqlite3.connect(f"{os.environ['ROGATORY_HOME']}/node.sqlite3", timeout=60, isolation_level=None)
    table.execute("PRAGMA synchronous=FULL")
    return lambda statement, values: table.execute(statement.replace("%s", "?"), values)


def run(environment: dict[str, str], kind: str, writers: int, seconds: float) -> float:
    """How many a second, with the placer beside them if they are acts."""
    processes = max(1, writers // THREADS)
    command = [sys.executable, __file__, "--child", kind, "--writers", str(writers // processes), "--seconds", str(seconds)]
    placer = placing(environment) if kind == "acts" else None
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(processes)]
    count = sum(json.loads(one.communicate()[0]) for one in running)
    late = 0.0
    if placer is not None:
        stopped = time.monotonic()
        assert placer.stdin is not None and placer.stdout is not None  # noqa: PT018  # both are pipes
        placer.stdin.write(b"\n")
        placer.stdin.flush()
        placer.stdout.readline()  # the rest has its places
        late = time.monotonic() - stopped
        placer.communicate()
    return count / (seconds + late)


def placing(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """The placer beside the writers, once it is ready."""
    placer = subprocess.Popen([sys.executable, __file__, "--place"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert placer.stdout is not None
    placer.stdout.readline()
    return placer


def place() -> None:
    """The placer of the node: a step a second, until told to stop; then until nothing is left."""
    import django

    django.setup()
    from rogatory.node.installation import installation
    from rogatory.node.worker.placing import Placer

    placer, stop = Placer(installation(), confirmed=lambda: True), threading.Event()
    placer.step()
    print("ready", flush=True)
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    while not stop.wait(1.0):
        placer.step()
    while placer._unplaced():  # noqa: SLF001  # the very question that the placer asks
        placer.step()
    print("placed", flush=True)


def measure(title: str, database: str, seconds: float, writers: tuple[int, ...]) -> None:
    from rogatory.demo.cast import FR
    from rogatory.demo.town import build
    from rogatory.moments import instant

    with tempfile.TemporaryDirectory() as folder:
        now = instant(datetime.now(UTC))
        town = build(Path(folder) / "town", now=now, step_ms=1000, databases={"fr": database} if database else {}, prepared=False)
        environment = {**town.environment(FR), "PYTHONPATH": f"{ROOT}/src:{ROOT}", "ROGATORY_DATABASE": database}
        subprocess.run([sys.executable, "-m", "rogatory.demo.prepare"], env=environment, check=True)
        code = f"import django; django.setup(); from django.db import connection; connection.cursor().execute({BARE!r})"
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        placed: dict[int, float] = {}
        for count in writers:
            rounds = [tuple(run(environment, kind, count, seconds) for kind in ("bare", "rows", "acts")) for _ in range(ROUNDS)]
            bare, rows, placed[count] = (median(column) for column in zip(*rounds, strict=True))
            part, whole = median(one[2] / one[1] for one in rounds), median(one[2] / one[0] for one in rounds)
            print(
                f"{title:<11} {count:>3} writer(s), a second: {bare:6.0f} bare, {rows:6.0f} durable, "
                f"{placed[count]:6.0f} durable and placed"
            )
            print(f"{'':<11} the ledger's part {part:.2f}; placed beside bare {whole:.2f}")
        if len(placed) > 1:
            print(f"{title:<11} {max(placed)} writers reach {placed[max(placed)] / placed[1]:.1f} times what one reaches")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--child")
    parser.add_argument("--place", action="store_true")
    parser.add_argument("--writers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=4)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.writers, given.seconds)
        return
    if given.place:
        place()
        return
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    measure("SQLite", "", given.seconds, (1,))
    from tests.postgres import binaries, kept_server

    if binaries() is None:
        print("PostgreSQL: not measured, no server here. To install it: sudo apt-get install postgresql")
        return
    with kept_server(durable=True, connections=300) as kept:
        measure("PostgreSQL", kept.address, given.seconds, (1, 256))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
