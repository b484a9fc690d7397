"""Lay a State's own safeguards over an instrument. An overlay adds, and has no word for taking away.

What it may hold, and why none of it can make an answer more permissive:

- `rules`: further rules. The outcome is the worst finding (`assess`), so one more finding never makes it better. They may be
  asked only of acts that intrude (`INTRUDES`): to make refusing or objecting harder would take a safeguard away. And only
  of acts for which the instrument has rules: an act without any is not open, and a first rule would open it.
- `duties`, `forbidden`: further ones. No condition reads them.
- `earlier`: an earlier end of a period in which an authority must act, in the same unit. Not of a period that a condition reads:
  there an earlier end could open something (the end of the ten days of Art. 10(2) releases data).

It has no terms, lists, grounds, needs of its own: a narrower list is a further rule that names who is left. A rule counts only
where the State stands on the side that the overlay names; where that State is not known, its rules are untold.

Left to others: reading a rule (`load`), which overlays a question concerns (`node/packs`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rogatory.canonical import Value, encode, sha256_hex
from rogatory.errors import FormError, PackError
from rogatory.law.conditions import Condition, Untold
from rogatory.law.environment import Environment
from rogatory.law.model import Assessment, Guarded, Length, Named, Pack, PeriodRule, Rule
from rogatory.law.tree import Node, Reader
from rogatory.moments import parse_day

INTRUDES: Final = frozenset({"issue", "extend", "produce", "deliver", "enforce", "access", "use", "transfer-onward"})
SIDES: Final = ("issuing_state", "executing_state")
UNITS: Final = ("days", "working_days", "plain_days", "hours", "exact_hours")
KEYS = ("state", "instrument", "side", "name", "source", "checked_on")
ADDS = ("rules", "duties", "forbidden", "earlier")
_CURE = "an overlay adds a rule, a duty, something forbidden or an earlier end for an authority; it never takes a safeguard away"
# What an outcome allows, the most first: the order in which `assess` decides. Two ranks are *undetermined*, as there.
RANKS: Final = (("kept", ""), ("untold", "needs"), ("broken", "needs"), ("untold", "bar"), ("broken", "blocked"), ("broken", "unavailable"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The instrument below, and how its loader reads a rule or a named list of an overlay."""

    pack: Pack
    rule: Callable[[Node, str], Rule]
    named: Callable[[Node, str], tuple[Named, ...]]
    cites: Callable[[Node, str], tuple[str, ...]]
    value: Callable[[Node], Value]
    read_by_conditions: frozenset[str]


def lay_over(base: Base, name: str, source: str) -> Pack:
    """The pack with one overlay more, and a hash that says so. `PackError` names file, line, column, cause and cure."""
    return _Overlay(base, name, source).pack()


def protection(answer: Assessment) -> int:
    """How far an answer stands from *permitted*: 0 permitted, 5 unavailable. An overlay never lowers it."""
    if answer.outcome == "unavailable":
        return len(RANKS) - 1
    worst = 0
    for one in answer.findings:
        kind = one.kind
        if one.result == "untold" and kind in {"blocked", "unavailable"}:
            kind = "bar"
        key = (one.result, kind)
        worst = max(worst, RANKS.index(key) if key in RANKS else 0)
    return worst


def _together_impossible(one: Guarded, other: Guarded) -> bool:
    """Whether both ask for one need of closed lists of givers that share nobody."""
    named_by_facts = one.givers_of or other.givers_of
    return bool(one.need) and one.need == other.need and not named_by_facts and not set(one.givers) & set(other.givers)


def _error(where: str, what: str) -> PackError:
    return PackError(what, where=where, why="it would not be a further safeguard", cure=_CURE)


