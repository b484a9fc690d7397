"""The small typed language of conditions: parsed with `ast`, turned into closures, never compiled or executed.

`and`, `or`, `not`, comparisons, `in`, words in double quotes, whole numbers, lists, facts, terms, events, and
`any(... for x in facts)`, `all(...)`, and a closed list of named functions. Everything else is a load error.

A condition gives true, false, or *untold* with the facts that it lacks: `and`, `or`, `any`, `all` decide as soon as one side
does. There is no way to ask whether a fact is known, but the keys `known:` and `unless_known:` of the YAML.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from rogatory.errors import PackError
from rogatory.law.tree import near
from rogatory.law.vocabulary import Fact, Vocabulary

if TYPE_CHECKING:
    from rogatory.law.environment import Environment

Plain: TypeAlias = "str | int | bool | tuple[str, ...]"


@dataclass(frozen=True, slots=True)
class Untold:
    """Neither true nor false: the facts that are missing."""

    missing: frozenset[str]

    def __or__(self, other: Untold) -> Untold:
        return self if other.missing <= self.missing else Untold(self.missing | other.missing)


@cache
def lacking(name: str) -> Untold:
    """Untold for want of one fact."""
    return Untold(frozenset({name}))


Answer: TypeAlias = "Plain | Untold | Mapping[str, Plain] | tuple[Mapping[str, Plain], ...]"
Locals: TypeAlias = Mapping[str, "Plain | Mapping[str, Plain]"]
Closure: TypeAlias = "Callable[[Environment, Locals], Answer]"
Condition: TypeAlias = "Callable[[Environment], bool | Untold]"

_COMPARISONS: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
}
FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "in_force": (("State",), "yes-no"),
    "some": (("words",), "yes-no"),
    "passed": (("deadline",), "yes-no"),
    "runs": (("deadline",), "yes-no"),
    "flagged": (("deadline", "flag"), "yes-no"),
    "waiting": (("event", "event"), "yes-no"),
    "some_ground": ((), "yes-no"),
    "at_most_percent": (("number", "number", "number"), "yes-no"),
    "in_time": (("event", "deadline"), "yes-no"),
    "ends_before": (("instant", "deadline"), "yes-no"),
    "ends_after": (("instant", "deadline"), "yes-no"),
    "seconds_between": (("event", "event"), "number"),
    "later_day": (("event", "event", "State"), "yes-no"),
}
LONGEST = 2000
_LITERAL = frozenset({"deadline", "flag", "event"})
_WORDY = frozenset({"word", "State"})


@dataclass(frozen=True, slots=True)
class _Typed:
    run: Closure
    type: str
    words: tuple[str, ...] = ()


class Compiler:
    """Turns conditions of one pack into closures. `where` in errors is file:line:column and the path."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        lists: Mapping[str, tuple[str, ...]],
        terms: Iterable[str],
        deadlines: Iterable[str],
    ) -> None:
        self._vocabulary = vocabulary
        self._lists = lists
        self._terms = frozenset(terms)
        self._deadlines = frozenset(deadlines)

    def condition(self, source: str, where: str) -> tuple[Condition, frozenset[str]]:
        """The closure of a yes-no condition, and the facts that it names."""
        if len(source) > LONGEST:
            raise PackError(f"is longer than {LONGEST} characters", where=where, cure="name a part of it as a term")
        try:
            parsed = ast.parse(f"({source}\n)", mode="eval").body
        except (SyntaxError, ValueError, RecursionError) as error:
            raise PackError("is no condition", where=where, why=str(error), cure="see law/README.md") from error
        typed = self._expression(parsed, where, {})
        self._want(typed, "yes-no", where)
        names = frozenset(one.id for one in ast.walk(parsed) if isinstance(one, ast.Name))
        attributes = frozenset(f"offences.{one.attr}" for one in ast.walk(parsed) if isinstance(one, ast.Attribute))
        return _as_condition(typed.run), (names & self._vocabulary.facts.keys()) | attributes

    def _want(self, typed: _Typed, kind: str, where: str) -> None:
        if typed.type != kind:
            raise PackError(f"is a {typed.type} where a {kind} is needed", where=where, cure="compare it with something")

    def _expression(self, node: ast.expr, where: str, local: Mapping[str, _Typed]) -> _Typed:  # noqa: C901  # one case for each form of the language
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = [self._expression(one, where, local) for one in values]
                for part in parts:
                    self._want(part, "yes-no", where)
                runs = [part.run for part in parts]
                return _Typed(_decide(runs, stop=isinstance(op, ast.Or)), "yes-no")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._expression(operand, where, local)
                self._want(inner, "yes-no", where)
                return _Typed(_negate(inner.run), "yes-no")
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(self._expression(left, where, local), op, self._expression(right, where, local), where)
            case ast.Constant(value=bool() as value):
                return _Typed(lambda _e, _l: value, "yes-no")
            case ast.Constant(value=int() as number):
                return _Typed(lambda _e, _l: number, "number")
            case ast.Constant(value=str() as word):
                return _Typed(lambda _e, _l: word, "literal", (word,))
            case ast.List(elts=elements) if all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in elements):
                listed = tuple(str(one.value) for one in elements if isinstance(one, ast.Constant))
                return _Typed(lambda _e, _l: listed, "list", listed)
            case ast.Name(id=name):
                return self._name(name, where, local)
            case ast.Attribute(value=ast.Name(id=name), attr=key) if name in local:
                return self._attribute(name, key, where, local)
            case ast.Call(func=ast.Name(id=("any" | "all") as which), args=[ast.GeneratorExp() as generator], keywords=[]):
                return self._quantified(which, generator, where, local)
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]) if function in FUNCTIONS:
                return self._call(function, arguments, where, local)
        raise PackError(
            f"may not hold {ast.unparse(node)[:60]!r}",
            where=where,
            cure="see law/README.md for what a condition may hold",
        )

    def _name(self, name: str, where: str, local: Mapping[str, _Typed]) -> _Typed:
        if name in local:
            return local[name]
        if name in self._terms:
            return _Typed(lambda env, _l: env.term(name), "yes-no")
        if name in self._lists:
            listed = self._lists[name]
            return _Typed(lambda _e, _l: listed, "list", listed)
        fact = self._vocabulary.facts.get(name)
        if fact is not None:
            return _Typed(lambda env, _l: env.fact(name), fact.type, fact.words)
        if name in self._vocabulary.words["events"]:
            return _Typed(lambda env, _l: name in env.events, "yes-no")
        known = [*self._terms, *self._lists, *self._vocabulary.facts, *self._vocabulary.words["events"]]
        raise PackError(f"{name!r} is no fact, term, list or event{near(name, known)}", where=where, cure="see law/facts.yaml")

    def _attribute(self, name: str, key: str, where: str, local: Mapping[str, _Typed]) -> _Typed:
        fact = self._vocabulary.offence.get(key)
        if fact is None or local[name].type != "offence":
            raise PackError(
                f"{key!r} is no key of an offence",
                where=where,
                cure=f"use one of {', '.join(self._vocabulary.offence)}",
            )
        missing = Untold(frozenset({f"offences.{key}"}))

        def run(_env: Environment, values: Locals) -> Answer:
            held = values[name]
            return held.get(key, missing) if isinstance(held, Mapping) else missing

        return _Typed(run, fact.type, fact.words)

    def _compare(self, left: _Typed, op: ast.cmpop, right: _Typed, where: str) -> _Typed:
        if isinstance(op, ast.In | ast.NotIn):
            self._member(left, right, where)
            inside = _both(left.run, right.run, lambda one, many: one in many)  # type: ignore[operator]  # types were checked
            return _Typed(inside if isinstance(op, ast.In) else _negate(inside), "yes-no")
        if isinstance(op, ast.Eq | ast.NotEq):
            self._same(left, right, where)
            equal = _both(left.run, right.run, lambda one, other: one == other)
            return _Typed(equal if isinstance(op, ast.Eq) else _negate(equal), "yes-no")
        compare = _COMPARISONS.get(type(op))
        if compare is None:
            raise PackError("may not compare like this", where=where)
        self._want(left, "number", where)
        self._want(right, "number", where)
        return _Typed(_both(left.run, right.run, compare), "yes-no")  # type: ignore[arg-type]  # both are numbers

    def _same(self, left: _Typed, right: _Typed, where: str) -> None:
        for one, other in ((left, right), (right, left)):
            if one.type == "literal" and other.type in _WORDY:
                self._known_words(one.words, other, where)
                return
        if left.type != right.type or left.type in {"literal", "list"}:
            raise PackError(f"compares a {left.type} with a {right.type}", where=where)

    def _member(self, one: _Typed, many: _Typed, where: str) -> None:
        if one.type in _WORDY and many.type == "list":
            self._known_words(many.words, one, where)
        elif one.type == "literal" and many.type == "words":
            self._known_words(one.words, many, where)
        elif (one.type, many.type) not in {("State", "States"), ("word", "words")}:
            raise PackError(f"looks for a {one.type} in a {many.type}", where=where)

    def _known_words(self, words: tuple[str, ...], typed: _Typed, where: str) -> None:
        for word in words:
            if typed.words and word not in typed.words:
                raise PackError(f"{word!r} is not one of {', '.join(typed.words)}{near(word, typed.words)}", where=where)
            if typed.type == "State" and word not in self._vocabulary.capitals:
                raise PackError(
                    f"{word!r} is no country code of ISO 3166-1",
                    where=where,
                    cure="write two capitals, such as IE; NO is Norway, and stays text",
                )

    def _quantified(self, which: str, generator: ast.GeneratorExp, where: str, local: Mapping[str, _Typed]) -> _Typed:
        match generator.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=ast.Name(id=source), ifs=[], is_async=0)]:
                fact = self._vocabulary.facts.get(source)
            case _:
                name, source, fact = "", "", None
        if fact is None or fact.type not in {"words", "States", "offences"}:
            raise PackError("must go over a fact that is a list", where=where)
        element = {"words": "word", "States": "State", "offences": "offence"}[fact.type]
        inner = self._expression(generator.elt, where, {**local, name: _Typed(lambda _e, values: values[name], element, fact.words)})
        self._want(inner, "yes-no", where)
        stop = which == "any"

        def run(env: Environment, values: Locals) -> Answer:
            held = env.fact(source)
            if isinstance(held, Untold):
                return held
            untold: Untold | None = None
            for one in held:  # type: ignore[union-attr]  # a list, by its type
                answer = inner.run(env, {**values, name: one})
                if isinstance(answer, Untold):
                    untold = answer if untold is None else untold | answer
                elif bool(answer) is stop:
                    return stop
            return not stop if untold is None else untold

        return _Typed(run, "yes-no")

    def _call(self, function: str, arguments: list[ast.expr], where: str, local: Mapping[str, _Typed]) -> _Typed:
        types, result = FUNCTIONS[function]
        if len(arguments) != len(types):
            raise PackError(f"{function} takes {len(types)} arguments", where=where)
        runs: list[Closure] = []
        for kind, argument in zip(types, arguments, strict=True):
            typed = self._expression(argument, where, local)
            if kind in _LITERAL:
                self._literal(kind, typed, where)
            elif typed.type != kind:
                raise PackError(f"{function} takes a {kind}, not a {typed.type}", where=where)
            runs.append(typed.run)

        def run(env: Environment, values: Locals) -> Answer:
            given = [one(env, values) for one in runs]
            missing = [one for one in given if isinstance(one, Untold)]
            if function == "at_most_percent" and given[0] == 0:
                return True  # nothing is at most any share, whatever the whole
            if missing and function != "in_force":
                return Untold(frozenset().union(*(one.missing for one in missing)))
            return env.call(function, given)

        return _Typed(run, result)

    def _literal(self, kind: str, typed: _Typed, where: str) -> None:
        if typed.type != "literal":
            raise PackError(f"takes the name of a {kind} in double quotes", where=where)
        known = self._deadlines if kind == "deadline" else self._vocabulary.words["events"] if kind == "event" else None
        if known is not None and typed.words[0] not in known:
            raise PackError(f"{typed.words[0]!r} is no {kind}", where=where)


