"""A department asks for a case to be grouped by other codes; the coder answers; both remain visible."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.matters.models import Matter
from yigongti.kernel.organisations.models import Institution


class AdjustmentRequest(models.Model):
    """One request. `*_before` is what was published when it was asked, `*_after` what the accepted codes lead to.

    matter: what waits for the coder, with its deadline and history (matters.py); the state here follows it.
    The codes are joined with "|", the principal ones first. An accepted request is applied by the next close of the
    month; until then page and sums show the case as published, and the request shows both.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the coder")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    case_id = models.CharField(max_length=64)
    department_code = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.TextField()
    asked_by_id = models.BigIntegerField()
    asked_by_name = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    diagnoses_before = models.TextField(blank=True)
    procedures_before = models.TextField(blank=True)
    drg_before = models.CharField(max_length=8)
    weight_before = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    pay_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    diagnoses_asked = models.TextField()
    procedures_asked = models.TextField(blank=True)
    drg_asked = models.CharField(max_length=8)
    weight_asked = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    pay_asked = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    answer = models.TextField(blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_by_name = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    diagnoses_after = models.TextField(blank=True)
    procedures_after = models.TextField(blank=True)
    drg_after = models.CharField(max_length=8, blank=True)
    weight_after = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    pay_after = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = [models.Index(fields=["month", "institution", "state"], name="casemix_request_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "month", "case_id"],
                condition=models.Q(state="asked"),
                name="casemix_payment_request_one_open",
            ),
            models.CheckConstraint(name="casemix_payment_request_reason", condition=~models.Q(reason="")),
            models.CheckConstraint(
                name="casemix_payment_request_answered",
                condition=models.Q(state__in=["asked", "withdrawn"])
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.case_id} {self.state}"
