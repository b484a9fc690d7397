"""Officers as this node's own pages know them, and texts that wait for their keys."""

from __future__ import annotations

from django.db import models


class Officer(models.Model):
    """An officer of this node: her pseudonym abroad, her name at home, the hash of her token for programs."""

    pseudonym = models.CharField(max_length=220, primary_key=True)
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "officer"


class PreparedStatement(models.Model):
    """A text that was shown to an officer and waits for her key; encrypted, for 15 minutes."""

    id = models.UUIDField(primary_key=True)
    officer = models.CharField(max_length=220)
    case = models.UUIDField(null=True)
    version = models.BigIntegerField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "prepared_statement"
