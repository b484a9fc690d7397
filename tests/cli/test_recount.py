"""The overseer counts a period again: what was added, left out, moved or not received is named to the act."""

import copy
import hashlib
import json

import pyrage
import pytest
from typer.testing import CliRunner

from rogatory.canonical import encode, to_base64url
from rogatory.cli.main import app
from rogatory.ledger import Checkpoint, build_step, sign_checkpoint
from tests.cli.case_world import write_log
from tests.ledger.ledger_worlds import Log, key

FR, IE = "https://justice.fr.example", "https://justice.ie.example"
IDENTITY = pyrage.x25519.Identity.generate()
STEPS = 6


class Named(Log):
    """A log under a name of its own."""

    origin = ""

    def signed(self, *_):
        return sign_checkpoint(Checkpoint(origin=self.origin, size=self.frontier.size, root=self.frontier.root), key=key(self.origin))


def act(name):
    return hashlib.sha256(name.encode()).hexdigest()


def row(name, by, *sent, kind="transmit"):
    return {"hash": act(name), "kind": kind, "by": by, "at": "2026-09-01T00:00:00.000Z", "sent": list(sent)}


def node(institution, placed, acts):
    """A statement and the log that it is about: `placed` says which acts stand in which step."""
    seeds = [hashlib.sha256(f"{institution} {leaf}".encode()).digest() for leaf in range(STEPS)]
    steps = [{"leaf": leaf, "seed": to_base64url(seeds[leaf]), "acts": sorted(placed.get(leaf, []))} for leaf in range(STEPS)]
    log = Named()
    log.origin = institution.removeprefix("https://") + "/log"
    log.grow(*(build_step(seeds[leaf], placed.get(leaf, [])).root for leaf in range(STEPS)))
    period = {"from": "2026-09-01T00:00:00.000Z", "to": "2026-10-01T00:00:00.000Z"}
    value = {"v": 1, "institution": institution, "origin": log.origin, **period, "checkpoint": log.signed().text}
    return value | {"steps": steps, "acts": acts}, log


def world():
    order, answer = row("order", FR, IE), row("answer", IE, FR, kind="acknowledge")
    france = node(FR, {2: [act("order"), act("draft")]}, [order, row("draft", FR, kind="draft"), {**answer, "sent": []}])
    ireland = node(IE, {4: [act("answer")]}, [answer, {**order, "sent": []}])
    return {"fr": france, "ie": ireland}


def check(tmp_path, made, *options):
    (tmp_path / "overseer.key").write_text(f"# created: 2026\n{IDENTITY}\n")
    arguments = []
    for name, (value, log) in made.items():
        (tmp_path / f"{name}.age").write_bytes(pyrage.encrypt(encode(value), [IDENTITY.to_public()]))
        (tmp_path / name).mkdir(exist_ok=True)
        write_log(tmp_path / name, log)
        arguments += ["--log", str(next((tmp_path / name).rglob("checkpoint")).parent)]
    files = [str(tmp_path / f"{name}.age") for name in made]
    return CliRunner().invoke(app, ["recount", "check", *files, "--key", str(tmp_path / "overseer.key"), *arguments, *options])


def test_honest_statements_agree_and_their_figures_are_counted(tmp_path):
    done = check(tmp_path, world())
    assert done.exit_code == 0, done.output
    assert f"{FR}: 6 entries, 2 acts of its own" in done.output
    assert done.output.splitlines()[-1] == "Counted again: everything agrees."
    figures = json.loads(check(tmp_path, world(), "--json").output)["figures"]
    assert figures == {FR: {"draft": 1, "transmit": 1}, IE: {"acknowledge": 1}}


def hidden(made):
    made["fr"][0]["steps"][2]["acts"].remove(act("draft"))


def added(made):
    made["fr"][0]["steps"][3]["acts"].append(act("draft two"))


def another_seed(made):
    made["fr"][0]["steps"][5]["seed"] = to_base64url(bytes(32))


def left_out(made):
    del made["fr"][0]["steps"][3]


def unlisted(made):
    made["fr"][0]["acts"].pop(1)


def invented(made):
    made["fr"][0]["acts"].append(row("never placed", FR))


def never_received(made):
    made["ie"][0]["acts"].pop(1)


def never_made(made):
    made["ie"][0]["acts"].append(row("forged order", FR))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (hidden, f"1. {FR}, entry 2: does not hold these 1 acts and no others"),
        (hidden, f"2. {FR}, act {act('draft')}: the tables hold it, and no entry of the log does"),
        (added, f"1. {FR}, entry 3: does not hold these 1 acts and no others"),
        (another_seed, f"1. {FR}, entry 5: does not hold these 0 acts and no others"),
        (left_out, f"1. {FR}: entries between the first and the last are left out"),
        (unlisted, f"2. {FR}, act {act('draft')}: an entry of the log holds it, and the tables do not"),
        (invented, f"2. {FR}, act {act('never placed')}: the tables hold it, and no entry of the log does"),
        (never_received, f"3. act {act('order')} (transmit): {FR} has sent it to {IE}, which does not have it"),
        (never_made, f"3. act {act('forged order')} (transmit): {IE} has it from {FR}, which does not have it"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_difference_is_named_to_the_act(tmp_path, change, says, monkeypatch):
    monkeypatch.setattr("rogatory.cli.recount.EDGE", 1)
    made = copy.deepcopy(world())
    change(made)
    done = check(tmp_path, made)
    assert done.exit_code == 1
    assert says in done.output.splitlines()


def test_a_statement_for_another_overseer_is_not_opened(tmp_path):
    made = world()
    (tmp_path / "other.key").write_text(str(pyrage.x25519.Identity.generate()))
    check(tmp_path, made)
    arguments = [str(tmp_path / "fr.age"), "--key", str(tmp_path / "other.key"), "--log", str(tmp_path)]
    done = CliRunner().invoke(app, ["recount", "check", *arguments])
    assert "cannot be opened" in str(done.exception)
