"""A pattern that may be up-coding, with the rows that show it. A question to the hospital, not a finding."""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution


class UpcodingSignal(models.Model):
    """figure against expected: what the pattern measures; evidence: up to all case numbers that carry it."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    pattern = models.CharField(max_length=40)
    department_code = models.CharField(max_length=20, blank=True)
    drg = models.CharField(max_length=8, blank=True)
    case_id = models.CharField(max_length=64, blank=True)
    figure = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    expected = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    said_zh = models.TextField()
    said_en = models.TextField()
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ("institution_id", "pattern", "drg", "case_id")
        indexes = [models.Index(fields=["month", "institution"], name="casemix_signal_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.pattern}"

    def in_language(self, language: str) -> str:
        return self.said_en if language.startswith("en") else self.said_zh
