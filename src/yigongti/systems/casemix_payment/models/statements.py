"""The sums that pages add up, and the departments' scores."""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution


class StatementRow(models.Model):
    """Sums over the cases of one institution, department and group in a month; every overview adds these up.

    Each figure of a page is a sum, or a quotient of two sums, of these columns (definitions.py): so a county's CMI is
    its weight over its grouped cases, never a mean of its hospitals' CMIs.

    priced_cost: the cost of the cases that have a pay, so that balance = pay - priced_cost. cost_ratio, time_ratio:
    each case's cost (stay) over the mean of its group in the whole county this month, summed over cost_index_cases
    (time_index_cases).
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    department_code = models.CharField(max_length=20, blank=True)
    drg = models.CharField(max_length=8)
    adrg = models.CharField(max_length=8)
    mdc = models.CharField(max_length=8)
    cases = models.IntegerField()
    grouped_cases = models.IntegerField()
    weighted_cases = models.IntegerField()
    weight = models.DecimalField(max_digits=14, decimal_places=4)
    assessable_cases = models.IntegerField(help_text="cases that policy leaves in case-mix payment")
    normal_cases = models.IntegerField()
    high_cases = models.IntegerField()
    low_cases = models.IntegerField()
    item_cases = models.IntegerField()
    priced_cases = models.IntegerField()
    cost = models.DecimalField(max_digits=16, decimal_places=2)
    priced_cost = models.DecimalField(max_digits=16, decimal_places=2)
    pay = models.DecimalField(max_digits=16, decimal_places=2)
    fund_pay = models.DecimalField(max_digits=16, decimal_places=2)
    balance = models.DecimalField(max_digits=16, decimal_places=2)
    stay_days = models.IntegerField()
    stay_cases = models.IntegerField()
    cost_ratio = models.DecimalField(max_digits=16, decimal_places=6)
    cost_index_cases = models.IntegerField()
    time_ratio = models.DecimalField(max_digits=16, decimal_places=6)
    time_index_cases = models.IntegerField()
    deaths = models.IntegerField()
    low_risk_cases = models.IntegerField()
    low_risk_deaths = models.IntegerField()

    class Meta:
        ordering = ("institution_id", "department_code", "drg")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "institution", "department_code", "drg"], name="casemix_payment_statement_once"
            ),
            models.CheckConstraint(
                name="casemix_payment_statement_adds_up",
                condition=models.Q(balance=models.F("pay") - models.F("priced_cost")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.department_code} {self.drg}"


class DepartmentScore(models.Model):
    """A department's monthly score, or why it is not assessed (不考核). The rules: engines/casemix/performance.

    entry_rate: normal cases over the cases that policy leaves in case-mix payment. balance_share: balance over the
    fund's spending on the department. The points are those of the bands reached; the score is their sum.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    department_code = models.CharField(max_length=20, blank=True)
    assessed = models.BooleanField()
    reason_zh = models.CharField(max_length=200, blank=True)
    reason_en = models.CharField(max_length=200, blank=True)
    entry_rate = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    entry_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    balance_share = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    balance_points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    class Meta:
        ordering = ("institution_id", "department_code")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "institution", "department_code"], name="casemix_payment_score_once"
            ),
            models.CheckConstraint(
                name="casemix_payment_score_or_reason",
                condition=models.Q(assessed=True, score__isnull=False) | models.Q(assessed=False, score__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.department_code} {self.score}"

    def reason_in_language(self, language: str) -> str:
        return self.reason_en if language.startswith("en") else self.reason_zh
