"""Load a pack: an instrument's YAML with the vocabulary and the jurisdictions, every condition parsed and typed.

A mistake stops the load with `file:line:column` and the path. The hash of a pack is SHA-256 over the RFC 8785 form of the
instrument and the jurisdictions, without texts for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from rogatory.canonical import Value, encode, sha256_hex
from rogatory.errors import FormError, PackError
from rogatory.law.clocks import Place
from rogatory.law.conditions import Compiler, Condition
from rogatory.law.jurisdiction import Jurisdiction, read_jurisdiction
from rogatory.law.model import Guarded, Named, Pack, PeriodRule, Rule, Term
from rogatory.law.overlay import Base, lay_over
from rogatory.law.period_reader import PeriodReader
from rogatory.law.provisions import is_provision
from rogatory.law.tongue import Tongue, read_tongue
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import MARKS, Vocabulary, pack_error, read_vocabulary
from rogatory.moments import parse_day

SHOWN = "en"
"""The language that every pack speaks, whatever others."""
KINDS = ("unavailable", "blocked", "needs", "judge", "warn")
_WORD = re.compile(r'(?<!")\b[a-z][a-z_]*\b(?!")')
TOP = (
    "instrument", "name", "source", "applies_from", "applies_until", "checked_on", "review_by", "owner", "lists",
    "categories", "terms", "rules", "deadlines", "duties", "grounds", "forbidden", "open_points",
)  # fmt: skip


def load(files: Mapping[str, str]) -> Pack:
    """Load a pack from the texts of its files: `facts.yaml`, one `instruments/...`, `jurisdictions/...` and `overlays/...`."""
    instruments = sorted(name for name in files if name.startswith("instruments/"))
    if "facts.yaml" not in files or len(instruments) != 1:
        raise PackError("needs facts.yaml and exactly one instrument", where="pack", cure="give both")
    vocabulary = read_vocabulary("facts.yaml", files["facts.yaml"])
    names = sorted(name for name in files if name.startswith("jurisdictions/"))
    states: dict[str, Jurisdiction] = {}
    for name in names:
        state = read_jurisdiction(name, files[name], vocabulary)
        if state.state in states:
            raise PackError(f"{state.state} stands twice", where=name, cure="keep one file for each State")
        states[state.state] = state
    tongues: dict[str, Tongue] = {}
    for name in sorted(name for name in files if name.startswith("languages/")):
        tongue = read_tongue(name, files[name])
        tongues[tongue.language] = tongue
    if SHOWN not in tongues:
        raise PackError(f"needs languages/{SHOWN}.yaml", where="pack", cure="give it, and any other language beside it")
    loader = _Loader(instruments[0], files[instruments[0]], vocabulary, states, tongues)
    pack = loader.pack()
    for name in sorted(name for name in files if name.startswith("overlays/")):
        pack = lay_over(loader.base(pack), name, files[name])
    return pack


def _capitals(vocabulary: Vocabulary) -> dict[str, Place]:
    """Every State with the time of its capital, and no day for which its holidays are known."""
    return {state: Place(zone=zone, listed_from=date.max, listed_until=date.min) for state, zone in vocabulary.capitals.items()}


def _day(reader: Reader, node: Node, path: str) -> date:
    try:
        return parse_day(reader.text(node, path))
    except FormError as error:
        raise reader.fail(node, "is no day", path) from error


class _Loader:
    """Loads one instrument."""

    def __init__(
        self, name: str, source: str, vocabulary: Vocabulary, states: Mapping[str, Jurisdiction], tongues: Mapping[str, Tongue]
    ) -> None:
        self._reader = Reader(name, pack_error)
        self._node = self._reader.read(source)
        self._vocabulary = vocabulary
        self._states = states
        self._tongues = tongues
        self._keys = self._reader.mapping(self._node, "", needs=TOP)
        lists = {
            key: tuple(self._reader.text(one, "lists") for one in self._reader.sequence(value, "lists"))
            for key, value in self._reader.mapping(self._keys["lists"], "lists", may=None).items()
        }
        terms = self._reader.mapping(self._keys["terms"], "terms", may=None)
        deadlines = [self._reader.mapping(one, "deadlines", needs=("name",), may=None)["name"] for one in self._items("deadlines")]
        self._compiler = Compiler(vocabulary, lists, terms, [self._reader.text(one, "deadlines") for one in deadlines])
        self._periods = PeriodReader(self._reader, vocabulary, self._optional, self._guarded, self._cites)

    def _items(self, key: str) -> tuple[Node, ...]:
        return self._reader.sequence(self._keys[key], key)

    def pack(self) -> Pack:
        """The whole pack."""
        reader, keys = self._reader, self._keys
        reader.text(keys["source"], "source")
        rules = tuple(self._rule(one, f"rules[{number}]") for number, one in enumerate(self._items("rules")))
        self._unique(rules, (rule.id for rule in rules))
        periods: dict[str, list[PeriodRule]] = {}
        for number, one in enumerate(self._items("deadlines")):
            period = self._periods.period(one, f"deadlines[{number}]")
            periods.setdefault(period.name, []).append(period)
        instrument = reader.word(keys["instrument"], "instrument", self._vocabulary.words["instruments"])
        places = _capitals(self._vocabulary)
        zones: dict[str, Value] = {state: {"zone": place.zone} for state, place in places.items()}
        states = {name: state.value(instrument) for name, state in self._states.items()}
        value: Value = {"instrument": _value(self._node), "jurisdictions": {**zones, **states}}
        return Pack(
            instrument=instrument,
            name=reader.text(keys["name"], "name"),
            hash=sha256_hex(encode(value)),
            applies_from=self._bound("applies_from", "not-yet"),
            applies_until=self._bound("applies_until", "open"),
            ends_at=keys["applies_until"].place,
            checked_on=_day(reader, keys["checked_on"], "checked_on"),
            review_by=_day(reader, keys["review_by"], "review_by"),
            owner=reader.text(keys["owner"], "owner"),
            vocabulary=self._vocabulary,
            terms={name: self._term(name, one) for name, one in reader.mapping(keys["terms"], "terms", may=None).items()},
            rules=rules,
            periods={name: tuple(found) for name, found in periods.items()},
            duties=self._named("duties"),
            grounds=self._named("grounds"),
            forbidden=self._named("forbidden"),
            open_points=self._named("open_points"),
            places={**places, **{name: state.place for name, state in self._states.items()}},
            states=self._states,
            category_of=self._categories(),
            tongues=self._tongues,
            source=_value(self._node),
        )

    def base(self, pack: Pack) -> Base:
        """What an overlay is laid over, and how its rules are read: as the rules of the instrument are."""
        conditions = [one for key, one in self._keys.items() if key != "open_points"]
        return Base(
            pack=pack,
            rule=self._rule,
            named=self._named_in,
            cites=self._cites,
            value=_value,
            read_by_conditions=frozenset(name for name in pack.periods if any(_quotes(one, name) for one in conditions)),
        )

    def _bound(self, key: str, word: str) -> date | None:
        """A day, or the word that says that there is none."""
        node = self._keys[key]
        return None if node.text == word else _day(self._reader, node, key)

    def _cites(self, node: Node, path: str) -> tuple[str, ...]:
        """The provisions that are cited: one, a list, or none where the text that is held names no article."""
        if node.items is not None:
            return tuple(self._provision(one, path) for one in node.items)
        return () if node.text == "none" else (self._provision(node, path),)

    def _provision(self, node: Node, path: str) -> str:
        text = self._reader.text(node, path)
        if not is_provision(text, self._vocabulary.words["instruments"]):
            raise self._reader.fail(node, f"{text!r} is no provision; write it as Art. 4(1)(a)", path)
        return text

    def _unique(self, rules: tuple[Rule, ...], ids: Iterable[str]) -> None:
        seen: set[str] = set()
        for rule, name in zip(rules, ids, strict=True):
            if name in seen:
                raise PackError(f"the rule {name} stands twice", where=rule.place, cure="give each rule a name of its own")
            seen.add(name)

    def _condition(self, node: Node, path: str) -> tuple[Condition, frozenset[str]]:
        test, facts = self._compiler.condition(self._reader.text(node, path), f"{node.place}: {path}")
        return test, facts | self._behind(node.text or "", frozenset())

    def _behind(self, text: str, seen: frozenset[str]) -> frozenset[str]:
        """The facts behind the terms that a condition names, and behind the terms of these, of which none may lean on itself."""
        terms = self._keys["terms"].keys or {}
        found = frozenset[str]()
        for name in sorted(set(_WORD.findall(text)) & terms.keys()):
            if name in seen:
                raise self._reader.fail(terms[name], f"the term {name} leans on itself", f"terms.{name}")
            held = terms[name].keys or {}
            source = next((held[key].text or "" for key in ("is", "given") if key in held), "")
            found |= set(_WORD.findall(source)) & self._vocabulary.facts.keys()
            found |= self._behind(source, seen | {name})
        return found

    def _optional(self, node: Node | None, path: str) -> Condition | None:
        return self._condition(node, path)[0] if node else None

    def _term(self, name: str, node: Node) -> Term:
        keys = self._reader.mapping(node, f"terms.{name}", needs=("cite",), may=("is", "given", "unless_known"))
        self._reader.text(keys["cite"], f"terms.{name}.cite")
        if "given" in keys:
            fact = self._reader.word(keys["given"], f"terms.{name}.given", self._vocabulary.facts)
            return Term(name=name, test=lambda env: fact in env.facts, unless_known=None, facts=frozenset({fact}), text="")
        if "is" not in keys:
            raise self._reader.fail(node, "needs either is or given", f"terms.{name}")
        test, facts = self._condition(keys["is"], f"terms.{name}.is")
        unless = self._reader.truth(keys["unless_known"], f"terms.{name}") if "unless_known" in keys else None
        return Term(name=name, test=test, unless_known=unless, facts=facts, text=keys["is"].text or "")

    def _rule(self, node: Node, path: str) -> Rule:
        reader = self._reader
        keys = reader.mapping(node, path, needs=("id", "from", "mark", "acts", "broken", "says", "cure"), may=("when", "keep", "known"))
        if ("keep" in keys) == ("known" in keys):
            raise reader.fail(node, "needs either keep or known", path)
        broken = reader.mapping(keys["broken"], f"{path}.broken", needs=("as",), may=("cite", "choose", "need", "givers", "givers_of"))
        when = None
        if "when" in keys:
            test, facts = self._condition(keys["when"], f"{path}.when")
            when = Guarded(test=test, facts=facts, cites=(), text=keys["when"].text or "")
        return Rule(
            id=reader.text(keys["id"], f"{path}.id"),
            acts=frozenset(reader.words(keys["acts"], f"{path}.acts", self._vocabulary.words["acts"])),
            when=when,
            keep=self._guarded(keys["keep"], f"{path}.keep") if "keep" in keys else (),
            known=reader.words(keys["known"], f"{path}.known", self._vocabulary.facts) if "known" in keys else (),
            kind=reader.word(broken["as"], f"{path}.broken.as", KINDS),
            choose=self._broken(broken, keys["broken"], f"{path}.broken"),
            says=self._texts(keys["says"], f"{path}.says"),
            cure=self._texts(keys["cure"], f"{path}.cure"),
            origin=tuple(reader.text(one, path) for one in reader.sequence(keys["from"], f"{path}.from")),
            mark=reader.word(keys["mark"], f"{path}.mark", MARKS),
            place=node.place,
        )

    def _broken(self, broken: Mapping[str, Node], node: Node, path: str) -> tuple[Guarded, ...]:
        if "choose" in broken:
            chosen = self._guarded(broken["choose"], f"{path}.choose")
            if chosen[-1].test is not None:
                raise self._reader.fail(broken["choose"], "must end with a choice that has no condition", path)
            return chosen
        if "cite" not in broken:
            raise self._reader.fail(node, "cite is missing", path)
        return (self._consequence(broken, path, None, frozenset()),)

    def _guarded(self, node: Node, path: str) -> tuple[Guarded, ...]:
        found = []
        for number, one in enumerate(self._reader.sequence(node, path)):
            here = f"{path}[{number}]"
            keys = self._reader.mapping(one, here, needs=("cite",), may=("if", "need", "givers", "givers_of"))
            test, facts = self._condition(keys["if"], here) if "if" in keys else (None, frozenset())
            found.append(self._consequence(keys, here, test, facts))
        if not found:
            raise self._reader.fail(node, "may not be empty", path)
        return tuple(found)

    def _consequence(self, keys: Mapping[str, Node], path: str, test: Condition | None, facts: frozenset[str]) -> Guarded:
        reader = self._reader
        need = reader.word(keys["need"], f"{path}.need", self._vocabulary.needs) if "need" in keys else ""
        givers = reader.words(keys["givers"], f"{path}.givers", self._vocabulary.needs[need]) if need and "givers" in keys else ()
        lists = [name for name, fact in self._vocabulary.facts.items() if fact.type == "words"]
        source = reader.word(keys["givers_of"], f"{path}.givers_of", lists) if "givers_of" in keys else ""
        if need and bool(givers) == bool(source):
            raise reader.fail(keys["need"], "needs either givers or givers_of", path)
        return Guarded(
            test=test,
            facts=facts,
            cites=self._cites(keys["cite"], path),
            need=need,
            givers=givers,
            givers_of=source,
            text=(keys["if"].text or "") if "if" in keys else "",
        )

    def _texts(self, node: Node, path: str) -> Mapping[str, str]:
        keys = self._reader.mapping(node, path, needs=self._tongues)
        return {language: self._reader.text(one, path) for language, one in keys.items()}

    def _named(self, key: str) -> tuple[Named, ...]:
        return self._named_in(self._keys[key], key)

    def _named_in(self, node: Node, key: str) -> tuple[Named, ...]:
        reader, found = self._reader, []
        for number, one in enumerate(reader.sequence(node, key)):
            here = f"{key}[{number}]"
            keys = reader.mapping(one, here, needs=("name", "if"), may=("whose", "cite", "mark", "says"))
            found.append(
                Named(
                    name=reader.word(keys["name"], here, self._vocabulary.words[key]),
                    whose=reader.text(keys["whose"], here) if "whose" in keys else "",
                    test=self._condition(keys["if"], here)[0],
                    cites=self._cites(keys["cite"], here) if "cite" in keys else (),
                    mark=reader.word(keys["mark"], here, MARKS) if "mark" in keys else "S",
                    says=self._texts(keys["says"], f"{here}.says") if "says" in keys else {},
                )
            )
        return tuple(found)

    def _categories(self) -> Mapping[tuple[str, str], str]:
        reader, facts = self._reader, self._vocabulary.facts
        found: dict[tuple[str, str], str] = {}
        for number, one in enumerate(self._items("categories")):
            here = f"categories[{number}]"
            keys = reader.mapping(one, here, needs=("data", "category", "cite"), may=("purpose",))
            reader.text(keys["cite"], f"{here}.cite")
            purposes = (
                (reader.word(keys["purpose"], here, facts["data_purpose"].words),) if "purpose" in keys else facts["data_purpose"].words
            )
            for kind in reader.words(keys["data"], here, facts["data"].words):
                for purpose in purposes:
                    found[(kind, purpose)] = reader.text(keys["category"], here)
        missing = [kind for kind in facts["data"].words if (kind, "other") not in found]
        if missing:
            raise reader.fail(self._keys["categories"], f"{missing[0]} has no category", "categories")
        return found


def _quotes(node: Node, name: str) -> bool:
    """Whether a text below names a deadline in double quotes, as `passed("produce")` does."""
    below = (*(node.keys.values() if node.keys else ()), *(node.items or ()))
    return f'"{name}"' in (node.text or "") or any(_quotes(one, name) for one in below)


def _value(node: Node) -> Value:
    if node.keys is not None:
        return {name: _value(one) for name, one in node.keys.items() if name not in {"says", "cure"}}
    if node.items is not None:
        return [_value(one) for one in node.items]
    return node.text or "-"
