"""Read YAML strictly into a tree of texts with their places: no tags, no anchors, no second document, nothing twice.

Every scalar is read as text and converted by schema, so that `NO` is Norway. Errors name file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import yaml

from rogatory.errors import InputError

LIMIT = 4 << 20
DEEPEST = 40
_DIGITS = 18
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NO_TEXT = re.compile(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)  # what the core schema of YAML 1.2 reads as nothing, a truth value or a number
ErrorOf = Callable[[str, str], InputError]


def near(text: str, allowed: Iterable[str]) -> str:
    """A question after what was probably meant; nothing if no word is near."""
    found = get_close_matches(text, list(allowed), 1, 0.75)
    return f" (did you mean {found[0]}?)" if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A scalar, a list or a mapping, and where it stands."""

    place: str
    line: int
    text: str | None = None
    plain: bool = False
    items: tuple[Node, ...] | None = None
    keys: Mapping[str, Node] | None = None
    key_places: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Reads one file; `error(where, what)` makes the error of its family."""

    def __init__(self, name: str, error: ErrorOf) -> None:
        self.name = name
        self._error = error

    def fail(self, node: Node, what: str, path: str = "") -> InputError:
        """The error for a node."""
        return self._error(f"{node.place}{': ' + path if path else ''}", what)

    def read(self, source: str) -> Node:
        """The one document of the file."""
        if len(source.encode("utf-8", "surrogatepass")) > LIMIT:
            raise self._error(f"{self.name}:1:1", f"is longer than {LIMIT} bytes")
        try:
            return self._build(source)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{self.name}:{mark.line + 1}:{mark.column + 1}" if mark else f"{self.name}:1:1"
            raise self._error(place, f"is not YAML: {getattr(error, 'problem', None) or error}") from error
        except RecursionError as error:
            raise self._error(f"{self.name}:1:1", "is nested too deeply") from error

    def _build(self, source: str) -> Node:
        """Build the tree from the events of the parser, in one pass; whatever is not a plain tree is refused where it stands."""
        documents: list[Node] = []
        open_: list[tuple[str, int, list[Node] | None]] = []
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            mark = event.start_mark
            place, line = (f"{self.name}:{mark.line + 1}:{mark.column + 1}", mark.line + 1) if mark else (f"{self.name}:1:1", 1)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise self._error(place, "anchors and aliases are not allowed")
            if getattr(event, "tag", None):
                raise self._error(place, "tags are not allowed")
            if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
                open_.append((place, line, []))
                if len(open_) > DEEPEST:
                    raise self._error(place, f"is nested more than {DEEPEST} deep")
                continue
            if isinstance(event, yaml.ScalarEvent):
                node = Node(place=place, line=line, text=str(event.value), plain=event.style is None)
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                begun, at, parts = open_.pop()
                node = self._closed(begun, at, parts or [], keyed=isinstance(event, yaml.MappingEndEvent))
            else:
                continue
            parent = open_[-1][2] if open_ else None
            (documents if parent is None else parent).append(node)
        if len(documents) != 1:
            raise self._error(f"{self.name}:1:1", "must hold exactly one document")
        return documents[0]

    def _closed(self, place: str, line: int, parts: list[Node], *, keyed: bool) -> Node:
        if not keyed:
            return Node(place=place, line=line, items=tuple(parts))
        keys: dict[str, Node] = {}
        places: dict[str, str] = {}
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            if key.text is None:
                raise self._error(key.place, "a key must be a word")
            if key.text in keys:
                raise self._error(key.place, f"the key {key.text} stands twice")
            keys[key.text], places[key.text] = value, key.place
        return Node(place=place, line=line, keys=keys, key_places=places)

    def mapping(self, node: Node, path: str, *, needs: Iterable[str] = (), may: Iterable[str] | None = ()) -> Mapping[str, Node]:
        """A mapping with these keys; any keys if `may` is nothing."""
        if node.keys is None:
            raise self.fail(node, "must be a mapping", path)
        missing = [key for key in needs if key not in node.keys]
        if missing:
            raise self.fail(node, f"the key {missing[0]!r} is missing", path)
        if may is not None:
            allowed = {*needs, *may}
            for key in node.keys:
                if key not in allowed:
                    where = f"{node.key_places[key]}: {path}.{key}" if path else f"{node.key_places[key]}: {key}"
                    raise self._error(where, f"{key!r} is not one of {', '.join(sorted(allowed))}{near(key, allowed)}")
        return node.keys

    def sequence(self, node: Node, path: str) -> tuple[Node, ...]:
        """A list."""
        if node.items is None:
            raise self.fail(node, "must be a list", path)
        return node.items

    def text(self, node: Node, path: str) -> str:
        """A text that is not empty."""
        if not node.text or (node.plain and _NO_TEXT.fullmatch(node.text)):
            raise self.fail(node, "must be text", path)
        return node.text

    def word(self, node: Node, path: str, allowed: Iterable[str]) -> str:
        """One of the listed words."""
        text = self.text(node, path)
        if text not in allowed:
            raise self.fail(node, f"{text!r} is not one of {', '.join(sorted(allowed))}{near(text, allowed)}", path)
        return text

    def words(self, node: Node, path: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of listed words, none twice."""
        found = tuple(self.word(one, path, allowed) for one in self.sequence(node, path))
        if len(set(found)) != len(found):
            raise self.fail(node, "holds the same entry twice", path)
        return found

    def truth(self, node: Node, path: str) -> bool:
        """`true` or `false`."""
        if not node.plain or node.text not in {"true", "false", "True", "False", "TRUE", "FALSE"}:
            raise self.fail(node, "must be true or false", path)
        return node.text.lower() == "true"

    def number(self, node: Node, path: str) -> int:
        """A whole number, 0 or more."""
        if not node.plain or not node.text or not _WHOLE.fullmatch(node.text) or len(node.text) > _DIGITS:
            raise self.fail(node, "must be a whole number, 0 or more", path)
        number = int(node.text, 0) if node.text[:2] in {"0o", "0x"} else int(node.text)
        if number < 0:
            raise self.fail(node, "must be a whole number, 0 or more", path)
        return number
