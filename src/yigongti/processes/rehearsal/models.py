"""Rehearsals, the files that they change, and what they found; never a row of a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class Rehearsal(models.Model):
    """A change of policy on paper: what it changes, over which months it was replayed, what came out, how far it is.

    effective_on: the day from which the change is to hold. files_digest: of the files as they stand. ran_*: what the
    result was made from; it counts only as long as all of it still holds (`checks.py`). totals: by part, as JSON.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Rehearsed")
        FAILED = "failed", _("Failed")
        SIGNING = "signing", _("Waiting for the second person")
        SIGNED = "signed", _("Signed")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Title"), max_length=200)
    reason = models.TextField(_("Reason"))
    effective_on = models.DateField(_("In force from"))
    first_month = models.CharField(_("From month"), max_length=7)
    last_month = models.CharField(_("To month"), max_length=7)
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.DRAFT)
    matter_id = models.BigIntegerField(default=0)
    job_id = models.BigIntegerField(default=0)
    files_digest = models.CharField(max_length=64, blank=True, default="")
    made_by_id = models.BigIntegerField(default=0)
    made_by_name = models.CharField(_("Prepared by"), max_length=64, blank=True, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by_id = models.BigIntegerField(default=0)

    ran_by_id = models.BigIntegerField(default=0)
    ran_by_name = models.CharField(max_length=64, blank=True, default="")
    ran_at = models.DateTimeField(null=True, blank=True)
    ran_seconds = models.FloatField(default=0)
    ran_files_digest = models.CharField(max_length=64, blank=True, default="")
    facts_digest = models.CharField(max_length=64, blank=True, default="")
    facts_versions = models.JSONField(default=dict)
    base_release = models.CharField(max_length=64, blank=True, default="")
    changed_release = models.CharField(max_length=64, blank=True, default="")
    code_release = models.CharField(max_length=64, blank=True, default="")
    seed = models.BigIntegerField(default=0)
    result_digest = models.CharField(max_length=64, blank=True, default="")
    totals = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    error = models.JSONField(default=dict)

    signed_by_id = models.BigIntegerField(default=0)
    signed_by_name = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)
    published_by_name = models.CharField(max_length=64, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="rehearsal_signed_by_another",
                condition=Q(signed_by_id=0) | (~Q(signed_by_id=F("made_by_id")) & ~Q(signed_by_id=F("ran_by_id"))),
            ),
            models.CheckConstraint(
                name="rehearsal_signed_as_it_ran",
                condition=Q(signed_at__isnull=True) | Q(files_digest=F("ran_files_digest")),
            ),
            models.CheckConstraint(
                name="rehearsal_published_was_signed",
                condition=Q(published_at__isnull=True) | Q(signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RehearsalFile(models.Model):
    """One changed file as it is to be: its path below the policy folder, its bytes (text), its SHA-256."""

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=300)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("path",)
        constraints = [models.UniqueConstraint(fields=["rehearsal", "path"], name="rehearsal_file_once")]

    def __str__(self) -> str:
        return self.path


class RehearsalRow(models.Model):
    """What one part found for one key of one dimension (the dimension "total" has the key ""). Yuan.

    low, high: 95 % interval of the fund's difference. better, worse: persons (stays) who bear less, more; relief,
    burden: by how much together; most_relief, most_burden: of one. payers: name → [before, after].
    """

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="rows")
    part = models.CharField(max_length=20)
    dimension = models.CharField(max_length=20)
    key = models.CharField(max_length=120, blank=True, default="")
    label_zh = models.CharField(max_length=200, blank=True, default="")
    label_en = models.CharField(max_length=200, blank=True, default="")
    rows = models.BigIntegerField(_("Bills settled"))
    persons = models.BigIntegerField(_("Persons"))
    fund_before = models.DecimalField(max_digits=16, decimal_places=2)
    fund_after = models.DecimalField(max_digits=16, decimal_places=2)
    fund_change = models.DecimalField(max_digits=16, decimal_places=2)
    patient_before = models.DecimalField(max_digits=16, decimal_places=2)
    patient_after = models.DecimalField(max_digits=16, decimal_places=2)
    patient_change = models.DecimalField(max_digits=16, decimal_places=2)
    low = models.DecimalField(max_digits=16, decimal_places=2)
    high = models.DecimalField(max_digits=16, decimal_places=2)
    better = models.BigIntegerField()
    worse = models.BigIntegerField()
    relief = models.DecimalField(max_digits=16, decimal_places=2)
    burden = models.DecimalField(max_digits=16, decimal_places=2)
    most_relief = models.DecimalField(max_digits=16, decimal_places=2)
    most_burden = models.DecimalField(max_digits=16, decimal_places=2)
    payers = models.JSONField(default=dict)

    class Meta:
        ordering = ("part", "dimension", "key")
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "part", "dimension", "key"], name="rehearsal_row_once"),
            models.CheckConstraint(
                name="rehearsal_row_adds_up",
                condition=Q(fund_change=F("fund_after") - F("fund_before"))
                & Q(patient_change=F("patient_after") - F("patient_before")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rehearsal_id} {self.part} {self.dimension} {self.key}"

    def label(self, language: str) -> str:
        """What the key is called."""
        return (self.label_en if language.startswith("en") else self.label_zh) or self.key
