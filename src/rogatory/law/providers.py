"""Read the directory of providers: who holds what, and who is to be asked.

After the Court database of Implementing Regulation (EU) 2025/1550 (Annex, 8) and Directive (EU) 2023/1544, Arts. 3 and 4.

- A provider's file names institutions and functions, never persons (RIGHTS, H17): an address for emergencies is that of a
  desk. Something that looks like a person's name or telephone number is refused.
- Each kind of data has an answer: the days for which it is kept, `held` (for how long is not known), `not-held`, or `unknown`.
  Nothing is read from silence.
- A provider without a designated establishment or legal representative is listed, and says so: nobody can be addressed.

Left to others: reading files (`node/packs`), which instrument is open (`finder`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from rogatory.errors import FormError
from rogatory.law.jurisdiction import UNKNOWN
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import Vocabulary, pack_error
from rogatory.moments import parse_day

KEYS = ("provider", "name", "offers", "addressees", "holds", "emergency", "checked_on", "source")
SORTS: Final = ("designated-establishment", "legal-representative")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAILBOX = re.compile(r"([a-z-]+)@[a-z0-9.-]+")
DESKS: Final = frozenset({"emergency", "evidence", "legal", "law-enforcement", "orders", "duty-desk", "emergency-desk"})
"""Mailboxes of a function. Any other is refused: it could be a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service as its users know it, and what it is in the words of the law (`service` in `facts.yaml`)."""

    name: str
    sort: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Where an order is sent: the designated establishment or the legal representative, and for which States."""

    sort: str
    name: str
    state: str
    languages: tuple[str, ...]
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a provider says of a kind of data: `held`, `not-held`, `unknown`; and for how many days it is kept, if that is known."""

    data: str
    status: str
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider of the directory."""

    id: str
    name: str
    services: tuple[Service, ...]
    addressees: tuple[Addressee, ...]
    holds: tuple[Held, ...]
    emergency: str
    checked_on: date
    source: str
    place: str

    def holds_not(self, data: str) -> bool:
        """Whether it says that it does not hold this kind of data."""
        return any(one.data == data and one.status == "not-held" for one in self.holds)

    def addressee_for(self, issuing_state: str) -> Addressee | None:
        """To whom an authority of this State sends an order."""
        return next((one for one in self.addressees if issuing_state in one.serves or "all" in one.serves), None)


def matching(providers: Iterable[Provider], query: str, *, data: str = "") -> tuple[Provider, ...]:
    """The providers whose name, service or domain holds every word of the query, without those that do not hold the data asked.

    A query names a service, never an identifier of a person: of an address only what stands behind the `@` is looked at.
    """
    words = [word.rpartition("@")[2] for word in query.casefold().split()]
    return tuple(one for one in providers if all(_names(one, word) for word in words) and not one.holds_not(data))


def _names(provider: Provider, word: str) -> bool:
    texts = [provider.id, provider.name]
    for service in provider.services:
        texts += [service.name, service.sort, *service.domains]
    return any(word in text.casefold() for text in texts)


def read_provider(name: str, source: str, vocabulary: Vocabulary, states: Iterable[str]) -> Provider:
    """Read one provider's file. `PackError` names file, line, column and path of the first thing that is wrong."""
    return _File(name, vocabulary, frozenset(states)).read(source)


class _File:
    """One file being read."""

    def __init__(self, name: str, vocabulary: Vocabulary, states: frozenset[str]) -> None:
        self._name = name
        self._reader = Reader(name, pack_error)
        self._facts = vocabulary.facts
        self._states = states

    def read(self, source: str) -> Provider:
        reader = self._reader
        node = reader.read(source)
        keys = reader.mapping(node, "", needs=KEYS)
        slug = reader.text(keys["provider"], "provider")
        if not _SLUG.fullmatch(slug) or not self._name.endswith(f"/{slug}.yaml"):
            raise reader.fail(keys["provider"], "must be the file's name, in small letters with hyphens", "provider")
        return Provider(
            id=slug,
            name=reader.text(keys["name"], "name"),
            services=tuple(self._service(one, f"offers[{number}]") for number, one in enumerate(self._some(keys["offers"], "offers"))),
            addressees=self._addressees(keys["addressees"]),
            holds=self._holds(keys["holds"]),
            emergency=self._desk(keys["emergency"]),
            checked_on=self._day(keys["checked_on"]),
            source=reader.text(keys["source"], "source"),
            place=node.place,
        )

    def _some(self, node: Node, path: str) -> tuple[Node, ...]:
        items = self._reader.sequence(node, path)
        if not items:
            raise self._reader.fail(node, "is empty", path)
        return items

    def _service(self, node: Node, path: str) -> Service:
        reader = self._reader
        keys = reader.mapping(node, path, needs=("service", "sort", "domains"))
        return Service(
            name=reader.text(keys["service"], f"{path}.service"),
            sort=reader.word(keys["sort"], f"{path}.sort", self._facts["service"].words),
            domains=tuple(reader.text(one, path) for one in reader.sequence(keys["domains"], f"{path}.domains")),
        )

    def _addressees(self, node: Node) -> tuple[Addressee, ...]:
        reader, found, served = self._reader, [], set[str]()
        for number, one in enumerate(reader.sequence(node, "addressees")):
            path = f"addressees[{number}]"
            keys = reader.mapping(one, path, needs=("as", "name", "state", "languages", "serves"))
            serves = reader.words(keys["serves"], f"{path}.serves", {*self._states, "all"})
            if served & set(serves):
                raise reader.fail(keys["serves"], f"{min(served & set(serves))} is served by two addressees", f"{path}.serves")
            served |= set(serves)
            found.append(
                Addressee(
                    sort=reader.word(keys["as"], f"{path}.as", SORTS),
                    name=reader.text(keys["name"], f"{path}.name"),
                    state=reader.word(keys["state"], f"{path}.state", self._states),
                    languages=tuple(reader.text(each, path) for each in self._some(keys["languages"], f"{path}.languages")),
                    serves=serves,
                )
            )
        return tuple(found)

    def _holds(self, node: Node) -> tuple[Held, ...]:
        reader, words = self._reader, self._facts["data"].words
        return tuple(self._held(name, one) for name, one in reader.mapping(node, "holds", needs=words).items())

    def _held(self, name: str, node: Node) -> Held:
        if node.text in {"held", "not-held", UNKNOWN}:
            return Held(data=name, status=node.text, days=None)
        return Held(data=name, status="held", days=self._reader.number(node, f"holds.{name}"))

    def _desk(self, node: Node) -> str:
        text = self._reader.text(node, "emergency")
        if text == UNKNOWN:
            return text
        match = _MAILBOX.fullmatch(text)
        if not match or match[1] not in DESKS:
            cure = f"is no address of a desk; name an institution's mailbox ({', '.join(sorted(DESKS))}@...), never a person"
            raise self._reader.fail(node, cure, "emergency")
        return text

    def _day(self, node: Node) -> date:
        try:
            return parse_day(self._reader.text(node, "checked_on"))
        except FormError as error:
            raise self._reader.fail(node, "is no day", "checked_on") from error
