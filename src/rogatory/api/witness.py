"""This node as a witness of its peers (C2SP `tlog-witness`): `add-checkpoint`, and the newest cosigned head of each log."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rogatory.errors import RogatoryError, StorageError
from rogatory.node.cosigning import peer_witness
from rogatory.node.installation import installation
from rogatory.witness.service import LIMIT, PLAIN, Answer, Service


@csrf_exempt
@require_http_methods(["POST"])
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign the head of a peer's log, or say why not. The length is checked before the body is read."""
    length = request.headers.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,9}", length):
        return HttpResponse("Say how long the request is.\n", status=411, content_type=PLAIN)
    if int(length) > LIMIT:
        return HttpResponse(f"A request has at most {LIMIT} bytes.\n", status=413, content_type=PLAIN)
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        return HttpResponse("The request is not UTF-8.\n", status=400, content_type=PLAIN)
    return _answered(lambda service: service.add_checkpoint(text))


@require_http_methods(["GET", "HEAD"])
def head(request: HttpRequest, digest: str) -> HttpResponse:
    """The newest head of a log that this node has cosigned."""
    return _answered(lambda service: service.head(digest))


def _answered(ask: Callable[[Service], Answer]) -> HttpResponse:
    try:
        status, kind, body = ask(peer_witness(installation()))
    except StorageError:  # which file it is, and what to do
        raise
    except RogatoryError:  # strangers are not told why: the trust list may be what is wrong
        return HttpResponse("This node is no witness now, and signs nothing.\n", status=503, content_type=PLAIN)
    response = HttpResponse(body, status=status.value, content_type=kind)
    response["cache-control"] = "no-store"
    return response
