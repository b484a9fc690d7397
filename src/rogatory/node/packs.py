"""Read law files from disk: the only place that does. The corpus lies beside a checkout, or inside the installed package.

An instrument is a folder with one file for each period of the law; which file answers depends on the day that is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.forms import Library, load_library
from rogatory.law import Pack, Question, load
from rogatory.law.finder import Route, find
from rogatory.law.jurisdiction import Jurisdiction, read_jurisdiction
from rogatory.law.providers import Provider, read_provider
from rogatory.law.routes import RouteSpec, read_routes
from rogatory.law.tongue import Tongue, read_tongue
from rogatory.law.tree import LIMIT
from rogatory.law.vocabulary import Vocabulary, read_vocabulary
from rogatory.moments import Instant

_PACKAGE = Path(__file__).resolve().parent.parent
_EASTERNMOST = timedelta(hours=14)
NO_STATE: frozenset[str] = frozenset()


def corpus() -> Path:
    """The folder of the law. `ConfigurationError` if it is not where it should be."""
    for folder in (_PACKAGE / "_law", _PACKAGE.parent.parent / "law"):
        if (folder / "facts.yaml").is_file():
            return folder
    raise ConfigurationError("the law is not there", where=str(_PACKAGE), cure="install the package again")


def read_law_file(path: Path, limit: int = LIMIT) -> str:
    """The text of a file; of one that is too long only as much as shows that it is."""
    with path.open(encoding="utf-8") as file:
        return file.read(limit + 1)


def instruments(folder: Path) -> tuple[str, ...]:
    """The instruments that a folder of law holds."""
    return tuple(sorted(path.name for path in (folder / "instruments").iterdir() if path.is_dir()))


@cache
def vocabulary(folder: Path) -> Vocabulary:
    """The closed vocabulary of a folder of law."""
    return read_vocabulary("facts.yaml", read_law_file(folder / "facts.yaml"))


def period_files(instrument: str, folder: Path) -> tuple[Path, ...]:
    """The files of an instrument, one for each period, in the order of their names."""
    found = tuple(sorted((folder / "instruments" / instrument).glob("*.yaml")))
    if not found:
        known = ", ".join(instruments(folder))
        raise ConfigurationError(f"the law has no instrument {instrument}", where=str(folder), cure=f"use {known}")
    return found


def pack_files(period: Path, folder: Path, states: frozenset[str] = NO_STATE) -> dict[str, str]:
    """The texts that make one pack: the vocabulary, one period of an instrument, every State and language, these States' overlays."""
    return {period.relative_to(folder).as_posix(): read_law_file(period), **files_beside(period.parent.name, folder, states)}


def files_beside(instrument: str, folder: Path, states: frozenset[str]) -> dict[str, str]:
    """What makes a pack together with one period of an instrument."""
    laid = [folder / "overlays" / state.lower() / f"{instrument}.yaml" for state in sorted(states)]
    paths = [
        folder / "facts.yaml",
        *sorted((folder / "jurisdictions").glob("*.yaml")),
        *sorted((folder / "languages").glob("*.yaml")),
        *filter(Path.is_file, laid),
    ]
    return {path.relative_to(folder).as_posix(): read_law_file(path) for path in paths}


@cache
def load_period(period: Path, folder: Path, states: frozenset[str] = NO_STATE) -> Pack:
    """The pack of one period of an instrument, with the overlays of these States."""
    return load(pack_files(period, folder, states))


def load_corpus(instrument: str, folder: Path | None = None) -> Pack:
    """The newest pack of an instrument as it stands, with every jurisdiction and no State's overlay."""
    return pack_for(instrument, NO_STATE, folder)


@cache
def pack_for(instrument: str, states: frozenset[str], folder: Path | None = None) -> Pack:
    """The newest pack of an instrument with the overlays of these States, the States concerned by a case."""
    root = folder or corpus()
    return load_period(period_files(instrument, root)[-1], root, states & states_having(instrument, root))


def pack_at(instrument: str, at: Instant, folder: Path, states: frozenset[str] = NO_STATE) -> Pack:
    """The pack whose period holds a moment; before the first one, the first, which says that it does not apply yet."""
    return load_period(period_at(instrument, at, folder), folder, states & states_having(instrument, folder))


