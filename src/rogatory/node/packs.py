"""Read law files from disk: the only place that does. The corpus lies beside a checkout, or inside the installed package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.law import Pack, load
from rogatory.law.jurisdiction import Jurisdiction, read_jurisdiction
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


@cache
def load_corpus(instrument: str, folder: Path | None = None) -> Pack:
    """The pack of an instrument, with every jurisdiction."""
    root = folder or corpus()
    periods = sorted((root / "instruments" / instrument).glob("*.yaml"))
    if not periods:
        raise ConfigurationError(f"the law has no instrument {instrument}", where=str(root), cure=f"use {', '.join(instruments(root))}")
    paths = [root / "facts.yaml", periods[-1], *sorted((root / "jurisdictions").glob("*.yaml"))]
    return load({path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths})


@cache
def load_states(folder: Path | None = None) -> Mapping[str, Jurisdiction]:
    """Every State of the corpus, by its code."""
    root = folder or corpus()
    vocabulary = read_vocabulary("facts.yaml", (root / "facts.yaml").read_text(encoding="utf-8"))
    paths = sorted((root / "jurisdictions").glob("*.yaml"))
    states = [read_jurisdiction(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"), vocabulary) for path in paths]
    return {one.state: one for one in states}
