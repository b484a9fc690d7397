"""The institution's document key: signs the PDF of a form, and nothing else. An X.509 certificate goes with it.

- The demonstration makes a key and a certificate signed by itself. A real node names the files that its certification
  authority gave it, by `ROGATORY_DOCUMENT_KEY` and `ROGATORY_DOCUMENT_CERTIFICATE` (PEM; the key file of mode 0600).
- Readers of PDF do not know Ed25519 yet, so the key is an elliptic one on P-256 (or RSA, as the authority gives it).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rogatory.errors import ConfigurationError
from rogatory.folder import read_private, write_durably
from rogatory.moments import Instant
from rogatory.node.keys.node import wrapping_secret
from rogatory.node.keys.wrapping import seal, unseal

KEY, CERTIFICATE = "document.key", "document.crt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKey:
    """A private key and its certificates, both as PEM; `name` is the subject of the first certificate."""

    name: str
    key: bytes
    certificates: bytes

    def check(self, at: Instant) -> None:
        """`ConfigurationError` if the certificate is not valid at that instant."""
        first = x509.load_pem_x509_certificates(self.certificates)[0]
        if not first.not_valid_before_utc <= at <= first.not_valid_after_utc:
            raise ConfigurationError("is not valid now", where="document certificate", cure="ask your authority for a new one")


def create_document_key(home: Path, *, name: str, at: Instant) -> None:
    """Draw a key for a new node, with a certificate signed by itself for ten years; one that is there already is kept."""
    folder = home / "keys"
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]), x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    if not (folder / KEY).exists():
        write_durably(folder / KEY, seal(wrapping_secret(home), pem, b"document"))
        write_durably(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def load_document_key(home: Path) -> DocumentKey | None:
    """The key of this node; nothing if it has none. `ConfigurationError` if a named file is not there or open to others."""
    named = os.environ.get("ROGATORY_DOCUMENT_KEY"), os.environ.get("ROGATORY_DOCUMENT_CERTIFICATE")
    if any(named):
        if not all(named):
            raise ConfigurationError(
                "only one of the two is set",
                where="ROGATORY_DOCUMENT_KEY, ROGATORY_DOCUMENT_CERTIFICATE",
                cure="name the file of the key and that of its certificates",
            )
        return _document_key(read_private(Path(str(named[0]))), Path(str(named[1])))
    folder = home / "keys"
    if not (folder / KEY).exists():
        return None
    return _document_key(unseal(wrapping_secret(home), read_private(folder / KEY), b"document", KEY), folder / CERTIFICATE)


def _document_key(key: bytes, path: Path) -> DocumentKey:
    try:
        certificates = path.read_bytes()
        first = x509.load_pem_x509_certificates(certificates)[0]
        private = serialization.load_pem_private_key(key, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(
            "cannot be read", where=str(path), why=str(error), cure="give both as PEM, the key without a password"
        ) from error
    if private.public_key() != first.public_key():
        raise ConfigurationError("is not that of the key", where=str(path), cure="name the certificate that belongs to the key")
    names = first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return DocumentKey(name=str(names[0].value) if names else first.subject.rfc4514_string(), key=key, certificates=certificates)
