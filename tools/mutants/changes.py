"""The changes of one module: what the operators of cosmic-ray make of it, each as source text that still compiles.

Left out, and counted: a change in an annotation, which nobody reads at run time; and one of which the compiler itself warns (`is`
with a literal), since a warning is an error here.
"""

from __future__ import annotations

import ast
import contextlib
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from types import CodeType
from typing import Any

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from parso.tree import BaseNode

logging.getLogger("stevedore").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: in which definition, the line as it was and as it became, and the whole source."""

    module: str
    within: str
    line: int
    was: str
    became: str
    source: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells this change from others also after lines have moved."""
        return (self.module, self.within, self.was, self.became)


def changes(module: str, source: str) -> tuple[tuple[Change, ...], int]:
    """Every change of a module, the first of those that are alike, and how many are left out."""
    found: dict[str, Change] = {}
    left_out = 0
    original = _program(source)
    for changed in _sources(source):
        if not _compiles(changed) or _program(changed) == original:
            left_out += 1
        elif changed not in found:
            found[changed] = _described(module, source, changed)
    return tuple(sorted(found.values(), key=lambda one: one.line)), left_out


def _sources(source: str) -> Iterator[str]:
    tree = get_ast(source)
    for name in sorted(operator_names()):
        kind = get_operator(name)
        if kind.arguments():
            continue
        operator = kind()
        places = sum(len(list(operator.mutation_positions(node))) for node in _nodes(tree))
        for occurrence in range(places):
            with contextlib.suppress(AttributeError):  # the operator of exceptions knows no dotted name
                yield mutate_code(source, kind(), occurrence) or source


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    if isinstance(node, BaseNode):
        for child in node.children:
            yield from _nodes(child)


def _compiles(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(source, "changed", "exec")
        except (SyntaxError, SyntaxWarning, ValueError):
            return False
    return True


class _Bare(ast.NodeTransformer):
    """Takes annotations away, which `from __future__ import annotations` leaves unread."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:  # the name that ast asks for
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:  # the same
        node.annotation = ast.Constant(value=None)
        self.generic_visit(node)
        return node


def _program(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))


def _described(module: str, source: str, changed: str) -> Change:
    """Where the sources first differ. An operator changes one line, or takes one away."""
    before, after = source.splitlines(), changed.splitlines()
    line = next(number for number, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    became = " ".join(after[line].split()) if len(after) == len(before) else "(taken away)"
    return Change(
        module=module,
        within=_within(source, line + 1),
        line=line + 1,
        was=" ".join(before[line].split()),
        became=became,
        source=changed,
    )


def _within(source: str, line: int) -> str:
    """The innermost named definition around a line; nothing outside all of them."""
    names: list[str] = []
    node: ast.AST = ast.parse(source)
    while True:
        inner = [one for one in ast.walk(node) if one is not node and isinstance(one, ast.FunctionDef | ast.ClassDef) and _spans(one, line)]
        if not inner:
            return ".".join(names)
        node = min(inner, key=lambda one: one.lineno - (one.end_lineno or 0))
        names.append(node.name)


def _spans(node: ast.FunctionDef | ast.ClassDef, line: int) -> bool:
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return first <= line <= (node.end_lineno or 0)


# ---- in which functions a change lies


def shallow(code: CodeType) -> tuple[object, ...]:
    """What a code object does by itself: without its places, and without the functions that stand in it."""
    constants = tuple("a function" if isinstance(one, CodeType) else (type(one).__name__, repr(one)) for one in code.co_consts)
    return (code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable)


def name_of(code: CodeType) -> str:
    """Enough to know a function again among those that are loaded."""
    return sha256(repr((code.co_qualname, code.co_firstlineno, *shallow(code))).encode()).hexdigest()[:16]


def exchanged(path: str, before: str, after: str) -> list[tuple[CodeType, CodeType]] | None:
    """The functions that a change alters, as they were and as they are; nothing if it lies outside every function."""
    pairs = [(compile(before, path, "exec"), compile(after, path, "exec"))]
    found: list[tuple[CodeType, CodeType]] = []
    outermost = pairs[0][0]
    while pairs:
        old, new = pairs.pop()
        inside = [[one for one in code.co_consts if isinstance(one, CodeType)] for code in (old, new)]
        if len(inside[0]) != len(inside[1]):
            return None
        if shallow(old) != shallow(new):
            if old is outermost or not old.co_flags & 0x1 or old.co_freevars != new.co_freevars:  # 1: optimised, as functions are
                return None
            found.append((old, new))
        pairs += zip(*inside, strict=True)
    return found
