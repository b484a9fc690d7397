"""A case as a form sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rogatory.procedure import Case, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How an institution is reached, as the trust list says."""

    telephone: str = ""
    languages: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A case as a form sees it: with the names and contacts that this node knows, and the person whom the form is about."""

    case: Case
    world: World
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
