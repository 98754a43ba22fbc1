"""What pages show of a month's record quality, published by the close, replaced whole for a month."""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution


class _OfADepartment(models.Model):
    """Whose page it is: institution, month, department, physician."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    department_code = models.CharField(max_length=20, blank=True, default="")
    physician = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        abstract = True


class FrontPage(_OfADepartment):
    """One front page as it was judged. Identity stays in the lake; a page shows it only to who needs it."""

    case_id = models.CharField(max_length=64)
    discharged_on = models.DateField()
    principal_diagnosis = models.CharField(max_length=32, blank=True, default="")
    score = models.DecimalField(max_digits=7, decimal_places=2)
    grade = models.CharField(max_length=16)
    passes = models.BooleanField()
    complete = models.BooleanField()
    defects = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    warnings = models.IntegerField(default=0)
    day_surgery = models.BooleanField(default=False)
    minimally_invasive = models.BooleanField(default=False)
    level_four = models.BooleanField(default=False)
    suggestions = models.JSONField(default=list, help_text="complications that the procedures suggest")

    class Meta:
        ordering = ("institution_id", "case_id")
        indexes = [models.Index(fields=["institution", "month", "score"], name="front_pages_page_by_score")]
        constraints = [
            models.UniqueConstraint(fields=["institution", "month", "case_id"], name="front_pages_page_once")
        ]

    def __str__(self) -> str:
        return self.case_id


class Defect(_OfADepartment):
    """One rule that a front page breaks; its words are the rule's, in the policy."""

    case_id = models.CharField(max_length=64)
    rule = models.CharField(max_length=100)
    column = models.CharField(max_length=64)
    severity = models.CharField(max_length=16)
    dimension = models.CharField(max_length=16)
    item = models.CharField(max_length=64, blank=True, default="")
    part = models.CharField(max_length=32, blank=True, default="")
    deducts = models.DecimalField(max_digits=7, decimal_places=2, default=0)

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["institution", "month", "rule"], name="front_pages_defect_by_rule"),
            models.Index(fields=["institution", "month", "case_id"], name="front_pages_defect_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}"


class QualitySummary(_OfADepartment):
    """Sums of a physician's pages of a month: what every overview adds up. score_total is in points."""

    pages = models.IntegerField()
    passing = models.IntegerField()
    complete = models.IntegerField()
    excellent = models.IntegerField()
    defects = models.IntegerField()
    errors = models.IntegerField()
    score_total = models.DecimalField(max_digits=14, decimal_places=2)
    day_surgery = models.IntegerField(default=0)
    minimally_invasive = models.IntegerField(default=0)
    level_four = models.IntegerField(default=0)
    suggestions = models.IntegerField(default=0)

    class Meta:
        ordering = ("institution_id", "department_code", "physician")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "institution", "department_code", "physician"], name="front_pages_summary_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.institution_id} {self.department_code}"
