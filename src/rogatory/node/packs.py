"""Read law files from disk: the only place that does. The corpus lies beside a checkout, or inside the installed package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.law import Pack, Question, load
from rogatory.law.jurisdiction import Jurisdiction, read_jurisdiction
from rogatory.law.providers import Provider, read_provider
from rogatory.law.vocabulary import read_vocabulary

_PACKAGE = Path(__file__).resolve().parent.parent


def corpus() -> Path:
    """The folder of the law. `ConfigurationError` if it is not where it should be."""
    for folder in (_PACKAGE / "_law", _PACKAGE.parent.parent / "law"):
        if (folder / "facts.yaml").is_file():
            return folder
    raise ConfigurationError("the law is not there", where=str(_PACKAGE), cure="install the package again")


def instruments(folder: Path) -> tuple[str, ...]:
    """The instruments that this release knows."""
    return tuple(sorted(path.name for path in (folder / "instruments").iterdir() if path.is_dir()))


def load_corpus(instrument: str, folder: Path | None = None) -> Pack:
    """The pack of an instrument as it stands, with every jurisdiction and no State's overlay."""
    return pack_for(instrument, frozenset(), folder)


@cache
def pack_for(instrument: str, states: frozenset[str], folder: Path | None = None) -> Pack:
    """The pack of an instrument with the overlays of these States, the States concerned by a case."""
    root = folder or corpus()
    periods = sorted((root / "instruments" / instrument).glob("*.yaml"))
    if not periods:
        raise ConfigurationError(f"the law has no instrument {instrument}", where=str(root), cure=f"use {', '.join(instruments(root))}")
    overlays = [root / "overlays" / state.lower() / f"{instrument}.yaml" for state in sorted(states)]
    paths = [root / "facts.yaml", periods[-1], *sorted((root / "jurisdictions").glob("*.yaml")), *filter(Path.is_file, overlays)]
    return load({path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths})


def pack_of(question: Question, folder: Path | None = None) -> Pack:
    """The pack that answers a question: with the overlays of the States that it names as issuing and executing."""
    named = (question.facts.get("issuing_state"), question.facts.get("executing_state"))
    return pack_for(question.instrument, frozenset(state for state in named if isinstance(state, str)), folder)


def overlays(folder: Path) -> tuple[tuple[str, str], ...]:
    """Every overlay of the corpus: the State and the instrument."""
    return tuple((path.parent.name.upper(), path.stem) for path in sorted((folder / "overlays").glob("*/*.yaml")))


@cache
def load_states(folder: Path | None = None) -> Mapping[str, Jurisdiction]:
    """Every State of the corpus, by its code."""
    root = folder or corpus()
    vocabulary = read_vocabulary("facts.yaml", (root / "facts.yaml").read_text(encoding="utf-8"))
    paths = sorted((root / "jurisdictions").glob("*.yaml"))
    states = [read_jurisdiction(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"), vocabulary) for path in paths]
    return {one.state: one for one in states}


@cache
def load_providers(folder: Path | None = None) -> tuple[Provider, ...]:
    """Every provider of the corpus, in the order of their ids."""
    root = folder or corpus()
    vocabulary = read_vocabulary("facts.yaml", (root / "facts.yaml").read_text(encoding="utf-8"))
    states = load_states(folder)
    paths = sorted((root / "providers").glob("*.yaml"))
    return tuple(read_provider(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"), vocabulary, states) for path in paths)
