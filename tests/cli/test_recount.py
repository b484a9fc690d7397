"""The overseer counts a period again: what was added, left out, moved or not received is named to the act."""

import copy
import hashlib
import json
from datetime import datetime

import pyrage
import pytest
from typer.testing import CliRunner

from rogatory.canonical import encode, to_base64url
from rogatory.cli.main import app
from rogatory.exchange.message import signing_public_text
from rogatory.exchange.trust import make_trust
from rogatory.ledger import Checkpoint, build_step, cosign, sign_checkpoint, vkey_of
from tests.cli.case_world import HPKE, write_log
from tests.ledger.ledger_worlds import WITNESSES, Log, key, witness_vkey

FR, IE = "https://justice.fr.example", "https://justice.ie.example"
IDENTITY = pyrage.x25519.Identity.generate()
FROM, TO = "2026-09-01T00:00:00.000Z", "2026-10-01T00:00:00.000Z"
STEPS, BEFORE, AFTER = 8, 2, 6
"""Entries of each log; the period covers those from `BEFORE` to `AFTER`, as the witnesses' times say."""
TIMES = {BEFORE: "2026-08-31T23:50:00Z", AFTER: "2026-10-01T00:10:00Z", STEPS: "2026-10-02T00:00:00Z"}


class Named(Log):
    """A log under a name of its own, cosigned at the time that stands in `TIMES` for its size."""

    def __init__(self, origin):
        super().__init__()
        self.origin = origin

    def signed(self, *_, at=None):
        head = Checkpoint(origin=self.origin, size=self.frontier.size, root=self.frontier.root)
        second = int(datetime.fromisoformat(at or TIMES[head.size]).timestamp())
        lines = [cosign(head, key=key(name), name=name, timestamp=second) for name in WITNESSES]
        return sign_checkpoint(head, key=key(self.origin)).add(*lines)


def act(name):
    return hashlib.sha256(name.encode()).hexdigest()


def row(name, by, *sent, kind="transmit", at="2026-09-10T00:00:00.000Z"):
    return {"hash": act(name), "kind": kind, "by": by, "at": at, "sent": list(sent)}


def origin_of(institution):
    return institution.removeprefix("https://") + "/log"


def node(institution, placed, acts):
    """A statement and the log that it is about: `placed` says which acts stand in which step."""
    seeds = [hashlib.sha256(f"{institution} {leaf}".encode()).digest() for leaf in range(STEPS)]
    steps = [{"leaf": leaf, "seed": to_base64url(seeds[leaf]), "acts": sorted(placed.get(leaf, []))} for leaf in range(BEFORE, AFTER)]
    log, heads = Named(origin_of(institution)), {}
    for leaf in range(STEPS):
        log.grow(build_step(seeds[leaf], placed.get(leaf, [])).root)
        if leaf + 1 in TIMES:
            heads[leaf + 1] = log.signed().text
    value = {"v": 2, "institution": institution, "origin": log.origin, "from": FROM, "to": TO, "checkpoint": heads[STEPS]}
    return value | {"before": heads[BEFORE], "after": heads[AFTER], "steps": steps, "acts": acts}, log


def world():
    order, answer = row("order", FR, IE), row("answer", IE, FR, kind="acknowledge")
    france = node(FR, {2: [act("order"), act("draft")]}, [order, row("draft", FR, kind="draft"), {**answer, "sent": []}])
    ireland = node(IE, {4: [act("answer")]}, [answer, {**order, "sent": []}])
    return {"fr": france, "ie": ireland}


def trust():
    begins = "2026-01-01T00:00:00.000Z"
    signing = signing_public_text(key("act").public_key())
    entities = [
        {
            "sub": uri,
            "name": uri,
            "base_url": uri,
            "state": "FR",
            "roles": ["issuing"],
            "capacities": ["judge"],
            "telephone": "+33 1 00 00 00 00",
            "log": {"origin": origin_of(uri), "vkey": vkey_of(key(origin_of(uri)), name=origin_of(uri)).text},
            "act_keys": [{"kid": "one", "key": signing, "from": begins}],
            "message_keys": [{"kid": "m1", "sign": signing, "hpke": HPKE, "from": begins}],
            "rp_id": uri.removeprefix("https://"),
            "origin": uri,
            "registrars": [],
            "marks": [{"mark": "issuing", "from": begins}],
            "languages": ["fr"],
        }
        for uri in (FR, IE)
    ]
    witnesses = [{"name": name, "vkey": witness_vkey(name).text, "url": f"https://{name}"} for name in WITNESSES]
    payload = {"seq": 1, "iat": begins, "exp": "2027-01-01T00:00:00.000Z", "entities": entities, "witnesses": witnesses}
    return make_trust(payload, key=key("anchor"), kid="anchor-1")


