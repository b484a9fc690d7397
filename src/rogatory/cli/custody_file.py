"""What `rogatory custody check` reads: the custody and its proof, as JSON or attached to a PDF, and the seal of that PDF.

The seal says which institution printed the file and that no byte was changed since; it proves nothing of what happened (T3). Its
certificate is not judged here: whose it is, is the word of its authority.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from rogatory.canonical import Value
from rogatory.cli.case_file import MAX_FILE, read_case_file
from rogatory.errors import FormError

ATTACHED = "custody.json"
DEPTH = 8
_FAULTS = (PdfError, SignatureValidationError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the seal of a PDF says. `ok` is absent where there is none."""

    ok: bool | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The custody as it was stated, and the case file that it rests on; with the seal if it came as a PDF."""

    custody: Mapping[str, Value]
    file: Mapping[str, Value]
    seal: Seal | None


def read_proof(path: Path) -> Proof:
    """Read a custody's proof. `FormError` if it is none."""
    if not path.is_file() or path.stat().st_size > MAX_FILE:
        raise FormError("is not there, or too long", where=str(path), cure="give the PDF of a custody, or its custody.json")
    data, seal = path.read_bytes(), None
    if data.startswith(b"%PDF-"):
        data, seal = _unpacked(data, str(path))
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FormError("is no PDF and no JSON", where=str(path), cure="give the PDF of a custody, or its custody.json") from error
    if not isinstance(value, dict) or set(value) != {"v", "custody", "file"} or value["v"] != 1 or not isinstance(value["custody"], dict):
        raise FormError("is no chain of custody of version 1", where=str(path), cure="save it again")
    file = read_case_file(json.dumps(value["file"]), where=f"{path}, file")
    return Proof(custody=value["custody"], file=file, seal=seal)


def _unpacked(data: bytes, where: str) -> tuple[bytes, Seal]:
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        files = dict(_attached(reader.root["/Names"]["/EmbeddedFiles"], DEPTH))
        return files[ATTACHED], _seal(reader)
    except _FAULTS as error:
        raise FormError(f"holds no {ATTACHED}", where=where, why=type(error).__name__, cure="give the PDF as it was saved") from error


def _attached(node: DictionaryObject, depth: int) -> Iterator[tuple[str, bytes]]:
    """The attached files of a name tree."""
    names = list(node.get("/Names", ()))
    for name, spec in zip(names[::2], names[1::2], strict=False):
        found = spec.get_object() if hasattr(spec, "get_object") else spec
        yield str(name), bytes(found["/EF"]["/F"].data)
    for kid in node.get("/Kids", ()) if depth else ():
        yield from _attached(kid.get_object(), depth - 1)


def _seal(reader: PdfFileReader) -> Seal:
    found = list(reader.embedded_signatures)
    if not found:
        return Seal(ok=None, says="the PDF bears no seal")
    try:
        return _judged(found[-1])
    except _FAULTS as error:
        return Seal(ok=False, says=f"the seal of the PDF cannot be read ({type(error).__name__})")


def _judged(signature: EmbeddedPdfSignature) -> Seal:
    certificate = signature.signer_cert
    name = str(certificate.subject.native.get("common_name", certificate.subject.human_friendly))
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False, moment=signature.self_reported_timestamp)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    if not (status.intact and status.valid):
        return Seal(ok=False, says=f"the PDF was changed after it was sealed by {name}")
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return Seal(ok=False, says=f"something was added to the PDF after it was sealed by {name}")
    return Seal(ok=True, says=f"no byte of the PDF was changed since it was sealed by: {name}")


__all__ = ["Proof", "Seal", "read_proof"]