class _Overlay:
    """One overlay being read."""

    def __init__(self, base: Base, name: str, source: str) -> None:
        self._base = base
        self._reader = Reader(name, _error)
        self._node = self._reader.read(source)
        self._keys = self._reader.mapping(self._node, "", needs=KEYS, may=ADDS)
        self._state = self._reader.word(self._keys["state"], "state", base.pack.states)
        self._side = self._reader.word(self._keys["side"], "side", SIDES)
        self._named_rightly(name)
        for key in ("name", "source"):
            self._reader.text(self._keys[key], key)
        self._checked()

    def _checked(self) -> None:
        try:
            parse_day(self._reader.text(self._keys["checked_on"], "checked_on"))
        except FormError as error:
            raise self._reader.fail(self._keys["checked_on"], "is no day", "checked_on") from error

    def _named_rightly(self, name: str) -> None:
        instrument = self._reader.word(self._keys["instrument"], "instrument", (self._base.pack.instrument,))
        wanted = f"overlays/{self._state.lower()}/{instrument}.yaml"
        if not name.endswith(wanted):
            raise self._reader.fail(self._keys["state"], f"stands in {name} and should stand in {wanted}", "state")
        if not any(key in self._keys for key in ADDS):
            raise self._reader.fail(self._node, "adds nothing")

    def pack(self) -> Pack:
        base, value = self._base.pack, self._base.value(self._node)
        return replace(
            base,
            hash=sha256_hex(encode({"pack": base.hash, "overlay": value})),
            rules=(*base.rules, *self._rules()),
            duties=(*base.duties, *self._further("duties")),
            forbidden=(*base.forbidden, *self._further("forbidden")),
            periods={**base.periods, **self._earlier()},
        )

    def _rules(self) -> tuple[Rule, ...]:
        found: list[Rule] = []
        for number, node in enumerate(self._items("rules")):
            path = f"rules[{number}]"
            rule = self._base.rule(node, path)
            self._check(rule, node, path)
            if rule.id in {one.id for one in (*self._base.pack.rules, *found)}:
                raise self._reader.fail(node, f"the rule {rule.id} stands already; an overlay may not replace a rule", f"{path}.id")
            found.append(replace(rule, when=self._where_it_stands(rule.when)))
        return tuple(found)

    def _check(self, rule: Rule, node: Node, path: str) -> None:
        prefix = f"{self._base.pack.instrument}.{self._state}."
        if not rule.id.startswith(prefix):
            raise self._reader.fail(node, f"{rule.id!r} must begin with {prefix}", f"{path}.id")
        harder = sorted(rule.acts - INTRUDES)
        if harder:
            raise self._reader.fail(node, f"would make the act {harder[0]!r} harder, which is itself a safeguard", f"{path}.acts")
        ruled = frozenset(act for below in self._base.pack.rules for act in below.acts)
        unruled = sorted(rule.acts - ruled)
        if unruled:  # where no rule stands, the instrument is not open: a rule would open it
            what = f"would open the act {unruled[0]!r}, for which the instrument has no rule"
            raise self._reader.fail(node, what, f"{path}.acts")
        for below in self._base.pack.rules:
            if rule.acts & below.acts:
                self._somebody_can_give(rule, below, node, path)

    def _somebody_can_give(self, rule: Rule, below: Rule, node: Node, path: str) -> None:
        """Where both ask for one need, at least one authority may give both."""
        for further in rule.choose:
            for one in below.choose:
                if _together_impossible(further, one):
                    asked, already = ", ".join(further.givers), ", ".join(one.givers)
                    what = f"asks {further.need} of {asked}, and {below.id} of {already}: nobody could give it"
                    raise self._reader.fail(node, what, f"{path}.broken")

    def _further(self, key: str) -> tuple[Named, ...]:
        node = self._keys.get(key)
        return tuple(replace(one, test=self._guard(one.test)) for one in self._base.named(node, key)) if node else ()

    def _earlier(self) -> Mapping[str, tuple[PeriodRule, ...]]:
        found: dict[str, tuple[PeriodRule, ...]] = {}
        for number, node in enumerate(self._items("earlier")):
            path = f"earlier[{number}]"
            keys = self._reader.mapping(node, path, needs=("deadline", "cite"), may=UNITS)
            name = self._reader.word(keys["deadline"], f"{path}.deadline", self._base.pack.periods)
            periods = found.get(name, self._base.pack.periods[name])
            found[name] = tuple(self._shortened(period, keys, node, path) for period in periods)
        return found

    def _shortened(self, period: PeriodRule, keys: Mapping[str, Node], node: Node, path: str) -> PeriodRule:
        if "authority" not in period.whom:
            raise self._reader.fail(node, f"{period.name} is no period in which an authority must act, but one of: {period.whom}", path)
        if period.name in self._base.read_by_conditions or not period.lengths:
            raise self._reader.fail(node, f"the end of {period.name} opens something: an earlier end could take a safeguard away", path)
        return replace(period, lengths=(self._shorter(period, keys, node, path), *period.lengths))

    def _shorter(self, period: PeriodRule, keys: Mapping[str, Node], node: Node, path: str) -> Length:
        units = [unit for unit in UNITS if unit in keys]
        if len(units) != 1 or any(one.unit != units[0] or one.fact for one in period.lengths):
            raise self._reader.fail(node, f"must count as the instrument does, in {period.lengths[0].unit}", path)
        count = self._reader.number(keys[units[0]], f"{path}.{units[0]}")
        least = min(one.count for one in period.lengths)
        if not 0 < count < least:
            what = f"{count} is not earlier than the {least} {units[0]} of the instrument"
            raise self._reader.fail(keys[units[0]], what, f"{path}.{units[0]}")
        cites = self._base.cites(keys["cite"], f"{path}.cite")
        return Length(test=self._stands, unit=units[0], count=count, fact="", cites=cites)

    def _items(self, key: str) -> tuple[Node, ...]:
        return self._reader.sequence(self._keys[key], key) if key in self._keys else ()

    # ---- only where this State stands on that side

    def _stands(self, env: Environment) -> bool | Untold:
        here = env.fact(self._side)
        return here if isinstance(here, Untold) else here == self._state

    def _guard(self, test: Condition) -> Condition:
        def guarded(env: Environment) -> bool | Untold:
            here = self._stands(env)
            if here is False:
                return False
            answer = test(env)
            return answer if answer is False or here is True else here | answer if isinstance(answer, Untold) else here

        return guarded

    def _where_it_stands(self, when: Guarded | None) -> Guarded:
        facts = (when.facts if when else frozenset()) | {self._side}
        test = self._guard(when.test) if when and when.test else self._stands
        return Guarded(test=test, facts=facts, cites=())
