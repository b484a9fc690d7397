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
from dataclasses import dataclass, replace
from hashlib import sha256
from inspect import CO_OPTIMIZED
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
    return (code.co_code, tuple(map(_constant, code.co_consts)), code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable)


def _constant(one: object) -> object:
    """A constant so that equal ones are equal, truth values are no numbers, and sets have one order."""
    if isinstance(one, frozenset):
        return sorted(map(repr, one))
    return "a function" if isinstance(one, CodeType) else (type(one).__name__, repr(one))


def name_of(code: CodeType) -> str:
    """Enough to know a function again among those that are loaded."""
    return sha256(repr((code.co_qualname, code.co_firstlineno, *shallow(code))).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The functions that a change alters themselves, by name, and new code for these and for all in which they stand."""

    altered: frozenset[str]
    code: dict[str, CodeType]


def exchanged(path: str, before: str, after: str) -> Exchange | None:
    """What a change alters; nothing if it lies outside every function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pair = (compile(before, path, "exec"), compile(after, path, "exec"))
    found = Exchange(altered=frozenset(), code={})
    altered: set[str] = set()
    return replace(found, altered=frozenset(altered)) if _walk(*pair, altered, found.code) is not None else None


def _walk(old: CodeType, new: CodeType, altered: set[str], code: dict[str, CodeType]) -> bool | None:
    """Whether anything differs in or below a code object; nothing if no exchange of functions can bring it about."""
    below = [[one for one in each.co_consts if isinstance(one, CodeType)] for each in (old, new)]
    if len(below[0]) != len(below[1]):
        return None
    differs = shallow(old) != shallow(new)
    if differs:
        if not old.co_flags & CO_OPTIMIZED or old.co_freevars != new.co_freevars:
            return None
        altered.add(name_of(old))
    for one, other in zip(*below, strict=True):
        inner = _walk(one, other, altered, code)
        if inner is None:
            return None
        differs = differs or inner
    if differs:
        code[name_of(old)] = new
    return differs
