"""The evidence part of the API: upload, seal, open.

- Uploads follow the IETF draft of resumable uploads: `HEAD` gives `Upload-Offset`, `PATCH` goes on from there.
- A package is opened by an act; its originals are streamed, each by an act of its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import File, Schema, UploadedFile
from pydantic import Field

from rogatory.api import problem
from rogatory.api.acts import api, person, repeat
from rogatory.custody import SourceFile
from rogatory.errors import RequestError
from rogatory.node.desk import Desk
from rogatory.node.evidence import chain, filtering, opening, passing, sealing, statement, uploads
from rogatory.node.evidence.resealing import Copy
from rogatory.node.installation import installation
from rogatory.procedure import Refusal

PARTIAL = "application/partial-upload"
INLINE_MOST = 8 << 20
"""Originals of a package up to so many bytes together are given at once; larger ones are fetched one by one."""


class PackageOut(Schema):
    """A sealed package."""

    item: str
    digest: str
    size: int
    files: int


class UploadIn(Schema):
    """One original that will be uploaded."""

    item: str = Field(pattern=r"^[a-z0-9-]{1,20}$")
    name: str = Field(min_length=1, max_length=900)
    size: int = Field(ge=0, le=uploads.MOST)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class OpenIn(Schema):
    """Why a package is opened."""

    use_for: str = "these-proceedings"
    purpose: str


class OpenFileIn(OpenIn):
    """Why one original is opened, and which."""

    file: str


@api.post("/cases/{case}/packages/{item}", response=PackageOut, summary="Seal files for one item of an order")
def seal(request: HttpRequest, case: str, item: str, files: File[list[UploadedFile]]) -> Any:
    """Files are hashed and sealed to the order's own recipient before anything parses them."""
    given = [SourceFile(name=one.name or "file", stream=one.file, size=one.size or 0) for one in files if one.file]
    line = sealing.seal(Desk(installation()), person(request), case, item, given)
    return PackageOut(**line.model_dump())


@api.post("/cases/{case}/uploads", summary="Begin a resumable upload of one original")
def begin(request: HttpRequest, case: str, body: UploadIn) -> HttpResponse:
    """201 with the address to which the bytes are sent by PATCH."""
    desk, who = Desk(installation()), person(request)
    sealing.may_seal(desk, who, case, body.item)
    given = uploads.Given(item=body.item, name=body.name, size=body.size, sha256=body.sha256)
    name = uploads.begin(desk.house, case, who.pseudonym, given)
    return _upload_answer(201, 0, body.size, location=f"/api/v1/uploads/{name}")


@api.api_operation(["HEAD"], "/uploads/{uuid:upload}", summary="How much of an upload is here")
def offset(request: HttpRequest, upload: str) -> HttpResponse:
    """`Upload-Offset` bytes were acknowledged and are safe."""
    house = installation()
    row = uploads.find(str(upload), person(request).pseudonym)
    return _upload_answer(204, uploads.offset(house, row), row.size)


@api.patch("/uploads/{uuid:upload}", summary="Send the next bytes of an upload")
def append(request: HttpRequest, upload: str) -> HttpResponse:
    """`Upload-Offset` says from where on. 409 with the right offset if the upload ends elsewhere."""
    house = installation()
    row = uploads.find(str(upload), person(request).pseudonym)
    at = request.headers.get("upload-offset", "")
    if request.headers.get("content-type") != PARTIAL or not re.fullmatch(r"\d{1,15}", at):
        return problem.plain(400, "upload", "The part is not in its form", f"Send Content-Type {PARTIAL} and Upload-Offset.")
    if not request.headers.get("content-length", "").isdigit():
        return problem.plain(411, "length", "The part has no length", "Send Content-Length; a part may be as large as you like.")
    try:
        here = uploads.append(house, row, int(at), request)
    except RequestError as error:
        return mismatch(error, uploads.offset(house, row))
    return _upload_answer(204, here, row.size)


@api.delete("/uploads/{uuid:upload}", summary="Cancel an upload")
def cancel(request: HttpRequest, upload: str) -> HttpResponse:
    """Nothing of it remains."""
    house = installation()
    uploads.remove(house, uploads.find(str(upload), person(request).pseudonym))
    return HttpResponse(status=204)


@api.post("/cases/{case}/packages/{item}/seal", response=PackageOut, summary="Seal all uploads for one item of an order")
def seal_uploads(request: HttpRequest, case: str, item: str) -> Any:
    """Every upload for the item must be whole. A repeat gives the package of the first time."""
    return PackageOut(**sealing.seal_uploads(Desk(installation()), person(request), case, item).model_dump())


@api.post("/cases/{case}/packages/{digest}/open", summary="Open a package: recorded first, then the list of its originals")
def open_package(request: HttpRequest, case: str, digest: str, body: OpenIn) -> Any:
    """The act is durable before anything is shown. Small originals are given at once, as base64; others by `open-file`."""
    desk, who = Desk(installation()), person(request)
    look = opening.Look(package=digest, use_for=body.use_for, purpose=body.purpose)
    listed = opening.open_listing(desk, who, case, look, key=repeat(request))
    if isinstance(listed, Refusal):
        return problem.of_refusal(listed)
    shown = [one.file for one in listed.files if one.file is not None]
    files: list[dict[str, Any]] = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in shown]
    if sum(one.size for one in shown) <= INLINE_MOST:
        for number, one in enumerate(shown):
            key = f"{repeat(request)} {number}" if repeat(request) else None
            read = opening.open_original(desk, who, case, replace(look, file=one.name), key=key)
            if isinstance(read, Refusal):
                return problem.of_refusal(read)
            data = b"".join(read.pieces)
            files[number] |= {"sha256": hashlib.sha256(data).hexdigest(), "base64": base64.b64encode(data).decode("ascii"), "act": read.act}
    gaps = [{"number": one.number, "gap": one.gap} for one in listed.files if one.file is None]
    return {"act": listed.act.hash, "files": files, "gaps": gaps}


