"""Recipients and identities of age: X25519 keys written in Bech32 (BIP 173).

>>> identity = new_identity(bytes(range(32)))
>>> recipient_of(identity)[:10]
'age13aqvtt'
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from rogatory.errors import PackageError

RECIPIENT, IDENTITY = "age", "AGE-SECRET-KEY-"
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_KEY = 32


def new_identity(entropy: bytes) -> str:
    """The identity that these 32 random bytes are."""
    if len(entropy) != _KEY:
        raise PackageError("has not 32 bytes", where="identity")
    return _encode(IDENTITY.lower(), entropy).upper()


def recipient_of(identity: str) -> str:
    """The recipient (public) of an identity. `PackageError` if it is none."""
    return _encode(RECIPIENT, read_identity(identity).public_key().public_bytes_raw())


def read_identity(text: str) -> X25519PrivateKey:
    """The private key of an identity. `PackageError` if it is none."""
    if text != text.upper():
        raise PackageError("is no age identity", where="identity", cure="give it as it was written, in capitals")
    return X25519PrivateKey.from_private_bytes(_decode(text.lower(), IDENTITY.lower(), "identity"))


def read_recipient(text: str) -> X25519PublicKey:
    """The public key of a recipient. `PackageError` if it is none."""
    return X25519PublicKey.from_public_bytes(_decode(text, RECIPIENT, "recipient"))


def _encode(prefix: str, data: bytes) -> str:
    digits = _regroup(data, 8, 5, pad=True)
    check = _polymod(_expanded(prefix) + digits + [0] * 6) ^ 1
    digits += [(check >> 5 * (5 - place)) & 31 for place in range(6)]
    return f"{prefix}1{''.join(_ALPHABET[digit] for digit in digits)}"


def _decode(text: str, prefix: str, where: str) -> bytes:
    head, _, tail = text.rpartition("1")
    if head != prefix or any(char not in _ALPHABET for char in tail):
        raise PackageError(f"is no age {where}", where=where)
    digits = [_ALPHABET.index(char) for char in tail]
    if len(digits) < 6 or _polymod(_expanded(prefix) + digits) != 1:  # noqa: PLR2004  # the six digits of the checksum
        raise PackageError(f"is no age {where}", where=where, why="its checksum does not hold", cure="copy it again")
    data = bytes(_regroup(digits[:-6], 5, 8, pad=False))
    if len(data) != _KEY or _encode(prefix, data) != text:
        raise PackageError(f"is no age {where}", where=where)
    return data


def _regroup(values: bytes | list[int], have: int, want: int, *, pad: bool) -> list[int]:
    held = bits = 0
    out = []
    for value in values:
        held, bits = held << have | value, bits + have
        while bits >= want:
            bits -= want
            out.append(held >> bits & (1 << want) - 1)
    if pad and bits:
        out.append(held << (want - bits) & (1 << want) - 1)
    return out


def _expanded(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def _polymod(digits: list[int]) -> int:
    check = 1
    for digit in digits:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ digit
        for place, part in enumerate(_GENERATOR):
            check ^= part if top >> place & 1 else 0
    return check
