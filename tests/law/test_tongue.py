"""A language of the law is a file; what it lacks or holds too much is named, with its line."""

from __future__ import annotations

import pytest

from rogatory.errors import PackError
from rogatory.law.said import SAID, STEPS
from rogatory.law.tongue import read_tongue
from rogatory.node.packs import corpus

GERMAN = (corpus() / "languages" / "de.yaml").read_text(encoding="utf-8")


def key_of(section: str, braces: bool) -> str:
    """A sentence of that section with a place to fill, or with none, as its line begins in the file."""
    return next(code for code, blanks in SAID[section].items() if bool(blanks) == braces and f"\n  {code}: " in GERMAN)


def changed(code: str, sentence: str) -> str:
    """The file with another sentence."""
    lines = GERMAN.split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith(f"  {code}: "))
    end = next((number for number in range(at + 1, len(lines)) if not lines[number].startswith("    ")), len(lines))
    return "\n".join([*lines[:at], f"  {code}: '{sentence}'", *lines[end:]])


@pytest.mark.parametrize("section", ["weekdays", "months"])
@pytest.mark.parametrize("more", [True, False])
def test_names_too_many_or_too_few_are_counted(section: str, more: bool) -> None:
    held = getattr(read_tongue("de.yaml", GERMAN), section)
    names = [*held, "Sonstag"] if more else held[:-1]
    lines = [line for line in GERMAN.split("\n") if not line.startswith(f"{section}:")]
    text = "\n".join([*lines, f"{section}: [{', '.join(names)}]"]) + "\n"
    with pytest.raises(PackError, match=f"holds {len(names)} names where there are {len(held)}"):
        read_tongue("de.yaml", text)


@pytest.mark.parametrize(("sentence", "says"), [("ohne Platz", "must hold exactly {"), ("{", "a brace that is not closed")])
def test_a_sentence_without_its_places_is_refused_with_those_that_are_due(sentence: str, says: str) -> None:
    code = key_of("steps", True)
    with pytest.raises(PackError) as caught:
        read_tongue("de.yaml", changed(code, sentence))
    assert says in str(caught.value)
    assert f"steps.{code}" in str(caught.value)
    if says.startswith("must"):
        assert "must hold exactly " + ", ".join("{" + one + "}" for one in sorted(STEPS[code])) in str(caught.value)


def test_a_sentence_with_a_place_too_many_is_refused() -> None:
    code = key_of("words", False)
    with pytest.raises(PackError, match="must hold exactly no braces"):
        read_tongue("de.yaml", changed(code, "viele {wen}"))


def test_a_date_without_its_year_is_refused() -> None:
    line = next(line for line in GERMAN.split("\n") if line.startswith("date:"))
    with pytest.raises(PackError, match="must hold exactly"):
        read_tongue("de.yaml", GERMAN.replace(line, "date: '{weekday}, {day}. {month}'"))