@api.post("/cases/{case}/packages/{digest}/open-file", summary="Open one original: recorded first, then its bytes, streamed")
def open_file(request: HttpRequest, case: str, digest: str, body: OpenFileIn) -> Any:
    """The bytes as they were sealed. The connection breaks off if they are not."""
    who = person(request)
    look = opening.Look(package=digest, use_for=body.use_for, purpose=body.purpose, file=body.file)
    read = opening.open_original(Desk(installation()), who, case, look, key=repeat(request))
    if isinstance(read, Refusal):
        return problem.of_refusal(read)
    response = StreamingHttpResponse(read.pieces, content_type="application/octet-stream")
    response["content-length"] = str(read.file.size)
    response["content-disposition"] = f"attachment; filename*=UTF-8''{quote(read.file.name.rpartition('/')[2], safe='')}"
    response["repr-digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(read.file.sha256)).decode()}:"
    response["x-act"] = read.act
    return response


@api.post("/cases/{case}/disclosures/{act}", summary="The copy that a judge disclosed, sealed to counsel's own recipient")
def disclosed(request: HttpRequest, case: str, act: str) -> Any:
    """Recorded first. The bag inside is the one that the provider sealed, byte for byte."""
    copy = passing.copy_allowed(Desk(installation()), person(request), case, act, {passing.DISCLOSURE}, key=repeat(request))
    return problem.of_refusal(copy) if isinstance(copy, Refusal) else sealed_copy(copy)


@api.post("/cases/{case}/transfers/{act}", summary="The copy that a judge allowed for other proceedings or another State")
def passed_on(request: HttpRequest, case: str, act: str) -> Any:
    """Recorded first. A new bag with the same originals, whose custody holds the law and the conditions; sealed to the recipient."""
    copy = passing.copy_allowed(
        Desk(installation()), person(request), case, act, passing.FOR.keys() - {passing.DISCLOSURE}, key=repeat(request)
    )
    return problem.of_refusal(copy) if isinstance(copy, Refusal) else sealed_copy(copy)


@api.post("/cases/{case}/referrals/{referral}", summary="What was referred to the filter person, sealed to her own recipient")
def referred(request: HttpRequest, case: str, referral: str) -> Any:
    """Recorded first. A package with the one original; nobody but she holds the identity that opens it."""
    copy = filtering.copy_for_filter(Desk(installation()), person(request), case, referral, key=repeat(request))
    return problem.of_refusal(copy) if isinstance(copy, Refusal) else sealed_copy(copy)


def sealed_copy(copy: Copy) -> StreamingHttpResponse:
    """A package that was sealed for one recipient, as a file."""
    response = StreamingHttpResponse(copy.pieces, content_type="application/octet-stream")
    response["content-length"] = str(copy.size)
    response["content-disposition"] = f'attachment; filename="{copy.digest[:16]}.age"'
    return response


@api.get("/cases/{case}/custody", summary="The chain of custody: who held what, from when, every opening, copy and gap")
def custody(request: HttpRequest, case: str) -> Any:
    """What the custody page shows, for forms and for whoever checks."""
    purpose = request.headers.get("x-purpose", "")
    found = chain.custody(Desk(installation()), person(request), case, purpose)
    return problem.of_refusal(found) if isinstance(found, Refusal) else chain.custody_value(found)


@api.get("/cases/{case}/custody/proof", summary="The chain of custody with its acts and receipts: what rogatory custody check reads")
def custody_proof(request: HttpRequest, case: str) -> Any:
    """The same that is attached to the PDF; of each act only what custody needs is shown."""
    found = statement.statement(Desk(installation()), person(request), case, request.headers.get("x-purpose", ""))
    return problem.of_refusal(found) if isinstance(found, Refusal) else found


@api.get("/cases/{case}/custody/pdf", summary="The chain of custody as PDF/A-3 and PDF/UA-1, sealed, its proof attached")
def custody_pdf(request: HttpRequest, case: str) -> Any:
    """Sealed with the institution's document key."""
    found = statement.printed(Desk(installation()), person(request), case, request.headers.get("x-purpose", ""))
    return problem.of_refusal(found) if isinstance(found, Refusal) else HttpResponse(found, content_type="application/pdf")


def mismatch(error: RequestError, here: int) -> HttpResponse:
    """409 with the offset from which to go on."""
    response = problem.plain(409, "mismatching-upload-offset", str(error), error.cure)
    response["upload-offset"] = str(here)
    return response


def _upload_answer(status: int, here: int, size: int, *, location: str = "") -> HttpResponse:
    response = HttpResponse(status=status)
    response["upload-offset"], response["upload-length"] = str(here), str(size)
    response["upload-complete"] = "?1" if here == size and status != 201 else "?0"  # noqa: PLR2004  # created: nothing was sent yet
    response["cache-control"] = "no-store"
    if location:
        response["location"] = location
    return response
