"""What this node remembers as a witness of its peers, and evidence against logs."""

from __future__ import annotations

from django.db import models


class WitnessHead(models.Model):
    """The newest head of a peer's log that this node has cosigned. It only ever grows."""

    origin = models.CharField(max_length=255, primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    text = models.TextField()
    timestamp = models.BigIntegerField()

    class Meta:
        db_table = "witness_head"


class Evidence(models.Model):
    """Two texts that the same log has signed and that cannot both be true, or a head that it never signed. Append-only."""

    seen_at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    origin = models.CharField(max_length=255)
    by = models.CharField(max_length=255)
    known = models.TextField(default="")
    shown = models.TextField()
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "log_evidence"


class Seen(models.Model):
    """A head of another log by its size, or an entry of it by its index, as a receipt first proved it; `text` is that proof."""

    origin = models.CharField(max_length=255)
    what = models.CharField(max_length=5)
    number = models.BigIntegerField()
    hash = models.BinaryField()
    text = models.TextField()

    class Meta:
        db_table = "log_seen"
        constraints = (models.UniqueConstraint(fields=["origin", "what", "number"], name="seen_once"),)
