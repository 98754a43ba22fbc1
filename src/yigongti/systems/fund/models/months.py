"""The months as the close published them: sums, never persons. Every page adds these rows up.

institution is the hospital that leads the community whose insured people the money was spent on; spending of people
whom no community answers for stands at the office itself, so that nothing is lost.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yigongti.kernel.organisations.models import Institution


def _yuan() -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(max_digits=16, decimal_places=2)


class PublishedFundMonth(models.Model):
    """What a published month rests on. snapshot_digest: of the facts of all months that it read; rows: settlements."""

    month = models.CharField(max_length=7, unique=True)
    snapshot_digest = models.CharField(max_length=64)
    release = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-month",)

    def __str__(self) -> str:
        return self.month


class FundMonth(models.Model):
    """Spending of the packaged fund in a month by kind of care, place, institution, township of residence and chapter.

    township: the institution at which the people are registered (a township hospital), None where unknown. treated_at:
    where the care was given, None outside the county. people: persons within this row; persons of several rows do not
    add up. Amounts in yuan: pool is what the packaged fund paid.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    category = models.CharField(max_length=16, help_text="engines/fund Category")
    care = models.CharField(max_length=16)
    place = models.CharField(max_length=12)
    referral = models.CharField(max_length=10)
    township = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    treated_at = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    treated_code = models.CharField(max_length=22, blank=True, default="")
    chapter = models.CharField(max_length=8, blank=True, default="")
    cases = models.IntegerField(help_text="settlements less reversals")
    people = models.IntegerField()
    total_cost = _yuan()
    outside_catalogue = _yuan()
    pool = _yuan()
    other_insurance = _yuan()
    patient = _yuan()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["institution", "month"], name="fund_fundmonth_month")]
        constraints = [
            models.CheckConstraint(
                name="fund_fundmonth_adds_up",
                condition=Q(total_cost=models.F("pool") + models.F("other_insurance") + models.F("patient")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.care} {self.pool}"


class InstitutionMonth(models.Model):
    """What insurance owes an institution for the bills of a month, by payer; what the month's settlement is made of.

    outside: bills of hospitals outside the county, which stand at the office that settled them. pool_packaged: the part
    of the pool that the packaged fund bears (the schemes that the policy packages); pool_other: of other schemes.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    outside = models.BooleanField(default=False)
    cases = models.IntegerField()
    total_cost = _yuan()
    pool_packaged = _yuan()
    pool_other = _yuan()
    critical_illness = _yuan()
    medical_assistance = _yuan()
    other_funds = _yuan()
    personal_account = _yuan()
    cash = _yuan()

    class Meta:
        ordering = ("month", "institution_id")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "outside"], name="fund_institutionmonth_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month}"


class LateBills(models.Model):
    """The pool's spending of a community by the month of care and the month in which it was settled."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7, help_text="the month of settlement")
    occurred = models.CharField(max_length=7, help_text="the month in which the care ended")
    cases = models.IntegerField()
    pool = _yuan()

    class Meta:
        ordering = ("institution_id", "occurred", "month")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "occurred"], name="fund_latebills_once"),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.occurred} {self.month} {self.pool}"


class InsuredCount(models.Model):
    """Insured people of a community by township, scheme, age band and sex, as they stood at the month's close."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    township = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+")
    insurance_type = models.CharField(max_length=3)
    age_band = models.CharField(max_length=8)
    sex = models.CharField(max_length=1)
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["institution", "month"], name="fund_insuredcount_month")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.people}"


class Forecast(models.Model):
    """A community's year as it looked at the end of a month (engines/fund/forecast.py).

    settled: so far, for care of the year. late: happened, not yet reported; coming: months to come; expected: all
    three, with its interval (low, high). None where it cannot be estimated; cannot says why. by_month: month, settled,
    expected, as texts. steps: how. The quota is no part of it: a contract may come into force later (queries.years).
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    year = models.PositiveSmallIntegerField()
    settled = _yuan()
    late = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    coming = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    expected = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    low = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    method = models.CharField(max_length=40, blank=True, default="")
    by_month = models.JSONField(default=list)
    cannot = models.JSONField(default=list)
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ("institution_id", "month")
        constraints = [models.UniqueConstraint(fields=["institution", "month"], name="fund_forecast_once")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.expected}"
