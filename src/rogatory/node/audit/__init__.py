"""Audit a node, stopped or running: the ledger against the acts, the acts against what lists show, each way.

Nothing is written, and nothing stored is believed. Each question has a number, and each difference names its act, entry or case.

1. **Log.** The database's file is whole. Every entry, hash and checkpoint is what those before it lead to, and the log's key has signed
   each size once.
2. **Places.** Each entry's tree, built again from its seed and its acts, has the root that the log signed.
3. **Acts.** Each act is what its hash says, its row says what it says, its institution signed it, its contents match its digests.
4. **Leaves.** Each act of this node has a place, and each place an act; each act from abroad has its proof.
5. **Cases.** Each case, folded again from its acts, is what its row, its periods, its packages and the outbox say: nothing is due that is
   no act, and what is due waits or was sent. Of a destroyed case nothing is here but what remains by right.
6. **Others.** What is remembered of other logs is what their receipts prove; who may sign in was enrolled.

A running node writes while it is read. What the newest checkpoint covers at the beginning is looked at; acts of the last minute
may have no place yet, and a case that moved meanwhile is read again.
"""

from collections.abc import Iterator

from rogatory.errors import FaultError, StorageError
from rogatory.node.audit.acts import acts, leaves
from rogatory.node.audit.cases import cases
from rogatory.node.audit.findings import Difference, Question
from rogatory.node.audit.ledger import ledger
from rogatory.node.audit.others import others
from rogatory.node.audit.values import values
from rogatory.node.faults import check, database_name, named
from rogatory.node.installation import Installation

__all__ = ["Difference", "Question", "audit"]


def audit(house: Installation) -> Iterator[Difference]:
    """Everything that does not agree, question by question. What cannot be read at all ends its question and none of the others."""
    with house.clock.as_set():  # an instant altered to lie ahead stops whoever signs, and not who looks for it
        now = house.clock.now()
        yield from _file()
        yield from _asked(Question.LOG, values())
        yield from _asked(Question.LOG, ledger(house))
        yield from _asked(Question.ACTS, acts(house, now))
        yield from _asked(Question.LEAVES, leaves(house, now))
        yield from _asked(Question.CASES, cases(house))
        yield from _asked(Question.OTHERS, others(house, now))


def _asked(question: Question, found: Iterator[Difference]) -> Iterator[Difference]:
    try:
        with named():
            yield from found
    except FaultError as error:
        yield _not_asked(question, error.where, f"{error.what}: {error.why}")
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # a value of another kind than its column is for
        yield _not_asked(question, database_name(), f"holds what nobody can read: {error}")


def _not_asked(question: Question, about: str, says: str) -> Difference:
    return Difference(question=question, about=about, says=f"{says}; this question was not asked to its end")


def _file() -> Iterator[Difference]:
    """The file of the database; what can still be read is looked at all the same."""
    try:
        check()
    except StorageError as error:
        yield Difference(question=Question.LOG, about=error.where, says=f"{error.what}: {error.why}")
