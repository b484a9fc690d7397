"""The log as files: anybody's copy of it is a whole log, static and cacheable for ever but for its checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rogatory.cli.log import _write, served
from rogatory.errors import FormError
from rogatory.ledger import read_checkpoint, read_vkey, verify_log


@pytest.fixture
def client(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.test import Client

    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    found = log.newest()
    for _ in range(max(0, 600 - (found.size if found else 0))):
        placer.step()
    newest = log.newest()
    assert newest is not None
    shown = read_checkpoint(newest.text)
    monkeypatch.setattr(log, "head", lambda _beyond=-1: shown)
    return Client(HTTP_HOST="provider.localhost")


def copy(folder: Path) -> Any:
    def read(name: str) -> bytes | None:
        return (folder / name).read_bytes() if (folder / name).is_file() else None

    return read


def test_an_export_and_a_copy_over_http_are_the_same_whole_log(client: Any, tmp_path: Path) -> None:
    from rogatory.node import log

    def get(path: str) -> bytes | None:
        answer = client.get(f"/log/{path}")
        return answer.content if answer.status_code == 200 else None

    one, two = tmp_path / "export", tmp_path / "fetch"
    written = _write(one, log.files(lambda path: (one / path).is_file()))
    _write(two, served(get, lambda path: (two / path).is_file()))
    assert {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()} == {
        path.relative_to(two): path.read_bytes() for path in two.rglob("*") if path.is_file()
    }
    verified = verify_log(copy(one), log_vkey=read_vkey(log.verifier_key()))
    assert verified.checkpoint.size >= 600
    again = _write(one, log.files(lambda path: (one / path).is_file()))
    assert again < written, "full tiles and bundles are not read again"


def test_a_log_that_has_signed_nothing_yet_has_no_checkpoint(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from rogatory.node import log

    monkeypatch.setattr(log, "head", lambda _beyond=-1: None)
    answer = Client(HTTP_HOST="provider.localhost").get("/log/checkpoint")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


def test_a_tile_is_cacheable_for_ever_and_the_checkpoint_is_not(client: Any) -> None:
    full = client.get("/log/tile/0/000")
    assert full["cache-control"] == "public, max-age=31536000, immutable"
    assert (full["content-type"], len(full.content)) == ("application/octet-stream", 8192)
    assert not full.cookies
    assert "vary" not in full
    head = client.get("/log/checkpoint")
    assert head["content-type"] == "text/plain; charset=utf-8"
    assert head["cache-control"] == "no-cache"
    assert client.get("/log/tile/0/000.p/255").content == full.content[:-32]
    for path in ("0/00", "0/999", "entries/001.p/0", "64/000", "0/000.p/256"):
        assert client.get(f"/log/tile/{path}").status_code == 404


def test_what_is_no_log_is_said_to_be_none() -> None:
    with pytest.raises(FormError, match="checkpoint: is not there"):
        list(served({}.get, lambda _path: False))
