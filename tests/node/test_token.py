"""The log's key in a PKCS#11 token (SoftHSM): it signs checkpoints, and what is wrong with the token is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.errors import ConfigurationError
from rogatory.ledger import Checkpoint, sign_checkpoint, verify_checkpoint, vkey_of
from rogatory.node.keys.token import ADDRESS, PIN, Opened, PinRefusedError, TokenKey, read_address, token_key, token_keys
from tests.ledger.ledger_worlds import ORIGIN, log_of

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), "")
ABSENT = "NOT RUN: SoftHSM is not installed. To install it: sudo apt-get install softhsm2"
needs_token = pytest.mark.skipif(not MODULE or not shutil.which("softhsm2-util"), reason=ABSENT)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token of this run with an Ed25519 pair."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "rogatory", "--so-pin", "1234", "--pin", "1234"]
    subprocess.run(command, check=True, capture_output=True)
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    with pkcs11.lib(MODULE).get_token(token_label="rogatory").open(rw=True, user_pin="1234") as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("1.3.101.112")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC_EDWARDS, curve, local=True)
        parameters.generate_keypair(mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label="log")
    yield f"pkcs11:token=rogatory;object=log?module-path={MODULE}"
    os.environ.pop("SOFTHSM2_CONF")


@needs_token
def test_a_checkpoint_signed_in_the_token_verifies(address: str) -> None:
    key = token_key(address, "1234")
    head = Checkpoint(origin=ORIGIN, size=7, root=log_of(7).frontier.root)
    assert verify_checkpoint(sign_checkpoint(head, key=key), vkey_of(key, name=ORIGIN)) == head


@needs_token
def test_a_token_that_was_away_signs_again_once_it_is_back(address: str) -> None:
    key, tokens = token_key(address, "1234"), Path(os.environ["SOFTHSM2_CONF"]).parent / "tokens"
    public = key.public_key()
    key.sign(b"before")
    tokens.rename(tokens.with_name("away"))
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="ROGATORY_LOG_TOKEN"):
            key.sign(b"meanwhile")
    tokens.with_name("away").rename(tokens)
    public.verify(key.sign(b"after"), b"after")


def test_a_token_that_refuses_the_pin_is_asked_once_more_and_never_again() -> None:
    asked: list[int] = []

    def again() -> Opened:
        asked.append(1)
        raise PinRefusedError("refuses the PIN", where=ADDRESS)

    def away(_data: bytes) -> bytes:
        raise RuntimeError("session handle invalid")

    key = TokenKey(Opened(away, Ed25519PrivateKey.generate().public_key()), again)
    for _ in range(5):
        with pytest.raises(PinRefusedError):
            key.sign(b"")
    assert len(asked) == 1, "a token locks itself after a few wrong PINs"


@needs_token
@pytest.mark.usefixtures("undone")
def test_a_worker_places_acts_with_the_key_in_the_token(address: str, house: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.exchange.logs import DatedKey
    from rogatory.ledger import read_checkpoint
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    (tmp_path / "pin").write_text("1234\n")
    (tmp_path / "pin").chmod(0o600)
    monkeypatch.setenv(ADDRESS, address)
    monkeypatch.setenv(PIN, str(tmp_path / "pin"))
    keys = token_keys()
    vkey = vkey_of(keys[0], name=log.origin())
    named = replace(log._named(), keys=(DatedKey(key=vkey),))
    monkeypatch.setattr(house, "keys", replace(house.keys, next_log_keys=keys))
    monkeypatch.setattr(Placer, "_named", lambda _self: named)
    Placer(house).step()
    newest = log.newest()
    assert newest is not None
    assert verify_checkpoint(read_checkpoint(newest.text), vkey).size == newest.size


@needs_token
@pytest.mark.parametrize(
    ("change", "pin"), [(("token=rogatory", "token=none"), "1234"), (("object=log", "object=x"), "1234"), (("", ""), "9")]
)
def test_a_wrong_label_or_pin_is_said(address: str, change: tuple[str, str], pin: str) -> None:
    with pytest.raises(ConfigurationError, match="check module, label and PIN"):
        token_key(address.replace(*change) if change[0] else address, pin)


@pytest.mark.parametrize("address", ["", "pkcs11:token=a;object=b", "pkcs11:token=a;object=b?module-path=c&pin-value=1", "file:/x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address"):
        read_address(address)


def test_no_token_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    assert token_keys() == ()
    monkeypatch.setenv(ADDRESS, "pkcs11:token=a;object=b?module-path=c")
    monkeypatch.delenv(PIN, raising=False)
    with pytest.raises(ConfigurationError, match="names no file"):
        token_keys()
