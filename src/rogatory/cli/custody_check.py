"""Check a chain of custody holder by holder, from its acts, their receipts and the packages alone.

For each holder of each package:

1. the act that began it was signed by its institution and stands in that institution's log (the steps of `rogatory verify`);
2. it is stated as its act says: who, when, which package;
3. it goes on from the holder before: the announced digest and size, not before the announcement;
4. the bytes of the package, if given, have the digest that it stated.

For each event: its act holds, and is told as it was signed. No act of custody in the proof may be left out of the telling.

Left to others: what is inside a package (`age -d`, `bagit.py --validate`), which acts were due (`rogatory.procedure`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rogatory.act import Skeleton, disclose, read
from rogatory.canonical import Value
from rogatory.cli.case_file import CHUNK, CaseFile, Line
from rogatory.cli.custody_file import Proof
from rogatory.custody import Event, Holder, holders
from rogatory.errors import RogatoryError
from rogatory.ledger import Check
from rogatory.moments import Instant, format_instant

NAMED = ("package", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was looked at: under which heading, what, whether it holds, and each reason why not."""

    heading: str
    what: str
    ok: bool | None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """A package that was given: its file, and what its bytes are."""

    path: Path
    digest: str
    size: int


@dataclass(slots=True, kw_only=True)
class CustodyCheck:
    """A custody being checked."""

    proof: Proof
    anchor: Ed25519PublicKey
    packages: Sequence[Bytes]
    at: Instant | None = None
    quorum: int = 0
    faults: dict[int, list[str]] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    skeletons: dict[str, Skeleton] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)

    def findings(self) -> Iterator[Found]:
        """Everything, in the order in which a reader wants it."""
        if self.proof.seal is not None:
            yield Found(heading="The file", what=self.proof.seal.says, ok=self.proof.seal.ok)
        yield from self._acts()
        held = holders(self.events.values())
        yield from self._holders(held)
        yield from self._strange(held)
        yield from self._links()

    def _acts(self) -> Iterator[Found]:
        """The trust list, then every act with what fails of it."""
        checked = CaseFile(value=self.proof.file, anchor=self.anchor, folder=Path("/nonexistent"), at=self.at, quorum=self.quorum)
        for line in checked.lines():
            if line.check is Check.TRUST or (line.ok is False and line.index is None and line.check is not Check.PACKAGES):
                yield Found(heading="The file", what=line.what, ok=line.ok, why=(line.why,) if line.why else ())
            elif line.index is not None and line.ok is False:
                self.faults.setdefault(line.index, []).append(_says(line))
        acts = self.proof.file["acts"]
        for number, act in enumerate(acts if isinstance(acts, list) else ()):
            self._read(number, act)
        if not checked.logs:  # nobody's key is known: no act was looked at
            for number in range(len(self.skeletons)):
                self.faults.setdefault(number, []).append("without a trust list that holds, nobody's keys are known")

    def _read(self, number: int, act: Value) -> None:
        if not isinstance(act, Mapping):
            return
        try:
            skeleton = read(str(act["skeleton"]))
            shown = act.get("disclosures", ())
            body = disclose(skeleton, [str(one) for one in shown] if isinstance(shown, list) else ()).body
        except RogatoryError:
            return  # it stands among the faults, and whatever rests on it does not hold
        self.index[skeleton.hash], self.skeletons[skeleton.hash] = number, skeleton
        by = skeleton.by.institution
        self.events[skeleton.hash] = Event(act=skeleton.hash, kind=skeleton.kind, at=skeleton.at, institution=by, parts=body)

    def _of_act(self, act: str) -> Iterator[str]:
        if act not in self.index:
            yield f"its act {act[:16]} is not in the proof, or cannot be read"
        else:
            yield from self.faults.get(self.index[act], ())

    def _holders(self, held: Sequence[Holder]) -> Iterator[Found]:
        stated = [one for one in _list(self.proof.custody.get("holders")) if isinstance(one, Mapping)]
        told = {(str(one.get("act")), str(one.get("package"))): one for one in stated}
        for package in dict.fromkeys([*(one.package for one in held), *(str(one.get("package")) for one in stated)]):
            heading = f"Package {package}"
            for one in held:
                if one.package == package:
                    yield self._holder(heading, one, held, told.pop((one.act, package), None))
            for key in [key for key in told if key[1] == package]:
                one_told = told.pop(key)
                what = f"{one_told.get('who')} from {one_told.get('since')}"
                why = (*self._of_act(key[0]), "no act of the proof makes it a holder")
                yield Found(heading=heading, what=what, ok=False, why=why)

    def _holder(self, heading: str, one: Holder, held: Sequence[Holder], told: Mapping[str, Value] | None) -> Found:
        why = [*self._of_act(one.act)]
        if one.ended_by:
            why += self._of_act(one.ended_by)
        if told is None:
            why.append("the custody does not name this holder, its act does")
        else:
            why += _differences(told, one)
        why += self._goes_on(one, held)
        given = self._given(one.package, held)
        if given is not None and one.after and given.digest != one.after:
            why.append(f"{given.path.name} has the digest {given.digest} now: a byte was changed since, or it is another package")
        span = f"from {format_instant(one.since)}" + (f" to {format_instant(one.until)}" if one.until else "")
        bytes_said = "; its bytes were not given" if one.after and given is None else ""
        return Found(heading=heading, what=f"{one.who}, {span}: {one.how}{bytes_said}", ok=not why, why=tuple(why))

    def _goes_on(self, one: Holder, held: Sequence[Holder]) -> Iterator[str]:
        if one.based_on:
            before = next((each for each in held if each.act == one.based_on and each.package == one.package), None)
            if before is None:
                yield f"the act {one.based_on[:16]} that it names did not announce this package"
                return
            yield from (f"announced by an act that does not hold: {why}" for why in self._of_act(before.act))
            if before.size != one.size:
                yield f"{before.size} bytes were announced, {one.size} were received"
            if one.since < before.since:
                yield f"it was received before it was announced, at {format_instant(before.since)}"
        elif one.before and not any(each.after == one.before and each.since <= one.since for each in held):
            yield "nobody held this package when the copy was made"

    def _given(self, package: str, held: Sequence[Holder]) -> Bytes | None:
        """The file that was given for a package: by its bytes, else by its name, else because there is but one package."""
        by_bytes = [one for one in self.packages if one.digest == package]
        known = {one.package for one in held}
        strange = [one for one in self.packages if one.digest not in known]
        by_name = [one for one in strange if len(one.path.stem) >= 8 and package.startswith(one.path.stem)]  # noqa: PLR2004  # a short digest
        alone = strange if len(known) == 1 else []
        return next(iter(by_bytes or by_name or alone), None)

    def _strange(self, held: Sequence[Holder]) -> Iterator[Found]:
        used = {given.path for one in held if (given := self._given(one.package, held)) is not None}
        for one in self.packages:
            if one.path not in used:
                why = f"its digest {one.digest} is that of no package of this custody"
                yield Found(heading="Other files", what=one.path.name, ok=False, why=(why,))

    def _links(self) -> Iterator[Found]:
        links = [one for one in _list(self.proof.custody.get("links")) if isinstance(one, Mapping)]
        for link in links:
            act = str(link.get("act"))
            why = [*self._of_act(act)]
            if act in self.skeletons:
                why += _told_otherwise(link, self.skeletons[act], self.events[act])
            what = f"{link.get('at')}  {link.get('what')}" + (f": {link['detail']}" if link.get("detail") else "")
            yield Found(heading="What happened", what=what, ok=not why, why=tuple(why))
        left_out = self.skeletons.keys() - {str(link.get("act")) for link in links}
        for act in sorted(left_out):
            what = f"{format_instant(self.skeletons[act].at)}  {self.skeletons[act].kind}"
            yield Found(heading="What happened", what=what, ok=False, why=("its act is in the proof, and the custody leaves it out",))
        for gap in _list(self.proof.custody.get("gaps")):
            yield Found(heading="What is not proved", what=str(gap), ok=None)


