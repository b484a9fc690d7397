"""What changed between two packs of one instrument: rules, deadlines, duties and the rest, added, gone, or reading otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from rogatory.canonical import Value
from rogatory.law.model import Pack

_PARTS = ("rules", "deadlines", "duties", "grounds", "forbidden", "open_points", "terms", "lists")


def changes(old: Pack | None, new: Pack | None) -> tuple[str, ...]:
    """One line for each change; none if the packs say the same."""
    if old is None or new is None:
        return ("begins to apply",) if new else ("no longer applies",) if old else ()
    found = []
    for part in _PARTS:
        before, after = _entries(old.source, part), _entries(new.source, part)
        found += [f"- {part}: {name} is gone" for name in before if name not in after]
        found += [f"+ {part}: {name} is new" for name in after if name not in before]
        for name in before:
            if name in after and before[name] != after[name]:
                found += [f"~ {part}: {name}: {line}" for line in _differences(before[name], after[name], "")]
    return tuple(found)


def _entries(source: Value, part: str) -> dict[str, Value]:
    held = source.get(part) if isinstance(source, Mapping) else None
    if isinstance(held, Mapping):
        return dict(held)
    entries: dict[str, Value] = {}
    for one in held if isinstance(held, list) else ():
        name = str(one.get("id") or one.get("name")) if isinstance(one, Mapping) else str(one)
        while name in entries:
            name += " (again)"
        entries[name] = one
    return entries


def _differences(old: Value | None, new: Value | None, path: str) -> list[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = list(dict.fromkeys([*old, *new]))
        return [
            line
            for key in keys
            if old.get(key) != new.get(key)
            for line in _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for number, (one, other) in enumerate(zip(old, new, strict=True))
            if one != other
            for line in _differences(one, other, f"{path}[{number}]")
        ]
    return [f"{path}: was {_told(old)}, is {_told(new)}"]


def _told(value: Value | None) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_told(one) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_told(one)}" for key, one in value.items()) + "}"
    return "nothing" if value is None else " ".join(str(value).split())
