"""`rogatory verify`: check a log, a receipt or a case file with no network, no database and no account.

The numbered steps stand in `rogatory.ledger.verify`; each printed line begins with the number of the one that it took.

- A folder is the copy of a log: `checkpoint` and `tile/…`. A file that begins with `c2sp.org/tlog-proof@v1` is a receipt, and
  the act that it is for lies beside it (`NAME.jws` beside `NAME.tlog-proof`) or is given. Anything else must be a case file.
- A key that lies beside what it verifies (`log.vkey`, `anchor.pub`) is used if none is given, and the output says what that
  is worth: whoever could change the one could change the other.
- A trust list that is given (`--trust`) says which key of a log holds, or held when most of its witnesses cosigned, and since when it
  does not: a revoked key verifies what was seen in time and nothing else. It is judged at `--at`, else at the time at which it was signed.
- All findings are listed. 1: something does not hold. 2: something could not be read as what it should be. 0: all holds.

Left to others: every step (`rogatory.ledger`, `case_file`), fetching a log (any HTTP client: the files are static).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from rogatory.act import hash_of, read
from rogatory.cli.case_file import MAX_FILE, CaseFile, Line, number_of, read_case_file
from rogatory.errors import FormError, ProofError, RogatoryError, TrustError
from rogatory.exchange.logs import TrustedLog
from rogatory.exchange.message import read_signing_public
from rogatory.exchange.trust import TrustList, read_trust
from rogatory.ledger import (
    Check,
    LogReport,
    Receipt,
    Receipts,
    SignedCheckpoint,
    VerifierKey,
    inspect_leftovers,
    inspect_log,
    read_checkpoint,
    read_receipt,
    read_vkey,
    verify_checkpoint,
)
from rogatory.moments import Instant, parse_instant

FAILED, WRONG_INPUT = 1, 2

NEAR = 100
_RECEIPT = "c2sp.org/tlog-proof"
_ANEW = "take the file again, as it was handed out: a program on the way has changed it"
_OTHER_ACT = "compare the act: this receipt is another one's, or something in it was altered"
_BESIDE = "the key was read from {file}, beside what it verifies: compare it with one that you have from elsewhere"
_LOG_SAYS = {
    Check.FORM: "the checkpoint and every file have their form and length",
    Check.ORIGIN: "the checkpoint is of the log {origin}",
    Check.SIGNATURE: "the log has signed it",
    Check.WITNESSES: "no cosignature is false; {witnesses} of those that you named have cosigned",
    Check.ENTRIES: "each of the {size} entries is the one of its leaf",
    Check.TILES: "each tile leads to the one above",
    Check.ROOT: "the tiles lead to the root that was signed, {root}",
}
_RECEIPT_SAYS = {
    Check.FORM: "the receipt has its one form",
    Check.ORIGIN: "its checkpoint is of the log {origin}",
    Check.SIGNATURE: "the log has signed it",
    Check.WITNESSES: "no cosignature is false; {witnesses} of those that you named have cosigned",
    Check.PLACE_IN_STEP: "the act leads to the root of a step",
    Check.PLACE_IN_LOG: "that root is entry {index} of {size}: act {act} stands in the log",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the reader gave beside the paths."""

    log_keys: tuple[VerifierKey, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int = 0
    act: str = ""
    anchor: str = ""
    at: Instant | None = None
    trust: TrustList | None = None

    def log(self, origin: str) -> TrustedLog | None:
        """What the trust list that was given says of a log; nothing if none was. `TrustError` if it names no such log."""
        if self.trust is None:
            return None
        if origin not in self.trust.logs:
            raise TrustError("names no such log", where="--trust", why=origin[:200], cure="give the newest trust list")
        return self.trust.logs[origin]

    def listed_key(self, signed: SignedCheckpoint, trust: TrustList) -> VerifierKey:
        """The key by which the trust list has a checkpoint verified. `ProofError` if it did not hold when it was signed."""
        log = self.log(signed.checkpoint.origin)
        assert log is not None  # there is a list
        return log.key_for(signed, self.at or trust.issued_at)

    def witnesses_of(self, origin: str) -> tuple[VerifierKey, ...]:
        """The witnesses that were named, else those of the trust list."""
        log = self.log(origin)
        return self.witnesses or (log.witness_keys if log else ())


@dataclass(slots=True, kw_only=True)
class Answer:
    """What was found about one path: lines, cautions, or why it could not be looked at."""

    path: Path
    lines: list[Line] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    wrong: str = ""


def verify(  # noqa: PLR0913, PLR0917  # each is an option of the command
    paths: Annotated[list[Path], typer.Argument(help="Folders of logs, receipts (.tlog-proof), case files (.json)")],
    log_key: Annotated[list[str] | None, typer.Option(help="A log's verifier key, or a file of them; may be repeated")] = None,
    act: Annotated[str, typer.Option(help="The act that a receipt is for: the file of its JWS, or its hash")] = "",
    anchor: Annotated[str, typer.Option(help="The key of the trust anchor, or a file that holds it (case files)")] = "",
    witness: Annotated[list[str] | None, typer.Option(help="A witness's verifier key, or a file of them; may be repeated")] = None,
    quorum: Annotated[int, typer.Option(min=0, help="How many witnesses must have cosigned")] = 0,
    at: Annotated[str, typer.Option(help="When the trust list must be in force; else the file says (case files)")] = "",
    trust: Annotated[str, typer.Option(help="The newest trust list, as a file: its keys count, until they end or are revoked")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Check logs, receipts and case files offline. Exit status: 0 all holds, 1 something does not, 2 wrong input."""
    try:
        log_keys, witnesses = _keys(log_key or ()), _keys(witness or ())
        moment = parse_instant(at) if at else None
        listed = _trust(trust, anchor, moment) if trust else None
        asked = Asked(log_keys=log_keys, witnesses=witnesses, quorum=quorum, act=act, anchor=anchor, at=moment, trust=listed)
    except (RogatoryError, OSError, UnicodeError) as error:
        typer.echo(f"rogatory verify: {error}", err=True)
        raise typer.Exit(WRONG_INPUT) from error
    receipts = Receipts()
    answers = [_answer(path, asked, receipts) for path in paths]
    typer.echo(json.dumps(_value(answers), ensure_ascii=False, indent=2) if as_json else "\n".join(_pages(answers)))
    raise typer.Exit(_status(answers))


def _status(answers: list[Answer]) -> int:
    if any(line.ok is False for answer in answers for line in answer.lines):
        return FAILED
    return WRONG_INPUT if any(answer.wrong for answer in answers) else 0


def _answer(path: Path, asked: Asked, receipts: Receipts) -> Answer:
    answer = Answer(path=path)
    try:
        if path.is_dir():
            answer.lines += _log(path, asked, answer)
        elif _RECEIPT in (text := _text(path))[:NEAR]:  # what stands before it is step 1's to name
            answer.lines += _receipt(path, text, asked, answer, receipts)
        else:
            answer.lines += _case_file(path, text, asked, answer)
    except (RogatoryError, OSError, UnicodeError) as error:
        answer.wrong = str(error)
    return answer


def _log(folder: Path, asked: Asked, answer: Answer) -> Iterator[Line]:
    def read_file(name: str) -> bytes | None:
        file = folder / name
        return file.read_bytes() if file.is_file() else None

    signed = _checkpoint(read_file("checkpoint"))
    if asked.trust is None or signed is None:
        key, *more = _signers(asked.log_keys or _beside(folder / "log.vkey", "--log-key", answer), signed)
    else:
        try:
            key, more = asked.listed_key(signed, asked.trust), []
        except ProofError as error:
            yield Line(check=number_of(error), what="checkpoint", ok=False, why=str(error))
            return
    witnesses = asked.witnesses_of(signed.checkpoint.origin) if signed else asked.witnesses
    report = inspect_log(read_file, log_vkey=key, witnesses=witnesses, quorum=asked.quorum)
    yield from _log_lines(report)
    if report.signed is not None and (why := _false_line(report.signed, more)):
        yield Line(check=Check.SIGNATURE, what="checkpoint", ok=False, why=why)
    if report.signed is not None and report.compared:
        names = sorted(str(file.relative_to(folder).as_posix()) for file in (folder / "tile").rglob("*") if file.is_file())
        for found in inspect_leftovers(read_file, names, report.signed.checkpoint.size):
            yield Line(check=found.check, what=found.file, ok=False, why=found.says, index=found.index)
    if report.succeeds is not None:
        old = report.succeeds.checkpoint
        answer.cautions.append(f"this log goes on from {old.origin}, closed at {old.size} entries: verify that one as well")


def _checkpoint(data: bytes | None) -> SignedCheckpoint | None:
    """The checkpoint, if it can be read; if not, step 1 says what is wrong with it."""
    try:
        return read_checkpoint((data or b"").decode("utf-8"))
    except (FormError, UnicodeDecodeError):
        return None


def _log_lines(report: LogReport) -> Iterator[Line]:
    failed = {found.check for found in report.findings}
    head = min(failed & {Check.ORIGIN, Check.SIGNATURE, Check.WITNESSES}, default=None)
    if report.signed is not None:
        checkpoint = report.signed.checkpoint
        words = {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "witnesses": len(report.witnesses),
        }
        for check, says in _LOG_SAYS.items():
            unreached = head is not None and head < check <= Check.WITNESSES
            unsure = Check.FORM in failed and check >= Check.ENTRIES
            unmeasured = not report.compared and check not in (Check.ORIGIN, Check.SIGNATURE)
            if check not in failed and not unreached and not unsure and not unmeasured:
                yield Line(check=check, what=says.format(**words))
    for found in report.findings:
        yield Line(
            check=found.check, what=found.file, ok=False, why=found.says, index=found.index, expected=found.expected, found=found.found
        )
    if not report.compared:
        yield Line(check=Check.ROOT, what="entries and tiles: there is no checkpoint of this log to compare them with", ok=None)


def _receipt(path: Path, text: str, asked: Asked, answer: Answer, receipts: Receipts) -> Iterator[Line]:
    digest = _act_hash(asked.act, path)
    try:
        receipt = read_receipt(text)
    except FormError as error:
        why = str(error) if error.cure else f"{error}. To cure it: {_ANEW}"
        yield Line(check=Check.FORM, what="the receipt", ok=False, why=why)
        return
    if asked.trust is None:
        key, *more = _signers(asked.log_keys or _beside(path.parent / "log.vkey", "--log-key", answer), receipt.checkpoint)
    else:
        try:
            key, more = asked.listed_key(receipt.checkpoint, asked.trust), []
        except ProofError as error:
            yield Line(check=number_of(error), what=f"act {digest}", ok=False, why=str(error), index=receipt.index)
            return
    yield from _receipt_lines(digest, receipt, key, asked, receipts)
    if why := _false_line(receipt.checkpoint, more):
        yield Line(check=Check.SIGNATURE, what=f"act {digest}", ok=False, why=why)


def _false_line(signed: SignedCheckpoint, more: list[VerifierKey]) -> str:
    """What is wrong with a line of a further key of the log, which must hold as well; nothing if all do."""
    try:
        for key in more:
            verify_checkpoint(signed, key)
    except ProofError as error:
        return str(error)
    return ""


def _receipt_lines(digest: str, receipt: Receipt, key: VerifierKey, asked: Asked, receipts: Receipts) -> Iterator[Line]:
    checkpoint = receipt.checkpoint.checkpoint
    words = {"origin": checkpoint.origin, "size": checkpoint.size, "index": receipt.index, "act": digest}
    failed: Check | None = None
    why, cosigned = "", 0
    witnesses = asked.witnesses_of(checkpoint.origin)
    try:
        cosigned = len(receipts.head(receipt.checkpoint, log_vkey=key, witnesses=witnesses, quorum=asked.quorum))
        receipts.verify(digest, receipt, log_vkey=key, witnesses=witnesses, quorum=asked.quorum)
    except RogatoryError as error:
        failed, why = number_of(error), str(error)
        if failed == Check.PLACE_IN_LOG:
            why += f". To cure it: {_OTHER_ACT}"
    for check, says in _RECEIPT_SAYS.items():
        if check == failed:
            yield Line(check=check, what=f"act {digest}", ok=False, why=why, index=receipt.index)
            return
        yield Line(check=check, what=says.format(**words, witnesses=cosigned))


def _case_file(path: Path, text: str, asked: Asked, answer: Answer) -> Iterator[Line]:
    value = read_case_file(text, where=str(path))
    beside = path.parent / "anchor.pub"
    if not asked.anchor and beside.is_file():
        answer.cautions.append(_BESIDE.format(file=beside))
    given = _line_of(asked.anchor) if asked.anchor else _text(beside).strip() if beside.is_file() else ""
    if not given:
        raise FormError("is needed for a case file", where="--anchor", cure=f"give the anchor's key, or lay it beside as {beside}")
    anchor = read_signing_public(given)
    return CaseFile(value=value, anchor=anchor, folder=path.parent, at=asked.at, quorum=asked.quorum, newer=asked.trust).lines()


def _trust(file: str, anchor: str, at: Instant | None) -> TrustList:
    if not anchor:
        raise FormError("is needed with --trust", where="--anchor", cure="give the anchor's key, which you have from elsewhere")
    return read_trust(_text(Path(file)), anchor=read_signing_public(_line_of(anchor)), at=at)


def _text(path: Path) -> str:
    if not path.is_file():
        raise FormError("is not there", where=str(path), cure="give a folder, a receipt or a case file")
    if path.stat().st_size > MAX_FILE:
        raise FormError(f"is longer than {MAX_FILE} bytes", where=str(path))
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormError("is no UTF-8 text", where=f"{path}, byte {error.start}", cure=_ANEW) from error


def _line_of(given: str) -> str:
    """What was given, or what stands in the file of that name."""
    return _text(Path(given)).strip() if Path(given).is_file() else given.strip()


def _keys(given: tuple[str, ...] | list[str]) -> tuple[VerifierKey, ...]:
    return tuple(read_vkey(line) for one in given for line in _line_of(one).splitlines() if line)


def _beside(file: Path, option: str, answer: Answer) -> tuple[VerifierKey, ...]:
    if not file.is_file():
        raise FormError("is needed: it says whose signature to believe", where=option, cure=f"give it, or lay it beside as {file}")
    answer.cautions.append(_BESIDE.format(file=file))
    return _keys([str(file)])


def _signers(keys: tuple[VerifierKey, ...], signed: SignedCheckpoint | None) -> list[VerifierKey]:
    """Of the keys of this log those that have signed; without one another, so that step 3 or 2 says what is wrong."""
    if not keys:
        raise FormError("holds no key", where="--log-key")
    own = [key for key in keys if signed and key.name == signed.checkpoint.origin]
    return [key for key in own if signed and signed.note.signatures_by(key)] or [(*own, *keys)[0]]


def _act_hash(given: str, receipt: Path) -> str:
    if re.fullmatch(r"[0-9a-f]{64}", given):
        return given
    file = Path(given) if given else receipt.with_suffix(".jws")
    if given and not file.is_file():
        cure = "give the 64 digits as they were handed out, or the file of the act as it was signed"
        raise FormError(
            "is no hash (64 digits from 0 to 9 and a to f), and no file of that name is there", where=f"--act {given}", cure=cure
        )
    if not file.is_file():
        raise FormError("is needed: a receipt does not say for which act it is", where="--act", cure=f"give it, or lay it beside as {file}")
    return hash_of(read(_text(file).strip()).text)


def _value(answers: list[Answer]) -> dict[str, object]:
    checks: list[dict[str, object]] = []
    for answer in answers:
        for line in answer.lines:
            value = {"file": str(answer.path), "step": int(line.check), "check": line.what, "ok": line.ok, "why": line.why}
            more = {"index": line.index, "expected": line.expected, "found": line.found}
            checks.append(value | {name: one for name, one in more.items() if one not in (None, "")})
    return {
        "ok": _status(answers) == 0,
        "checks": checks,
        "cautions": [{"file": str(answer.path), "says": says} for answer in answers for says in answer.cautions],
        "wrong_input": [{"file": str(answer.path), "why": answer.wrong} for answer in answers if answer.wrong],
    }


_WORDS = {True: "holds", False: "DOES NOT HOLD", None: "not checked"}


def _pages(answers: list[Answer]) -> Iterator[str]:
    for answer in answers:
        yield str(answer.path)
        for line in answer.lines:
            yield f"{line.check:>4}. {_WORDS[line.ok]:<13}  {line.what}  [{line.check.where}]"
            details = {"why": line.why, "expected": line.expected, "found": line.found}
            yield from (f"      {'':<13}  {name}: {text}" for name, text in details.items() if text)
        yield from (f"      note           {says}" for says in answer.cautions)
        if answer.wrong:
            yield f"      WRONG INPUT    {answer.wrong}"
        yield ""
    lines = [line for answer in answers for line in answer.lines]
    counted = {word: sum(line.ok is ok for line in lines) for ok, word in _WORDS.items()}
    wrong = sum(bool(answer.wrong) for answer in answers)
    yield _verdict(counted[_WORDS[True]], counted[_WORDS[False]], counted[_WORDS[None]], wrong)


def _verdict(good: int, bad: int, unknown: int, wrong: int) -> str:
    parts = [f"{good} of {good + bad} checks hold"]
    parts += [f"{bad} do not hold"] if bad else []
    parts += [f"{unknown} could not be made"] if unknown else []
    parts += [f"{wrong} could not be read"] if wrong else []
    return ("Verified: " if not bad and not wrong else "NOT VERIFIED: ") + ", ".join(parts) + "."
