"""Read law files from disk: the only place that does. The corpus lies beside a checkout, or inside the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.forms import Library, load_library
from rogatory.law import Pack, load

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
def load_forms(folder: Path | None = None) -> Library:
    """Every form of the law. `PackError` if one is broken."""
    root = folder or corpus()
    shared = root / "forms" / "shared.yaml"
    files = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in sorted((root / "forms").glob("*/*.yaml"))}
    return load_library((shared.relative_to(root).as_posix(), shared.read_text(encoding="utf-8")), files)
