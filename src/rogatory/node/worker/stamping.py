"""Have a time-stamping authority confirm, at a fixed rhythm, when a checkpoint was there already (RFC 3161); an optional setting.

`ROGATORY_TIMESTAMPS` is the authority's address, `ROGATORY_TIMESTAMP_ROOT` a PEM file with its root certificate, set by hand. The
stamp is over the bytes of the checkpoint as the log signed it, and both are served below `/log/timestamps/`.

- Asked once an hour whatever happened: the asking says nothing of cases (H5). In a thread of its own: a slow authority delays nothing.
- A stamp is kept only if it verifies against that root, for these bytes and this request.
- Nothing waits for a stamp. Who distrusts the witnesses' clocks has another one.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import structlog
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from rogatory.errors import ConfigurationError, ProofError, RogatoryError
from rogatory.node import log
from rogatory.node.installation import Installation
from rogatory.node.models import TimeStamp

AUTHORITY, ROOT = "ROGATORY_TIMESTAMPS", "ROGATORY_TIMESTAMP_ROOT"
EVERY, AGAIN = 3600.0, 60.0
LARGEST = 1 << 16
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_log = structlog.get_logger("rogatory.timestamps")


class Stamper:
    """Asks for one node."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._authority = os.environ.get(AUTHORITY, "")
        self._roots = _roots() if self._authority else ()
        self._due = house.clock.monotonic()
        self._pending: tuple[int, Future[bytes]] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="timestamp")

    def stamp(self) -> bool:
        """Ask if the hour has come, and take what has arrived. Whether a stamp was kept."""
        if not self._authority:
            return False
        if self._pending is not None:
            return self._pending[1].done() and self._take()
        newest = log.newest()
        if newest is not None and self.house.clock.monotonic() >= self._due:
            self._due = self.house.clock.monotonic() + EVERY
            asked = self._thread.submit(_ask, self.client, self._authority, self._roots, newest.text.encode())
            self._pending = (newest.size, asked)
        return False

    def _take(self) -> bool:
        assert self._pending is not None  # only called while one is
        (size, asked), self._pending = self._pending, None
        try:
            response = asked.result()
        except (httpx.HTTPError, RogatoryError) as error:
            self._due = self.house.clock.monotonic() + AGAIN
            _log.warning("no time-stamp", size=size, why=str(error)[:300])
            return False
        if not TimeStamp.objects.filter(pk=size).exists():
            TimeStamp.objects.bulk_create([TimeStamp(size=size, response=response)])
        return True


def _roots() -> tuple[Certificate, ...]:
    path = os.environ.get(ROOT, "")
    try:
        return tuple(load_pem_x509_certificates(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigurationError("is no PEM file of certificates", where=f"{ROOT} {path}", cure="give the authority's root") from error


def _ask(client: httpx.Client, authority: str, roots: tuple[Certificate, ...], data: bytes) -> bytes:
    """One request, in a thread: the response, once it verifies for these bytes."""
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = client.post(authority, content=request.as_bytes(), headers={"content-type": "application/timestamp-query"})
    answer.raise_for_status()
    verify_stamp(answer.content, data, roots, nonce=request.nonce)
    return answer.content


def verify_stamp(response: bytes, data: bytes, roots: tuple[Certificate, ...], *, nonce: int | None = None) -> None:
    """That an authority under one of these roots has stamped these bytes. `ProofError` if not."""
    if len(response) > LARGEST:
        raise ProofError(f"is longer than {LARGEST} bytes", where="time-stamp")
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        builder.build().verify_message(decode_timestamp_response(response), data)
    except (VerificationError, ValueError) as error:
        raise ProofError("does not verify", where="time-stamp", why=str(error)[:200], cure="check the authority and its root") from error
