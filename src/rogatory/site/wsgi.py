"""The WSGI application of a node: it says nothing of any case before it is known that the node is no old copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, close_old_connections

from rogatory.errors import RogatoryError
from rogatory.node.installation import installation
from rogatory.node.restored import Currency

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

OPEN = ("/healthz", "/log", "/exchange/", "/witness/", "/static/", "/receipts/", "/verify")
"""What holds nothing of a case, and what other nodes need to answer."""
WAITS = (
    b"This node asks its peers what was destroyed since its newest act, and serves nothing before they have answered: it may have "
    b"been restored from an older copy. Try again in a few seconds.\n"
)
_log = structlog.get_logger("rogatory.serve")


class Gate:
    """The application behind the question whether this node is current."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._currency: Currency | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or say that it cannot be answered yet."""
        if str(environ.get("PATH_INFO", "")).startswith(OPEN) or self._current():
            return self._application(environ, start_response)
        headers = [("content-type", "text/plain; charset=utf-8"), ("retry-after", "2"), ("content-length", str(len(WAITS)))]
        start_response("503 Service Unavailable", headers)
        return [WAITS]

    def _current(self) -> bool:
        if self._currency is not None and self._currency.known:
            return True
        close_old_connections()  # no request has begun yet, which would do it
        try:
            if self._currency is None:
                self._currency = Currency(installation())
            return self._currency.holds()
        except (RogatoryError, DatabaseError) as error:
            _log.warning("whether this node is an old copy is not known", why=str(error))
            return False


application = Gate(get_wsgi_application())
