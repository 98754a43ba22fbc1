"""Who is insured from when to when, what was approved for them, and what they have used of a year's benefits."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident

INSURANCE_TYPES = (("310", _("Employees")), ("380", _("Rural scheme")), ("390", _("Residents of town and country")))
"""The wording is ours; the codes are those of the fact table of settlements."""


class Enrolment(models.Model):
    """One person insured under one scheme from one day to another, as the register of the insurance bureau has it.

    institution: the bureau that keeps the enrolment. name, sex, birth_date: as the register of the insured has them,
    so that the counter reads a person from one row. community: that to whose packaged fund the person belongs.
    groups: codes that benefits vary by. The database holds that neither a person nor a number is insured twice on one
    day (migrations/0001: exclusion constraints over ranges).
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    insurance_type = models.CharField(_("Insurance scheme"), max_length=3, choices=INSURANCE_TYPES)
    insured_number = models.CharField(_("Insured number"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64)
    sex = models.CharField(_("Sex"), max_length=1, default="0")
    birth_date = models.DateField(_("Birth date"), null=True, blank=True)
    groups = models.JSONField(default=list)
    community = models.CharField(max_length=64, blank=True, default="")
    valid_from = models.DateField(_("Insured from"))
    valid_to = models.DateField(_("Insured until"))
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(default=0, help_text="account; 0: loaded")

    class Meta:
        ordering = ("-valid_from", "id")
        constraints = [
            models.CheckConstraint(name="benefits_enrolment_days_in_order", condition=Q(valid_to__gte=F("valid_from"))),
            models.CheckConstraint(name="benefits_enrolment_has_number", condition=~Q(insured_number="")),
        ]
        indexes = [
            models.Index(fields=["insured_number", "valid_from"], name="benefits_enrolment_number"),
            models.Index(fields=["institution", "id"], name="benefits_enrolment_keeper"),
        ]

    def __str__(self) -> str:
        return f"{self.insured_number} {self.valid_from}"


class Approval(models.Model):
    """That a person may have the benefits of a disease from one day to another, as the bureau has decided.

    institution: who asked for it. matter_id: by which matter it was decided.
    """

    class Kind(models.TextChoices):
        TWO_DISEASES = "two_diseases", _("Hypertension or diabetes")
        SPECIAL_DISEASE = "special_disease", _("Special disease")
        MAJOR_DISEASE = "major_disease", _("Major disease")

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the bureau")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    insured_number = models.CharField(_("Insured number"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64)
    kind = models.CharField(_("Kind of benefit"), max_length=16, choices=Kind)
    disease_code = models.CharField(_("Disease"), max_length=32)
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.ASKED)
    valid_from = models.DateField(_("First day"))
    valid_to = models.DateField(_("Last day"))
    evidence = models.TextField(blank=True, default="", help_text="what the diagnosis rests on")
    matter_id = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="benefits_approval_days_in_order", condition=Q(valid_to__gte=F("valid_from"))),
            models.UniqueConstraint(
                fields=["resident", "disease_code"], condition=Q(state="asked"), name="benefits_approval_asked_once"
            ),
        ]
        indexes = [models.Index(fields=["resident", "state"], name="benefits_approval_resident")]

    def __str__(self) -> str:
        return f"{self.disease_code} {self.state}"


class BenefitYear(models.Model):
    """What a person has used of a year's benefits under a scheme: the sum over the settlements in force.

    The row is locked while a bill of the person is settled or taken back, so that two counters at once count right.
    used: the engine's counters (engines/benefit Used), money as text. settlements, total_cost, pool_fund, insurance,
    cash: sums of the settlements in force, for the resident's page and for verification.
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    insurance_type = models.CharField(max_length=3)
    used = models.JSONField(default=dict)
    settlements = models.IntegerField(default=0)
    total_cost = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    pool_fund = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    insurance = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    cash = models.DecimalField(max_digits=16, decimal_places=2, default=0)

    class Meta:
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(fields=["resident", "year", "insurance_type"], name="benefits_benefityear_once"),
            models.CheckConstraint(
                name="benefits_benefityear_not_negative",
                condition=Q(settlements__gte=0) & Q(total_cost__gte=0) & Q(pool_fund__gte=0) & Q(insurance__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.year} {self.insurance_type}"
