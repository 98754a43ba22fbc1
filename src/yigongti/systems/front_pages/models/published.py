"""What the published quality of a month rests on."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class JudgedMonth(models.Model):
    """One published month: which versions of the lake's tables, which policy release, and when it was published.

    versions: kind of fact → version of the lake's table. The instant is the database's own.
    """

    month = models.CharField(max_length=7, unique=True)
    snapshot_digest = models.CharField(max_length=64)
    versions = models.JSONField(default=dict)
    release = models.CharField(max_length=64, help_text="digest of the policy release")
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-month",)

    def __str__(self) -> str:
        return self.month
