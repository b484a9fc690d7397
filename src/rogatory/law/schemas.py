"""JSON Schema (2020-12) of the law's own files, for editors and for whoever writes law with other tools.

- Made from what the loaders use: their keys, kinds, marks, units, scales, and the closed vocabulary of `facts.yaml`.
- A schema tells shape and words. What needs thought (a condition's types, dates without gaps, an overlay that lowers a safeguard) the
  loaders tell, and `rogatory law check` with them: a file that loads is valid by its schema, and not always the other way round.
- YAML is read by the 1.2 core schema: a day is text, `NO` is Norway, numbers and truth values are what they look like.

Left to others: schemas of filled forms (`rogatory.forms`), files (the doors).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rogatory.canonical import Value
from rogatory.law import jurisdiction, overlay, period_reader, providers, routes
from rogatory.law.clocks import COUNTING
from rogatory.law.load import KINDS, TOP
from rogatory.law.periods import PLACES
from rogatory.law.safeguards import KNOWN, SCALES
from rogatory.law.tongue import Tongue
from rogatory.law.vocabulary import MARKS, Vocabulary

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final[Value] = {"type": "string", "minLength": 1}
TEXTS: Final[Value] = {"type": "array", "items": TEXT}
NUMBER: Final[Value] = {"type": "integer", "minimum": 0}
DAY: Final[Value] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
PROVISION: Final[Value] = {
    "type": "string",
    "pattern": r"^(none|([a-z0-9-]+ )?(Art\. |Annex )[0-9A-Za-z]+(\.[0-9]+)*(\([0-9A-Za-z]+\))*)$",
}
CITES: Final[Value] = {"anyOf": [PROVISION, {"type": "array", "items": PROVISION, "minItems": 1}]}


def schemas(vocabulary: Vocabulary, tongues: Mapping[str, Tongue]) -> Mapping[str, Value]:
    """The schema of each kind of file, by its name: instrument, overlay, jurisdiction, provider, routes."""
    texts = closed(dict.fromkeys(sorted(tongues), TEXT))
    return {
        "instrument": _headed("instrument", "An instrument, or one period of it", _instrument(vocabulary, texts)),
        "overlay": _headed("overlay", "What a State adds to an instrument", _overlay(vocabulary, texts)),
        "jurisdiction": _headed("jurisdiction", "A State", _jurisdiction(vocabulary, tongues["en"].asks)),
        "provider": _headed("provider", "A provider of the directory", _provider(vocabulary)),
        "routes": _headed("routes", "The routes by which evidence can be asked for", _routes(vocabulary)),
    }


def _headed(name: str, title: str, body: Mapping[str, Value]) -> Value:
    return {"$schema": DIALECT, "$id": f"urn:rogatory:law:{name}:1", "title": title, **body}


def closed(needs: Mapping[str, Value], may: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """A mapping with these keys and no others."""
    return {"type": "object", "additionalProperties": False, "required": list(needs), "properties": {**needs, **(may or {})}}


def words(allowed: Iterable[str]) -> Value:
    """One of these words."""
    return {"enum": list(allowed)}


def some(item: Value, *, least: int = 0, unique: bool = False) -> Value:
    """A list of them."""
    return {"type": "array", "items": item, **({"minItems": least} if least else {}), **({"uniqueItems": True} if unique else {})}


def open_mapping(value: Value) -> Value:
    """A mapping with any keys."""
    return {"type": "object", "additionalProperties": value}


def described(allowed: Mapping[str, str]) -> Value:
    """One of these words, each with its meaning, which an editor shows."""
    return {"oneOf": [{"const": word, "description": means} for word, means in allowed.items()]}


# ---- instruments and overlays


def _instrument(vocabulary: Vocabulary, texts: Value) -> dict[str, Value]:
    known = vocabulary.words
    data = some(words(vocabulary.facts["data"].words), unique=True)
    shapes: dict[str, Value] = {
        "instrument": described(known["instruments"]),
        "applies_from": {"anyOf": [DAY, {"const": "not-yet"}]},
        "applies_until": {"anyOf": [DAY, {"const": "open"}]},
        "checked_on": DAY,
        "review_by": DAY,
        "lists": open_mapping(TEXTS),
        "categories": some(
            closed({"data": data, "category": TEXT, "cite": TEXT}, {"purpose": words(vocabulary.facts["data_purpose"].words)}), least=1
        ),
        "terms": open_mapping(closed({"cite": TEXT}, {"is": TEXT, "given": words(vocabulary.facts), "unless_known": {"type": "boolean"}})),
        "rules": some(_rule(vocabulary, texts)),
        "deadlines": some(_deadline(vocabulary)),
        **{key: _named(vocabulary, key, texts) for key in ("duties", "grounds", "forbidden", "open_points")},
    }
    return closed({key: shapes.get(key, TEXT) for key in TOP})


def _rule(vocabulary: Vocabulary, texts: Value) -> Value:
    follows: dict[str, Value] = {
        "cite": CITES,
        "need": words(vocabulary.needs),
        "givers": some(words(sorted({giver for many in vocabulary.needs.values() for giver in many})), least=1, unique=True),
        "givers_of": words(name for name, fact in vocabulary.facts.items() if fact.type == "words"),
    }
    guarded = some(closed({"cite": CITES}, {"if": TEXT, **follows}), least=1)
    needs: dict[str, Value] = {
        "id": TEXT,
        "from": TEXTS,
        "mark": words(MARKS),
        "acts": some(described(vocabulary.words["acts"]), unique=True),
        "broken": {
            **closed({"as": words(KINDS)}, {"choose": guarded, **follows}),
            "anyOf": [{"required": ["cite"]}, {"required": ["choose"]}],
        },
        "says": texts,
        "cure": texts,
    }
    may: dict[str, Value] = {"when": TEXT, "keep": guarded, "known": some(words(vocabulary.facts), unique=True)}
    return {**closed(needs, may), "oneOf": [{"required": ["keep"]}, {"required": ["known"]}]}


def _deadline(vocabulary: Vocabulary) -> Value:
    event = described(vocabulary.words["events"])
    numbers = [name for name, fact in vocabulary.facts.items() if fact.type == "number"]
    counted: dict[str, Value] = {unit: {"anyOf": [NUMBER, words(numbers)]} for unit in COUNTING if unit != "yearly"}
    length = closed(
        {"cite": CITES},
        {"if": TEXT, "or_longer": words(numbers), **counted, "yearly": {"type": "string", "pattern": "^[01][0-9]-[0-3][0-9]$"}},
    )
    suspended = some(closed({"cite": CITES}, {"if": TEXT}), least=1)
    needs: dict[str, Value] = {
        "name": described(vocabulary.words["deadlines"]),
        "whom": TEXT,
        "from": TEXTS,
        "mark": words(MARKS),
        "start": event,
        "place": words((*PLACES, *vocabulary.capitals)),
    }
    may: dict[str, Value] = {
        "when": TEXT,
        "begins": DAY,
        "restart": closed({"event": event, "after": event, "flag": TEXT}),
        "suspended": suspended,
        "open": closed({"event": event, "before_end": {"type": "boolean"}, "cite": TEXT}),
        "extended": closed({"event": event, "days": NUMBER, "cite": TEXT, "flag": TEXT}),
        "undetermined": closed({"cite": TEXT, "because": TEXT}),
        "at_once": closed({"cite": CITES}),
        "length": some({**length, "oneOf": [{"required": [unit]} for unit in COUNTING]}, least=1),
    }
    return {**closed(needs, may), "oneOf": [{"required": [one]} for one in period_reader.ENDS]}


def _named(vocabulary: Vocabulary, key: str, texts: Value) -> Value:
    needs: dict[str, Value] = {"name": described(vocabulary.words[key]), "if": TEXT}
    return some(closed(needs, {"whose": TEXT, "cite": CITES, "mark": words(MARKS), "says": texts}))


def _overlay(vocabulary: Vocabulary, texts: Value) -> dict[str, Value]:
    earlier = closed({"deadline": described(vocabulary.words["deadlines"]), "cite": CITES}, dict.fromkeys(overlay.UNITS, NUMBER))
    shapes: dict[str, Value] = {
        "instrument": described(vocabulary.words["instruments"]),
        "side": words(overlay.SIDES),
        "checked_on": DAY,
        "state": _state(),
        "rules": some(_rule(vocabulary, texts)),
        "earlier": some({**earlier, "oneOf": [{"required": [unit]} for unit in overlay.UNITS]}),
        **{key: _named(vocabulary, key, texts) for key in ("duties", "forbidden")},
    }
    adds = {key: shapes[key] for key in overlay.ADDS}
    return {**closed({key: shapes.get(key, TEXT) for key in overlay.KEYS}, adds), "anyOf": [{"required": [key]} for key in adds]}


# ---- States, providers, routes


def _state() -> Value:
    return {"type": "string", "pattern": "^[A-Z]{2}$"}


def _jurisdiction(vocabulary: Vocabulary, asks: Mapping[str, str]) -> dict[str, Value]:
    source: dict[str, Value] = {"cite": TEXT, "source": TEXT, "mark": words(MARKS), "checked_on": DAY}
    unknown: Value = {"const": jurisdiction.UNKNOWN}
    bond = closed(
        {"status": words(jurisdiction.STATUS), "since": {"anyOf": [DAY, unknown, {"const": "none"}]}, **source},
        {
            "declared": {"anyOf": [unknown, some(words(vocabulary.facts[jurisdiction.DECLARED].words), unique=True)]},
            "signed": DAY,
            "note": TEXT,
        },
    )
    answers = {
        name: {"description": asks[name], "anyOf": [unknown, closed({"is": words(scale), "says": TEXT, **source})]}
        for name, scale in SCALES.items()
    }
    known = {name: {"description": asks[name], "anyOf": [unknown, some(closed({"says": TEXT, **source}), least=1)]} for name in KNOWN}
    shapes: dict[str, Value] = {
        "state": _state(),
        "zone": {"type": "string", "pattern": "/"},
        "languages": TEXTS,
        "union": words(("EU", "none")),
        "instruments": closed(dict.fromkeys(vocabulary.words["instruments"], bond)),
        "safeguards": closed(answers),
        "known": closed(known),
        "holidays_until": DAY,
        "holidays": some(DAY, least=1, unique=True),
    }
    return closed({key: shapes.get(key, TEXT) for key in jurisdiction.KEYS})


def _provider(vocabulary: Vocabulary) -> dict[str, Value]:
    service = closed({"service": TEXT, "sort": words(vocabulary.facts["service"].words), "domains": TEXTS})
    addressee = closed(
        {
            "as": words(providers.SORTS),
            "name": TEXT,
            "state": _state(),
            "languages": some(TEXT, least=1),
            "serves": some({"anyOf": [_state(), {"const": "all"}]}, unique=True),
        }
    )
    kept: Value = {"anyOf": [words(("held", "not-held", jurisdiction.UNKNOWN)), NUMBER]}
    shapes: dict[str, Value] = {
        "provider": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
        "offers": some(service, least=1),
        "addressees": some(addressee),
        "holds": closed(dict.fromkeys(vocabulary.facts["data"].words, kept)),
        "emergency": {
            "description": "The mailbox of a desk, never a person's",
            "anyOf": [
                {"const": jurisdiction.UNKNOWN},
                {"type": "string", "pattern": f"^({'|'.join(sorted(providers.DESKS))})@[a-z0-9.-]+$"},
            ],
        },
        "checked_on": DAY,
    }
    return closed({key: shapes.get(key, TEXT) for key in providers.KEYS})


def _routes(vocabulary: Vocabulary) -> dict[str, Value]:
    says = closed({"en": TEXT}, dict.fromkeys(routes.LANGUAGES, TEXT))
    shapes: dict[str, Value] = {
        "instrument": described(vocabulary.words["instruments"]),
        "measure": words(vocabulary.facts["measure"].words),
        "gives": words(routes.GIVES),
        "abroad": words(routes.ABROAD),
        "times": some(described(vocabulary.words["deadlines"]), unique=True),
        "mark": words(MARKS),
        "says": says,
    }
    return closed({"routes": some(closed({key: shapes.get(key, TEXT) for key in routes.KEYS}))})