def period_at(instrument: str, at: Instant, folder: Path) -> Path:
    """The file of the period that holds a moment; before the first one, the first."""
    files = period_files(instrument, folder)
    day = (at + _EASTERNMOST).date()  # the latest day that it can be anywhere
    begun = [(begins, path) for path in files if (begins := load_period(path, folder).applies_from) is not None and begins <= day]
    return max(begun)[1] if begun else files[0]


@cache
def load_forms(folder: Path | None = None) -> Library:
    """Every form of the law. `PackError` if one is broken."""
    root = folder or corpus()
    paths = [root / "forms" / "shared.yaml", *sorted((root / "forms").glob("*/*.yaml"))]
    texts = {path.relative_to(root).as_posix(): read_law_file(path) for path in paths}
    return load_library(("forms/shared.yaml", texts.pop("forms/shared.yaml")), texts)


def pack_of(question: Question, folder: Path | None = None) -> Pack:
    """The pack that answers a question: of its day, with the overlays of the States that it names as issuing and executing."""
    return pack_at(question.instrument, question.at, folder or corpus(), states_of(question))


def states_of(question: Question) -> frozenset[str]:
    """The States that a question names as issuing and executing."""
    named = (question.facts.get("issuing_state"), question.facts.get("executing_state"))
    return frozenset(state for state in named if isinstance(state, str))


def states_having(instrument: str, folder: Path) -> frozenset[str]:
    """The States that add something to an instrument."""
    return frozenset(state for state, laid in overlays(folder) if laid == instrument)


@cache
def overlays(folder: Path) -> tuple[tuple[str, str], ...]:
    """Every overlay of a folder of law: the State and the instrument."""
    return tuple((path.parent.name.upper(), path.stem) for path in sorted((folder / "overlays").glob("*/*.yaml")))


def law_files(folder: Path) -> dict[str, str]:
    """Every file that decides or is printed: all of the law but its worked cases."""
    cases = {"scenarios", "overlay-scenarios"}
    paths = [path for path in sorted(folder.rglob("*.yaml")) if path.relative_to(folder).parts[0] not in cases]
    return {path.relative_to(folder).as_posix(): read_law_file(path) for path in paths}


def pack_hashes(folder: Path) -> dict[str, str]:
    """The hash of every pack of a folder of law, as acts pin them: each period, plain and with what each State adds to it."""
    found = {}
    for name in instruments(folder):
        for period in period_files(name, folder):
            for state in ("", *sorted(states_having(name, folder))):
                pack = load_period(period, folder, frozenset({state} if state else ()))
                found[f"{name}/{period.stem}{'+' + state if state else ''}"] = pack.hash
    return found


@cache
def load_states(folder: Path | None = None) -> Mapping[str, Jurisdiction]:
    """Every State of the corpus, by its code."""
    root = folder or corpus()
    paths = sorted((root / "jurisdictions").glob("*.yaml"))
    states = [read_jurisdiction(path.relative_to(root).as_posix(), read_law_file(path), vocabulary(root)) for path in paths]
    return {one.state: one for one in states}


@cache
def load_tongues(folder: Path | None = None) -> Mapping[str, Tongue]:
    """Every language of the law, by its code."""
    root = folder or corpus()
    paths = sorted((root / "languages").glob("*.yaml"))
    tongues = [read_tongue(path.relative_to(root).as_posix(), read_law_file(path)) for path in paths]
    return {one.language: one for one in tongues}


@cache
def load_providers(folder: Path | None = None) -> tuple[Provider, ...]:
    """Every provider of the corpus, in the order of their ids."""
    root = folder or corpus()
    states = load_states(folder)
    paths = sorted((root / "providers").glob("*.yaml"))
    return tuple(read_provider(path.relative_to(root).as_posix(), read_law_file(path), vocabulary(root), states) for path in paths)


@cache
def load_routes(folder: Path | None = None) -> tuple[RouteSpec, ...]:
    """Every route of the corpus."""
    root = folder or corpus()
    if not (root / "routes.yaml").is_file():
        return ()
    return read_routes("routes.yaml", read_law_file(root / "routes.yaml"), vocabulary(root))


def find_routes(question: Question, folder: Path | None = None) -> tuple[Route, ...]:
    """Every route for the facts of a question, each under the pack of its instrument for the day and the States concerned."""
    root = folder or corpus()
    return find(question, packs_of(question, root), load_routes(folder))


def packs_of(question: Question, folder: Path | None = None) -> Mapping[str, Pack]:
    """The pack of each instrument for the day and the States of a question."""
    root = folder or corpus()
    return {name: pack_of(replace(question, instrument=name), root) for name in instruments(root)}