def _decide(runs: list[Closure], *, stop: bool) -> Closure:
    def run(env: Environment, values: Locals) -> Answer:
        untold: Untold | None = None
        for one in runs:
            answer = one(env, values)
            if isinstance(answer, Untold):
                untold = answer if untold is None else untold | answer
            elif bool(answer) is stop:
                return stop
        return not stop if untold is None else untold

    return run


def _negate(inner: Closure) -> Closure:
    def run(env: Environment, values: Locals) -> Answer:
        answer = inner(env, values)
        return answer if isinstance(answer, Untold) else not answer

    return run


def _both(left: Closure, right: Closure, compare: Callable[[Plain, Plain], bool]) -> Closure:
    def run(env: Environment, values: Locals) -> Answer:
        one, other = left(env, values), right(env, values)
        if isinstance(one, Untold):
            return one | other if isinstance(other, Untold) else one
        return other if isinstance(other, Untold) else compare(one, other)  # type: ignore[arg-type]  # types were checked

    return run


def _as_condition(closure: Closure) -> Condition:
    def run(env: Environment) -> bool | Untold:
        answer = closure(env, {})
        return answer if isinstance(answer, Untold) else bool(answer)

    return run


def closed(fact: Fact) -> tuple[Plain, ...]:
    """Every value of a fact whose words are closed; nothing for the others."""
    return (True, False) if fact.type == "yes-no" else fact.words if fact.type == "word" else ()
