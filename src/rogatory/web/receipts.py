"""Receipts for everybody: a page to print, with a code, and a page that verifies one without sending anything.

The code holds the receipt as it is, so that any reader of QR codes gives back the file. The page that verifies is given the receipt
and the act's hash after the `#` of its address, which no browser sends; its policy forbids every connection.
"""

from __future__ import annotations

import base64
import math
from datetime import UTC, datetime
from urllib.parse import quote

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rogatory.exchange.logs import DatedKey
from rogatory.ledger import read_receipt
from rogatory.moments import format_instant, instant
from rogatory.node.desk import Desk
from rogatory.node.installation import installation
from rogatory.procedure import Institution

LONGEST = 2900
"""Bytes that one code of the largest version holds at the lowest level of correction, with some to spare."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'none'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@require_http_methods(["GET"])
def page(request: HttpRequest, digest: str) -> HttpResponse:
    """The receipt of an act as a page to print, for everybody who holds its hash."""
    desk = Desk(installation())
    text = desk.receipt(digest)
    if text is None:
        raise Http404(digest)
    receipt = read_receipt(text)
    head = receipt.checkpoint.checkpoint
    values = {
        "digest": digest,
        "text": text,
        "origin": head.origin,
        "index": receipt.index,
        "size": head.size,
        "signers": [one.name for one in receipt.checkpoint.note.signatures],
        "image": code_of(text),
        "verify": f"/verify?log={quote(head.origin)}#{base64.urlsafe_b64encode(text.encode()).decode()}.{digest}",
        "institution": _institution(desk),
    }
    return render(request, "web/receipt.html", values)


def _dated(one: DatedKey) -> str:
    """A key of a log, and the times from which and until which it signs, if the trust list gives any."""
    times = (format_instant(instant(datetime.fromtimestamp(at, UTC))) for at in (one.since, one.until) if math.isfinite(at))
    return " ".join((one.key.text, *times)) if one.since or math.isfinite(one.until) else one.key.text


def _institution(desk: Desk) -> Institution | None:
    house = desk.house
    return house.institutions(house.clock.now()).get(house.settings.institution)


def code_of(text: str) -> str:
    """The receipt as a QR code, an image that stands in the page itself; nothing if it is too long for one."""
    data = text.encode()
    if len(data) > LONGEST:
        return ""
    return str(segno.make(data, mode="byte", error="l", boost_error=False, micro=False).svg_data_uri(scale=3, border=4))


@require_http_methods(["GET"])
def verify(request: HttpRequest) -> HttpResponse:
    """The page that verifies a receipt in the browser. Which log is asked for fills in the keys, and nothing else."""
    desk = Desk(installation())
    logs = desk.logs()
    chosen = logs.get(request.GET.get("log", "")) or next(iter(logs.values()), None)
    values = {
        "logs": sorted(logs),
        "keys": "\n".join(map(_dated, chosen.keys)) if chosen else "",
        "witnesses": "\n".join(key.text for key in chosen.witness_keys) if chosen else "",
        "quorum": chosen.quorum if chosen else 0,
        "institution": _institution(desk),
    }
    response = render(request, "web/verify.html", values)
    response["content-security-policy"] = POLICY
    return response
