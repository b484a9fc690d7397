"""The log's key in a PKCS#11 token: the worker asks the token to sign, and the key never leaves it.

Set `ROGATORY_LOG_TOKEN` to an RFC 7512 address, such as `pkcs11:token=rogatory;object=log?module-path=/usr/lib/softhsm/libsofthsm2.so`,
and `ROGATORY_LOG_PIN_FILE` to a file of mode 0600 that holds the token's PIN. The package `python-pkcs11` must be installed (the
extra `token`). Ed25519 only (CKM_EDDSA). The verifier key to give to the anchor: `rogatory log token-key`.

Left to others: making the key in the token (the token's own tools), which key signs when (the trust list).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rogatory.errors import ConfigurationError
from rogatory.folder import read_private

ADDRESS, PIN = "ROGATORY_LOG_TOKEN", "ROGATORY_LOG_PIN_FILE"
KEY_BYTES = 32


class PinRefusedError(ConfigurationError):
    """The token does not take the PIN."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A key pair in an open session of a token."""

    sign: Callable[[bytes], bytes]
    public: Ed25519PublicKey


class TokenKey:
    """An Ed25519 key in a token; any thread may use it, one after the other.

    A token that was away is opened anew, but one that refuses the PIN is not asked again: after a few times it would lock itself.
    """

    def __init__(self, opened: Opened, again: Callable[[], Opened]) -> None:
        self._opened, self._again = opened, again
        self._public = opened.public
        self._lock = threading.Lock()
        self._refused: PinRefusedError | None = None

    def public_key(self) -> Ed25519PublicKey:
        """The public half."""
        return self._public

    def sign(self, data: bytes) -> bytes:
        """Have the token sign. `ConfigurationError` if it does not, or signs wrongly."""
        with self._lock:
            if self._refused is not None:
                raise self._refused
            try:
                return self._signed(data)
            except ConfigurationError:
                self._opened = self._anew()
                return self._signed(data)

    def _anew(self) -> Opened:
        try:
            return self._again()
        except PinRefusedError as error:
            self._refused = error
            raise

    def _signed(self, data: bytes) -> bytes:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  # with the token alone

        try:
            signature = self._opened.sign(data)
            self._public.verify(signature, data)
        except (InvalidSignature, RuntimeError) as error:
            raise ConfigurationError("does not sign", where=ADDRESS, why=repr(error)[:200], cure="look at the token") from error
        return signature


def read_address(address: str) -> dict[str, str]:
    """Token, object and module of an RFC 7512 address. `ConfigurationError` if one is missing or anything else is asked."""
    path, _, query = address.removeprefix("pkcs11:").partition("?")
    pairs = [part.partition("=") for part in (*path.split(";"), *query.split("&")) if part]
    found = {name: unquote(value) for name, _, value in pairs}
    if not address.startswith("pkcs11:") or found.keys() != {"token", "object", "module-path"} or len(pairs) != len(found):
        raise ConfigurationError(
            "is no address of a key in a token", where=ADDRESS, cure="pkcs11:token=LABEL;object=LABEL?module-path=/path/to/module.so"
        )
    return found


@lru_cache(maxsize=4)  # a process logs in to a token once
def token_key(address: str, pin: str) -> TokenKey:
    """Open the token and find the key pair. `ConfigurationError` says what is missing."""
    asked = read_address(address)
    return TokenKey(_open(asked, pin), partial(_open, asked, pin, anew=True))


def _open(asked: Mapping[str, str], pin: str, *, anew: bool = False) -> Opened:
    """A session with the token; anew, without anything that the module remembers of an earlier one."""
    try:
        import pkcs11  # noqa: PLC0415  # an extra, for who has a token
    except ImportError as error:
        raise ConfigurationError("needs the package python-pkcs11", where=ADDRESS, cure='pip install "rogatory[token]"') from error
    with ExitStack() as opened:
        try:
            if anew:
                pkcs11.lib(asked["module-path"]).finalize()
            session = opened.enter_context(pkcs11.lib(asked["module-path"]).get_token(token_label=asked["token"]).open(user_pin=pin))
            private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=asked["object"])
            public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=asked["object"])
            point = bytes(public[pkcs11.Attribute.EC_POINT])
        except (pkcs11.PinIncorrect, pkcs11.PinLocked) as error:
            cure = "check module, label and PIN, and start rogatory work again"
            raise PinRefusedError("refuses the PIN", where=ADDRESS, why=repr(error)[:200], cure=cure) from error
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise ConfigurationError(
                "cannot be opened", where=ADDRESS, why=repr(error)[:200], cure="check module, label and PIN"
            ) from error
        opened.pop_all()  # from here on the session stays open as long as the process
    if len(point) < KEY_BYTES or not isinstance(private, pkcs11.PrivateKey):
        raise ConfigurationError("is no Ed25519 key", where=ADDRESS, cure="make one of the curve edwards25519")
    sign = partial(private.sign, mechanism=pkcs11.Mechanism.EDDSA)  # type: ignore[attr-defined]  # the module's own class mixes it in
    return Opened(sign, Ed25519PublicKey.from_public_bytes(point[-KEY_BYTES:]))


def token_keys() -> tuple[TokenKey, ...]:
    """The key in the token that the environment names; none if it names none."""
    address = os.environ.get(ADDRESS, "")
    if not address:
        return ()
    pin = os.environ.get(PIN, "")
    if not pin:
        raise ConfigurationError("names no file", where=PIN, cure="give a file of mode 0600 with the token's PIN")
    return (token_key(address, read_private(Path(pin)).decode().strip()),)
