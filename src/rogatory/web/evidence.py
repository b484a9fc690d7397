"""Pages of the evidence: the list of originals of an opened package, one original shown in isolation, and the custody.

An original is shown inside a frame whose document may do nothing at all (`Content-Security-Policy: sandbox`), and only to the
person whose `open` act has just recorded it. Whose view or copy it is stands on it by name.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rogatory.custody import PackedFile, SourceFile
from rogatory.errors import CheckingError, RogatoryError
from rogatory.moments import format_instant
from rogatory.node.desk import CasePage, Person
from rogatory.node.evidence import chain, filtering, opening, sealing, statement
from rogatory.procedure import Refusal
from rogatory.web.page import show_page as _page
from rogatory.web.people import desk, for_people
from rogatory.web.shown import show, visible

FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def sealed(request: HttpRequest, person: Person, page: CasePage) -> dict[str, Any]:
    """Seal what was uploaded for each item, before anything parses it; give the parts of the answer that follow from it."""
    lines = []
    sent, ref = page.case.sent, page.case.ref
    for item in sent.items if sent else ():
        files = request.FILES.getlist(f"files.{item.id}")
        if files and ref:
            given = [SourceFile(name=one.name or "file", stream=one.file, size=one.size or 0) for one in files if one.file]
            lines.append(sealing.seal(desk(), person, ref.id, item.id, given).model_dump(mode="json"))
    return {"packages": lines, "sealed_to": sent.seal_to if sent else ""}


def opened(person: Person, case_id: str, look: opening.Look) -> HttpResponse | Refusal:
    """Record the opening of a package, and go to the list of its originals, which says how far its first check is."""
    made = opening.record(desk(), person, case_id, look, None)
    if isinstance(made, Refusal):
        return made
    try:
        listed = opening.listing(desk(), case_id, look.package)
    except CheckingError:
        listed = ()
    return listed if isinstance(listed, Refusal) else HttpResponseRedirect(f"/cases/{case_id}/opened/{made.hash}")


@require_http_methods(["GET"])
@for_people
def listing(request: HttpRequest, person: Person, case_id: str, act: str) -> HttpResponse:
    """The originals of a package that this person has just opened."""
    try:
        look, files = opening.recorded_listing(desk(), person, case_id, act)
    except CheckingError as error:
        return _page(request, "checking", {"case_id": case_id, "act": act, "progress": error.why})
    except RogatoryError as error:
        raise Http404(str(error)) from error
    shown = [
        {"name": one.file.name, "shown": visible(one.file.name), "size": one.file.size, "sha256": one.file.sha256}
        if one.file
        else {"number": one.number, "gap": one.gap}
        for one in files
    ]
    return _page(request, "opened", {"files": shown, "look": look, "case_id": case_id})


@require_http_methods(["POST"])
@for_people
def file(request: HttpRequest, person: Person, case_id: str, digest: str) -> HttpResponseBase:
    """Open one original: recorded, then shown or given as a copy."""
    given = {name: request.POST.get(name, "") for name in ("use_for", "purpose", "file")}
    back = request.POST.get("listing", "")
    try:
        read = opening.open_original(desk(), person, case_id, opening.Look(package=digest, **given))
    except RogatoryError as error:
        raise Http404(str(error)) from error
    if isinstance(read, Refusal):
        return _page(request, "refused", {"refusal": read, "case_id": case_id}, status=422)
    if "copy" not in request.POST:
        return HttpResponseRedirect(f"/cases/{case_id}/originals/{read.act}?listing={quote(back, safe='')}")
    response = StreamingHttpResponse(read.pieces, content_type="application/octet-stream")
    response["content-length"] = str(read.file.size)
    response["content-security-policy"] = "sandbox; default-src 'none'"
    response["content-disposition"] = f"attachment; filename*=UTF-8''{quote(copy_name(read.file, person, read.act), safe='')}"
    return response


def copy_name(one: PackedFile, person: Person, act: str) -> str:
    """The name of a copy: whose it is, and by which act. The bytes are the original's, or its hash would not hold."""
    stem, dot, end = visible(one.name.rpartition("/")[2]).rpartition(".")
    mark = f"copy for {person.pseudonym.rpartition('#')[2]}, act {act[:12]}"
    return f"{stem} ({mark}).{end}" if dot and stem else f"{end} ({mark})"


