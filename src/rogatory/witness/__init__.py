"""A witness that stands alone: it remembers one head for each log, and cosigns only what begins with it.

It holds no case data: origins, sizes, roots, and the evidence of two histories. The rules are `rogatory.ledger.witness`;
this package keeps what they remember, in one durable step before the answer, and speaks HTTP (C2SP `tlog-witness`).
"""

from rogatory.witness.home import Home, create_home, load_home
from rogatory.witness.memory import Conflict, Memory, Refusal, origin_of
from rogatory.witness.service import Named, Remembers, Service

__all__ = ["Conflict", "Home", "Memory", "Named", "Refusal", "Remembers", "Service", "create_home", "load_home", "origin_of"]
