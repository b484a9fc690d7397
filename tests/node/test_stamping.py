"""Time-stamps of a real authority (OpenSSL's, local): kept if they verify, checked by OpenSSL itself, refused if not."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rogatory.errors import ConfigurationError

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

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (authority / "query").write_bytes(self.rfile.read(int(self.headers["content-length"])))
            given = ("-queryfile", f"{authority}/query", "-signer", f"{authority}/tsa.pem", "-inkey", f"{authority}/tsa.key")
            openssl("ts", "-reply", "-config", f"{authority}/tsa.cnf", *given, "-out", f"{authority}/reply")
            data = (authority / "reply").read_bytes()
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

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
