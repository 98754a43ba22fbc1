"""Settlements of a month that were paid otherwise than the policy says, and how many there were at each institution."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


def _yuan(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=14, decimal_places=2)


class BenefitDifference(models.Model):
    """One settlement that was paid otherwise than the policy says. difference: what the funds paid too much (less:
    negative). refused: the code of the error when it could not be settled at all."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(_("Month"), max_length=7)
    settlement_number = models.CharField(_("Settlement number"), max_length=64)
    case_id = models.CharField(_("Case"), max_length=64, blank=True, default="")
    insured_number = models.CharField(_("Insured number"), max_length=64)
    insurance_type = models.CharField(_("Insurance scheme"), max_length=3)
    care = models.CharField(_("Kind of benefit"), max_length=16)
    treated_at = models.CharField(max_length=64, blank=True, default="")
    started_on = models.DateField()
    ended_on = models.DateField()
    settled_on = models.DateField(_("Settled"))
    total_cost = _yuan(_("Total cost"))
    deductible_paid = _yuan(_("Deductible"))
    deductible_right = _yuan(_("Deductible"))
    pool_fund_paid = _yuan(_("Paid by the pool"))
    pool_fund_right = _yuan(_("Paid by the pool"))
    critical_illness_paid = _yuan(_("Critical-illness insurance"))
    critical_illness_right = _yuan(_("Critical-illness insurance"))
    medical_assistance_paid = _yuan(_("Medical assistance"))
    medical_assistance_right = _yuan(_("Medical assistance"))
    other_funds_paid = _yuan(_("Other funds"))
    other_funds_right = _yuan(_("Other funds"))
    difference = _yuan(_("Paid too much"))
    refused = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("institution", "settlement_number")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "institution", "settlement_number"], name="settled_bills_difference_once"
            )
        ]

    def __str__(self) -> str:
        return self.settlement_number


class RecomputedMonth(models.Model):
    """What was computed again at one institution in a month: settlements, yuan the funds paid, how many differ."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(_("Month"), max_length=7)
    settlements = models.IntegerField()
    funds_paid = models.DecimalField(max_digits=16, decimal_places=2)
    differing = models.IntegerField()
    release = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-month", "institution")
        constraints = [
            models.UniqueConstraint(fields=["month", "institution"], name="settled_bills_recomputed_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.institution_id}"
