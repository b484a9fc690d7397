"""The whole life of evidence, with crashes and a backup, told while somebody searches for it everywhere; and a proof that she finds it."""

from __future__ import annotations

import base64
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

from rogatory.custody import new_identity, recipient_of
from rogatory.demo.cast import STAGES, Stage
from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests import postgres
from tests.nodes.evidence.acts import READ, answered, begin, cleared, files_with, http, listing, offset, received, send
from tests.nodes.evidence.packages import lying
from tests.nodes.evidence.test_poison import signed_in
from tests.nodes.evidence.watching import REMOVED, SEES_PROCESSES, Watcher

OPERATORS = Path(__file__).parents[3] / "docs" / "start" / "operator.md"
COPIES = ("TABLES", "EVIDENCE", "CASE_KEYS")
HOLD = """
import mmap, os, sys, tempfile
with tempfile.TemporaryFile() as held:
    held.write(sys.argv[1].encode())
    held.flush()
    mapped = mmap.mmap(held.fileno(), 0) if sys.argv[2] == "mapped" else None
    if mapped:
        held.close()
    os.write(1, b".")
    os.read(0, 1)
"""
FOR_A_MOMENT = """
import os, sys, tempfile
with tempfile.NamedTemporaryFile() as moment:
    moment.write(sys.argv[1].encode())
"""


@dataclass(frozen=True)
class Watched:
    """A town in which somebody searches: for what, and where its backups go."""

    town: Town
    processes: Processes
    canary: bytes = field(default_factory=lambda: b"canary-" + os.urandom(12).hex().encode())
    """Stands in the contents and in the names of the originals."""

    @property
    def server(self) -> Path | None:
        """The folder of the PostgreSQL server that keeps the tables, if one does."""
        address = next(iter(self.town.databases.values()), "")
        return Path(parse_qs(urlsplit(address).query)["host"][0]) / "data" if address else None

    def sessions(self) -> set[int]:
        """The sessions of all processes that handle evidence, and of the server that keeps their tables."""
        found = {one.pid for one in self.processes.running.values()}
        if self.server is not None:
            found.add(os.getsid(int((self.server / "postmaster.pid").read_text().split()[0])))
        return found

    def watcher(self, canary: bytes = b"", *, beside: frozenset[int] | set[int] = frozenset()) -> Watcher:
        """Somebody who searches the nodes' folders, with temporary files, logs and backups, and the server's own folder."""
        folders = [self.town.folder, *([self.server] if self.server else [])]
        return Watcher(folders, lambda: self.sessions() | beside, canary or self.canary)

    def backup(self, stage: Stage) -> Path:
        """Three copies of a node that runs, as operators are told to make them."""
        told = re.search(r"## Backups\n.*?```bash\n(.*?)```", OPERATORS.read_text(), re.DOTALL)
        assert told
        to = self.town.folder / f"backups-{os.urandom(4).hex()}"
        folders = {name: str(to / name) for name in COPIES}
        for folder in folders.values():
            Path(folder).mkdir(parents=True)
        newest = postgres.binaries()
        path = f"{newest}{os.pathsep}{os.environ['PATH']}" if newest else os.environ["PATH"]
        subprocess.run(["bash", "-c", told[1]], env={**self.town.environment(stage), **folders, "PATH": path}, check=True)
        return to


def story(tell: Teller, watched: Watched) -> dict[str, Any]:
    """Uploaded in parts and by a form, sealed, sent, received, opened, shown, copied and destroyed, while processes crash."""
    content, name = watched.canary, watched.canary.decode()
    texts = {f"{name}.txt": content * 40_000, f"{name}.pdf": pdf(content)}
    table = b"a,b\n" + content + b",=1+1\n" + os.urandom(3 << 20).hex().encode()
    cleared(tell)
    uploaded(tell, watched, texts)
    with http(tell, "provider") as client:
        lines = [client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal").json()]
        files = {"files": (f"{name}.csv", table, "text/csv")}
        lines.append(client.post(f"/api/v1/cases/{tell.case}/packages/traffic", files=files).json())
    answered(tell, lines)
    crash(watched, ("fr", "serve"), ("provider", "work"))
    received(tell)

    digests = [line["digest"] for line in lines]
    listed = [one["name"] for digest in digests for one in listing(tell, digest)["files"]]
    assert sorted(listed) == sorted([*texts, f"{name}.csv"])
    looked_at(tell, {digests[0]: list(texts), digests[1]: [f"{name}.csv"]}, content)
    assert all(lying(tell.town, digest) for digest in digests)
    assert files_with(tell.town, content) == []  # a bucket too
    copies = watched.backup(STAGES[0])
    given_to_counsel(tell, digests[0])
    crash(watched, *((stage.name, task) for stage in STAGES for task in ("serve", "work")))
    with http(tell, "custodian") as client:
        printed = client.get(f"/api/v1/cases/{tell.case}/custody/pdf", headers={"x-purpose": "For the court"})
        assert printed.content.startswith(b"%PDF")

    tell.until(tell.legal_end("custodian", "keep the evidence"))
    for part in ("custodian", "provider"):
        tell(part).state(tell.case, "purged")
    return {"digests": digests, "copies": copies}


def pdf(content: bytes) -> bytes:
    """A PDF of one page that can be painted, with the canary in it."""
    objects = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate((*objects, page), 1))
    return b"%PDF-1.7\n% " + content + b"\n" + body + b"trailer << /Root 1 0 R /Size 4 >>\n%%EOF"


