"""Time-stamps of a real authority (OpenSSL's, local): kept if they verify, checked by OpenSSL itself, refused if not."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from rogatory.errors import ConfigurationError
from rogatory.moments import instant

CONF = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
ess_cert_id_alg = sha256
[ ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[ stamps ]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ req ]
distinguished_name = dn
[ dn ]
"""
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="NOT RUN: openssl is not installed")


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root and an authority below it."""
    folder = tmp_path_factory.mktemp("tsa")
    conf = folder / "tsa.cnf"
    conf.write_text(CONF.format(folder=folder))
    (folder / "serial").write_text("01\n")
    for name in ("root", "tsa", "other"):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{folder}/{name}.key")
    for name in ("root", "other"):
        made = (
            "req",
            "-x509",
            "-new",
            "-key",
            f"{folder}/{name}.key",
            "-subj",
            f"/CN={name}",
            "-days",
            "30",
            "-out",
            f"{folder}/{name}.pem",
        )
        openssl(*made, "-config", str(conf), "-extensions", "ca")
    openssl("req", "-new", "-key", f"{folder}/tsa.key", "-subj", "/CN=tsa", "-out", f"{folder}/tsa.csr", "-config", str(conf))
    signed = ("x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/root.pem", "-CAkey", f"{folder}/root.key", "-CAcreateserial")
    openssl(*signed, "-days", "30", "-out", f"{folder}/tsa.pem", "-extfile", str(conf), "-extensions", "stamps")
    return folder


@pytest.fixture
def served(authority: Path) -> Iterator[str]:
    """The authority over HTTP; each answer is made by OpenSSL."""

    with serving(lambda query: [replied(authority, query)]) as url:
        yield url


def replied(authority: Path, query: bytes, signer: str = "tsa.pem") -> bytes:
    (authority / "query").write_bytes(query)
    given = ("-queryfile", f"{authority}/query", "-signer", f"{authority}/{signer}", "-inkey", f"{authority}/tsa.key")
    openssl("ts", "-reply", "-config", f"{authority}/tsa.cnf", *given, "-out", f"{authority}/reply")
    return (authority / "reply").read_bytes()


@contextlib.contextmanager
def serving(answer: Callable[[bytes], Iterable[bytes]]) -> Iterator[str]:
    """Somebody who answers over HTTP, piece by piece, until the other side has had enough."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked has gone
                for piece in answer(query):
                    self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def stamped(house: Any, monkeypatch: pytest.MonkeyPatch, url: str, root: Path) -> bool:
    from rogatory.node.worker.placing import Placer
    from rogatory.node.worker.stamping import AUTHORITY, ROOT, Stamper

    monkeypatch.setenv(AUTHORITY, url)
    monkeypatch.setenv(ROOT, str(root))
    Placer(house).step()
    stamper, ends = Stamper(house), time.monotonic() + 20
    while not stamper.stamp():
        if time.monotonic() > ends or (stamper._pending is None and stamper._due > house.clock.monotonic() + 1):
            return False
        time.sleep(0.02)
    return True


def test_a_checkpoint_is_stamped_and_openssl_verifies_what_is_served(
    house: Any, authority: Path, served: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from django.test import Client

    from rogatory.node import log

    assert stamped(house, monkeypatch, served, authority / "root.pem")
    newest = log.newest()
    assert newest is not None
    client = Client(HTTP_HOST="provider.localhost")
    assert newest.size in client.get("/log/timestamps").json()
    for name in ("checkpoint", "tsr"):
        (tmp_path / name).write_bytes(client.get(f"/log/timestamps/{newest.size}.{name}").content)
    given = ("-data", f"{tmp_path}/checkpoint", "-in", f"{tmp_path}/tsr", "-CAfile", f"{authority}/root.pem")
    openssl("ts", "-verify", *given)
    assert client.get("/log/timestamps/999999999.tsr").status_code == 404


def test_a_stamp_of_another_authority_is_not_kept(house: Any, authority: Path, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node import log

    before = log.stamped()
    assert not stamped(house, monkeypatch, served, authority / "other.pem")
    assert log.stamped() == before


def ended(authority: Path) -> str:
    """A certificate of the authority's key, under the same root, that ended yesterday."""
    found = x509.load_pem_x509_certificate((authority / "tsa.pem").read_bytes())
    made = x509.CertificateBuilder().subject_name(found.subject).issuer_name(found.issuer).public_key(found.public_key()).serial_number(7)
    now = datetime.now(UTC)
    made = made.not_valid_before(now - timedelta(days=9)).not_valid_after(now - timedelta(days=1))
    for one in found.extensions:
        made = made.add_extension(one.value, critical=one.critical)
    root = load_pem_private_key((authority / "root.key").read_bytes(), None)
    (authority / "ended.pem").write_bytes(made.sign(root, SHA256()).public_bytes(Encoding.PEM))  # type: ignore[arg-type]  # it is P-256
    return "ended.pem"


def for_other(data: bytes) -> bytes:
    return TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()


LIES: dict[str, Callable[[Path, bytes], Iterable[bytes]]] = {
    "for another request": lambda authority, _query: [replied(authority, for_other(b"something else"))],
    "by a certificate that has ended": lambda authority, query: [replied(authority, query, ended(authority))],
    "that is none": lambda _authority, query: [query],
    "of nothing": lambda _authority, _query: [],
    "cut short": lambda authority, query: [replied(authority, query)[:-9]],
    "without end": lambda authority, query: itertools.chain([replied(authority, query)], itertools.repeat(bytes(1 << 16))),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_stamp_that_is_no_answer_is_not_kept_and_nothing_waits(
    house: Any, authority: Path, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rogatory.node import log

    before = log.stamped()
    with serving(lambda query: LIES[lie](authority, query)) as url:
        assert not stamped(house, monkeypatch, url, authority / "root.pem")
    assert log.stamped() == before


def test_a_stamp_that_states_another_time_is_not_kept(
    house: Any, undone: None, authority: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later:
        monotonic = house.clock.monotonic
        real = house.clock

        def now(self) -> Any:
            return instant(self.real.now() + timedelta(days=1))

    monkeypatch.setattr(house, "clock", Later())
    assert not stamped(house, monkeypatch, served, authority / "root.pem")


def test_an_authority_that_answers_drop_by_drop_is_given_up(house: Any, authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node.worker import stamping

    def drops(_query: bytes) -> Iterator[bytes]:
        while True:
            time.sleep(0.1)
            yield b"0"

    monkeypatch.setattr(stamping, "LONGEST", 0.5)
    with serving(drops) as url:
        begun = time.monotonic()
        assert not stamped(house, monkeypatch, url, authority / "root.pem")
        assert time.monotonic() - begun < 10


def test_an_address_that_is_none_stops_nothing(house: Any, authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not stamped(house, monkeypatch, "http://tsa.example:port/", authority / "root.pem")


def test_an_authority_that_is_away_is_tried_again_and_nothing_waits(house: Any, authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not stamped(house, monkeypatch, "http://127.0.0.1:1/", authority / "root.pem")


def test_without_a_setting_nobody_is_asked_and_without_a_root_it_is_said(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node.worker.stamping import AUTHORITY, ROOT, Stamper

    monkeypatch.delenv(AUTHORITY, raising=False)
    assert not Stamper(house).stamp()
    monkeypatch.setenv(AUTHORITY, "http://127.0.0.1:1/")
    monkeypatch.setenv(ROOT, "/nowhere.pem")
    with pytest.raises(ConfigurationError, match="PEM"):
        Stamper(house)
