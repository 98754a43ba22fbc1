"""A hospital's check of its own bills before it submits them, seen by nobody but its own office.

Row security asks for the span `self_checking`: posts of the institution itself, not of those that lead it, and not of
the bureau. No trail, no job and no export of another page names these rows; the hospital deletes them when it likes.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language

from yigongti.foundation.errors import Text
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.models.findings import StrengthChoices
from yigongti.systems.claim_checks.wording import facts_in_words


class SelfCheck(models.Model):
    """One run. of_files: whether files were brought; else the committed month was checked.

    checks_digest: the checks and knowledge that were used, so that two runs can be told apart by facts or by rules.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    of_files = models.BooleanField()
    file_names = models.CharField(max_length=500, blank=True, default="")
    made_by_id = models.BigIntegerField()
    made_by_name = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    checks_digest = models.CharField(max_length=64)
    bills = models.IntegerField()
    lines = models.IntegerField()
    findings = models.IntegerField()
    violation_amount = models.DecimalField(max_digits=16, decimal_places=2)
    doubtful_amount = models.DecimalField(max_digits=16, decimal_places=2)
    clue_amount = models.DecimalField(max_digits=16, decimal_places=2)
    absent = models.JSONField(default=list)

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.month} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def absent_in_words(self) -> list[str]:
        """Kinds of facts that were not there, as people call them."""
        return facts_in_words(self.absent, get_language() or "zh-hans")


class SelfCheckFinding(models.Model):
    """One finding of a self-check; fields as those of Finding."""

    self_check = models.ForeignKey(SelfCheck, on_delete=models.CASCADE, related_name="found")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    department_code = models.CharField(max_length=20, blank=True)
    physician = models.CharField(max_length=64, blank=True)
    case_id = models.CharField(max_length=64, blank=True)
    line_number = models.IntegerField(null=True)
    check_id = models.CharField(max_length=64)
    version = models.DateField()
    strength = models.CharField(max_length=10, choices=StrengthChoices)
    happened_on = models.DateField()
    item = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    counted = models.DecimalField(max_digits=14, decimal_places=2)
    said_zh = models.TextField()
    said_en = models.TextField()

    class Meta:
        ordering = ("case_id", "line_number", "check_id")
        indexes = [models.Index(fields=["self_check", "counted", "id"], name="claim_checks_own_finding")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.check_id}"

    @property
    def said(self) -> Text:
        """The sentence in both languages."""
        return Text(zh=self.said_zh, en=self.said_en)
