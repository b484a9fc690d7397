"""Read a form file (`law/forms/<instrument>/<form>.yaml`) into a `Form`, strictly: file, line and cure for whatever is wrong.

Shared parts stand once in `law/forms/shared.yaml`: blocks of fields (how an authority is described), lists of boxes (the
32 categories of offence), and the words that every printed page needs. A block used with `of: issuing` reads its sources
from there: `@.name` becomes `issuing.name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.errors import InputError, PackError, RequestError
from rogatory.forms.model import LANGUAGES, LENGTHS, Audience, Base, Condition, Field, Form, Option, Section, Sort, Texts
from rogatory.forms.sources import ITEMS, SOURCES
from rogatory.law.tree import Node, Reader
from rogatory.procedure import KINDS, Capacity, Role
from rogatory.procedure.acts.forms import FIELD

MARKS = ("seen", "known", "interpretation")
_FORM = (
    "form",
    "instrument",
    "title",
    "cite",
    "checked",
    "applies_from",
    "made_by",
    "measures",
    "audiences",
    "rests_on",
    "sections",
)
_SECTION = ("id", "title", "mark", "shown_to", "withheld_from", "required", "fields")
_FIELD = (
    *LANGUAGES,
    "cite",
    "sort",
    "from",
    "ask",
    "required_when",
    "most",
    "options",
    "fields",
    "block",
    "of",
)


def _error(where: str, what: str) -> InputError:
    return PackError(what, where=where, cure="docs/how-to/change-a-form.md says how a form file is written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What every form may use."""

    blocks: Mapping[str, Node]
    lists: Mapping[str, Node]
    words: Mapping[str, Texts]
    reader: Reader


def load_shared(name: str, text: str) -> Shared:
    """The file of shared parts. `PackError` if it is broken."""
    reader = Reader(name, _error)
    top = reader.mapping(reader.read(text), "", needs=("blocks", "lists", "words"))
    words = {key: _texts(reader, node, f"words.{key}") for key, node in reader.mapping(top["words"], "words", may=None).items()}
    return Shared(
        blocks=reader.mapping(top["blocks"], "blocks", may=None),
        lists=reader.mapping(top["lists"], "lists", may=None),
        words=words,
        reader=reader,
    )


def load_form(name: str, text: str, shared: Shared) -> Form:
    """One form. `PackError` names file, line and column of what is broken."""
    return _Loader(Reader(name, _error), shared).form(text)


