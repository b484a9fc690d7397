"""What anybody is answered when a file of this node is damaged or its disk is full: which file, and what to do; never what it holds.

Programs get a problem document, people a page that needs no table. Whatever else went wrong stays an error of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rogatory.api import problem
from rogatory.node.faults import fault_of

PROGRAMS = ("/api/", "/exchange/", "/log/", "/witness/")
_log = structlog.get_logger("rogatory.faults")


class Faults:
    """Answers for the file that failed."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass everything on."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer, if the exception means that a file is damaged or the disk full."""
        fault = fault_of(exception)
        if fault is None:
            return None
        with contextlib.suppress(OSError):  # what is said may go to the same full disk
            _log.error("a request met a fault", path=request.path, why=str(fault))
        answer = problem.of_error(fault)
        if request.path.startswith(PROGRAMS):
            return answer
        return render(request, "web/fault.html", {"fault": fault}, status=answer.status_code)
