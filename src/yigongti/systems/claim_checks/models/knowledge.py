"""Knowledge that was taken over from published workbooks, laid over the policy's own tables (knowledge_in_force.py).

Reference data: everybody who is signed in may read what the checks know. Rows are only added; a batch is withdrawn as a
whole, and stays to be read.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class KnowledgeBatch(models.Model):
    """What one workbook brings for one check; what it brings for others has the same `upload`.

    whole: the workbook is the check's whole knowledge from that day on, so rows that it no longer holds end the day
    before; else it only adds and changes rows. matter_id: where it was made and signed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being looked at")
        PROPOSED = "proposed", _("Waiting for the second person")
        IN_FORCE = "in_force", _("Taken over")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    upload = models.CharField(max_length=32)
    check_id = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True, default="")
    published_on = models.DateField()
    valid_from = models.DateField()
    whole = models.BooleanField(default=False)
    layout = models.CharField(max_length=64, blank=True, default="")
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    problems = models.JSONField(default=list, help_text="what was told of the workbook's rows: sheet, row, zh, en")
    rows = models.IntegerField()
    added = models.IntegerField()
    changed = models.IntegerField()
    ended = models.IntegerField()
    unchanged = models.IntegerField()
    rehearsed_months = models.JSONField(default=list)
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    matter_id = models.BigIntegerField(default=0)
    made_by_id = models.BigIntegerField()
    made_by_name = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="claim_checks_batch_taken_at",
                condition=~models.Q(state__in=["in_force", "withdrawn"]) | models.Q(taken_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def source(self) -> str:
        """How a row of it names its source."""
        return f"batch-{self.pk}"


class KnowledgeEntry(models.Model):
    """A row of a batch. ends: the row named by `key` ends the day before the batch holds; else values hold from then.

    values: column of the handler → text as a CSV of knowledge has it. before: the same of the row that it changes.
    valid_from, valid_to: where the workbook itself says days; it never holds before its batch.
    """

    batch = models.ForeignKey(KnowledgeBatch, on_delete=models.CASCADE, related_name="entries")
    check_id = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    ends = models.BooleanField(default=False)
    values = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("batch_id", "id")
        constraints = [models.UniqueConstraint(fields=["batch", "key", "ends"], name="claim_checks_entry_once")]
        indexes = [models.Index(fields=["check_id", "key"], name="claim_checks_entry_key")]

    def __str__(self) -> str:
        return f"{self.check_id} {self.key}"
