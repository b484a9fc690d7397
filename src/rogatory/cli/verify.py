"""`rogatory verify`: check a log, a receipt or a case file with no network, no database and no account."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from rogatory.act import hash_of
from rogatory.cli.case_file import Line, verify_case_file
from rogatory.errors import RogatoryError
from rogatory.exchange.message import read_signing_public
from rogatory.ledger import inspect_log, read_receipt, read_vkey, verify_receipt

WRONG_INPUT = 2


def verify(
    paths: Annotated[list[Path], typer.Argument(help="Folders of logs, receipts (.tlog-proof), case files (.json)")],
    log_key: Annotated[str, typer.Option(help="The log's verifier key, or a file that holds it (logs and receipts)")] = "",
    act: Annotated[str, typer.Option(help="The act that a receipt is for: its hash, or the file of its JWS")] = "",
    anchor: Annotated[str, typer.Option(help="The key of the trust anchor, or a file that holds it (case files)")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Check logs, receipts and case files offline. Exit status: 0 all holds, 1 something does not, 2 wrong input."""
    lines: list[tuple[str, Line]] = []
    try:
        for path in paths:
            lines += [(str(path), line) for line in _verify(path, log_key, act, anchor)]
    except (RogatoryError, OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG_INPUT) from error
    bad = [line for _, line in lines if not line.ok]
    if as_json:
        shown = [{"file": file, "step": one.step, "check": one.what, "ok": one.ok, "why": one.why} for file, one in lines]
        typer.echo(json.dumps({"ok": not bad, "checks": shown}, indent=2))
    else:
        for file, one in lines:
            typer.echo(f"{'holds' if one.ok else 'DOES NOT HOLD':<14} {one.step:>2}  {file}: {one.what}{': ' + one.why if one.why else ''}")
        typer.echo(f"{len(lines)} checks: {len(lines) - len(bad)} hold, {len(bad)} do not")
    raise typer.Exit(1 if bad else 0)


def _verify(path: Path, log_key: str, act: str, anchor: str) -> Iterable[Line]:
    if path.is_dir():
        return _log(path, _given(log_key, "--log-key") if log_key else _beside(path / "log.vkey", "--log-key"))
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file or folder")
    text = path.read_text(encoding="utf-8", errors="replace")
    if text.startswith("c2sp.org/tlog-proof"):
        return [_receipt(text, _given(log_key, "--log-key"), act)]
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path}: is no log, receipt or case file") from error
    if not isinstance(value, dict) or "acts" not in value:
        raise ValueError(f"{path}: is no case file")
    key = _given(anchor, "--anchor") if anchor else _beside(path.parent / "anchor.pub", "--anchor")
    return verify_case_file(value, anchor=read_signing_public(key), folder=path.parent)


def _given(text: str, option: str) -> str:
    if not text:
        raise ValueError(f"{option} is needed: it says whose signature to believe")
    file = Path(text)
    return file.read_text(encoding="utf-8").strip() if "/" in text and file.is_file() else text.strip()


def _beside(path: Path, option: str) -> str:
    if not path.is_file():
        raise ValueError(f"{option} is needed, or the file {path}: it says whose signature to believe")
    return path.read_text(encoding="utf-8").strip()


def _log(folder: Path, key: str) -> Iterable[Line]:
    def read(name: str) -> bytes | None:
        file = folder / name
        return file.read_bytes() if file.is_file() else None

    report = inspect_log(read, log_vkey=read_vkey(key))
    if not report.findings and report.signed is not None:
        head = report.signed.checkpoint
        yield Line(step=9, what=f"{head.origin}: {head.size} entries, tiles and root are what the checkpoint signs", ok=True)
    for one in report.findings:
        place = f"{one.file}{'' if one.index is None else f', entry {one.index}'}"
        values = f" (expected {one.expected}, found {one.found})" if one.expected else ""
        yield Line(step=int(one.check), what=place, ok=False, why=f"{one.says}{values}")


def _receipt(text: str, key: str, act: str) -> Line:
    if not act:
        raise ValueError("--act is needed: a receipt does not say for which act it is")
    file = Path(act)
    digest = hash_of(file.read_text(encoding="ascii").strip()) if file.is_file() else act
    try:
        proved = verify_receipt(digest, read_receipt(text), log_vkey=read_vkey(key))
    except RogatoryError as error:
        return Line(step=6, what=f"act {digest[:16]}", ok=False, why=str(error))
    return Line(step=6, what=f"act {digest[:16]} stands in entry {proved.index} of {proved.checkpoint.origin}", ok=True)