def check(tmp_path, made, *options):
    (tmp_path / "overseer.key").write_text(f"# created: 2026\n{IDENTITY}\n")
    (tmp_path / "trust.json").write_text(trust())
    (tmp_path / "anchor.pub").write_text(signing_public_text(key("anchor").public_key()))
    arguments = ["--trust", str(tmp_path / "trust.json"), "--anchor", str(tmp_path / "anchor.pub"), "--at", "2026-11-01T00:00:00Z"]
    for name, (value, log) in made.items():
        (tmp_path / f"{name}.age").write_bytes(pyrage.encrypt(encode(value), [IDENTITY.to_public()]))
        if log is not None:
            (tmp_path / name).mkdir(exist_ok=True)
            write_log(tmp_path / name, log)
            arguments += ["--log", str(tmp_path / name)]
    files = [str(tmp_path / f"{name}.age") for name in made]
    return CliRunner().invoke(app, ["recount", "check", *files, "--key", str(tmp_path / "overseer.key"), *arguments, *options])


def test_honest_statements_agree_and_their_figures_are_counted(tmp_path):
    done = check(tmp_path, world())
    assert done.exit_code == 0, done.output
    assert f"{FR}: 4 entries, 2 acts of its own" in done.output
    assert done.output.splitlines()[-1] == "Counted again: everything agrees."
    figures = json.loads(check(tmp_path, world(), "--json").output)["figures"]
    assert figures == {FR: {"draft": 1, "transmit": 1}, IE: {"acknowledge": 1}}


def hidden(made):
    made["fr"][0]["steps"][0]["acts"].remove(act("draft"))


def added(made):
    made["fr"][0]["steps"][1]["acts"].append(act("draft two"))


def another_seed(made):
    made["fr"][0]["steps"][3]["seed"] = to_base64url(bytes(32))


def left_out(made):
    del made["fr"][0]["steps"][1]


def nothing_stated(made):
    made["fr"][0].update(steps=[], acts=[])


def ends_early(made):
    made["fr"][0].update(steps=[], acts=[], after=made["fr"][0]["before"])


def begins_late(made):
    value = made["fr"][0]
    value.update(before=value["after"], steps=[], acts=[])


def says_that_it_is_not_over(made):
    value = made["fr"][0]
    del value["after"]
    value.update(checkpoint=value["before"], steps=[], acts=[])


def heads_of_another_log(made):
    made["fr"][0]["before"] = made["ie"][0]["before"]


def cosigned_by_too_few(made):
    made["fr"][0]["after"] = "".join(made["fr"][0]["after"].splitlines(keepends=True)[:-2])


def unlisted(made):
    made["fr"][0]["acts"].pop(1)


def invented(made):
    made["fr"][0]["acts"].append(row("never placed", FR))


def backdated(made):
    made["fr"][0]["acts"][1]["at"] = "2026-03-01T00:00:00.000Z"


def never_received(made):
    made["ie"][0]["acts"].pop(1)


def never_made(made):
    made["ie"][0]["acts"].append(row("forged order", FR))


