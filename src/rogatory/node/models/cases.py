"""What lists and the worker read of a case: facts of skeletons only, never contents."""

from __future__ import annotations

from django.db import models


class CaseRow(models.Model):
    """One case: its version, its state, and facts without persons."""

    id = models.UUIDField(primary_key=True)
    institution = models.CharField(max_length=200)
    reference = models.CharField(max_length=60)
    version = models.BigIntegerField()
    state = models.CharField(max_length=60)
    summary = models.JSONField()
    updated = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "case_row"


class Clock(models.Model):
    """One period that runs in a case."""

    case = models.UUIDField()
    name = models.CharField(max_length=60)
    elapsed = models.DateTimeField(null=True)
    legal = models.DateTimeField(null=True)
    state = models.CharField(max_length=20)

    class Meta:
        db_table = "case_clock"
        constraints = (models.UniqueConstraint(fields=["case", "name"], name="one_clock_of_a_name"),)
        indexes = (models.Index(fields=["legal"], name="clock_by_end"),)
