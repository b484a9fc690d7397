"""One step of the counting of a deadline, and how it reads in English, French, German and Spanish.

A step is text (its English form, which is hashed and kept) that also knows what it is made of, so that it can be told again in
another language. Dates are written out, moments in the local time of the State where the duty lies, with the offset.

>>> from datetime import date
>>> step = Step("nth-day", count=10, day=date(2026, 9, 19))
>>> step
'day 10 is Saturday 19 September 2026'
>>> step.say("fr")
'le jour 10 est le samedi 19 septembre 2026'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self, TypeAlias
from zoneinfo import ZoneInfo

Part: TypeAlias = "str | int | date | datetime"

_DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}
_DATE = {"en": "{w} {d} {m} {y}", "fr": "{w} {d} {m} {y}", "de": "{w}, {d}. {m} {y}", "es": "{w} {d} de {m} de {y}"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "event-day": {
        "en": "the day of the event, {day}, is not counted",
        "fr": "le jour de l'événement, le {day}, n'est pas compté",
        "de": "der Tag des Ereignisses, {day}, wird nicht mitgerechnet",
        "es": "el día del acontecimiento, {day}, no se cuenta",
    },
    "nth-day": {
        "en": "day {count} is {day}",
        "fr": "le jour {count} est le {day}",
        "de": "Tag {count} ist {day}",
        "es": "el día {count} es el {day}",
    },
    "nth-working-day": {
        "en": "working day {count} is {day}",
        "fr": "le jour ouvrable {count} est le {day}",
        "de": "Arbeitstag {count} ist {day}",
        "es": "el día hábil {count} es el {day}",
    },
    "weekend": {
        "en": "{day} is no working day, so the end moves to {next}",
        "fr": "le {day} n'est pas un jour ouvrable : la fin est reportée au {next}",
        "de": "{day} ist kein Arbeitstag, das Ende verschiebt sich daher auf {next}",
        "es": "el {day} no es día hábil, así que el fin pasa al {next}",
    },
    "holiday": {
        "en": "{day} is a public holiday, so the end moves to {next}",
        "fr": "le {day} est un jour férié : la fin est reportée au {next}",
        "de": "{day} ist ein Feiertag, das Ende verschiebt sich daher auf {next}",
        "es": "el {day} es festivo, así que el fin pasa al {next}",
    },
    "two-working-days": {
        "en": "until {day} there are fewer than two working days, so the end moves to {next}",
        "fr": "jusqu'au {day} il y a moins de deux jours ouvrables : la fin est reportée au {next}",
        "de": "bis {day} liegen weniger als zwei Arbeitstage, das Ende verschiebt sich daher auf {next}",
        "es": "hasta el {day} hay menos de dos días hábiles, así que el fin pasa al {next}",
    },
    "not-counted-weekend": {
        "en": "{day} is no working day and is not counted",
        "fr": "le {day} n'est pas un jour ouvrable et n'est pas compté",
        "de": "{day} ist kein Arbeitstag und wird nicht mitgerechnet",
        "es": "el {day} no es día hábil y no se cuenta",
    },
    "not-counted-holiday": {
        "en": "{day} is a public holiday and is not counted",
        "fr": "le {day} est un jour férié et n'est pas compté",
        "de": "{day} ist ein Feiertag und wird nicht mitgerechnet",
        "es": "el {day} es festivo y no se cuenta",
    },
    "nothing-moves": {
        "en": "a treaty counts calendar days: no weekend and no holiday moves the end",
        "fr": "un traité compte en jours civils : ni week-end ni jour férié ne reporte la fin",
        "de": "ein Vertrag zählt Kalendertage: weder Wochenende noch Feiertag verschiebt das Ende",
        "es": "un tratado cuenta días naturales: ni fin de semana ni festivo mueve el fin",
    },
    "ends": {
        "en": "so it ends on {day}, 24:00 in {zone} ({moment})",
        "fr": "il expire donc le {day} à 24 h 00, heure de {zone} ({moment})",
        "de": "sie endet also am {day}, 24:00 Uhr in {zone} ({moment})",
        "es": "por tanto termina el {day} a las 24:00 en {zone} ({moment})",
    },
    "elapsed": {
        "en": "{count} hours after {start} are {moment}",
        "fr": "{count} heures après {start}, il est {moment}",
        "de": "{count} Stunden nach {start} ist {moment}",
        "es": "{count} horas después de {start} son {moment}",
    },
    "full-hours": {
        "en": "the hour of the event is not counted: the last of {count} full hours ends at {moment}",
        "fr": "l'heure de l'événement n'est pas comptée : la dernière des {count} heures pleines s'achève à {moment}",
        "de": "die Stunde des Ereignisses zählt nicht: die letzte von {count} vollen Stunden endet um {moment}",
        "es": "la hora del acontecimiento no se cuenta: la última de las {count} horas completas acaba a las {moment}",
    },
    "hours-not-stretched": {
        "en": "fewer than two working days lie in these {count} hours; whether that prolongs them is unsettled, and here it does not",
        "fr": "ces {count} heures comptent moins de deux jours ouvrables ; l'effet est discuté, et ici elles ne sont pas prolongées",
        "de": "in diese {count} Stunden fallen weniger als zwei Arbeitstage; ob das sie verlängert, ist offen, und hier nicht der Fall",
        "es": "en estas {count} horas hay menos de dos días hábiles; si eso las prolonga es dudoso, y aquí no las prolonga",
    },
    "not-listed": {
        "en": "the holidays around {day} are not listed for {zone}, so the end is not known",
        "fr": "les jours fériés autour du {day} ne sont pas répertoriés pour {zone} : la fin n'est pas connue",
        "de": "die Feiertage um {day} sind für {zone} nicht verzeichnet, das Ende ist also unbekannt",
        "es": "los festivos en torno al {day} no constan para {zone}, así que el fin no se conoce",
    },
    "restarted": {
        "en": "the clarification came on {start}: the whole period starts anew",
        "fr": "l'éclaircissement est arrivé le {start} : tout le délai recommence",
        "de": "die Klarstellung kam am {start}: die ganze Frist beginnt neu",
        "es": "la aclaración llegó el {start}: todo el plazo empieza de nuevo",
    },
    "extended": {
        "en": "it was extended: {count} days from the first receipt",
        "fr": "il a été prolongé : {count} jours à compter de la première réception",
        "de": "sie wurde verlängert: {count} Tage ab dem ersten Eingang",
        "es": "se prorrogó: {count} días desde la primera recepción",
    },
    "stated": {
        "en": "the order itself gives {count} days, which is longer",
        "fr": "l'injonction elle-même donne {count} jours, ce qui est plus long",
        "de": "die Anordnung selbst gibt {count} Tage, was länger ist",
        "es": "la propia orden da {count} días, que es más",
    },
    "suspended": {
        "en": "the time stands still until something else happens",
        "fr": "le délai est suspendu jusqu'à ce qu'autre chose survienne",
        "de": "die Frist ruht, bis etwas anderes geschieht",
        "es": "el plazo está suspendido hasta que ocurra otra cosa",
    },
    "open": {
        "en": "it runs without a fixed end",
        "fr": "il court sans fin fixe",
        "de": "sie läuft ohne festes Ende",
        "es": "corre sin fin fijo",
    },
    "no-calendar": {
        "en": "the end lies beyond every calendar",
        "fr": "la fin dépasse tout calendrier",
        "de": "das Ende liegt jenseits jedes Kalenders",
        "es": "el fin queda fuera de todo calendario",
    },
    "national-rules": {
        "en": "the ten days are counted by the national rules of the issuing State (Art. 17(9)), which are not held here",
        "fr": "les dix jours se comptent selon le droit national de l'État d'émission (art. 17, par. 9), qui n'est pas repris ici",
        "de": "die zehn Tage zählen nach dem Recht des Anordnungsstaats (Art. 17 Abs. 9), das hier nicht erfasst ist",
        "es": "los diez días se cuentan por las normas nacionales del Estado emisor (art. 17, ap. 9), que aquí no constan",
    },
    "lacks": {
        "en": "not known: {names}",
        "fr": "inconnu : {names}",
        "de": "nicht bekannt: {names}",
        "es": "no se conoce: {names}",
    },
}


class Step(str):
    """The English text of a step, with what it is made of. `parts` are counts, days, moments, a zone, or names."""

    __slots__ = ("code", "parts")
    code: str
    parts: Mapping[str, Part]

    def __new__(cls, code: str, **parts: Part) -> Self:
        """A step by its code in `WORDS`, and the parts that its words name."""
        step = super().__new__(cls, _told(code, parts, "en"))
        step.code, step.parts = code, parts
        return step

    def say(self, language: str) -> str:
        """The step in a language: `en`, `fr`, `de` or `es`."""
        return _told(self.code, self.parts, language)


def told_day(day: date, language: str) -> str:
    """A day written out, with its weekday."""
    return _DATE[language].format(w=_DAYS[language][day.weekday()], d=day.day, m=_MONTHS[language][day.month - 1], y=day.year)


def _told(code: str, parts: Mapping[str, Part], language: str) -> str:
    zone = str(parts.get("zone", "UTC"))
    return WORDS[code][language].format(**{name: _part(value, zone, language) for name, value in parts.items()})


def _part(value: Part, zone: str, language: str) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    if isinstance(value, date):
        return told_day(value, language)
    return str(value)
