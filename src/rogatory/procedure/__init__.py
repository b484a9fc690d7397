"""Who may do what, in which order? The kinds of act, the case that acts add up to, and whether one may follow.

Pure: values go in and come out. The law is asked through `rogatory.law`; storage, network and pages are not known here.
"""

from __future__ import annotations

from rogatory.procedure.acts import KINDS
from rogatory.procedure.case import Case
from rogatory.procedure.fold import fold
from rogatory.procedure.kind import ActView, Fresh, Institution, Kind, Officer, Refusal, World
from rogatory.procedure.periods import PeriodEnd, as_it_stands, periods
from rogatory.procedure.permit import Permission, Request, closed_to, permit, take_up
from rogatory.procedure.words import Capacity, Phase, Role, State

__all__ = [
    "KINDS",
    "ActView",
    "Capacity",
    "Case",
    "Fresh",
    "Institution",
    "Kind",
    "Officer",
    "PeriodEnd",
    "Permission",
    "Phase",
    "Refusal",
    "Request",
    "Role",
    "State",
    "World",
    "as_it_stands",
    "closed_to",
    "fold",
    "periods",
    "permit",
    "take_up",
]
