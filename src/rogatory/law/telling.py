"""What the finder found, in words: one line at a time, in English, French, German or Spanish, for screens and pages alike.

Left to others: finding (`finder`), layout (the doors).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rogatory.law.finder import Protection, Route, Time
from rogatory.law.model import Finding

LANGUAGES: Final = ("en", "fr", "de", "es")
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "open": {"en": "Open", "fr": "Ouvertes", "de": "Offen", "es": "Abiertas"},
    "undecided": {"en": "Not decided yet", "fr": "Pas encore tranchées", "de": "Noch nicht entschieden", "es": "Aún sin decidir"},
    "closed": {"en": "Closed", "fr": "Fermées", "de": "Verschlossen", "es": "Cerradas"},
    "none": {"en": "none", "fr": "aucune", "de": "keine", "es": "ninguna"},
    "keeps": {
        "en": "Keeps the data where they are, and gives nothing to anybody.",
        "fr": "Conserve les données là où elles sont, et ne remet rien à personne.",
        "de": "Sichert die Daten dort, wo sie liegen, und gibt niemandem etwas heraus.",
        "es": "Conserva los datos donde están y no entrega nada a nadie.",
    },
    "needs": {"en": "needs", "fr": "il faut", "de": "nötig", "es": "requiere"},
    "nothing-more": {
        "en": "nothing more under this instrument; domestic law still applies",
        "fr": "rien de plus selon cet instrument ; le droit national s'applique toujours",
        "de": "nichts weiter nach diesem Instrument; das innerstaatliche Recht gilt weiterhin",
        "es": "nada más según este instrumento; el derecho nacional sigue aplicándose",
    },
    "takes": {"en": "takes", "fr": "délais", "de": "dauert", "es": "plazos"},
    "no-time": {
        "en": "no time is fixed by the instrument",
        "fr": "l'instrument ne fixe aucun délai",
        "de": "das Instrument setzt keine Frist",
        "es": "el instrumento no fija plazo",
    },
    "why": {"en": "why", "fr": "pourquoi", "de": "warum", "es": "por qué"},
    "cure": {"en": "cure", "fr": "remède", "de": "Abhilfe", "es": "remedio"},
    "waits": {"en": "waits for", "fr": "attend", "de": "wartet auf", "es": "espera"},
    "untold": {
        "en": "Not told, and would decide",
        "fr": "Non dit, et qui déciderait",
        "de": "Nicht angegeben, und entscheidend",
        "es": "No dicho, y decidiría",
    },
    "protects": {"en": "protects by", "fr": "protège par", "de": "schützt durch", "es": "protege por"},
    "stricter": {
        "en": "Stricter routes that were open",
        "fr": "Voies plus strictes qui étaient ouvertes",
        "de": "Strengere Wege, die offen waren",
        "es": "Vías más estrictas que estaban abiertas",
    },
    "or": {"en": "or", "fr": "ou", "de": "oder", "es": "o"},
    "from": {"en": "from", "fr": "à partir de", "de": "ab", "es": "desde"},
    "or-longer": {
        "en": "or as stated, if longer",
        "fr": "ou plus si indiqué",
        "de": "oder länger, wenn angegeben",
        "es": "o más si se indica",
    },
}
_UNITS: Final[Mapping[str, Mapping[str, str]]] = {
    "days": {"en": "days", "fr": "jours", "de": "Tage", "es": "días"},
    "plain_days": {"en": "calendar days", "fr": "jours civils", "de": "Kalendertage", "es": "días naturales"},
    "working_days": {"en": "working days", "fr": "jours ouvrables", "de": "Arbeitstage", "es": "días hábiles"},
    "hours": {"en": "hours", "fr": "heures", "de": "Stunden", "es": "horas"},
    "exact_hours": {"en": "hours", "fr": "heures", "de": "Stunden", "es": "horas"},
}
_AUTHORITY: Final = (
    {
        "en": "the instrument leaves it to domestic law who may ask",
        "fr": "l'instrument laisse au droit national le choix de l'autorité",
        "de": "das Instrument überlässt es dem innerstaatlichen Recht, wer ersuchen darf",
        "es": "el instrumento deja al derecho nacional quién puede pedir",
    },
    {"en": "at least a public prosecutor", "fr": "au moins un procureur", "de": "mindestens ein Staatsanwalt", "es": "al menos un fiscal"},
    {"en": "a judge", "fr": "un juge", "de": "ein Richter", "es": "un juez"},
)
_ABROAD: Final = (
    {
        "en": "nobody decides abroad",
        "fr": "personne ne décide à l'étranger",
        "de": "niemand entscheidet im Ausland",
        "es": "nadie decide en el extranjero",
    },
    {
        "en": "an authority abroad may refuse",
        "fr": "une autorité étrangère peut refuser",
        "de": "eine Behörde im Ausland kann ablehnen",
        "es": "una autoridad extranjera puede denegar",
    },
    {
        "en": "an authority abroad decides first",
        "fr": "une autorité étrangère décide d'abord",
        "de": "eine Behörde im Ausland entscheidet zuerst",
        "es": "una autoridad extranjera decide primero",
    },
)
_TOLD: Final = {
    "en": "the person is told",
    "fr": "la personne est informée",
    "de": "die Person wird unterrichtet",
    "es": "se informa a la persona",
}
_GRAVITY: Final = {
    "en": "not for any offence",
    "fr": "pas pour toute infraction",
    "de": "nicht für jede Straftat",
    "es": "no para cualquier delito",
}


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, in English where there is none."""
    return texts.get(language) or texts.get("en", "")


def word(key: str, language: str) -> str:
    """A word of the frame."""
    return in_language(WORDS[key], language)


def needs(route: Route, language: str) -> str:
    """What the route still needs, and who may give it."""
    if not route.answer.needs:
        return word("nothing-more", language)
    either = f" {word('or', language)} "
    return "; ".join(
        f"{need.replace('_', ' ')} ({either.join(giver.replace('-', ' ') for giver in givers)})"
        for need, givers in route.answer.needs.items()
    )


def times(route: Route, language: str) -> tuple[str, ...]:
    """How long the route takes, one line a period."""
    return tuple(_time(one, language) for one in route.times) or (word("no-time", language),)


def _time(one: Time, language: str) -> str:
    length = f"{one.count} {in_language(_UNITS[one.unit], language)}" if one.count else one.or_longer.replace("_", " ")
    longer = f", {word('or-longer', language)}" if one.or_longer and one.count else ""
    start = f"{word('from', language)} {one.start.replace('_', ' ')}"
    return f"{one.name.replace('_', ' ')}: {length}{longer} {start} ({one.whom}; {', '.join(one.cites)})"


def protections(one: Protection, language: str) -> str:
    """What stands between the request and the person, on one route."""
    said = [_AUTHORITY[one.authority], _ABROAD[one.abroad], *([_TOLD] if one.told else []), *([_GRAVITY] if one.gravity else [])]
    return "; ".join(in_language(each, language) for each in said)


def finding(one: Finding, language: str) -> str:
    """Why: the sentence, its article, its rule, and how it is known if nobody saw it in a source."""
    mark = "" if one.mark == "S" else f"; {one.mark}"
    cites = f"{', '.join(one.cites)}; " if one.cites else ""
    return f"{in_language(one.says, language)} ({cites}{one.rule}{mark})"


def where(route: Route) -> str:
    """The instrument and the article of a route, and how that is known if nobody saw it in a source."""
    cite = "" if route.spec.cite == "none" else f", {route.spec.cite}"
    return f"{route.name}{cite}{'' if route.spec.mark == 'S' else '; ' + route.spec.mark}"
