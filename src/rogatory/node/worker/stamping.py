"""Have a time-stamping authority confirm, at a fixed rhythm, when a checkpoint was there already (RFC 3161); an optional setting.

`ROGATORY_TIMESTAMPS` is the authority's address, `ROGATORY_TIMESTAMP_ROOT` a PEM file with its root certificate, set by hand. The
stamp is over the bytes of the checkpoint as the log signed it, and both are served below `/log/timestamps/`.

- Asked once an hour whatever happened: the asking says nothing of cases (H5). In a thread of its own: a slow authority delays nothing.
- A stamp is kept only if it verifies against that root, for these bytes and this request, and states the present time: certificates are
  judged by the time that it states, and a key whose certificate has ended could state an earlier one.
- Nothing waits for a stamp. Who distrusts the witnesses' clocks has another one.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from datetime import timedelta
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
from rogatory.moments import Instant, format_instant, instant
from rogatory.node import log
from rogatory.node.installation import Installation
from rogatory.node.models import TimeStamp
from rogatory.node.worker.asking import FAILS, Limits, begin, fetch

AUTHORITY, ROOT = "ROGATORY_TIMESTAMPS", "ROGATORY_TIMESTAMP_ROOT"
EVERY, AGAIN = 3600.0, 60.0
LARGEST, LONGEST = 1 << 16, 20.0
TIMEOUT = httpx.Timeout(LONGEST, connect=5.0)
APART = timedelta(minutes=5)
"""By how much the clock of the authority may differ, and how long its answer may have taken."""
_log = structlog.get_logger("rogatory.timestamps")


class Stamper:
    """Asks for one node."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._authority = os.environ.get(AUTHORITY, "")
        self._roots = _roots() if self._authority else ()
        self._due = house.clock.monotonic()
        self._limits = Limits(most=LARGEST, seconds=LONGEST, monotonic=house.clock.monotonic)
        self._pending: tuple[int, Future[tuple[bytes, Instant]]] | None = None

    def stamp(self) -> bool:
        """Ask if the hour has come, and take what has arrived. Whether a stamp was kept."""
        if not self._authority:
            return False
        if self._pending is not None:
            return self._pending[1].done() and self._take()
        newest = log.newest()
        if newest is not None and self.house.clock.monotonic() >= self._due:
            self._due = self.house.clock.monotonic() + EVERY
            asked = begin(_ask, self.client, self._authority, self._roots, newest.text.encode(), self._limits)
            self._pending = (newest.size, asked)
        return False

    def _take(self) -> bool:
        assert self._pending is not None  # only called while one is
        (size, asked), self._pending = self._pending, None
        try:
            response, stated = asked.result()
            self._check_present(stated)
        except (*FAILS, RogatoryError) as error:
            self._due = self.house.clock.monotonic() + AGAIN
            _log.warning("no time-stamp", size=size, why=str(error)[:300])
            return False
        if not TimeStamp.objects.filter(pk=size).exists():
            TimeStamp.objects.bulk_create([TimeStamp(size=size, response=response)])
        return True

    def _check_present(self, stated: Instant) -> None:
        now = self.house.clock.now()
        if abs(now - stated) > APART:
            why = f"it states {format_instant(stated)}, and here it is {format_instant(now)}"
            raise ProofError("states another time than the present one", where="time-stamp", why=why, cure="compare both clocks")


def _roots() -> tuple[Certificate, ...]:
    path = os.environ.get(ROOT, "")
    try:
        return tuple(load_pem_x509_certificates(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigurationError("is no PEM file of certificates", where=f"{ROOT} {path}", cure="give the authority's root") from error


def _ask(client: httpx.Client, authority: str, roots: tuple[Certificate, ...], data: bytes, limits: Limits) -> tuple[bytes, Instant]:
    """One request, in a thread: the response, once it verifies for these bytes, and the time that it states."""
    request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    headers = {"content-type": "application/timestamp-query"}
    status, response = fetch(client, client.build_request("POST", authority, content=request.as_bytes(), headers=headers), limits)
    if status != httpx.codes.OK:
        raise ProofError("was not given", where="time-stamp", why=f"{authority} answered {status}")
    return response, verify_stamp(response, data, roots, nonce=request.nonce)


def verify_stamp(response: bytes, data: bytes, roots: tuple[Certificate, ...], *, nonce: int | None = None) -> Instant:
    """When, as an authority under one of these roots states, these bytes were there. `ProofError` if it has not stamped them."""
    builder = VerifierBuilder(roots=list(roots), nonce=nonce)
    try:
        read = decode_timestamp_response(response)
        builder.build().verify_message(read, data)
    except (VerificationError, ValueError) as error:
        raise ProofError("does not verify", where="time-stamp", why=str(error)[:200], cure="check the authority and its root") from error
    return instant(read.tst_info.gen_time)
