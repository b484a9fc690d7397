"""`rogatory custody`: check a chain of custody offline, holder by holder; or save one from a node.

`check` needs no network, no database and no account. `fetch` asks a node as the officer whose token it is given: the look is
recorded there with its purpose, as every look is.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rogatory.errors import FormError, RogatoryError

app = typer.Typer(no_args_is_help=True, help="The chain of custody: check one offline, holder by holder, or save one from a node.")
FAILED, WRONG_INPUT = 1, 2
_WORDS = {True: "holds", False: "DOES NOT HOLD", None: "not proved"}


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The PDF of a custody, or its custody.json")],
    packages: Annotated[list[Path] | None, typer.Argument(help="The sealed packages (.age) that you were given")] = None,
    anchor: Annotated[str, typer.Option(help="The key of the trust anchor, or a file that holds it")] = "",
    quorum: Annotated[int, typer.Option(min=0, help="How many witnesses must have cosigned")] = 0,
    at: Annotated[str, typer.Option(help="When the trust list must be in force; else the file says")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output")] = False,
) -> None:
    """Check who held what, from acts, receipts and packages. Exit status: 0 all holds, 1 something does not, 2 wrong input."""
    from rogatory.cli.custody_check import CustodyCheck, bytes_of
    from rogatory.cli.custody_file import read_proof
    from rogatory.exchange.message import read_signing_public
    from rogatory.moments import parse_instant

    try:
        proof = read_proof(file)
        key = read_signing_public(_anchor(anchor, file))
        given = bytes_of(packages or ())
        findings = list(
            CustodyCheck(proof=proof, anchor=key, packages=given, at=parse_instant(at) if at else None, quorum=quorum).findings()
        )
    except (RogatoryError, OSError) as error:
        typer.echo(f"rogatory custody check: {error}", err=True)
        raise typer.Exit(WRONG_INPUT) from error
    bad = sum(one.ok is False for one in findings)
    if as_json:
        listed = [{"heading": one.heading, "what": one.what, "ok": one.ok, "why": list(one.why)} for one in findings]
        typer.echo(json.dumps({"ok": not bad, "findings": listed}, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_lines([(one.heading, one.what, one.ok, one.why) for one in findings])))
    raise typer.Exit(FAILED if bad else 0)


@app.command()
def fetch(
    case: Annotated[str, typer.Argument(help="The number of the case")],
    out: Annotated[Path, typer.Argument(help="Where to write: .pdf, or .json for the proof alone")],
    node: Annotated[str, typer.Option(help="The address of your node, such as https://node.example")],
    token: Annotated[Path, typer.Option(help="The file that holds your token for programs")],
    purpose: Annotated[str, typer.Option(help="Why you look at the case: it is recorded")],
) -> None:
    """Save the chain of custody of a case from your node. A file that is there already is kept."""
    import httpx

    kind = {".pdf": "pdf", ".json": "proof"}.get(out.suffix)
    if kind is None:
        raise FormError("ends neither in .pdf nor in .json", where=str(out), cure="name what to write")
    if out.exists():
        raise FormError("is there already", where=str(out), cure="name another file")
    headers = {"authorization": f"Bearer {token.read_text().strip()}", "x-purpose": purpose}
    url = httpx.URL(f"{node.rstrip('/')}/api/v1/cases/{case}/custody/{kind}")
    if url.host.endswith(".localhost"):  # this machine, also where no resolver says so (RFC 6761, 6.3)
        headers["host"] = url.netloc.decode("ascii")
        url = url.copy_with(host="127.0.0.1")
    try:
        answer = httpx.get(url, headers=headers, timeout=120)
    except httpx.HTTPError as error:
        raise FormError("does not answer", where=node, why=str(error), cure="see that the node runs, and its address") from error
    if not answer.is_success:
        raise FormError("was not given", where=f"case {case}", why=f"{answer.status_code}, {answer.text[:300]}", cure="as it says")
    out.write_bytes(answer.content)
    typer.echo(f"{out}: {len(answer.content)} bytes")


def _anchor(given: str, file: Path) -> str:
    beside = file.parent / "anchor.pub"
    path = Path(given) if given else beside
    if path.is_file():
        return path.read_text().strip()
    if not given:
        raise FormError("is needed", where="--anchor", cure=f"give the trust anchor's key, or lay it beside as {beside}")
    return given.strip()


def _visible(text: str) -> str:
    """Names of originals come from strangers: nothing of them may hide, or steer the terminal."""
    return "".join(f"[U+{ord(one):04X}]" if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else one for one in text)


def _lines(findings: list[tuple[str, str, bool | None, tuple[str, ...]]]) -> Iterator[str]:
    last = ""
    for heading, what, ok, why in findings:
        if heading != last:
            yield ("\n" if last else "") + _visible(heading)
            last = heading
        yield f"  {_WORDS[ok]:<13}  {_visible(what)}"
        yield from (f"  {'':<13}  why: {_visible(one)}" for one in why)
    good, bad, open_ = (sum(ok is wanted for _, _, ok, _ in findings) for wanted in (True, False, None))
    told = f"{good} of {good + bad} hold" + (f", {open_} not proved" if open_ else "")
    yield f"\n{'NOT VERIFIED' if bad else 'Verified'}: {told}."
