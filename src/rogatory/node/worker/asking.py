"""Ask a machine outside, in a thread of its own, and take no more of its answer than was agreed: so many bytes within so many seconds.

- What answers without end, or drop by drop, costs one thread for that time, and no memory.
- Who does not answer does not hold up the end of the worker either: it ends with its threads.

Left to others: what the answer says (`witnessing`, `stamping`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import httpx

from rogatory.errors import FormError

FAILS = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)
"""What asking ends in if nobody answers, or at an address that is none."""
_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many bytes of an answer are read, and within how many seconds by this clock."""

    most: int
    seconds: float
    monotonic: Callable[[], float]


def begin(call: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> Future[_T]:
    """Call it in a thread that touches no table."""
    found: Future[_T] = Future()

    def run() -> None:
        try:
            found.set_result(call(*given, **named))
        except BaseException as error:  # noqa: BLE001  # whoever takes the result gets it
            found.set_exception(error)

    threading.Thread(target=run, daemon=True, name=call.__name__).start()
    return found


def fetch(client: httpx.Client, request: httpx.Request, limits: Limits) -> tuple[int, bytes]:
    """The status and the whole body. One of `FAILS`, or `FormError` for an answer that is too long, too slow or encoded."""
    request.headers["accept-encoding"] = "identity"
    ends = limits.monotonic() + limits.seconds
    answer = client.send(request, stream=True)
    try:
        where = f"answer of {request.url}"
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise FormError("is encoded, which was not asked for", where=where)
        data = bytearray()
        for piece in answer.iter_bytes():
            data += piece
            if len(data) > limits.most:
                raise FormError(f"is longer than {limits.most} bytes", where=where)
            if limits.monotonic() > ends:
                raise FormError(f"did not end within {limits.seconds:.0f} seconds", where=where)
        return answer.status_code, bytes(data)
    finally:
        answer.close()
