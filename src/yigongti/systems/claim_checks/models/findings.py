"""What the checks found in a month, as pages show it; replaced whole when the month is closed again.

`amount` is what one finding puts at stake. `counted` is its share of that after several findings on the same yuan were
merged (engines/claim_checks/merging): sums are made of `counted`, never of `amount`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yigongti.foundation.errors import Text
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.wording import facts_in_words


class StrengthChoices(models.TextChoices):
    """How sure a finding is; the values are those of the engine."""

    VIOLATION = "violation", _("Violation")
    DOUBTFUL = "doubtful", _("Doubtful")
    CLUE = "clue", _("Clue")


class CheckedMonth(models.Model):
    """What the checks of a month rest on. Holds no row and no sum of anybody.

    months_read: the earlier months whose bills were read for checks of a person over time. absent: kinds of facts of
    which the month had none, so that checks that need them judged nothing. key: names the derived tables of the lake.
    """

    month = models.CharField(max_length=7, unique=True)
    release = models.CharField(max_length=64)
    snapshot = models.JSONField(default=dict)
    snapshot_digest = models.CharField(max_length=64)
    months_read = models.JSONField(default=list)
    months_read_digest = models.CharField(max_length=64, blank=True, default="")
    checks_digest = models.CharField(max_length=64)
    absent = models.JSONField(default=list)
    key = models.CharField(max_length=200)
    digests = models.JSONField(default=dict, help_text="derived table → SHA-256 of its bytes")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-month",)

    def __str__(self) -> str:
        return self.month

    @property
    def absent_in_words(self) -> list[str]:
        """Kinds of facts of which the month had none, as people call them."""
        return facts_in_words(self.absent, get_language() or "zh-hans")


class _OfMonth(models.Model):
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    department_code = models.CharField(max_length=20, blank=True)
    physician = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class BillFindings(_OfMonth):
    """A bill in which something was found. checks: ids of the checks, joined with "|", the strongest first.

    Whose bill it is stands only in the lake: a look at its lines asks there, and tells the trail.
    """

    case_id = models.CharField(max_length=64)
    care_setting = models.CharField(max_length=1)
    started_on = models.DateField()
    ended_on = models.DateField()
    principal_diagnosis = models.CharField(max_length=24, blank=True)
    total_cost = models.DecimalField(max_digits=14, decimal_places=2)
    strength = models.CharField(max_length=10, choices=StrengthChoices, help_text="of its strongest finding")
    findings = models.IntegerField()
    violation_amount = models.DecimalField(max_digits=14, decimal_places=2)
    doubtful_amount = models.DecimalField(max_digits=14, decimal_places=2)
    clue_amount = models.DecimalField(max_digits=14, decimal_places=2)
    counted = models.DecimalField(max_digits=14, decimal_places=2)
    checks = models.TextField()

    class Meta:
        ordering = ("institution_id", "case_id")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "case_id"], name="claim_checks_bill_once"),
            models.CheckConstraint(
                name="claim_checks_bill_adds_up",
                condition=models.Q(
                    counted=models.F("violation_amount") + models.F("doubtful_amount") + models.F("clue_amount")
                ),
            ),
        ]
        indexes = [models.Index(fields=["month", "institution", "counted", "id"], name="claim_checks_bill_counted")]

    def __str__(self) -> str:
        return f"{self.month} {self.case_id}"

    @property
    def check_ids(self) -> list[str]:
        return self.checks.split("|")


class Finding(_OfMonth):
    """One finding. case_id "": of the institution's month; line_number null: of the bill as a whole.

    version: first day of the check's version. evidence: other rows that it rests on, as the engine writes them
    (institution/case/line), joined with "|". said_zh, said_en: the sentence in the office's words.
    """

    case_id = models.CharField(max_length=64, blank=True)
    line_number = models.IntegerField(null=True)
    check_id = models.CharField(max_length=64)
    version = models.DateField()
    strength = models.CharField(max_length=10, choices=StrengthChoices)
    happened_on = models.DateField(help_text="the day of the service; of a bill, the day on which it ended")
    care_setting = models.CharField(max_length=1, blank=True)
    item = models.CharField(max_length=200, blank=True)
    other = models.CharField(max_length=200, blank=True, default="")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    counted = models.DecimalField(max_digits=14, decimal_places=2)
    evidence = models.TextField(blank=True)
    knowledge = models.CharField(max_length=120, blank=True)
    said_zh = models.TextField()
    said_en = models.TextField()

    class Meta:
        ordering = ("institution_id", "case_id", "line_number", "check_id")
        constraints = [
            models.CheckConstraint(
                name="claim_checks_finding_counted",
                condition=models.Q(counted__gte=0) & models.Q(counted__lte=models.F("amount")),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "institution", "counted", "id"], name="claim_checks_finding_counted"),
            models.Index(fields=["month", "institution", "case_id"], name="claim_checks_finding_bill"),
            models.Index(fields=["month", "check_id", "institution"], name="claim_checks_finding_check"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.case_id} {self.check_id}"

    @property
    def said(self) -> Text:
        """The sentence in both languages."""
        return Text(zh=self.said_zh, en=self.said_en)


class InstitutionVolume(models.Model):
    """What was looked at of an institution's month: what findings are related to when months or institutions are
    compared. bills: stays and visits; lines: charges, without those that take others back; claimed: yuan claimed, less
    what was taken back."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    bills = models.IntegerField()
    lines = models.BigIntegerField()
    claimed = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        ordering = ("institution_id", "month")
        constraints = [models.UniqueConstraint(fields=["institution", "month"], name="claim_checks_volume_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.lines}"


class CheckSum(_OfMonth):
    """Findings of a month summed by institution, department, physician and check: every overview adds these up.

    bills: bills with at least one finding of the check. Sums of `bills` over checks count a bill once for each check.
    """

    check_id = models.CharField(max_length=64)
    strength = models.CharField(max_length=10, choices=StrengthChoices)
    findings = models.IntegerField()
    bills = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    counted = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ("institution_id", "department_code", "physician", "check_id")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "institution", "department_code", "physician", "check_id", "strength"],
                name="claim_checks_sum_once",
            )
        ]
        indexes = [models.Index(fields=["institution", "month"], name="claim_checks_sum_place")]

    def __str__(self) -> str:
        return f"{self.month} {self.check_id} {self.findings}"
