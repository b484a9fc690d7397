"""All that the engine can say, by code: each with the blanks that its words leave. The words stand in `law/languages/`, English too.

A language that lacks a code, holds one too many, or leaves other blanks is refused when it is read (`tongue`).

>>> SAID["steps"]["nth-day"]
('count', 'day')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from rogatory.law.safeguards import KNOWN, SCALES

Blanks: TypeAlias = Mapping[str, tuple[str, ...]]

STEPS: Final[Blanks] = {
    "event-day": ("day",),
    "nth-day": ("count", "day"),
    "nth-working-day": ("count", "day"),
    "weekend": ("day", "next"),
    "holiday": ("day", "next"),
    "two-working-days": ("day", "next"),
    "not-counted-weekend": ("day",),
    "not-counted-holiday": ("day",),
    "nothing-moves": (),
    "ends": ("day", "zone", "moment"),
    "elapsed": ("count", "start", "moment"),
    "full-hours": ("count", "moment"),
    "hours-not-stretched": ("count",),
    "not-listed": ("day", "zone"),
    "restarted": ("start",),
    "extended": ("count",),
    "at-once": (),
    "begins": ("day",),
    "named-day": ("day",),
    "day-not-moved": (),
    "stated": ("count",),
    "suspended": (),
    "open": (),
    "no-calendar": (),
    "national-rules": (),
    "lacks": ("names",),
    "delay-ends": ("day", "zone"),
    "kept-until": ("names", "day", "zone"),
    "kept-longer": ("day", "act"),
    "not-destroyed": ("reason",),
}
"""Steps by which a period is counted."""
WORDS: Final = (
    "outcome", "permitted", "needs", "blocked", "unavailable", "undetermined", "no-rule", "no-act", "findings", "kept", "broken",
    "untold", "judge", "warn", "asked", "decides", "facts-used", "missing", "cure", "given-by", "lacking", "duties", "deadlines",
    "grounds", "forbidden", "open-points", "none", "running", "elapsed-at", "legal-at", "open", "suspended", "not-known", "mark-S",
    "mark-K", "mark-I", "not-advice",
)  # fmt: skip
"""The frame of an explanation."""
FINDER: Final = (
    "open", "undecided", "closed", "none", "keeps", "needs", "nothing-more", "takes", "no-time", "why", "cure", "waits", "untold",
    "protects", "stricter", "or", "from", "or-longer", "unit-days", "unit-plain-days", "unit-working-days", "unit-hours",
    "authority-domestic", "authority-prosecutor", "authority-judge", "abroad-nobody", "abroad-may-refuse", "abroad-decides", "told",
    "gravity",
)  # fmt: skip
"""The frame of what the finder found."""
CROSSWALK: Final[Blanks] = {
    **dict.fromkeys(("instruments", "states", "strictest", "weakest", "unknown", "of-nobody", "alike", "nobody", "how-to-read"), ()),
    "and-more": ("names", "count"),
}
"""The frame of the comparison of safeguards."""
COMPARED: Final = (
    "validation_subscriber", "validation_traffic", "validation_content", "threshold_subscriber", "threshold_content",
    "notification", "notice", "refusal_grounds", "retention",
)  # fmt: skip
"""The questions that are put to instruments; those put to States are `SCALES` and `KNOWN`."""
ANSWERS: Final[Blanks] = {
    **{word: () for words in SCALES.values() for word in words},
    **dict.fromkeys(("domestic-law", "nobody", "may-refuse", "decides", "told", "left-to-domestic-law", "any-offence"), ()),
    **dict.fromkeys(("months", "more-than-months", "grounds"), ("count",)),
}
"""The answers to them."""
SAID: Final[Mapping[str, Blanks]] = {
    "steps": STEPS,
    "words": dict.fromkeys(WORDS, ()),
    "finder": dict.fromkeys(FINDER, ()),
    "crosswalk": CROSSWALK,
    "asks": dict.fromkeys((*SCALES, *KNOWN, *COMPARED), ()),
    "answers": ANSWERS,
}
"""Each section of a file of `law/languages/`."""
