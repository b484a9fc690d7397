"""Sealed packages: which case, how large, on their way where."""

from __future__ import annotations

from django.db import models


class Package(models.Model):
    """One sealed package; its bytes lie in the evidence store under its digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    case = models.UUIDField(db_index=True)
    act = models.CharField(max_length=64)
    size = models.BigIntegerField()
    direction = models.CharField(max_length=4)
    state = models.CharField(max_length=10)

    class Meta:
        db_table = "package"
