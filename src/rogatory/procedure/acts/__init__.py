"""Every kind of act, by name. A new act is one class in one of these files and one line in its `KINDS`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rogatory.procedure.acts import (
    answering,
    contesting,
    crossing,
    deciding,
    ending,
    filtering,
    forms,
    house,
    keeping,
    opening,
    preparing,
    producing,
    remedies,
    requesting,
    telling,
    using,
)
from rogatory.procedure.kind import Body, Kind

_ALL: tuple[Kind[Body], ...] = (
    *preparing.KINDS,
    *requesting.KINDS,
    *deciding.KINDS,
    *crossing.KINDS,
    *answering.KINDS,
    *contesting.KINDS,
    *producing.KINDS,
    *opening.KINDS,
    *filtering.KINDS,
    *using.KINDS,
    *telling.KINDS,
    *remedies.KINDS,
    *keeping.KINDS,
    *ending.KINDS,
    *forms.KINDS,
    *house.KINDS,
)  # type: ignore[assignment]  # each kind is of its own body

KINDS: Mapping[str, Kind[Body]] = MappingProxyType({kind.name: kind for kind in _ALL})

if len(KINDS) != len(_ALL):
    raise RuntimeError("two kinds of act have one name")

__all__ = ["KINDS"]
