"""A change of a check: proposed with a rehearsal on past months, signed by a second person, in force from a day on.

Why rows and not edited policy files: docs/adr/0018.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.models.findings import StrengthChoices
from yigongti.systems.claim_checks.models.knowledge import KnowledgeBatch


class ChangeOfCheck(models.Model):
    """What is to change: parameters (name → text), the strength, or that the check pauses. Reference data: everybody
    who is signed in may read it; what the rehearsal found at whom stands in RehearsedRow, under row security."""

    class Kind(models.TextChoices):
        PARAMETERS = "parameters", _("Other thresholds")
        STRENGTH = "strength", _("Another strength")
        PAUSE = "pause", _("Pause the check")
        RESUME = "resume", _("Resume the check")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        IN_FORCE = "in_force", _("Signed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    check_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind)
    parameters = models.JSONField(default=dict)
    strength = models.CharField(max_length=10, choices=StrengthChoices, blank=True, default="")
    valid_from = models.DateField()
    reason = models.TextField()
    rehearsed_months = models.JSONField(default=list)
    rehearsed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    matter_id = models.BigIntegerField(default=0)
    made_by_id = models.BigIntegerField()
    made_by_name = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    signed_by_name = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="claim_checks_change_rehearsed",
                condition=~models.Q(state="in_force") | models.Q(signed_at__isnull=False, rehearsed_at__isnull=False),
            ),
            models.CheckConstraint(name="claim_checks_change_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.valid_from}"


class RehearsedRow(models.Model):
    """What the check found at an institution in a past month, as it is and as it would be with a change or with a batch
    of knowledge: findings, and yuan that this check alone counts."""

    change = models.ForeignKey(ChangeOfCheck, on_delete=models.CASCADE, related_name="rehearsed", null=True)
    batch = models.ForeignKey(KnowledgeBatch, on_delete=models.CASCADE, related_name="rehearsed", null=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    findings_today = models.IntegerField()
    findings_changed = models.IntegerField()
    yuan_today = models.DecimalField(max_digits=16, decimal_places=2)
    yuan_changed = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ("change_id", "institution_id", "month")
        constraints = [
            models.UniqueConstraint(fields=["change", "institution", "month"], name="claim_checks_rehearsed_once"),
            models.UniqueConstraint(fields=["batch", "institution", "month"], name="claim_checks_batch_rehearsed_once"),
            models.CheckConstraint(
                name="claim_checks_rehearsed_of_one",
                condition=models.Q(change__isnull=True, batch__isnull=False)
                | models.Q(change__isnull=False, batch__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id or self.batch_id} {self.institution_id} {self.month}"
