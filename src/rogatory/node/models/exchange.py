"""What must be sent, and the proofs that came with what was received."""

from __future__ import annotations

from django.db import models


class Outbox(models.Model):
    """One act that is due to one institution."""

    hash = models.CharField(max_length=64)
    case = models.UUIDField()
    to = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    state = models.CharField(max_length=10, default="waiting")
    answer = models.TextField(default="")

    class Meta:
        db_table = "outbox"
        constraints = (models.UniqueConstraint(fields=["hash", "to"], name="due_once"),)
        indexes = (models.Index(fields=["state", "due_at"], name="outbox_due"),)


class ForeignProof(models.Model):
    """The receipt that came with an act from abroad."""

    hash = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    class Meta:
        db_table = "foreign_proof"
