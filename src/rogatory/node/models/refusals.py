"""Keyed fingerprints of what this node refused, and what signed submissions had compared (RIGHTS, H4)."""

from __future__ import annotations

from django.db import models


class Refused(models.Model):
    """One identifier of one refusal on the merits: its keyed fingerprint, until when it is kept, and the sealed reason."""

    fingerprint = models.CharField(max_length=64, db_index=True)
    case = models.UUIDField(db_index=True)
    until = models.DateTimeField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "refused"


class Compared(models.Model):
    """That a submission was compared: by whose act, how many identifiers (0 once they are summed), and, sealed, what it met."""

    act = models.CharField(max_length=64, primary_key=True)
    case = models.UUIDField(db_index=True)
    who = models.CharField(max_length=220)
    count = models.IntegerField()
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "compared"
        indexes = (
            models.Index(fields=["who", "at"], name="compared_by_whom"),
            models.Index(fields=["at"], condition=models.Q(count__gt=0), name="compared_not_summed"),
        )


class ComparedSum(models.Model):
    """How many identifiers were compared in a quarter of a year, such as `2026-Q4`, of the rows that count no longer themselves."""

    quarter = models.CharField(max_length=7, primary_key=True)
    count = models.BigIntegerField(default=0)

    class Meta:
        db_table = "compared_sum"