def uploaded(tell: Teller, watched: Watched, originals: dict[str, bytes]) -> None:
    """Upload in parts; the process that takes them crashes between two parts."""
    with http(tell, "provider") as client:
        where = {name: begin(client, tell, "identification", name, data) for name, data in originals.items()}
        for name, data in originals.items():
            send(client, where[name], data[: len(data) // 2])
    crash(watched, ("provider", "serve"))
    with http(tell, "provider") as client:
        for name, data in originals.items():
            here = offset(client, where[name])
            assert send(client, where[name], data[here:], at=here).headers["upload-complete"] == "?1"


def crash(watched: Watched, *which: tuple[str, str]) -> None:
    """Processes crash as bad memory makes them: their dumps would lie where the watcher searches."""
    for name, task in which:
        watched.processes.kill(name, task, signal.SIGSEGV)
    watched.processes.wait()


def looked_at(tell: Teller, originals: dict[str, list[str]], content: bytes) -> None:
    """Read each original as a copy, and on its page."""
    with http(tell, "custodian") as client, signed_in(tell, "custodian") as page:
        for digest, names in originals.items():
            for name in names:
                opened = client.post(f"/api/v1/cases/{tell.case}/packages/{digest}/open-file", json={**READ, "file": name})
                assert content in opened.content
                shown = page.get(f"/cases/{tell.case}/originals/{opened.headers['x-act']}/content")
                assert shown.status_code == 200, shown.text[:300]
                assert ("data:image/png" if name.endswith("pdf") else content.decode()) in shown.text, (name, shown.text[:900])


def given_to_counsel(tell: Teller, digest: str) -> None:
    """Disclose a package to the defence, sealed anew."""
    applied = tell("custodian").act("apply for disclosure", {"counsel": "Maître Dupont", "words": "All."}, tell.case)
    disclose = {
        "package": digest,
        "counsel": "Maître Dupont",
        "recipient": recipient_of(new_identity(os.urandom(32))),
        "application": applied["hash"],
        "reasons": "Fair trial.",
    }
    act = tell("judge").sign("disclose to defence", disclose, tell.case)
    with http(tell, "custodian") as client:
        assert client.post(f"/api/v1/cases/{tell.case}/disclosures/{act['hash']}").content.startswith(b"age-encryption.org/v1")


def search_finds(watched: Watched) -> None:
    """Plant a canary in each place, in each form: every one is found. Where nothing was planted nothing is."""
    planted = b"canary-that-was-planted-" + os.urandom(8).hex().encode()
    holding: set[int] = set()
    watcher = watched.watcher(planted, beside=holding)
    home, temporary = watched.town.home(STAGES[0]), watched.town.folder / "temporary"
    with watcher.watching(), ExitStack() as stack:
        assert watcher.found == set()
        plants = {
            home / "evidence" / ".incoming" / "planted": b"x" + planted,
            watched.town.folder / "fr-serve.log": None,
            temporary / "hexadecimal": planted.hex().encode(),
            **{temporary / f"base64-{before}": base64.b64encode(bytes(before) + planted + b"more") for before in range(4)},
        }
        for path, data in plants.items():
            with path.open("ab") as file:
                file.write(planted + b"\n" if data is None else data)
        expected = {str(path) for path in plants}
        subprocess.run([sys.executable, "-c", FOR_A_MOMENT, planted.decode()], check=True)
        expected.add("removed: ")
        for how in ("open", "mapped") if SEES_PROCESSES else ():
            command = [sys.executable, "-c", HOLD, planted.decode(), how]
            held = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True))
            stack.callback(held.kill)
            assert held.stdout is not None
            assert held.stdout.read(1) == b"."
            holding.add(held.pid)
            expected.add(f"held by {held.pid}")
        watcher.look()
    found = {"removed: " if one.startswith("removed: ") else one for one in watcher.found}
    assert found == expected, (found - expected, expected - found)
    assert not Path(os.environ[REMOVED]).exists()


def search_finds_rows(watched: Watched) -> None:
    """Plant a canary in the tables of a node: it is found in their files, and in the backup of them."""
    planted, stage = os.urandom(24), STAGES[0]
    watcher = watched.watcher(planted)
    watcher.look()
    assert watcher.found == set()
    address = watched.town.databases.get(stage.name)
    opened = psycopg.connect(address) if address else sqlite3.connect(watched.town.home(stage) / "node.sqlite3", timeout=10)
    with closing(opened) as tables:
        tables.execute(f"CREATE TABLE planted (data {'bytea' if address else 'blob'})")
        tables.execute(f"INSERT INTO planted VALUES ({'%s' if address else '?'})", (planted,))
        tables.commit()
        copies = watched.backup(stage)
        watcher.look()
        tables.execute("DROP TABLE planted")
        tables.commit()
    in_copies = {one for one in watcher.found if one.startswith(str(copies))}
    assert len(in_copies) == 1
    assert watcher.found > in_copies
