"""Read law files from disk: the only place that does. The corpus lies beside a checkout, or inside the installed package.

An instrument is a folder with one file for each period of the law; which file answers depends on the day that is asked about.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.forms import Library, load_library
from rogatory.law import Pack, load
from rogatory.law.tree import LIMIT
from rogatory.law.vocabulary import Vocabulary, read_vocabulary
from rogatory.moments import Instant

_PACKAGE = Path(__file__).resolve().parent.parent
_EASTERNMOST = timedelta(hours=14)


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


def pack_files(period: Path, folder: Path) -> dict[str, str]:
    """The texts that make one pack: the vocabulary, one period of an instrument, every jurisdiction and language."""
    paths = [
        folder / "facts.yaml",
        period,
        *sorted((folder / "jurisdictions").glob("*.yaml")),
        *sorted((folder / "languages").glob("*.yaml")),
    ]
    return {path.relative_to(folder).as_posix(): read_law_file(path) for path in paths}


@cache
def load_period(period: Path, folder: Path) -> Pack:
    """The pack of one period of an instrument."""
    return load(pack_files(period, folder))


def load_corpus(instrument: str, folder: Path | None = None) -> Pack:
    """The newest pack of an instrument, with every jurisdiction."""
    root = folder or corpus()
    return load_period(period_files(instrument, root)[-1], root)


def pack_at(instrument: str, at: Instant, folder: Path) -> Pack:
    """The pack whose period holds a moment; before the first one, the first, which says that it does not apply yet."""
    found = [load_period(path, folder) for path in period_files(instrument, folder)]
    day = (at + _EASTERNMOST).date()  # the latest day that it can be anywhere
    begun = [pack for pack in found if pack.applies_from is not None and pack.applies_from <= day]
    return max(begun, key=lambda pack: str(pack.applies_from)) if begun else found[0]


@cache
def load_forms(folder: Path | None = None) -> Library:
    """Every form of the law. `PackError` if one is broken."""
    root = folder or corpus()
    paths = [root / "forms" / "shared.yaml", *sorted((root / "forms").glob("*/*.yaml"))]
    texts = {path.relative_to(root).as_posix(): read_law_file(path) for path in paths}
    return load_library(("forms/shared.yaml", texts.pop("forms/shared.yaml")), texts)
