"""The source of Rogatory, read once, for the tests that look at how it is written."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "rogatory"
PURE = ("act", "assertion", "canonical", "custody", "errors", "exchange", "forms", "law", "ledger", "moments", "procedure", "token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: where it is, its module, its text and its tree."""

    path: str
    module: str
    text: str
    tree: ast.Module

    @property
    def area(self) -> str:
        """The first name below `rogatory`."""
        return self.module.split(".")[1] if "." in self.module else ""


@cache
def package() -> tuple[Source, ...]:
    """Every file of the package but the migrations, which a tool writes."""
    return tuple(_read(path) for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


@cache
def checkout() -> tuple[Source, ...]:
    """Every Python file that people write: the package, its tests, its tools."""
    folders = [ROOT / name for name in ("tests", "tools", "benchmarks", "docs")]
    return (*package(), *(_read(path) for folder in folders for path in sorted(folder.rglob("*.py"))))


def pure() -> tuple[Source, ...]:
    """The files that take values and give values back."""
    return tuple(source for source in package() if source.area in PURE)


def calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called, as it is written: `Outbox.objects.filter().update`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield _dotted(node.func), node


def comments(source: Source) -> Iterator[tuple[int, str]]:
    """Every comment with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_dotted(value)}.{name}"
        case ast.Call(func=function):
            return f"{_dotted(function)}()"
        case _:
            return "…"


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    below = path.relative_to(ROOT / "src" if path.is_relative_to(PACKAGE) else ROOT).with_suffix("")
    module = ".".join(below.parts).removesuffix(".__init__")
    return Source(path=path.relative_to(ROOT).as_posix(), module=module, text=text, tree=ast.parse(text))
