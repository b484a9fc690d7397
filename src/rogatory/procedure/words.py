"""The closed words of the procedure: roles, capacities, states, and how a looking or sharing is logged.

The capacities are the words of `issuing_authority` and `validated_by` in the law's facts, and those of the other people
who act. The six sorts of logging are those of Directive (EU) 2016/680, Art. 25.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an institution is in one case; also the audience to which a part of an act is due."""

    ISSUING = "issuing"
    ADDRESSEE = "addressee"
    ENFORCING = "enforcing"


class Capacity(StrEnum):
    """In which office a person acts; `software` acts by itself where a period ends."""

    INVESTIGATOR = "other-investigating-authority"
    PROSECUTOR = "public-prosecutor"
    JUDGE = "judge"
    COURT = "court"
    INVESTIGATING_JUDGE = "investigating-judge"
    ENFORCING_AUTHORITY = "enforcing-authority"
    PROVIDER = "service-provider"
    CUSTODIAN = "custodian"
    FILTER = "filter-person"
    OVERSIGHT = "oversight"
    REGISTRAR = "registrar"
    SOFTWARE = "software"


VALIDATORS = frozenset({Capacity.PROSECUTOR, Capacity.JUDGE, Capacity.COURT, Capacity.INVESTIGATING_JUDGE})
"""Who the Regulation names as issuing or validating in Art. 4(1); which data each may order is for the law to say."""

ISSUERS = VALIDATORS | {Capacity.INVESTIGATOR}
"""Who may draft and send an order at all."""


class State(StrEnum):
    """Where a case stands, seen from the node that folds it."""

    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DECLINED = "declined"
    ISSUED_IN_EMERGENCY = "issued in emergency"
    AUTHORISED = "authorised"
    SENT = "sent, reception not yet proved"
    WITH_ADDRESSEE = "with the addressee"
    ANSWERED = "answered"
    RECEIVED = "evidence received"
    REFUSED = "ground for refusal raised"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    PURGED = "purged"


class Phase(StrEnum):
    """The part of a case's life to which an act belongs."""

    PREPARING = "preparing"
    DECIDING = "deciding"
    CROSSING = "crossing"
    PRODUCING = "producing"
    TELLING = "telling"
    REVIEWING = "reviewing"
    ENDING = "ending"
    HOUSE = "house"


class Logging(StrEnum):
    """How an act counts in the log that Directive (EU) 2016/680, Art. 25 asks for."""

    COLLECT = "collect"
    ALTER = "alter"
    CONSULT = "consult"
    DISCLOSE = "disclose"
    COMBINE = "combine"
    ERASE = "erase"
