"""Whether words answer a question, or only tick it: what a machine can tell, and no more.

A question that the law leaves to a human is worth what the answer is worth. Nobody can judge by "yes", "ok" or "n/a", so these are
refused with a sentence, as are answers of a few words and one answer given to several questions.

- Whether an answer is true, or good, is for the judge who reads it: nothing here scores or compares with other cases.
- Scripts that put no space between words are counted by their signs.

>>> not_an_answer("OK.")
'ticks the question off'
>>> not_an_answer("The victim lives in Lyon and received the threat there.")
''
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

TICKED = "ticks the question off"
FEWEST_WORDS = 5
FEWEST_TELLING = 3
FEWEST_SIGNS = 10
"""Different words, those among them that do more than tick, or different signs of a script without spaces."""
_SAID_WITHOUT_SAYING = """
yes yep y no n ok okay done true false tick ticked na none nil null nothing unknown tbd tba todo test see the file above below
attached same ditto idem is as per usual standard not applicable of course confirmed checked fine good sure agreed
oui non fait vrai faux néant rien sans objet voir dossier ci dessus joint même le la validé vu
ja nein erledigt wahr falsch keine kein nichts entfällt siehe akte oben anlage wie gehabt geprüft bestätigt dto
sí si hecho verdadero falso ninguno ninguna nada aplica aplicable véase ver expediente adjunto igual arriba comprobado conforme
"""
TICKS = frozenset(_SAID_WITHOUT_SAYING.split())
_WORD = re.compile(r"[^\W\d_]+")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def not_an_answer(text: str) -> str:
    """Why these words answer nothing, as the end of a sentence; empty if they may be an answer."""
    plain = _plain(text)
    signs = set(_SPACELESS.findall(plain))
    words = {word for word in _WORD.findall(plain) if len(set(word)) > 1}
    telling = words - TICKS
    if not plain.strip():
        return "says nothing"
    if not telling and len(signs) < FEWEST_SIGNS:
        return TICKED
    if (len(words) < FEWEST_WORDS or len(telling) < FEWEST_TELLING) and len(signs) < FEWEST_SIGNS:
        return "is too short to be judged by"
    return ""


def repeated(answers: Mapping[str, str]) -> tuple[str, str] | None:
    """Two questions that were given one answer, if there are any."""
    seen: dict[str, str] = {}
    for question, text in answers.items():
        other = seen.setdefault(" ".join(_WORD.findall(_plain(text))), question)
        if other != question:
            return other, question
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