def _texts(reader: Reader, node: Node, path: str) -> Texts:
    keys = reader.mapping(node, path, needs=LANGUAGES)
    return {language: reader.text(keys[language], f"{path}.{language}") for language in LANGUAGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Every form of a corpus by name, and what they share."""

    forms: Mapping[str, Form]
    shared: Shared

    def form(self, name: str) -> Form:
        """The form of that name. `RequestError` if there is none."""
        if name not in self.forms:
            raise RequestError("there is no such form", where=name, cure=f"choose one of {', '.join(self.forms)}")
        return self.forms[name]


def load_library(shared: tuple[str, str], files: Mapping[str, str]) -> Library:
    """A corpus of forms: the shared file and each form, by name and text. `PackError` if one is broken or misplaced."""
    parts = load_shared(*shared)
    found: dict[str, Form] = {}
    for name, text in sorted(files.items()):
        form = load_form(name, text, parts)
        if not name.endswith(f"/{form.instrument}/{form.id}.yaml") or form.id in found:
            raise _error(f"{name}:1:1", f"says that it is {form.instrument}/{form.id}, which is another place or stands twice")
        found[form.id] = form
    return Library(forms=found, shared=parts)


class _Loader:
    """Reads one form; fields of a shared block are read with its own reader, so that errors name the right file."""

    def __init__(self, reader: Reader, shared: Shared) -> None:
        self.reader = reader
        self.shared = shared

    def form(self, text: str) -> Form:
        read = self.reader
        top = read.mapping(read.read(text), "", needs=_FORM, may=("about", "cover"))
        cite = read.text(top["cite"], "cite")
        audiences = tuple(map(Audience, read.words(top["audiences"], "audiences", tuple(Audience))))
        sections = tuple(
            self._section(node, f"sections[{at}]", cite, audiences) for at, node in enumerate(read.sequence(top["sections"], "sections"))
        )
        names = [one.id for one in sections]
        if len(set(names)) != len(names):
            raise read.fail(top["sections"], "two sections have one id", "sections")
        cover = read.word(top["cover"], "cover", names) if "cover" in top else ""
        return Form(
            id=read.text(top["form"], "form"),
            instrument=read.text(top["instrument"], "instrument"),
            title=_texts(read, top["title"], "title"),
            cite=cite,
            checked=read.text(top["checked"], "checked"),
            applies_from=read.text(top["applies_from"], "applies_from"),
            made_by=frozenset(read.words(top["made_by"], "made_by", tuple(Role))),
            measures=frozenset(read.text(one, "measures") for one in read.sequence(top["measures"], "measures")),
            audiences=audiences,
            rests_on=tuple(
                self._base(one, f"rests_on[{at}]", audiences) for at, one in enumerate(read.sequence(top["rests_on"], "rests_on"))
            ),
            about=read.word(top["about"], "about", ("person",)) if "about" in top else "",
            cover=cover,
            sections=sections,
        )

    def _base(self, node: Node, path: str, audiences: tuple[Audience, ...]) -> Base:
        keys = self.reader.mapping(node, path, needs=("act", "who", "for"), may=("after",))
        return Base(
            act=self.reader.word(keys["act"], f"{path}.act", tuple(KINDS)),
            who=frozenset(self.reader.words(keys["who"], f"{path}.who", tuple(Capacity))),
            audiences=frozenset(map(Audience, self.reader.words(keys["for"], f"{path}.for", audiences))),
            after=self.reader.word(keys["after"], f"{path}.after", tuple(KINDS)) if "after" in keys else "",
        )

    def _section(self, node: Node, path: str, cite: str, audiences: tuple[Audience, ...]) -> Section:
        read = self.reader
        keys = read.mapping(node, path, needs=_SECTION, may=("note", "cite"))
        name = read.text(keys["id"], f"{path}.id")
        if not name.isalnum():
            raise read.fail(keys["id"], "an id of a section has letters and digits only", f"{path}.id")
        shown = frozenset(map(Audience, read.words(keys["shown_to"], f"{path}.shown_to", audiences)))
        withheld = frozenset(map(Audience, read.words(keys["withheld_from"], f"{path}.withheld_from", audiences)))
        if shown & withheld or shown | withheld != frozenset(audiences):
            raise read.fail(node, "each audience of the form must stand once: under shown_to, or under withheld_from", path)
        where = read.text(keys["cite"], f"{path}.cite") if "cite" in keys else f"{cite}, section {name}"
        required = {read.text(one, f"{path}.required"): one for one in read.sequence(keys["required"], f"{path}.required")}
        used: set[str] = set()
        fields = self._fields(read, keys["fields"], name, where, "", (frozenset(required), used))
        unknown = [one for key, one in required.items() if key not in used]
        if unknown:
            raise read.fail(unknown[0], f"the section has no field {unknown[0].text}", f"{path}.required")
        return Section(
            id=name,
            title=_texts(read, keys["title"], f"{path}.title"),
            note=_texts(read, keys["note"], f"{path}.note") if "note" in keys else {},
            cite=where,
            mark=read.word(keys["mark"], f"{path}.mark", MARKS),
            shown_to=shown,
            withheld_from=withheld,
            fields=fields,
        )

    def _fields(  # noqa: PLR0913  # what surrounds a field
        self, read: Reader, node: Node, above: str, cite: str, of: str, required: tuple[frozenset[str], set[str]], *, entry: bool = False
    ) -> tuple[Field, ...]:
        named = read.mapping(node, above, may=None)
        return tuple(self._field(read, one, f"{above}.{name}", cite, of, required, entry=entry) for name, one in named.items())

    def _field(  # noqa: PLR0913  # what surrounds a field
        self, read: Reader, node: Node, path: str, cite: str, of: str, required: tuple[frozenset[str], set[str]], *, entry: bool
    ) -> Field:
        keys = read.mapping(node, path, needs=LANGUAGES, may=_FIELD)
        if not FIELD.fullmatch(path):
            raise read.fail(node, "a name has small letters, digits and _ only", path)
        where = read.text(keys["cite"], f"{path}.cite") if "cite" in keys else cite
        label = {language: read.text(keys[language], f"{path}.{language}") for language in LANGUAGES}
        name = path.partition(".")[2]
        required[1].add(name)
        common = {"id": path.rpartition(".")[2], "path": path, "label": label, "cite": where}
        if "block" in keys:
            block = read.word(keys["block"], f"{path}.block", self.shared.blocks)
            origin = read.text(keys["of"], f"{path}.of")
            inner = self._fields(self.shared.reader, self.shared.blocks[block], path, where, origin, required)
            return Field(**common, sort=Sort.GROUP, fields=inner)  # type: ignore[arg-type]  # the four named above
        sort = Sort(read.word(keys["sort"], f"{path}.sort", tuple(Sort))) if "sort" in keys else Sort.LINE
        source = self._source(read, keys, path, of, entry=entry)
        asked = "ask" in keys and read.truth(keys["ask"], f"{path}.ask")
        options = self._options(read, keys["options"], f"{path}.options") if "options" in keys else ()
        fed = bool(source) or any(one.test for one in options)
        if sort is not Sort.GROUP and fed == asked:
            raise read.fail(node, "must either come from the case (from, or a test at each box) or be asked (ask: true)", path)
        if sort is not Sort.GROUP and asked and sort is Sort.LIST:
            raise read.fail(node, "a list comes from the case; ask for words instead", path)
        if (sort in {Sort.CHOICE, Sort.TICKS}) != bool(options):
            raise read.fail(node, "a choice and ticks have options, and nothing else has", path)
        inner = ()
        if sort in {Sort.GROUP, Sort.LIST}:
            if "fields" not in keys:
                raise read.fail(node, "a group and a list have fields", path)
            inner = self._fields(read, keys["fields"], path, where, of, required, entry=sort is Sort.LIST)
        return Field(
            **common,  # type: ignore[arg-type]  # the four named above
            sort=sort,
            source=source,
            asked=asked,
            required=name in required[0],
            required_when=self._test(read, keys["required_when"], f"{path}.required_when") if "required_when" in keys else None,
            most=read.number(keys["most"], f"{path}.most") if "most" in keys else LENGTHS.get(sort, 300),
            options=options,
            fields=inner,
        )

    def _source(self, read: Reader, keys: Mapping[str, Node], path: str, of: str, *, entry: bool) -> str:
        if "from" not in keys:
            return ""
        source = read.text(keys["from"], f"{path}.from").replace("@", of)
        known = ITEMS if entry else SOURCES
        if source not in known:
            raise read.fail(keys["from"], f"{source!r} is not one of {', '.join(sorted(known))}", f"{path}.from")
        return source

    def _test(self, read: Reader, node: Node, path: str) -> Condition:
        keys = read.mapping(node, path, needs=("from",), may=("words", "at_least"))
        if ("words" in keys) == ("at_least" in keys):
            raise read.fail(node, "has either words or at_least", path)
        words = frozenset(read.text(one, path) for one in read.sequence(keys["words"], f"{path}.words")) if "words" in keys else frozenset()
        at_least = read.number(keys["at_least"], f"{path}.at_least") if "at_least" in keys else None
        return Condition(source=self._source(read, keys, path, "", entry=False), words=words, at_least=at_least)

    def _options(self, read: Reader, node: Node, path: str) -> tuple[Option, ...]:
        if node.text is not None:
            name = read.word(node, path, self.shared.lists)
            return self._options(self.shared.reader, self.shared.lists[name], f"lists.{name}")
        found = []
        for name, one in read.mapping(node, path, may=None).items():
            keys = read.mapping(one, f"{path}.{name}", needs=LANGUAGES, may=(*LANGUAGES, "when"))
            label = {language: read.text(keys[language], f"{path}.{name}.{language}") for language in LANGUAGES}
            test = self._test(read, keys["when"], f"{path}.{name}.when") if "when" in keys else None
            found.append(Option(id=name, label=label, test=test))
        return tuple(found)
