"""A discharged case as it was grouped and priced."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class CaseKind(models.TextChoices):
    """How a case was paid; the values are those of the pricing engine's Category, in the order it asks them."""

    NORMAL = "normal", _("Normal")
    HIGH = "high_outlier", _("High outlier")
    LOW = "low_outlier", _("Low outlier")
    EXCLUDED = "excluded_by_stay", _("Excluded by stay, by item")
    UNGROUPABLE = "ungroupable", _("Ungroupable, by item")
    UNSTABLE = "unstable_group", _("Unstable group, by item")
    NO_WEIGHT = "no_weight", _("Group without a weight, by item")
    NEGOTIATED = "negotiated", _("Single negotiation")
    NO_RATE = "no_rate", _("No rate for the insurance, not priced")
    NO_COST = "no_cost", _("Cost missing, not priced")


class PricedCase(models.Model):
    """One case of a published month; replaced whole when the month is closed again.

    Amounts in yuan. weight: null for a case without a group or whose group has none. pay, balance: null where the
    case could not be priced (`kind` says why). low_risk: null where no low-risk list is kept. diagnoses, procedures:
    the codes that were grouped, the principal ones first, joined with "|": after an accepted request they differ
    from the front page.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    case_id = models.CharField(max_length=64)
    department_code = models.CharField(max_length=20, blank=True)
    physician = models.CharField(max_length=64, blank=True)
    discharged_on = models.DateField()
    sex = models.CharField(max_length=1, blank=True)
    age_years = models.IntegerField(null=True)
    stay_days = models.IntegerField(null=True)
    insurance_type = models.CharField(max_length=8, blank=True)
    principal_diagnosis = models.CharField(max_length=24, blank=True)
    principal_procedure = models.CharField(max_length=24, blank=True)
    diagnoses = models.TextField(blank=True)
    procedures = models.TextField(blank=True)
    mdc = models.CharField(max_length=8)
    adrg = models.CharField(max_length=8)
    drg = models.CharField(max_length=8)
    complication = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=CaseKind)
    weight = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    patient_part = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    standard = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    pay = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    fund_pay = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    balance = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    low_risk = models.BooleanField(null=True)
    died = models.BooleanField(default=False)
    corrected = models.BooleanField(default=False, help_text="grouped by the codes of an accepted request")

    class Meta:
        ordering = ("institution_id", "case_id")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "case_id"], name="casemix_payment_case_once"),
            models.CheckConstraint(
                name="casemix_payment_case_balance",
                condition=models.Q(balance__isnull=True) | models.Q(balance=models.F("pay") - models.F("cost")),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "institution", "department_code"], name="casemix_case_department"),
            models.Index(fields=["month", "institution", "drg"], name="casemix_case_group"),
            models.Index(fields=["month", "institution", "balance", "id"], name="casemix_case_balance"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.case_id} {self.drg}"

    @property
    def diagnosis_codes(self) -> tuple[str, ...]:
        return tuple(self.diagnoses.split("|")) if self.diagnoses else ()

    @property
    def procedure_codes(self) -> tuple[str, ...]:
        return tuple(self.procedures.split("|")) if self.procedures else ()