def bytes_of(paths: Iterable[Path]) -> tuple[Bytes, ...]:
    """Hash the packages that were given."""
    found = []
    for path in paths:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
                size += len(piece)
        found.append(Bytes(path=path, digest=digest.hexdigest(), size=size))
    return tuple(found)


def _says(line: Line) -> str:
    return f"{line.why} [{line.check.where}]"


def _list(value: Value | None) -> Sequence[Value]:
    return value if isinstance(value, list | tuple) else ()


def _differences(told: Mapping[str, Value], one: Holder) -> Iterator[str]:
    signed = {"who": one.who, "since": format_instant(one.since), "before": one.before, "after": one.after}
    signed["until"] = format_instant(one.until) if one.until else ""
    for name, value in signed.items():
        if str(told.get(name, "")) != value:
            yield f"the custody says {name} {told.get(name) or 'nothing'}, the acts say {value or 'nothing'}"


def _told_otherwise(link: Mapping[str, Value], skeleton: Skeleton, event: Event) -> Iterator[str]:
    by = link.get("by")
    told_by = by if isinstance(by, Mapping) else {}
    pairs = {
        "kind": (link.get("kind"), skeleton.kind),
        "at": (link.get("at"), format_instant(skeleton.at)),
        "institution": (told_by.get("institution"), skeleton.by.institution),
        "capacity": (told_by.get("capacity"), skeleton.by.capacity),
        "officer": (told_by.get("officer", ""), skeleton.by.officer or ""),
    }
    for name, (told, signed) in pairs.items():
        if told != signed:
            yield f"the custody says {name} {told}, its act says {signed}"
    named = [str(event.parts[name]) for name in NAMED if name in event.parts]
    lines = event.parts.get("packages") if event.kind == "produce" else ()
    named += [str(one["digest"]) for one in _list(lines) if isinstance(one, Mapping) and "digest" in one]
    if named != [str(one) for one in _list(link.get("packages"))]:
        yield "the custody names other packages than its act"
    detail = str(link.get("detail", ""))
    for name in ("file", "purpose", "counsel", "authority", "why"):
        value = event.parts.get(name)
        if (
            event.kind in {"open", "disclose to defence", "transfer onward", "quarantine"}
            and value not in (None, "*")
            and str(value) not in detail
        ):
            yield f"its act says {name} {value}, the custody does not"
