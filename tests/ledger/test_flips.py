"""Every byte flipped, file cut, pair swapped in a copied log is reported, and what was altered is named; by two verifiers.

`ROGATORY_FLIPS` says how many are tried (10,000 takes about two minutes); a failure names its seed.
"""

import importlib.util
import os
import random

import pytest

from rogatory.ledger import inspect_log, read_vkey
from tests.architecture.source import ROOT
from tests.ledger.ledger_worlds import LOG_VKEY, WITNESSES, log_of, witness_vkey

FLIPS = int(os.environ.get("ROGATORY_FLIPS", "300"))
SEED = int(os.environ.get("ROGATORY_SEED", str(random.randrange(1 << 30))))
SIZE = 700
FILES = log_of(SIZE).files(*WITNESSES)
ASKED = {"log_vkey": LOG_VKEY, "witnesses": [witness_vkey(name) for name in WITNESSES], "quorum": 3}
LENGTH = {"entries": 34, "0": 32, "1": 32}


@pytest.fixture(scope="module")
def second():
    spec = importlib.util.spec_from_file_location("second_verifier", ROOT / "tools" / "second_verifier.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def altered(chance):
    """The files with one alteration: the name of the file, and the number of the entry or hash if one alone was hit."""
    name = chance.choice(sorted(FILES))
    data = FILES[name]
    match chance.choice(("flip", "cut", "swap", "gone")):
        case "flip":
            place = chance.randrange(len(data))
            changed = data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]
            return {**FILES, name: changed}, {name}, _number(name, place)
        case "cut":
            return {**FILES, name: data[: chance.randrange(len(data))]}, {name}, None
        case "gone":
            return {key: value for key, value in FILES.items() if key != name}, {name}, None
        case _:
            other = chance.choice([one for one in sorted(FILES) if one != name])
            return {**FILES, name: FILES[other], other: data}, {name, other}, None


def _number(name, place):
    """The entry or hash in which a byte of a file lies; nothing for the length before an entry, which breaks the whole bundle."""
    if name == "checkpoint":
        return None
    _, level, index = name.removesuffix(".p/188").split("/")[:3]
    if level == "entries" and place % 34 < 2:
        return None
    return int(index.removesuffix(".p")) * 256 + place // LENGTH[level]


def test_t7_every_random_alteration_of_a_copied_log_is_named_and_a_second_verifier_sees_it_too(second):
    chance = random.Random(SEED)
    keys = [second.read_key(one.text) for one in ASKED["witnesses"]]
    for number in range(FLIPS):
        files, names, entry = altered(chance)
        found = inspect_log(files.get, **ASKED).findings
        said = f"seed {SEED}, alteration {number} of {sorted(names)}"
        assert names & {one.file for one in found}, f"{said}: nothing names it"
        assert entry is None or entry in {one.index for one in found}, f"{said}: entry or hash {entry} is not named"
        with pytest.raises(second.Wrong):
            pytest.fail(f"{said}: the second verifier accepts {second.check_log(files.get, second.read_key(LOG_VKEY.text), keys, 3)}")


def test_the_log_itself_is_accepted_by_both(second):
    assert inspect_log(FILES.get, **ASKED).findings == ()
    keys = [second.read_key(one.text) for one in ASKED["witnesses"]]
    assert second.check_log(FILES.get, second.read_key(LOG_VKEY.text), keys, 3) == SIZE
    assert read_vkey(LOG_VKEY.text) == LOG_VKEY
