"""The security log: attempts that were refused. Who, what kind, by which rule; never the contents."""

from __future__ import annotations

from django.db import models


class SecurityEntry(models.Model):
    """One refused attempt. Append-only."""

    at = models.DateTimeField()
    who = models.CharField(max_length=220)
    kind = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    input_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "security_entry"
