"""Read `law/routes.yaml`: each measure under an instrument by which evidence can be asked for across a border.

- `gives`: whether data leave the provider at all. `abroad`: who in the other State stands between the request and the data.
- `times` names the instrument's own deadlines; how long they are is read there, never repeated.

Left to others: whether a route is open for given facts (`finder`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import MARKS, Vocabulary, pack_error

GIVES: Final = ("nothing", "data")
ABROAD: Final = ("nobody", "may-refuse", "decides")
"""Who abroad stands between, the weakest protection first."""
LANGUAGES: Final = ("en", "fr", "de", "es")
KEYS = ("id", "instrument", "measure", "gives", "abroad", "times", "cite", "mark", "says")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSpec:
    """A measure under an instrument, and what kind of route it is."""

    id: str
    instrument: str
    measure: str
    gives: str
    abroad: str
    times: tuple[str, ...]
    cite: str
    mark: str
    says: Mapping[str, str]


def read_routes(name: str, source: str, vocabulary: Vocabulary) -> tuple[RouteSpec, ...]:
    """Every route of the file, in its order. `PackError` names file, line, column and path of the first thing that is wrong."""
    reader = Reader(name, pack_error)
    top = reader.mapping(reader.read(source), "", needs=("routes",))
    found: dict[str, RouteSpec] = {}
    for number, node in enumerate(reader.sequence(top["routes"], "routes")):
        one = _route(reader, node, f"routes[{number}]", vocabulary)
        if one.id in found:
            raise reader.fail(node, f"the route {one.id} stands twice", f"routes[{number}]")
        found[one.id] = one
    return tuple(found.values())


def _route(reader: Reader, node: Node, path: str, vocabulary: Vocabulary) -> RouteSpec:
    keys = reader.mapping(node, path, needs=KEYS)
    instrument = reader.word(keys["instrument"], f"{path}.instrument", vocabulary.words["instruments"])
    measure = reader.word(keys["measure"], f"{path}.measure", vocabulary.facts["measure"].words)
    if reader.text(keys["id"], f"{path}.id") != f"{instrument}.{measure}":
        raise reader.fail(keys["id"], f"must be {instrument}.{measure}", f"{path}.id")
    says = reader.mapping(keys["says"], f"{path}.says", needs=("en",), may=LANGUAGES)
    return RouteSpec(
        id=f"{instrument}.{measure}",
        instrument=instrument,
        measure=measure,
        gives=reader.word(keys["gives"], f"{path}.gives", GIVES),
        abroad=reader.word(keys["abroad"], f"{path}.abroad", ABROAD),
        times=reader.words(keys["times"], f"{path}.times", vocabulary.words["deadlines"]),
        cite=reader.text(keys["cite"], f"{path}.cite"),
        mark=reader.word(keys["mark"], f"{path}.mark", MARKS),
        says={language: reader.text(one, f"{path}.says.{language}") for language, one in says.items()},
    )
