"""Who did what, and when: one append-only table."""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution


class TrailEntry(models.Model):
    """One act. The database grants the product neither change nor removal of a line."""

    happened_at = models.DateTimeField(db_index=True)
    account_id = models.BigIntegerField(default=0, help_text="0: nobody was signed in")
    username = models.CharField(max_length=64, blank=True, default="")
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=64, help_text="a permission's name or an event: access.signed_in")
    subject = models.CharField(max_length=200, blank=True, default="", help_text="what was acted upon")
    detail = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["account_id", "-id"])]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.username} {self.verb} {self.subject}"