@require_http_methods(["GET"])
@for_people
def reading(request: HttpRequest, person: Person, case_id: str, act: str) -> HttpResponse:
    """The page around one original: whose view it is, when, why; the original itself stands in a frame."""
    found = _recorded(person, case_id, act)
    listed = request.GET.get("listing", "")
    values = {"file": found.file, "name": visible(found.file.name), "case_id": case_id, "act": act, "listing": listed}
    response = _page(request, "reading", values)
    response["content-security-policy"] = FRAMED
    return response


@require_http_methods(["GET"])
@for_people
def content(request: HttpRequest, person: Person, case_id: str, act: str) -> HttpResponse:
    """The document inside the frame: it may run, load, open and send nothing."""
    found = _recorded(person, case_id, act)
    nonce = secrets.token_urlsafe(16)
    mark = f"{person.name} · {format_instant(desk().house.clock.now())} · act {act[:12]}"
    values = {"shown": show(found.file.name, found.file.size, found.pieces), "nonce": nonce, "mark": mark}
    response = render(request, "web/content.html", values)
    response["content-security-policy"] = f"sandbox; default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; frame-ancestors 'self'"
    response["x-frame-options"] = "SAMEORIGIN"
    response["cache-control"] = "no-store"
    return response


@require_http_methods(["POST"])
@for_people
def referred(request: HttpRequest, person: Person, case_id: str, referral: str) -> HttpResponseBase:
    """Give the filter person what was referred to her, sealed to her own recipient; her fetching is recorded first."""
    try:
        copy = filtering.copy_for_filter(desk(), person, case_id, referral)
    except RogatoryError as error:
        raise Http404(str(error)) from error
    if isinstance(copy, Refusal):
        return _page(request, "refused", {"refusal": copy, "case_id": case_id}, status=422)
    response = StreamingHttpResponse(copy.pieces, content_type="application/octet-stream")
    response["content-length"] = str(copy.size)
    response["content-disposition"] = f'attachment; filename="{copy.digest[:16]}.age"'
    return response


@require_http_methods(["GET"])
@for_people
def custody(request: HttpRequest, person: Person, case_id: str) -> HttpResponse:
    """The chain of custody of a case, on one page."""
    purpose = request.session.get(f"purpose {case_id}")
    if not purpose:
        return HttpResponseRedirect(f"/cases/{case_id}")
    try:
        found = chain.custody(desk(), person, case_id, purpose)
    except RogatoryError as error:
        raise Http404(str(error)) from error
    if isinstance(found, Refusal):
        return _page(request, "refused", {"refusal": found, "case_id": case_id}, status=422)
    return _page(request, "custody", {"custody": found, "case": found.page.case, "case_id": case_id})


@require_http_methods(["GET"])
@for_people
def custody_pdf(request: HttpRequest, person: Person, case_id: str) -> HttpResponse:
    """The chain of custody as a file for a court."""
    purpose = request.session.get(f"purpose {case_id}")
    if not purpose:
        return HttpResponseRedirect(f"/cases/{case_id}")
    try:
        found = statement.printed(desk(), person, case_id, purpose)
    except RogatoryError as error:
        raise Http404(str(error)) from error
    if isinstance(found, Refusal):
        return _page(request, "refused", {"refusal": found, "case_id": case_id}, status=422)
    response = HttpResponse(found, content_type="application/pdf")
    response["content-disposition"] = f'attachment; filename="custody-{case_id}.pdf"'
    return response


def _recorded(person: Person, case_id: str, act: str) -> opening.Original:
    try:
        return opening.recorded_original(desk(), person, case_id, act)
    except RogatoryError as error:
        raise Http404(str(error)) from error
