"""What a log last signed, kept beside the keys and in no backup of the database; and whether the tables are an old copy of that.

Where there is no mark, a quorum of witnesses says it: what they cosign beyond what a process found, no old copy gets cosigned.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.db.models import Count

from rogatory.errors import StorageError
from rogatory.exchange.logs import TrustedLog
from rogatory.folder import write_durably
from rogatory.ledger import root_at
from rogatory.node import log
from rogatory.node.evidence_of_logs import CLOSING
from rogatory.node.installation import Installation
from rogatory.node.models import Cosignature, Evidence

MARK, DATABASE = "log.signed", "the database"


def read_mark(home: Path) -> tuple[int, bytes] | None:
    """The size and root that this log last signed, as its worker wrote them; nothing if there is no such file."""
    path = home / "keys" / MARK
    if not path.is_file():
        return None
    size, _, root = path.read_text().strip().partition(" ")
    if not re.fullmatch(r"[0-9]{1,19}", size) or not re.fullmatch(r"[0-9a-f]{64}", root):
        raise StorageError("is damaged", where=f"keys/{MARK}", cure="take it away: the witnesses will be asked instead")
    return int(size), bytes.fromhex(root)


def write_mark(home: Path, size: int, root: bytes) -> None:
    """Keep what was signed, beside the keys: it is not in the backup of the database."""
    write_durably(home / "keys" / MARK, f"{size} {root.hex()}\n".encode(), replace=True)


def check_open(named: TrustedLog) -> None:
    """That nothing is known of this node's log which is not here. `StorageError` if the log is closed."""
    if Evidence.objects.filter(origin=named.origin, kind__in=CLOSING).exists():
        raise StorageError("is closed", where=named.origin, why="it has signed what is not in this database", cure=log.CURE_OF_OLD_COPY)


def check_mark(home: Path) -> bool:
    """Whether there is a mark, which then agrees with the tables. `StorageError` if they are not those that the log has signed."""
    mark = read_mark(home)
    if mark is None:
        return False
    here = log.last_signed()
    size = here.size if here else 0
    if mark[0] > size or root_at(mark[0], log.node) != mark[1]:
        why = f"{mark[0]} entries are signed, and here are {size} or others"
        raise StorageError("is not the one that this log has signed", where=DATABASE, why=why, cure=log.CURE_OF_OLD_COPY)
    return True


def cosigned_beyond(named: TrustedLog, size: int) -> bool:
    """Whether a quorum of the log's witnesses has cosigned more than so many entries: no old copy gets that."""
    lines = Cosignature.objects.filter(size__gt=size, witness__in=[one.name for one in named.witnesses])
    return bool(named.quorum) and lines.values("size").annotate(lines=Count("id")).filter(lines__gte=named.quorum).exists()


class NoOldCopy:
    """Whether this process may say, with what its tables remember, what other logs have shown. What it once knows it does not forget."""

    def __init__(self, house: Installation) -> None:
        self._house = house
        here = log.last_signed()
        self._found = here.size if here else 0
        self._sure = False

    def check(self) -> None:
        """`StorageError` if the tables are, or may be, an old copy."""
        named = self._house.trust(self._house.clock.now()).log_of(self._house.settings.institution)
        check_open(named)
        if not self._sure:
            self._sure = check_mark(self._house.settings.home) or not self._found or not named.quorum or cosigned_beyond(named, self._found)
        if not self._sure:
            why = f"there is no {MARK}, and no {named.quorum} witnesses have cosigned its log since"
            raise StorageError("may be an old copy", where=DATABASE, why=why, cure="run: rogatory work, and wait for the witnesses")
