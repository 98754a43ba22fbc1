"""Submissions and the mapping profiles that institutions save for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.foundation.errors import Text
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.organisations.models import Institution

KIND_CHOICES = [(name, table.label.en) for name, table in FACT_TABLES.items()]


class Submission(models.Model):
    """One file that an institution brought for one kind and month, from its dry run to its place in the lake."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        UNREADABLE = "unreadable", _("Cannot be read")
        WRONG = "wrong", _("Has row errors")
        READY = "ready", _("Ready to commit")
        COMMITTED = "committed", _("In force")
        REPLACED = "replaced", _("Replaced")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, choices=KIND_CHOICES)
    month = models.CharField(max_length=7)
    state = models.CharField(max_length=16, choices=State, default=State.CHECKING)
    file_name = models.CharField(max_length=255)
    file_bytes = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    folder = models.CharField(max_length=64, unique=True, help_text="below the upload folder")
    profile = models.ForeignKey("MappingProfile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    clinical_edition = models.BooleanField(default=False, help_text="codes are converted to the insurance edition")
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    amount = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    errors = models.BigIntegerField(default=0)
    warnings = models.BigIntegerField(default=0)
    pending_codes = models.IntegerField(default=0)
    said_zh = models.TextField(blank=True, default="", help_text="why it cannot be read")
    said_en = models.TextField(blank=True, default="")
    version = models.BigIntegerField(null=True, blank=True, help_text="version of the lake's table")
    replaced_version = models.BigIntegerField(null=True, blank=True)
    unchanged = models.BooleanField(default=False, help_text="the same file was in force already")
    receipt_number = models.CharField(max_length=32, blank=True, default="")
    checked_by = models.CharField(max_length=150)
    checked_at = models.DateTimeField()
    committed_by = models.CharField(max_length=150, blank=True, default="")
    committed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-checked_at", "-id")
        indexes = [models.Index(fields=["institution", "month", "kind"], name="front_pages_submission_board")]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt_number"], condition=~models.Q(receipt_number=""), name="front_pages_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["institution", "month", "kind"],
                condition=models.Q(state="committed"),
                name="front_pages_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.kind} {self.month}"

    @property
    def kind_label(self) -> Text:
        return FACT_TABLES[self.kind].label

    @property
    def has_amount(self) -> bool:
        """Whether rows of this kind add up to yuan."""
        return bool(FACT_TABLES[self.kind].amount)

    @property
    def said(self) -> Text:
        """Why it cannot be read, in words."""
        return Text(zh=self.said_zh, en=self.said_en)


class MappingProfile(models.Model):
    """How an institution's export names its columns; `mapping` is facts.submissions.MappingProfile as JSON."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, choices=KIND_CHOICES)
    name = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("institution_id", "kind", "name")
        constraints = [
            models.UniqueConstraint(fields=["institution", "kind", "name"], name="front_pages_profile_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> Text:
        return FACT_TABLES[self.kind].label
