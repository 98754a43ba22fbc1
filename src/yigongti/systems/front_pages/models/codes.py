"""Code conversions that a coder must decide, and what was decided."""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution


class CodeQuestion(models.Model):
    """A clinical-edition code of a submission that has several insurance-edition codes; open until decided."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    submission = models.ForeignKey("Submission", on_delete=models.CASCADE, related_name="code_questions")
    code_kind = models.CharField(max_length=16, help_text="diagnosis or procedure")
    code = models.CharField(max_length=32)
    candidates = models.JSONField(default=list)
    occurrences = models.IntegerField(default=0)

    class Meta:
        ordering = ("-occurrences", "code")
        constraints = [
            models.UniqueConstraint(fields=["submission", "code_kind", "code"], name="front_pages_question_once")
        ]

    def __str__(self) -> str:
        return self.code


class CodeDecision(models.Model):
    """What a coder of the institution decided; used by its next submissions."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code_kind = models.CharField(max_length=16)
    code = models.CharField(max_length=32)
    insurance_code = models.CharField(max_length=32)
    reason = models.CharField(max_length=255, blank=True, default="")
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("code_kind", "code")
        constraints = [
            models.UniqueConstraint(fields=["institution", "code_kind", "code"], name="front_pages_decision_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} → {self.insurance_code}"