def called_otherwise(made):
    made["ie"][0]["acts"][1]["kind"] = "preserve"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (hidden, f"1. {FR}, entry 2: does not hold these 1 acts and no others"),
        (hidden, f"2. {FR}, act {act('draft')}: the tables hold it, and no entry of the period does"),
        (added, f"1. {FR}, entry 3: does not hold these 1 acts and no others"),
        (another_seed, f"1. {FR}, entry 5: does not hold these 0 acts and no others"),
        (left_out, f"1. {FR}: entries from 2 to 5 are left out, or others are stated"),
        (nothing_stated, f"1. {FR}: entries from 2 to 5 are left out, or others are stated"),
        (ends_early, f"1. {FR}: entries from 2 on may be of the period: no quorum cosigned that head after it"),
        (begins_late, f"1. {FR}: entries before 6 may be of the period: no quorum had cosigned that head before it"),
        (says_that_it_is_not_over, f"1. {FR}: entries from 2 on are left out: by the copy of its log the period is over"),
        (heads_of_another_log, f"1. {FR}: a head that it states does not hold: step 2 (origin): checkpoint is of another log"),
        (cosigned_by_too_few, f"1. {FR}: a head that it states does not hold: step 4 (witnesses): has too few witnesses"),
        (unlisted, f"2. {FR}, act {act('draft')}: entry 2 of the log holds it, and the tables do not"),
        (invented, f"2. {FR}, act {act('never placed')}: the tables hold it, and no entry of the period does"),
        (backdated, f"2. {FR}, act {act('draft')}: says that it was made at 2026-03-01T00:00:00.000Z, and stands in entry 2"),
        (never_received, f"3. act {act('order')} (transmit): {FR} has sent it to {IE}, which does not have it"),
        (never_made, f"3. act {act('forged order')} (transmit): {IE} has it from {FR}, which does not have it"),
        (called_otherwise, f"3. act {act('order')}: {FR} calls it transmit of 2026-09-10T00:00:00.000Z, {IE} preserve"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_difference_is_named_to_the_act(tmp_path, change, says):
    made = copy.deepcopy(world())
    change(made)
    done = check(tmp_path, made)
    assert done.exit_code == 1, done.output
    assert any(line.startswith(says) for line in done.output.splitlines()), done.output


def test_a_case_removed_with_its_places_at_one_node_is_named_by_the_log_and_by_its_peer(tmp_path):
    made = copy.deepcopy(world())
    for step in made["ie"][0]["steps"]:
        step["acts"] = []
    made["ie"][0]["acts"] = []
    told = check(tmp_path, made).output
    assert f"1. {IE}, entry 4: does not hold these 0 acts and no others" in told
    assert f"3. act {act('answer')} (acknowledge): {FR} has it from {IE}, which does not have it" in told
    assert f"3. act {act('order')} (transmit): {FR} has sent it to {IE}, which does not have it" in told


def test_an_altered_copy_of_a_log_is_counted_by_nobody(tmp_path):
    made = world()
    check(tmp_path, made)
    bundle = next((tmp_path / "fr" / "tile" / "entries").rglob("*.p/*"))
    data = bytearray(bundle.read_bytes())
    data[40] ^= 1
    bundle.write_bytes(data)
    arguments = [
        str(tmp_path / "fr.age"),
        "--key",
        str(tmp_path / "overseer.key"),
        "--log",
        str(tmp_path / "fr"),
        "--at",
        "2026-11-01T00:00:00Z",
    ]
    lists = ["--trust", str(tmp_path / "trust.json"), "--anchor", str(tmp_path / "anchor.pub")]
    done = CliRunner().invoke(app, ["recount", "check", *arguments, *lists])
    assert done.exit_code == 1
    assert f"0. copy of {origin_of(FR)}" in done.output


def test_without_a_copy_of_the_log_of_a_node_nothing_agrees(tmp_path):
    made = world()
    made["ie"] = (made["ie"][0], None)
    done = check(tmp_path, made)
    assert done.exit_code == 1
    assert f"1. {IE}: there is no copy of its log {origin_of(IE)} to count by" in done.output


def test_a_statement_for_another_overseer_is_not_opened(tmp_path):
    made = world()
    (tmp_path / "other.key").write_text(str(pyrage.x25519.Identity.generate()))
    check(tmp_path, made)
    lists = ["--trust", str(tmp_path / "trust.json"), "--anchor", str(tmp_path / "anchor.pub")]
    arguments = [str(tmp_path / "fr.age"), "--key", str(tmp_path / "other.key"), "--log", str(tmp_path / "fr"), *lists]
    done = CliRunner().invoke(app, ["recount", "check", *arguments])
    assert "cannot be opened" in str(done.exception)
