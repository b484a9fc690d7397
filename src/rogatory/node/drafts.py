"""A draft of one file, in the place of the file that it would change: an instrument's period, or what a State adds to one.

Everything else is that of a folder of law. A draft that is no law stops the load with its place, cause and cure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rogatory.law import Pack, Question, load
from rogatory.law.tree import Reader
from rogatory.law.vocabulary import pack_error
from rogatory.node.packs import NO_STATE, files_beside, period_at, period_files, read_law_file, states_having, vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file of law as it would be. `state` is empty for an instrument's own file."""

    name: str
    text: str
    folder: Path
    instrument: str
    state: str
    _loaded: dict[tuple[str, frozenset[str]], Pack] = field(default_factory=dict)

    def pack(self, question: Question, states: frozenset[str]) -> Pack | None:
        """The law for a question with the overlays of these States; nothing where the draft says nothing on it."""
        if question.instrument != self.instrument or (self.state and self.state not in states):
            return None
        period = period_at(self.instrument, question.at, self.folder) if self.state else None
        return self.load(period, states & states_having(self.instrument, self.folder))

    def load(self, period: Path | None, states: frozenset[str]) -> Pack:
        """The draft with these overlays; an overlay is laid over this period. `PackError` if it is no law."""
        key = (period.name if period else "", states)
        if key not in self._loaded:
            files = files_beside(self.instrument, self.folder, states)
            if period is not None:
                files[f"instruments/{self.instrument}/{period.name}"] = read_law_file(period)
            where = f"overlays/{self.state.lower()}/{self.instrument}.yaml" if self.state else f"instruments/{self.name}"
            self._loaded[key] = load({**files, where: self.text})
        return self._loaded[key]


def read_draft(path: Path, folder: Path) -> Draft:
    """Read a draft, and load it once. `PackError` names its place if it is no law."""
    text = read_law_file(path)
    reader = Reader(path.name, pack_error)
    keys = reader.mapping(reader.read(text), "", needs=("instrument",), may=None)
    instrument = reader.word(keys["instrument"], "instrument", vocabulary(folder).words["instruments"])
    state = reader.text(keys["state"], "state") if "side" in keys and "state" in keys else ""
    draft = Draft(name=path.name, text=text, folder=folder, instrument=instrument, state=state)
    draft.load(period_files(instrument, folder)[-1] if state else None, NO_STATE)
    return draft
