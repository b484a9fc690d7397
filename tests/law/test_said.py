"""What the engine says stands in `law/languages/`, in every language alike; its modules hold codes and no sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import rogatory.law
from rogatory.law.routes import ABROAD
from rogatory.law.safeguards import KNOWN, SCALES
from rogatory.law.said import ANSWERS, COMPARED, SAID, STEPS
from rogatory.node.packs import load_tongues

ENGINE = Path(rogatory.law.__file__).parent
FOR_AUTHORS = {
    "casefile": "what a worked case expected and was not answered",
    "comparison": "what changed between two versions of the law",
    "overlay": "what an overlay lacks",
    "providers": "what a provider's file lacks",
    "reform": "the table and the picture of a draft of law",
    "schemas": "titles of the schemas",
    "signing": "what was changed since the law was signed",
    "soundness": "what law check finds lacking",
    "tree": "what was probably meant",
}
"""Modules that speak to those who write law files and run the commands, in the language of the files, never of a case."""
ERRORS = {"fail", "_error", "PackError", "CaseFileError", "FormError", "TypeError"}
PROSE = re.compile(r"[^\W\d_]{2,} +[^\W\d_{(]")
BLANK = Formatter()


def modules() -> list[Path]:
    return sorted(path for path in ENGINE.glob("*.py") if path.stem not in FOR_AUTHORS)


def spoken(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of a module that reads as prose, but for its documentation and the errors of a broken file."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        function = node.func if isinstance(node, ast.Call) else None
        name = getattr(function, "attr", None) or getattr(function, "id", None)
        if isinstance(node, ast.Raise) or name in ERRORS:
            silent |= {id(one) for one in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent and PROSE.search(node.value):
            yield node.lineno, node.value


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_no_sentence_stands_in_a_module_of_the_engine(path: Path) -> None:
    assert list(spoken(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_sweep_sees_a_sentence_and_passes_over_documentation_and_errors() -> None:
    module = """'''A text of this.'''
def late(day):
    '''Says it.'''
    if not day:
        raise PackError("is no day of any calendar")
    return f"{day} is too late"
"""

    assert [text for _, text in spoken(ast.parse(module))] == [" is too late"]
    assert {path.stem for path in ENGINE.glob("*.py")} >= FOR_AUTHORS.keys()


@pytest.mark.parametrize("language", ["en", "fr", "de", "es"])
def test_every_language_says_the_same_with_the_same_blanks(language: str) -> None:
    tongue = load_tongues()[language]

    assert tongue.language == language
    for section, wanted in SAID.items():
        said = getattr(tongue, section)
        assert said.keys() == wanted.keys()
        for code, sentence in said.items():
            assert {blank for _, blank, _, _ in BLANK.parse(sentence) if blank is not None} == set(wanted[code]), f"{section}.{code}"


def test_languages_do_not_repeat_the_english_sentence() -> None:
    english = load_tongues()["en"]
    for language, tongue in load_tongues().items():
        for section in SAID if language != "en" else ():
            same = [code for code, text in getattr(tongue, section).items() if " " in text and text == getattr(english, section)[code]]
            assert same == [], f"{language}.{section}"


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every step that the code makes, here and where the periods of a case are shown."""
    for path in [*ENGINE.glob("*.py"), *(ENGINE.parent / "procedure").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Step":
                yield f"{path.name}:{node.lineno}", node


def test_every_step_has_a_code_that_is_said_and_fills_its_blanks() -> None:
    made = set[str]()
    for place, node in calls():
        first = node.args[0]
        codes = [first] if isinstance(first, ast.Constant) else [first.body, first.orelse] if isinstance(first, ast.IfExp) else []
        for one in codes:
            assert isinstance(one, ast.Constant), place
            assert {keyword.arg for keyword in node.keywords} | {"zone"} >= {*STEPS[str(one.value)], "zone"}, place
            made.add(str(one.value))
    assert made == STEPS.keys() - {"national-rules"}, "that code is named by the law"


def test_every_safeguard_is_asked_and_every_answer_is_said() -> None:
    assert SAID["asks"].keys() == {*SCALES, *KNOWN, *COMPARED}
    assert {word for scale in SCALES.values() for word in scale} | {*ABROAD} <= ANSWERS.keys()
