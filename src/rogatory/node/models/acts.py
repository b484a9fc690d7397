"""Acts: the skeleton, which is never changed or deleted, and the contents, which only a purge removes."""

from __future__ import annotations

from django.db import models


class Skeleton(models.Model):
    """The JWS of an act. Triggers refuse to change or delete it."""

    hash = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=40)
    case = models.UUIDField(null=True)
    institution = models.CharField(max_length=200)
    at = models.DateTimeField()
    text = models.TextField()
    foreign = models.BooleanField()
    received_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=22)

    class Meta:
        db_table = "act_skeleton"
        indexes = (models.Index(fields=["case", "at"], name="act_by_case"), models.Index(fields=["at"], name="act_by_at"))
        constraints = (
            # Our own acts only: a peer that copies the nonce of another's act must not be able to keep that act out.
            models.UniqueConstraint(fields=["nonce"], condition=models.Q(foreign=False), name="own_act_of_a_nonce"),
        )


class Contents(models.Model):
    """The disclosures of an act, encrypted under the key of its case."""

    hash = models.CharField(max_length=64, primary_key=True)
    case = models.UUIDField(null=True, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "act_contents"
