"""What the tests of evidence share: a case up to the answer, uploads in parts, and a look at every byte that a node keeps."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from rogatory.demo import facts
from rogatory.demo.cast import STAGES
from rogatory.demo.stories import Teller, decide_and_send, prepare
from rogatory.demo.town import Town
from tests.nodes.evidence.packages import buckets

READ = {"use_for": "these-proceedings", "purpose": "Identify the sender"}


def cleared(tell: Teller) -> None:
    """An order for two items, of which both were told that no ground will be raised."""
    prepare(tell, facts.item_identification(), facts.item_traffic())
    decide_and_send(tell)
    tell("enforcing").act("clear", {"to": "both"}, tell.case)
    tell("provider").wait("the clearance", tell.case, lambda _: "clear" in kinds(tell, "provider"))


def kinds(tell: Teller, part: str) -> list[str]:
    """The kinds of act that a node holds of the case."""
    return [one["kind"] for one in tell(part).case(tell.case)["timeline"]]


def http(tell: Teller, part: str) -> httpx.Client:
    """A client of that person's node, which repeats nothing of itself."""
    actor = tell.town.actors[part]
    return httpx.Client(
        base_url=f"http://127.0.0.1:{actor.stage.port}",
        headers={"host": f"{actor.stage.host}:{actor.stage.port}", "authorization": f"Bearer {actor.token}"},
        timeout=60,
        trust_env=False,
    )


def offset(client: httpx.Client, where: str) -> int:
    """How much of an upload is here; asked again while the node starts."""
    for _ in range(100):
        try:
            return int(client.head(where).headers["upload-offset"])
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(where)


def begin(client: httpx.Client, tell: Teller, item: str, name: str, data: bytes | int, *, digest: str | None = None) -> str:
    """Begin an upload; the address of its bytes."""
    size = data if isinstance(data, int) else len(data)
    body = {"item": item, "name": name, "size": size, **({"sha256": digest} if digest else {})}
    answer = client.post(f"/api/v1/cases/{tell.case}/uploads", json=body)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def send(client: httpx.Client, where: str, data: Any, at: int = 0, size: int | None = None) -> httpx.Response:
    """Send bytes of an upload from an offset on."""
    length = {"content-length": str(size)} if size is not None else {}
    headers = {"content-type": "application/partial-upload", "upload-offset": str(at), **length}
    return client.patch(where, content=data, headers=headers)


def answered(tell: Teller, lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The provider's answer that announces these packages."""
    page = tell("provider").case(tell.case)
    sealed_to = next(one["parts"]["seal_to"] for one in page["timeline"] if one["kind"] == "transmit")
    answer = "whole" if {one["item"] for one in lines} == {"identification", "traffic"} else "part"
    given = {"answer": answer, "packages": lines, "sealed_to": sealed_to, "words": "All.", "read_back": facts.ACCOUNT, **more}
    return tell("provider").act("produce", given, tell.case)


def produced(tell: Teller, files: dict[str, dict[str, bytes]]) -> list[dict[str, Any]]:
    """Upload, seal and announce files by item; wait until they were received."""
    with http(tell, "provider") as client:
        lines = []
        for item, named in files.items():
            for name, data in named.items():
                where = begin(client, tell, item, name, data, digest=hashlib.sha256(data).hexdigest())
                assert send(client, where, data).headers["upload-complete"] == "?1"
            lines.append(client.post(f"/api/v1/cases/{tell.case}/packages/{item}/seal").json())
    answered(tell, lines)
    received(tell)
    return lines


def received(tell: Teller) -> None:
    """Wait until every package was received."""
    custodian = tell("custodian")

    def all_here(_line: dict[str, Any]) -> bool:
        packages = custodian.case(tell.case)["packages"]
        return bool(packages) and all(one["received"] for one in packages)

    custodian.wait("the packages", tell.case, all_here)


def listing(tell: Teller, digest: str, part: str = "custodian") -> dict[str, Any]:
    """Open a package: the list of its originals."""
    return tell(part).request("POST", f"/api/v1/cases/{tell.case}/packages/{digest}/open", json=READ)


def files_with(town: Town, *canaries: bytes) -> list[tuple[str, bytes]]:
    """Every file of every node in which one of these stands, whatever the file is; and every object of their buckets."""
    found = []
    for bucket in buckets(town):
        for key in bucket.everything():
            data = bucket.read(key)
            found += [(key, canary) for canary in canaries if canary in data]
    for path in sorted(town.folder.rglob("*")):
        if path.is_file() and path.name != "people.json":
            data = read(path)
            found += [(path.relative_to(town.folder).as_posix(), canary) for canary in canaries if canary in data]
    return found


def read(path: Path) -> bytes:
    """The bytes of a file that may go away meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def audited(tell: Teller, home: Path) -> str:
    """What an audit of the node in that folder says does not agree; nothing if it is in order."""
    environment = {**tell.town.environment(STAGES[0]), "ROGATORY_HOME": str(home)}
    command = [sys.executable, "-m", "rogatory.cli.main", "audit"]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def wait_until(tell: Teller, what: str, holds: Callable[[], bool]) -> None:
    """Wait until something holds, as long as a person at the desk would."""
    tell("custodian").wait(what, tell.case, lambda _: holds())
