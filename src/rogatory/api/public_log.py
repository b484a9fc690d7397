"""The public log: checkpoint, tiles and entry bundles (C2SP tlog-tiles), static and cacheable."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse

from rogatory.errors import InputError
from rogatory.node import evidence_of_logs, log
from rogatory.node.comparisons import GRAIN, published
from rogatory.node.installation import installation


def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint."""
    text = log.checkpoint_text()
    if not text:
        raise Http404("the log has signed no checkpoint yet")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["cache-control"] = "no-cache"
    return response


def evidence(request: HttpRequest) -> HttpResponse:
    """What this node has kept against a log, its own included: heads that cannot both be true, heads that were never signed."""
    response = HttpResponse(json.dumps(evidence_of_logs.kept(), indent=2), content_type="application/json")
    response["cache-control"] = "no-cache"
    return response


def comparisons(_request: HttpRequest) -> HttpResponse:
    """How many identifiers this node compared with what it had refused, by quarter: full tens, null if fewer (RIGHTS, H4)."""
    told = [{"quarter": one.quarter, "compared": one.compared} for one in published(installation().clock.now())]
    response = HttpResponse(json.dumps({"comparisons": told, "rounded_down_to": GRAIN}, indent=2), content_type="application/json")
    response["cache-control"] = "no-cache"
    return response


def timestamps(request: HttpRequest) -> HttpResponse:
    """The sizes of the checkpoints that a time-stamping authority has stamped."""
    response = HttpResponse(json.dumps(log.stamped()), content_type="application/json")
    response["cache-control"] = "no-cache"
    return response


def timestamp(request: HttpRequest, size: int, what: str) -> HttpResponse:
    """A stamped checkpoint, or the authority's response on it (RFC 3161)."""
    found = log.stamp(size) if size < 1 << 63 else None
    if found is None:
        raise Http404("no time-stamp on a checkpoint of this size")
    text, stamp = found
    plain = what == "checkpoint"
    kind = "text/plain; charset=utf-8" if plain else "application/timestamp-reply"
    response = HttpResponse(text.encode() if plain else stamp, content_type=kind)
    response["cache-control"] = "public, max-age=31536000, immutable"
    return response


def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes, or a bundle of entries."""
    try:
        data = log.tile_at(path)
    except InputError as error:
        raise Http404(str(error)) from error
    if data is None:
        raise Http404("the log has no such tile")
    response = HttpResponse(data, content_type="application/octet-stream")
    response["cache-control"] = "public, max-age=31536000, immutable"
    return response
