"""The questions of an audit, and what is said where an answer is no."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Question(enum.IntEnum):
    """What is asked, in this order."""

    LOG = 1
    PLACES = 2
    ACTS = 3
    LEAVES = 4
    CASES = 5
    OTHERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that does not agree: which question, about what (an act, an entry, a case), and how."""

    question: Question
    about: str
    says: str

    @property
    def sentence(self) -> str:
        """The difference in one line."""
        return f"question {self.question.value} ({self.question.name.lower()}): {self.about}: {self.says}"


def about_case(about: str, says: str) -> Difference:
    """A difference between a case and what is kept of it; `about` is its id, or names an act or a package of it."""
    return Difference(question=Question.CASES, about=about if " " in about else f"case {about}", says=says)
