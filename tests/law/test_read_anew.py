"""The law as it stands, read anew from its files with no pack kept from before, gives every worked case its answer."""

from __future__ import annotations

import pytest

from rogatory.law import load
from rogatory.law.casefile import read_cases, run
from rogatory.law.jurisdiction import read_jurisdiction
from rogatory.law.providers import read_provider
from rogatory.law.routes import read_routes
from rogatory.law.vocabulary import read_vocabulary
from rogatory.node import packs

ROOT = packs.corpus()
CASES = sorted(path for path in (ROOT / "scenarios").rglob("*.yaml"))


def test_the_closed_vocabulary_read_anew_is_the_one_in_use() -> None:
    assert read_vocabulary("facts.yaml", packs.read_law_file(ROOT / "facts.yaml")) == packs.vocabulary(ROOT)


@pytest.mark.parametrize("instrument", packs.instruments(ROOT))
def test_an_instrument_read_anew_has_its_hash_and_answers_its_worked_cases(instrument: str) -> None:
    period = packs.period_files(instrument, ROOT)[-1]

    pack = load(packs.pack_files(period, ROOT))

    assert pack.hash == packs.load_corpus(instrument).hash
    for path in CASES:
        if path.parent.name == instrument:
            for case in read_cases(str(path), path.read_text(encoding="utf-8"), pack.vocabulary):
                if case.question.instrument == instrument:
                    assert run(case, pack) == ()


def test_states_providers_and_routes_read_anew_are_those_in_use() -> None:
    vocabulary = packs.vocabulary(ROOT)
    states = packs.load_states()

    for path in sorted((ROOT / "jurisdictions").glob("*.yaml")):
        name = path.relative_to(ROOT).as_posix()
        one = read_jurisdiction(name, path.read_text(encoding="utf-8"), vocabulary)
        assert one == states[one.state]
    for path, known in zip(sorted((ROOT / "providers").glob("*.yaml")), packs.load_providers(), strict=True):
        assert read_provider(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"), vocabulary, states) == known
    assert len(read_routes("routes.yaml", packs.read_law_file(ROOT / "routes.yaml"), vocabulary)) == len(packs.load_routes())
