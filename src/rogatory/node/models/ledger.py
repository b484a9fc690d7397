"""The ledger's tables: where each act stands, each step, each complete subtree, each signed checkpoint. Append-only."""

from __future__ import annotations

from django.db import models


class Place(models.Model):
    """Where an act stands: the leaf of the log, and its position in the tree of that step."""

    hash = models.CharField(max_length=64, primary_key=True)
    leaf = models.BigIntegerField(db_index=True)
    position = models.IntegerField()

    class Meta:
        db_table = "log_place"


class Step(models.Model):
    """One step: the entry of the log, and the sealed seed from which its tree can be built again."""

    leaf = models.BigIntegerField(primary_key=True)
    entry = models.BinaryField()
    seed = models.BinaryField()

    class Meta:
        db_table = "log_step"


class TreeNode(models.Model):
    """The hash of a complete subtree, by level and index; `id` is level * 2^48 + index."""

    id = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()

    class Meta:
        db_table = "log_node"


class Checkpoint(models.Model):
    """A signed checkpoint; the same size is never signed with two roots."""

    size = models.BigIntegerField(primary_key=True)
    text = models.TextField()

    class Meta:
        db_table = "log_checkpoint"


class TimeStamp(models.Model):
    """What a time-stamping authority answered on one checkpoint (RFC 3161, DER)."""

    size = models.BigIntegerField(primary_key=True)
    response = models.BinaryField()

    class Meta:
        db_table = "log_timestamp"


class Cosignature(models.Model):
    """One witness's signature line on one checkpoint."""

    size = models.BigIntegerField()
    witness = models.CharField(max_length=255)
    line = models.TextField()

    class Meta:
        db_table = "log_cosignature"
        constraints = (models.UniqueConstraint(fields=["size", "witness"], name="one_line_of_a_witness"),)


class Shown(models.Model):
    """Up to where the log and its cosignatures are shown, from an instant on, and up to where before; one row."""

    id = models.IntegerField(primary_key=True)
    size = models.BigIntegerField()
    line = models.BigIntegerField()
    at = models.DateTimeField()
    size_before = models.BigIntegerField()
    line_before = models.BigIntegerField()

    class Meta:
        db_table = "log_shown"
