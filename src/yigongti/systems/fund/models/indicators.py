"""Counter-indicators: what would show that money is saved by giving less care or by sending people elsewhere."""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution


class CounterIndicator(models.Model):
    """A figure of a community and month as numerator and denominator; definitions.py says what each is."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    name = models.CharField(max_length=32)
    numerator = models.DecimalField(max_digits=18, decimal_places=2)
    denominator = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        ordering = ("institution_id", "month", "name")
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "name"], name="fund_counterindicator_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month} {self.name}"
