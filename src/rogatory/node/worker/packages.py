"""Send sealed packages to the node to which an act has announced them: resumable, in slices, beside everything else.

- A package follows its act, once that was taken up; never while the case is stopped.
- The receiver says how much it holds, and it goes on from there (draft-ietf-httpbis-resumable-upload).
- One turn takes a quarter of a second at most: the ledger's clock must not wait for a disk image.
- When the time in which it can be fetched has ended, our copy goes (Implementing Regulation (EU) 2025/1550, 3.3.3).
"""

from __future__ import annotations

from typing import BinaryIO

import httpx
import structlog

from rogatory.errors import StorageError
from rogatory.exchange.trust import Entity
from rogatory.moments import Instant
from rogatory.node import storage
from rogatory.node.installation import Installation
from rogatory.node.models import Outbox, Package
from rogatory.node.worker.sending import REFUSED, SENT, TIMEOUT, WAITS, host_of, socket_of

SLICE = 4 << 20
TURN = 0.25
REST = 1.0
_log = structlog.get_logger("rogatory.packages")


class PackageSender:
    """Sends the packages of one node; keeps its connections."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._rests: dict[str, float] = {}

    def send(self, now: Instant) -> int:
        """Send for one turn. How many packages have arrived whole, or were refused."""
        monotonic = self.house.clock.monotonic
        ends, done = monotonic() + TURN, 0
        for package in Package.objects.filter(direction="out", state=WAITS).order_by("digest"):
            if monotonic() >= ends:
                break
            peer = self._peer(package, now)
            if peer is None or self._stopped(package) or self._rests.get(package.digest, 0.0) > monotonic():
                continue
            became = self._send(peer, package, ends)
            if became != WAITS:
                Package.objects.filter(pk=package.pk, state=WAITS).update(state=became)
                self._rests.pop(package.digest, None)
                done += 1
        return done

    def _peer(self, package: Package, now: Instant) -> Entity | None:
        announced = Outbox.objects.filter(hash=package.act, state=SENT).values_list("to", flat=True).first()
        return self.house.trust(now).institution(announced) if announced else None

    def _stopped(self, package: Package) -> bool:
        """Whether nothing of the case may be released any more."""
        held = storage.load_case(self.house, str(package.case)).case
        return held.restricted or bool(held.grounds) or bool(held.purged)

    def _send(self, peer: Entity, package: Package, ends: float) -> str:
        url, host = f"{socket_of(peer)}/exchange/v1/packages/{package.digest}", {"host": host_of(peer)}
        try:
            with self.house.store.open_unchecked(package.digest) as stream:  # the receiver checks the whole; the scrub checks ours
                answer = self.client.head(url, headers=host)
                while answer.is_success:
                    here = int(answer.headers["upload-offset"])
                    if here >= package.size:
                        return SENT
                    if self.house.clock.monotonic() >= ends:
                        return WAITS
                    answer = self._slice(url, host, stream, here, package.size)
        except (httpx.HTTPError, StorageError, KeyError, ValueError) as error:
            return self._later(package, str(error))
        if answer.is_client_error and answer.status_code not in {httpx.codes.CONFLICT, httpx.codes.NOT_FOUND}:
            _log.warning("package refused by peer", package=package.digest[:12], status=answer.status_code, why=answer.text[:200])
            return REFUSED
        return self._later(package, f"answered {answer.status_code}")

    def _slice(self, url: str, host: dict[str, str], stream: BinaryIO, at: int, size: int) -> httpx.Response:
        stream.seek(at)
        data = stream.read(SLICE)
        whole = "?1" if at + len(data) == size else "?0"
        headers = {**host, "upload-offset": str(at), "upload-complete": whole, "content-type": "application/partial-upload"}
        return self.client.patch(url, content=data, headers=headers)

    def _later(self, package: Package, why: str) -> str:
        _log.info("package not sent yet", package=package.digest[:12], why=why)
        self._rests[package.digest] = self.house.clock.monotonic() + REST
        return WAITS
