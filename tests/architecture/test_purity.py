"""What pure code may not do and import contracts cannot see; where clocks are read; where tables are written.

Each list of exceptions is part of the design: to add to it is a decision, with its reason beside it.
"""

from __future__ import annotations

import ast

from tests.architecture.source import calls, package, pure

OPENING = frozenset({"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"})
DRAWING = frozenset({"uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "os.urandom", "urandom"})
CLOCKS = frozenset({"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"})
CLOCK_SOURCES = frozenset({"datetime", "date", "time", "timezone"})
WRITES = frozenset(
    {
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "raw",
        "executescript",
    }
)

# Where a clock is read, and why there.
READS_A_CLOCK = {
    "rogatory.node.clock": "the one clock of a node",
    "rogatory.demo.clock": "the demonstration's clock, which can be moved forward",
    "rogatory.demo.client": "a person outside who loses patience",
    "rogatory.demo.processes": "how long the demonstration waits for its processes",
    "rogatory.demo.stories": "the people of the story look at their own clocks",
    "rogatory.witness.service": "the time that a cosignature states",
    "rogatory.cli.demo": "the instant at which the demonstration's keys are made",
}

# Where rows are written, and which.
WRITES_ROWS = {
    "rogatory.node.rows": "the rows of one act, in its one transaction",
    "rogatory.node.comparisons": "sums of what was compared, by quarter",
    "rogatory.node.storage": "statements that wait for a signature; they have no legal effect",
    "rogatory.node.security_log": "refused attempts",
    "rogatory.node.evidence.uploads": "how far an original has come in, before an act names it",
    "rogatory.node.evidence.sealing": "where a sealed file lies, before an act names it",
    "rogatory.node.evidence.arriving": "how far a package that an act announced has arrived",
    "rogatory.node.evidence.purging": "the contents that an act of destruction removes, and how far it has come",
    "rogatory.node.evidence.keeping": "packages whose time has ended",
    "rogatory.node.schedule": "what is no evidence and whose time has ended",
    "rogatory.node.worker.placing": "places in the ledger and checkpoints",
    "rogatory.node.worker.witnessing": "cosignatures of witnesses",
    "rogatory.node.worker.stamping": "time-stamps on checkpoints",
    "rogatory.node.cosigning": "heads of peers' logs that this node has cosigned, and evidence against logs",
    "rogatory.node.evidence_of_logs": "evidence against a log, as it was found",
    "rogatory.node.seen": "what receipts showed of other logs",
    "rogatory.node.showing": "when a step is shown",
    "rogatory.node.worker.sending": "what became of a delivery",
    "rogatory.node.worker.packages": "what became of a package",
    "rogatory.demo.prepare": "fictional people, before their node starts",
}


def test_pure_code_opens_prints_and_runs_nothing():
    found = [f"{source.path}:{call.lineno} {name}" for source in pure() for name, call in calls(source) if name in OPENING]

    assert not found, "give it the bytes or the stream, and let the caller print: " + ", ".join(found)


def test_pure_code_draws_nothing():
    found = [f"{source.path}:{call.lineno} {name}" for source in pure() for name, call in calls(source) if name in DRAWING]

    assert not found, "salts, nonces and identifiers are arguments: " + ", ".join(found)


def test_pure_code_has_no_type_that_nobody_checks():
    found = [
        f"{source.path}:{node.lineno}"
        for source in pure()
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Name) and node.id == "Any") or (isinstance(node, ast.Attribute) and node.attr == "Any")
    ]

    assert not found, "name the type, or `object` and narrow it: " + ", ".join(found)


def test_clocks_are_read_where_the_design_says():
    found = {source.module for source in package() for name, _ in calls(source) if _reads_a_clock(name)}

    assert found - READS_A_CLOCK.keys() == set(), "take the instant as an argument"
    assert READS_A_CLOCK.keys() - found == set(), "these read no clock any more: take them off the list"


def test_rows_are_written_where_the_design_says():
    found = {source.module for source in package() for name, _ in calls(source) if _writes_rows(name)}

    assert found - WRITES_ROWS.keys() == set(), "every change is an act, through the one way in (rogatory.node.acting)"
    assert WRITES_ROWS.keys() - found == set(), "these write nothing any more: take them off the list"


def test_no_signal_of_django_is_part_of_a_case():
    found = [source.path for source in package() if "django.db.models.signals" in source.text or "@receiver" in source.text]

    assert not found


def _reads_a_clock(name: str) -> bool:
    *before, last = name.split(".")
    return last in CLOCKS and bool(before) and before[-1] in CLOCK_SOURCES


def _writes_rows(name: str) -> bool:
    *before, last = name.split(".")
    return last in WRITES and ("objects" in before or "_base_manager" in before or (last == "save" and bool(before)))
