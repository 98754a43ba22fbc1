"""Money that moves: prepaid for a month, deducted after rulings, and what settled the month. The ledger holds the
entries; these rows say how each amount came about.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yigongti.kernel.organisations.models import Institution


def _yuan() -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(max_digits=16, decimal_places=2)


class Prepayment(models.Model):
    """What a community was prepaid for a month.

    share: the month's part of the quota. retained: kept back for the assessment. rolled_in: deductions of the quarter
    before, handed out again. gross = share - retained + rolled_in; deducted: taken after rulings; paid: the rest.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    share = _yuan()
    retained = _yuan()
    rolled_in = _yuan()
    gross = _yuan()
    deducted = _yuan()
    paid = _yuan()
    steps = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("month", "institution_id")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month"], name="fund_prepayment_once"),
            models.CheckConstraint(
                name="fund_prepayment_adds_up",
                condition=Q(gross=F("share") - F("retained") + F("rolled_in")) & Q(paid=F("gross") - F("deducted")),
            ),
            models.CheckConstraint(name="fund_prepayment_not_negative", condition=Q(paid__gte=0) & Q(deducted__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.paid}"


class Deduction(models.Model):
    """Money of a ruling taken out of a prepayment, once for each key. against: the institution ruled upon. key: that of
    the recovery in supervision."""

    prepayment = models.ForeignKey(Prepayment, on_delete=models.PROTECT, related_name="deductions")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    amount = _yuan()

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(name="fund_deduction_amount", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.key} {self.amount}"


class MonthSettlement(models.Model):
    """How what insurance owed an institution for a month was settled.

    community: the hospital that leads its community, None outside one. packaged: of the packaged fund, with
    corrections of earlier months that came later; difference: what payment by group adds to (or takes from) the bills.
    other: of all other funds. packaged + difference + other = retained + deposit + set_off + paid. retained: kept back
    for the assessment of the community; deposit: for that of the cases paid by group. set_off: against prepayments.
    parts: the other funds by payer, as text; by_group_other: what payment by group adds to pool_other.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    outside = models.BooleanField(default=False)
    packaged = _yuan()
    difference = _yuan()
    other = _yuan()
    parts = models.JSONField(default=dict)
    retained = _yuan()
    deposit = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    set_off = _yuan()
    paid = _yuan()
    made_at = models.DateTimeField()
    made_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("month", "institution_id")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "outside"], name="fund_monthsettlement_once"),
            models.CheckConstraint(
                name="fund_monthsettlement_adds_up",
                condition=Q(
                    packaged=F("retained") + F("deposit") + F("set_off") + F("paid") - F("other") - F("difference")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.paid}"
