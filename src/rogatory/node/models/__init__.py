"""The tables of a node, by concern. Rows are written by `node.rows` and the worker only."""

from rogatory.node.models.acts import Contents, Skeleton
from rogatory.node.models.cases import CaseRow, Clock
from rogatory.node.models.evidence import Destroyed, Package, Upload
from rogatory.node.models.exchange import ForeignProof, Outbox
from rogatory.node.models.ledger import Checkpoint, Cosignature, Place, Shown, Step, TimeStamp, TreeNode
from rogatory.node.models.people import Officer, PreparedStatement
from rogatory.node.models.refusals import Compared, ComparedSum, Refused
from rogatory.node.models.security import SecurityEntry
from rogatory.node.models.witnessing import Evidence, Seen, WitnessHead

__all__ = [
    "CaseRow",
    "Checkpoint",
    "Clock",
    "Compared",
    "ComparedSum",
    "Contents",
    "Cosignature",
    "Destroyed",
    "Evidence",
    "ForeignProof",
    "Officer",
    "Outbox",
    "Package",
    "Place",
    "PreparedStatement",
    "Refused",
    "SecurityEntry",
    "Seen",
    "Shown",
    "Skeleton",
    "Step",
    "TimeStamp",
    "TreeNode",
    "Upload",
    "WitnessHead",
]
