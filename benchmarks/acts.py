"""Acts a second through the whole write path, beside the bare durable insert rate of the same engine, in one run.

    python benchmarks/acts.py [--seconds 3]

The whole path: law, procedure, signature, fold, contents sealed, act, case, clocks, one durable commit. Rounds alternate
between the two, and medians are printed. PostgreSQL is measured where a server is installed, with 1, 2 and 4 writers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def child(kind: str, seconds: float) -> None:
    """One writer: prints how many a second."""
    import django

    django.setup()
    from django.db import connection

    if kind == "bare":
        with connection.cursor() as cursor:
            ends, count = time.perf_counter() + seconds, 0
            while time.perf_counter() < ends:
                cursor.execute("INSERT INTO bench_bare (text) VALUES (%s)", ["x" * 2000])
                count += 1
        print(json.dumps(count / seconds))
        return
    from rogatory.demo import facts
    from rogatory.node.desk import Desk, Person
    from rogatory.node.installation import installation
    from rogatory.procedure import Capacity

    house = installation()
    desk = Desk(house)
    people = json.loads((house.settings.home / "people.json").read_text())
    officer = next(one for one in people if one["part"] == "officer")
    person = Person(pseudonym=officer["pseudonym"], name="", capacity=Capacity.INVESTIGATOR)
    acts = [
        ("state suspicion", facts.suspicion()),
        ("justify", facts.justification("identification")),
        ("justify", facts.justification("traffic")),
        ("name persons", facts.persons(facts.notice_day(house.clock.now()))),
    ]
    order = facts.draft(facts.item_identification(), facts.item_traffic())
    ends, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < ends:
        made = desk.make(person, "draft", order)
        case = made.case.id  # type: ignore[union-attr]
        for name, given in acts:
            desk.make(person, name, given, case)
        count += 1 + len(acts)
    print(json.dumps(count / seconds))


def run(environment: dict[str, str], kind: str, writers: int, seconds: float) -> float:
    """So many writers at once: the sum of their rates."""
    command = [sys.executable, __file__, "--child", kind, "--seconds", str(seconds)]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(writers)]
    return sum(json.loads(process.communicate()[0]) for process in running)


def measure(title: str, database: str, seconds: float, writers: tuple[int, ...]) -> None:
    """Alternate rounds of the two, and print medians and their ratio."""
    from rogatory.demo.cast import FR
    from rogatory.demo.town import build
    from rogatory.moments import instant

    with tempfile.TemporaryDirectory() as folder:
        town = build(Path(folder) / "town", now=instant(datetime.now(UTC)), step_ms=1000, databases={"fr": database} if database else {})
        environment = {**town.environment(FR), "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
        create = (
            "CREATE TABLE bench_bare (id INTEGER PRIMARY KEY, text TEXT)"
            if not database
            else "CREATE TABLE bench_bare (id BIGSERIAL PRIMARY KEY, text TEXT)"
        )
        code = f"import django; django.setup(); from django.db import connection; connection.cursor().execute({create!r})"
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        for count in writers:
            rounds = [(run(environment, "bare", count, seconds), run(environment, "acts", count, seconds)) for _ in range(3)]
            bare, acts = median(one for one, _ in rounds), median(one for _, one in rounds)
            print(f"{title:<12} {count} writer(s): {acts:7.0f} acts/s, {bare:7.0f} bare durable inserts/s, ratio {acts / bare:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--child")
    parser.add_argument("--seconds", type=float, default=3)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.seconds)
        return
    measure("SQLite", "", given.seconds, (1,))
    from tests.postgres import binaries, server

    if binaries() is None:
        print("PostgreSQL: not measured, no server here. To install it: sudo apt-get install postgresql")
        return
    with server(durable=True) as address:
        measure("PostgreSQL", address, given.seconds, (1, 2, 4))


if __name__ == "__main__":
    main()
