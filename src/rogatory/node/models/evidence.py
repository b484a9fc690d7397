"""Evidence: sealed packages, uploads on their way to one, cases of which everything was destroyed."""

from __future__ import annotations

from django.db import models


class Package(models.Model):
    """One sealed package; its bytes lie in the evidence store under its digest.

    Outwards: held (sealed, no act names it yet), waiting, sent, refused, expired. Inwards: announced, arrived, received,
    quarantined. Both: ending (its time is over, it is being destroyed), purged.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    case = models.UUIDField(db_index=True)
    act = models.CharField(max_length=64)
    size = models.BigIntegerField()
    direction = models.CharField(max_length=4)
    state = models.CharField(max_length=12)
    made_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    """What is known of a held package beside its bytes, encrypted under the case's key."""

    class Meta:
        db_table = "package"


class Upload(models.Model):
    """One original on its way in; name, item and digest are encrypted under the case's key, as its bytes are."""

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField(db_index=True)
    officer = models.CharField(max_length=220)
    size = models.BigIntegerField()
    sealed = models.BinaryField()
    touched_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "upload"


class Destroyed(models.Model):
    """A case of which the evidence was destroyed, and when the contents of its acts followed."""

    case = models.UUIDField(primary_key=True)
    act = models.CharField(max_length=64)
    at = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "destroyed_case"
