"""The fonts that forms are printed with: those of a package with an open licence, never those of the machine.

Noto Sans and its sisters (SIL Open Font License 1.1) come with the package `manimgx-fonts`; Typst brings its own beside. A
folder named by `ROGATORY_FONTS` adds more, such as a font for Chinese, Japanese or Korean.
"""

from __future__ import annotations

import importlib.util
import os
from functools import cache, cached_property
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont

from rogatory.errors import ConfigurationError

PACKAGE = "manimgx_fonts"
FIRST = ("Noto Sans", "Libertinus Serif")
MONO = "DejaVu Sans Mono"
ENDINGS = (".ttf", ".otf", ".ttc", ".otc")


class FontShelf:
    """The fonts of some folders, and the characters that they have."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(one) for one in folders])

    @cached_property
    def families(self) -> list[str]:
        """The families in the order in which they are tried."""
        known = self._fonts.families()
        rest = sorted(one for one in known if one not in FIRST and "Math" not in one and "Emoji" not in one and one != MONO)
        return [*(one for one in FIRST if one in known), *rest, MONO]

    @property
    def mono(self) -> str:
        """The family for hashes and boxes."""
        return MONO

    def compiler(self) -> typst.Compiler:
        """A compiler that knows these fonts and reads no file."""
        return typst.Compiler(font_paths=self._fonts, ignore_system_fonts=True)

    def has(self, character: str) -> bool:
        """Whether one of these fonts has the character."""
        return ord(character) in self._characters

    @cached_property
    def _characters(self) -> frozenset[int]:
        found: set[int] = set()
        for folder in self._folders:
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() in ENDINGS and "Emoji" not in path.name:
                    found |= _characters(path)
        return frozenset(found)


def _characters(path: Path) -> set[int]:
    if path.suffix.lower() in {".ttc", ".otc"}:
        with TTCollection(path, lazy=True) as collection:
            return {code for font in collection.fonts for code in font.getBestCmap() or {}}
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap() or {})


@cache
def shelf() -> FontShelf:
    """The fonts of this node. `ConfigurationError` if the package is not there or the named folder is none."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ConfigurationError("the fonts are not installed", where=PACKAGE, cure="install the package again")
    more = os.environ.get("ROGATORY_FONTS", "")
    if more and not Path(more).is_dir():
        raise ConfigurationError("names no folder", where="ROGATORY_FONTS", why=more, cure="name a folder of fonts, or unset it")
    return FontShelf((Path(spec.origin).parent, *((Path(more),) if more else ())))
