"""What payment by group makes of the bills of a month: sums by institution and scheme, and the cases behind them.

Written by the close alone, in the place of what it wrote of the month before; the ledger holds the entries.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from yigongti.kernel.organisations.models import Institution


def _yuan() -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(max_digits=16, decimal_places=2)


class CasePayment(models.Model):
    """The cases of an institution and scheme that were billed in a month and are priced by group.

    cost: of their bills; claimed: of the pool; payment: by group. difference: what payment by group adds to what the
    bills claimed of the fund (negative: takes). Of a case that earlier months had already, only the change. packaged:
    whether the packaged fund bears the scheme. steps: how, as contracts.py says.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    insurance_type = models.CharField(max_length=3)
    packaged = models.BooleanField()
    cases = models.PositiveIntegerField()
    cost = _yuan()
    claimed = _yuan()
    payment = _yuan()
    difference = _yuan()
    steps = models.JSONField(default=list)
    release = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("month", "institution_id", "insurance_type")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "insurance_type"], name="fund_casepayment_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.insurance_type} {self.difference}"

    @property
    def patients(self) -> Decimal:
        """Borne by others than the pool."""
        return self.cost - self.claimed

    @property
    def fund(self) -> Decimal:
        """What the fund pays for the cases in all."""
        return self.claimed + self.difference


class PaidCase(models.Model):
    """One case behind a CasePayment; the same amounts. bills: number less reversals. priced_month: in which case-mix
    payment shows the case. community: the hospital that leads the community of the patient, the office for none."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    insurance_type = models.CharField(max_length=3)
    packaged = models.BooleanField()
    case_id = models.CharField(max_length=64)
    priced_month = models.CharField(max_length=7, blank=True, default="")
    bills = models.IntegerField()
    cost = _yuan()
    claimed = _yuan()
    payment = _yuan()
    difference = _yuan()

    class Meta:
        ordering = ("institution_id", "case_id")
        indexes = [models.Index(fields=["institution", "case_id"], name="fund_paidcase_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "month", "insurance_type", "case_id"], name="fund_paidcase_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.case_id} {self.difference}"

    @property
    def patients(self) -> Decimal:
        return self.cost - self.claimed

    @property
    def fund(self) -> Decimal:
        return self.claimed + self.difference
