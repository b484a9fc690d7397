"""What a form looks like to those who open the PDF: a signature that holds, a structure that can be read aloud, every sign of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pdfua
import pytest

from rogatory.errors import ConfigurationError, FormError
from rogatory.forms import Audience, Head, View, document, fill, layout, values
from rogatory.moments import instant
from rogatory.node.keys import create_keys
from rogatory.node.keys.document import DocumentKey, create_document_key, load_document_key
from rogatory.node.packs import load_forms
from rogatory.node.printing import Sheet, print_form, shelf
from rogatory.node.printing.seal import seal_pdf
from tests.forms.order_world import NOW, sent, view

LIBRARY = load_forms()
ACT = "ab" * 32
ABSENT = "NOT TESTED with readers of PDF: install poppler-utils and qpdf (sudo apt-get install poppler-utils qpdf)"


def run(tool: str, *arguments: str) -> str:
    """What a program of others says of a file."""
    if shutil.which(tool) is None:
        pytest.skip(ABSENT)
    done = subprocess.run([tool, *arguments], capture_output=True, text=True, errors="replace", check=False, timeout=60)
    return done.stdout


@pytest.fixture(scope="module")
def seen() -> View:
    """A whole case, as its issuing node sees it."""
    return view(sent(), about="user")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> DocumentKey:
    """The document key of a new node."""
    home = tmp_path_factory.mktemp("home")
    create_keys(home)
    create_document_key(home, name="Justice of Testland", at=NOW)
    found = load_document_key(home)
    assert found is not None
    return found


def sheet(seen: View, form: str, audience: str, *, entries: dict[str, Any] | None = None, language: str = "en") -> Sheet:
    filled = fill(LIBRARY.form(form), values(seen), entries or {}, Audience(audience))
    head = Head(
        case="0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10",
        reference="PR-2026-0417",
        act=ACT,
        institution="https://fr.example",
        made_at=NOW,
        own=True,
    )
    return Sheet(
        filled=filled,
        layout=layout(filled, LIBRARY.shared.words, language),
        head=head,
        value=document(filled, head),
        words=LIBRARY.shared.words,
        institution="Justice of Testland",
    )


def printed(seen: View, form: str, audience: str, **more: Any) -> bytes:
    return print_form(sheet(seen, form, audience, **more), shelf())


def text_of(pdf: bytes, folder: Path, *arguments: str) -> str:
    path = folder / "form.pdf"
    path.write_bytes(pdf)
    return run("pdftotext", *arguments, str(path), "-")


def flat(text: str) -> str:
    """The text without what only lays it out."""
    return re.sub(r"[\s\u200b\u202a-\u202e\u2066-\u2069]+", "", text)


def test_the_same_form_gives_the_same_bytes(seen: View) -> None:
    assert printed(seen, "epoc", "enforcing") == printed(seen, "epoc", "enforcing")


def test_a_print_is_tagged_titled_and_archivable(seen: View, tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(printed(seen, "epoc", "addressee", language="fr"))

    info = run("pdfinfo", str(path))
    metadata = run("pdfinfo", "-meta", str(path))

    assert re.search(r"^Tagged: +yes$", info, re.MULTILINE)
    assert re.search(r"^Page size: .*A4", info, re.MULTILINE)
    assert re.search(r"^Title: +Certificat d'injonction européenne de production \(EPOC\), PR-2026-0417$", info, re.MULTILINE)
    for claim in ("<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"):
        assert claim in metadata
    assert "<rdf:li>fr</rdf:li>" in metadata
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(path))


@pytest.mark.parametrize("form", LIBRARY.forms)
def test_a_sealed_print_of_every_form_is_valid_and_can_be_read_aloud(seen: View, key: DocumentKey, tmp_path: Path, form: str) -> None:
    path = tmp_path / "form.pdf"
    audience = LIBRARY.form(form).audiences[-1]
    path.write_bytes(seal_pdf(printed(seen, form, audience.value, language="de"), key, at=NOW, reason="Siegel"))

    signature = run("pdfsig", str(path))
    structure = run("pdfinfo", "-struct", str(path))

    assert "Signature is Valid." in signature
    assert "Total document signed" in signature
    assert "ETSI.CAdES.detached" in signature
    assert "Signer Certificate Common Name: Justice of Testland" in signature
    assert "Signing Time: Sep 07 2026" in signature, "the instant that was given, not the machine's"
    assert re.search(r"^\s+H1", structure, re.MULTILINE)
    assert re.search(r"^\s+Form\b", structure, re.MULTILINE), "the seal itself stands in the structure"
    assert [str(one) for one in pdfua.validate(str(path)).findings] == []


def test_one_changed_byte_breaks_the_seal(seen: View, key: DocumentKey, tmp_path: Path) -> None:
    sealed = bytearray(seal_pdf(printed(seen, "epoc", "addressee"), key, at=NOW, reason="Seal"))
    sealed[len(sealed) // 3] ^= 1
    path = tmp_path / "form.pdf"
    path.write_bytes(sealed)

    assert "Signature is Valid." not in run("pdfsig", str(path))


def test_the_seal_adds_and_changes_no_byte_of_the_print(seen: View, key: DocumentKey) -> None:
    plain = printed(seen, "epoc", "addressee")

    assert seal_pdf(plain, key, at=NOW, reason="Seal").startswith(plain)


def test_the_form_as_data_is_attached(seen: View, key: DocumentKey, tmp_path: Path) -> None:
    wanted = sheet(seen, "epoc", "addressee")
    path, out = tmp_path / "form.pdf", tmp_path / "form.json"
    path.write_bytes(seal_pdf(print_form(wanted, shelf()), key, at=NOW, reason="Seal"))

    assert "form.json" in run("pdfdetach", "-list", str(path))
    run("pdfdetach", "-save", "1", "-o", str(out), str(path))

    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(json.dumps(wanted.value))


def test_t3_every_page_says_that_it_is_no_proof_and_names_the_act_that_is(seen: View, tmp_path: Path) -> None:
    pages = text_of(printed(seen, "epoc", "enforcing"), tmp_path).removesuffix("\f").split("\f")

    assert len(pages) > 3
    for page in pages:
        assert "output, never proof" in page
        assert ACT in page
    assert "PR-2026-0417" in pages[-1]


SECTION_M = (
    "a threat to kill her son",
    "log-ins at those hours tie the user",
    "One account, ten days, no content",
    "looked at without result",
    "Only the days between the first and the last demand",
    "checked by the laboratory",
    "public leak of 2024",
    "Racketeering and extortion",
    "M.EXTRA.WORDS",
)


def test_nothing_of_section_m_is_in_the_addressees_file_in_text_or_bytes(seen: View, key: DocumentKey, tmp_path: Path) -> None:
    """Searched in the text, in every stream unpacked, and in what is attached."""
    entries = {"M.extra": "M.EXTRA.WORDS"}
    for audience in ("enforcing", "addressee"):
        pdf = seal_pdf(printed(seen, "epoc", audience, entries=entries), key, at=NOW, reason="Seal")
        text = flat(text_of(pdf, tmp_path))
        run("qpdf", "--qdf", "--object-streams=disable", str(tmp_path / "form.pdf"), str(tmp_path / "plain.pdf"))
        run("pdfdetach", "-save", "1", "-o", str(tmp_path / "form.json"), str(tmp_path / "form.pdf"))
        everything = text + flat((tmp_path / "plain.pdf").read_bytes().decode("latin-1"))
        everything += flat((tmp_path / "form.json").read_text(encoding="utf-8"))
        found = [one for one in SECTION_M if flat(one) in everything]
        assert found == (list(SECTION_M) if audience == "enforcing" else [])
        assert ("Section M." in text_of(pdf, tmp_path)) is (audience == "enforcing")


def test_h1_the_first_page_of_a_notice_names_no_account_service_offence_or_sender(seen: View, key: DocumentKey, tmp_path: Path) -> None:
    pdf = seal_pdf(printed(seen, "notice", "person"), key, at=NOW, reason="Seal")
    first = text_of(pdf, tmp_path, "-l", "1")
    info = run("pdfinfo", str(tmp_path / "form.pdf"))

    assert "meant for one person only" in first
    for word in ("redfox", "Example Mail", "court", "police", "justice", "extortion", "Regulation", "PR-2026-0417", ACT):
        assert word.lower() not in first.lower()
    assert re.search(r"^Title: +Letter$", info, re.MULTILINE)
    assert "redfox" not in info
    assert "Data about your use of a service" in text_of(pdf, tmp_path, "-f", "2")


def test_h1_the_first_page_of_a_notice_is_the_same_for_everybody(seen: View, tmp_path: Path) -> None:
    other = view(sent(reference="PR-2026-0999"), about="victim")

    assert text_of(printed(seen, "notice", "person"), tmp_path, "-l", "1") == text_of(
        printed(other, "notice", "person"), tmp_path, "-l", "1"
    )


HARD = {
    "markup": r"#let x = 1 $a^2$ @ref <label> \ *bold* _it_ `raw` = head - item / term: // no /* no */ [x] {y} https://a.example ~ -- ---",
    "right to left": "שלום עולם",
    "Arabic": "مرحبا",
    "Greek and Bulgarian": "Αθήνα, Народно събрание",
    "one long word": "x" * 400,
    "accents": "Łódź, Čeština, Ñandú, ßtraße, œuvre, ő, ț, ģ, ħ",
    "quotes": "\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u2014\u2013\u2026\u20ac\u00a7\u00b6",
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_what_people_write_prints_as_it_stands(seen: View, tmp_path: Path, text: str) -> None:
    shown = flat(text_of(printed(seen, "epoc", "addressee", entries={"C.additional": text}), tmp_path))

    if any("\u0590" <= one <= "\u06ff" for one in text):
        assert set(flat(text)) <= set(shown), "every letter is there; their order on the line is that of the reader"
    else:
        assert flat(text) in shown


def test_ten_thousand_characters_print_whole(seen: View, tmp_path: Path) -> None:
    text = " ".join(f"word{number:05d}" for number in range(1000))

    shown = text_of(printed(seen, "epoc", "addressee", entries={"C.additional": text}), tmp_path)

    assert len(text) == 9999
    assert re.findall(r"word\d{5}", shown) == text.split()


def test_what_nobody_could_see_is_printed_as_its_code_point(seen: View, tmp_path: Path) -> None:
    shown = text_of(printed(seen, "epoc", "addressee", entries={"C.additional": "exe\u202efdp.\u0007\u200bx"}), tmp_path)

    assert "exe[U+202E]fdp.[U+0007][U+200B]x" in flat(shown)


@pytest.mark.parametrize("one", ["\u4e2d", "\U0001f600", "\u3042", "\ud55c"])
def test_what_no_font_can_show_is_refused_before_printing_with_its_field(seen: View, one: str) -> None:
    with pytest.raises(FormError) as caught:
        printed(seen, "epoc", "addressee", entries={"B.contact_person": f"Name {one}"})

    assert f"U+{ord(one):04X}" in caught.value.what
    assert caught.value.where == "B.contact_person (Contact person)"
    assert "ROGATORY_FONTS" in caught.value.cure


def test_a_certificate_that_ran_out_seals_nothing(seen: View, key: DocumentKey) -> None:
    with pytest.raises(ConfigurationError, match="is not valid now"):
        seal_pdf(b"", key, at=instant(NOW + timedelta(days=4000)), reason="Seal")


def test_a_real_node_names_its_own_key_and_certificate(key: DocumentKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, certificate = tmp_path / "seal.key", tmp_path / "seal.crt"
    secret.write_bytes(key.key)
    secret.chmod(0o600)
    certificate.write_bytes(key.certificates)
    monkeypatch.setenv("ROGATORY_DOCUMENT_KEY", str(secret))
    with pytest.raises(ConfigurationError, match="only one of the two"):
        load_document_key(tmp_path)
    monkeypatch.setenv("ROGATORY_DOCUMENT_CERTIFICATE", str(certificate))

    assert load_document_key(tmp_path) == key
    secret.chmod(0o644)
    with pytest.raises(ConfigurationError, match="may be read by others"):
        load_document_key(tmp_path)


def test_a_node_without_a_document_key_has_none(tmp_path: Path) -> None:
    create_keys(tmp_path)

    assert load_document_key(tmp_path) is None
