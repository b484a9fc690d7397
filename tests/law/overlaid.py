"""An instrument with a fictional overlay of Slovenia over it."""

from __future__ import annotations

from functools import cache

from rogatory.law import Pack
from rogatory.law.load import _Loader
from rogatory.law.overlay import Base, lay_over
from rogatory.law.vocabulary import read_vocabulary
from rogatory.node.packs import corpus, load_states, load_tongues

NAME = "overlays/si/eu-e-evidence.yaml"
HEAD = "state: SI\ninstrument: eu-e-evidence\nside: {side}\nname: a test\nsource: nothing real\nchecked_on: 2026-11-24\n"
RULE = """rules:
  - id: eu-e-evidence.SI.{number}
    from: [TEST]
    mark: I
    acts: [{acts}]
    when: '{when}'
    keep: [{{if: '{keep}', cite: Art. 1(1)}}]
    broken: {broken}
    says: {{en: "A fictional safeguard.", fr: "Fictif.", de: "Erfunden.", es: "Ficticio."}}
    cure: {{en: "None.", fr: "Aucun.", de: "Keine.", es: "Ninguno."}}
"""


@cache
def base() -> Base:
    root = corpus()
    vocabulary = read_vocabulary("facts.yaml", (root / "facts.yaml").read_text(encoding="utf-8"))
    source = (root / "instruments/eu-e-evidence/2026-08-18.yaml").read_text(encoding="utf-8")
    loader = _Loader("instruments/eu-e-evidence/2026-08-18.yaml", source, vocabulary, load_states(), load_tongues())
    return loader.base(loader.pack())


@cache
def laid(source: str) -> Pack:
    return lay_over(base(), NAME, source)
