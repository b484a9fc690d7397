"""Sign a printed form with the institution's document key (PAdES, ETSI EN 319 142), so that any reader of PDF can check it.

- The signature is added to the file; no byte of the print is changed, and the file stays PDF/A-3 and PDF/UA-1: the field of
  the signature stands in the structure tree with a name that a screen reader says (ISO 14289-1, 7.18).
- It proves which institution printed the file. What was decided is proved by the act (T3).
"""

from __future__ import annotations

from io import BytesIO

from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from rogatory.moments import Instant
from rogatory.node.keys.document import DocumentKey

FIELD = "Seal"


def seal_pdf(printed: bytes, key: DocumentKey, *, at: Instant, reason: str) -> bytes:
    """The print with the institution's signature. `ConfigurationError` if its certificate is not valid at that instant."""
    key.check(at)
    writer = IncrementalPdfFileWriter(BytesIO(printed))
    fields.append_signature_field(writer, fields.SigFieldSpec(sig_field_name=FIELD, readable_field_name=reason))
    _into_structure(writer, reason)
    writer.write_in_place()
    out = BytesIO()
    signer = _TimedSigner(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            name=key.name,
            use_pades_lta=False,
        ),
        signer=_signer(key),
    )
    signer.at = at
    writer = IncrementalPdfFileWriter(BytesIO(writer.prev.stream.getvalue()))
    signer.sign_pdf(writer, output=out, existing_fields_only=True)
    return out.getvalue()


class _TimedSigner(PdfSigner):
    """Signs at the instant that it is given, where pyHanko would read the clock of the machine."""

    at: Instant

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def _signer(key: DocumentKey) -> SimpleSigner:
    chain = list(load_certs_from_pemder_data(key.certificates))
    store = SimpleCertificateStore()
    store.register_multiple(chain[1:])
    return SimpleSigner(
        signing_cert=chain[0],
        signing_key=load_private_key_from_pemder_data(key.key, passphrase=None),
        cert_registry=store,
    )


def _into_structure(writer: IncrementalPdfFileWriter, name: str) -> None:
    """Name the field in the structure tree: a form element with a reference to it, and the way back."""
    root = writer.root
    tree_ref, tree = root.raw_get("/StructTreeRoot"), root["/StructTreeRoot"]
    field_ref = root["/AcroForm"]["/Fields"].raw_get(0)
    field = field_ref.get_object()
    page_ref = field.raw_get("/P")
    number = int(tree.get("/ParentTreeNextKey", 1 << 16))
    top_ref = _first(tree.raw_get("/K"))
    reference = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field_ref, pdf_name("/Pg"): page_ref})
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): top_ref,
                pdf_name("/K"): generic.ArrayObject([reference]),
                pdf_name("/Alt"): generic.TextStringObject(name),
            }
        )
    )
    field[pdf_name("/StructParent")] = generic.NumberObject(number)
    field[pdf_name("/Contents")] = generic.TextStringObject(name)
    page = page_ref.get_object()
    page[pdf_name("/Tabs")] = pdf_name("/S")
    top = top_ref.get_object()
    kids = top["/K"]
    top[pdf_name("/K")] = generic.ArrayObject([*(kids if isinstance(kids, generic.ArrayObject) else [top.raw_get("/K")]), element])
    parents = tree["/ParentTree"]
    _add_parent(parents, number, element)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(number + 1)
    for changed in (field_ref, page_ref, top_ref, tree_ref, tree.raw_get("/ParentTree")):
        if isinstance(changed, generic.IndirectObject):
            writer.mark_update(changed)


def _first(kids: generic.PdfObject) -> generic.IndirectObject:
    held = kids.get_object() if isinstance(kids, generic.IndirectObject) else kids
    found = held.raw_get(0) if isinstance(held, generic.ArrayObject) else kids
    if not isinstance(found, generic.IndirectObject):
        raise TypeError("the structure tree has no element of its own")
    return found


def _add_parent(parents: generic.DictionaryObject, number: int, element: generic.IndirectObject) -> None:
    """Add to the number tree: as a last leaf where it has kids, else to its own list."""
    entry = [generic.NumberObject(number), element]
    if "/Kids" in parents:
        leaf = generic.DictionaryObject(
            {
                pdf_name("/Nums"): generic.ArrayObject(entry),
                pdf_name("/Limits"): generic.ArrayObject([generic.NumberObject(number), generic.NumberObject(number)]),
            }
        )
        parents[pdf_name("/Kids")] = generic.ArrayObject([*parents["/Kids"], leaf])
    else:
        parents[pdf_name("/Nums")] = generic.ArrayObject([*(parents.get("/Nums") or ()), *entry])
