"""What an order asks for, in the words of its certificate (Regulation (EU) 2023/1543, Art. 5(5) and Annex I).

- An identifier is kept as given, code point for code point, with a second form for comparing.
- A time is given with its offset and the name of its zone; a time without a zone is refused (Annex I, section E).
- One item asks for kinds of data of one category, for one period, about its own identifiers.

Which category a kind of data belongs to is for the law to say (`rogatory.law`), never for this module.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from rogatory.errors import FormError
from rogatory.moments import Instant, Period, parse_instant

Words = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
InstitutionUri = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.:/-]+$", max_length=200)]
OfficerId = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.:/-]+#[a-z2-7]{8}$", max_length=220)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Part(BaseModel):
    """A value inside a body: frozen and closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ZonedTime(Part):
    """A local time as a person gave it: date, time, offset and the name of the zone."""

    at: Line
    zone: Line

    @field_validator("at")
    @classmethod
    def _has_an_offset(cls, text: str) -> str:
        try:
            parse_instant(text)
        except FormError as error:
            raise ValueError(f"{error.what}; {error.cure}") from error
        return text

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name != "UTC" and ("/" not in name or name.startswith("/")):
            raise ValueError("is no zone; name it as Europe/Paris, or UTC")
        return name

    @property
    def instant(self) -> Instant:
        """The moment, in UTC."""
        return parse_instant(self.at)


class Identifier(Part):
    """What the provider can look up. An IP address needs the moment of its use, and its port where addresses are shared."""

    type: Literal["account", "user-name", "email", "phone", "ip-address", "imei", "mac-address", "domain", "other"]
    value: Line
    source: Words
    at: ZonedTime | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None

    @model_validator(mode="after")
    def _an_address_needs_its_moment(self) -> Identifier:
        if self.type == "ip-address" and self.at is None:
            raise ValueError("an IP address without the moment of its use names nobody; give the time with its zone")
        return self

    @property
    def normal(self) -> str:
        """The form in which two spellings of one identifier are the same."""
        return unicodedata.normalize("NFKC", self.value).strip().casefold()


KeptDays = Annotated[int, Field(ge=1, le=3660)]
"""For how many days data are kept, counted from the answer (LED Art. 5)."""


class Item(Part):
    """One question to the provider; `retention_days` is its own time of keeping where it is not that of the whole order."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,20}$")]
    data: Annotated[tuple[Line, ...], Field(min_length=1)]
    purpose: Literal["identify-user-only", "other"]
    identifiers: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]
    start: ZonedTime
    end: ZonedTime
    wanted: Words
    retention_days: KeptDays | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Item:
        if self.end.instant <= self.start.instant:
            raise ValueError("the period ends before it begins; give an end after the start")
        return self

    @property
    def period(self) -> Period:
        """The time from which data are asked, half open."""
        return Period(start=self.start.instant, end=self.end.instant)


class Offence(Part):
    """An offence under investigation: its provision in words, and the facts that the law asks about it."""

    provision: Line
    nature: Words
    max_custodial_months: Annotated[int, Field(ge=0, le=12000)]
    eu_provision: Line = "none"
    by_information_system: bool | None = None
    committed_in: tuple[Line, ...] | None = None
    criminal_in_executing_state: bool | None = None
    annex_iv_box: Line | None = None


class Circumstance(Part):
    """One fact of the world that the law asks for, by its name in `law/facts.yaml`."""

    fact: Line
    value: str | bool | int | tuple[str, ...]


class TouchedPerson(Part):
    """A class of person whose data are touched, and how and when she is told (Art. 13; LED Art. 13(3))."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,20}$")]
    sort: Literal["account-holder", "payer", "user", "victim", "bystander", "never-identified"]
    told: Literal["without-delay", "delayed"]
    until: Day | None = None
    grounds: tuple[Line, ...] = ()
    reasons: Words | None = None
    justification: Words | None = None
    says: Words
    never_says: Words
    way: Words


class Decided(Part):
    """What the deciding person says of one item: granted as asked, narrowed (a shorter period, kept for fewer days), or declined."""

    item: Line
    outcome: Literal["granted", "narrowed", "declined"]
    start: ZonedTime | None = None
    end: ZonedTime | None = None
    retention_days: KeptDays | None = None


class Reason(Part):
    """The reasons for one item, in the deciding person's own words."""

    item: Line
    words: Words


class PackageLine(Part):
    """One sealed package: its digest and size, and how many originals it holds of which item."""

    item: Line
    digest: Hash
    size: Annotated[int, Field(ge=1)]
    files: Annotated[int, Field(ge=1)]


def narrowed(item: Item, decided: Decided) -> Item:
    """The item as decided: its own period and days of keeping, or the shorter ones of the decision."""
    days = decided.retention_days or item.retention_days
    return item.model_copy(update={"start": decided.start or item.start, "end": decided.end or item.end, "retention_days": days})
