"""Settlements, which are only ever added and taken back by a further one, and stays that are not settled yet."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.foundation.schemas.settlements import CARE
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident

AMOUNTS = (
    "total_cost", "outside_catalogue", "above_limits", "first_share", "in_policy", "deductible", "base", "pool_fund",
    "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash",
)  # fmt: skip
"""The columns in yuan, in the order in which a bill flows down."""

CARE_WORDS = {
    "inpatient": _("Stay in hospital"),
    "outpatient": _("Visit"),
    "two_diseases": _("Two diseases, outpatient"),
    "special_disease": _("Special disease, outpatient"),
    "major_disease": _("Major disease, stay"),
}


def _yuan() -> models.DecimalField:
    return models.DecimalField(max_digits=14, decimal_places=2)


def _signs() -> Q:
    return Q(reverses__isnull=True, **{f"{name}__gte": 0 for name in AMOUNTS}) | Q(
        reverses__isnull=False, **{f"{name}__lte": 0 for name in AMOUNTS}
    )


class Admission(models.Model):
    """Treat first, pay later (先看病后付费): somebody insured was admitted without a deposit, and the stay is open.

    settlement: what ended it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("In hospital")
        SETTLED = "settled", _("Settled at discharge")
        CANCELLED = "cancelled", _("Cancelled")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    case_id = models.CharField(_("Case"), max_length=40)
    insured_number = models.CharField(_("Insured number"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64)
    diagnosis = models.CharField(_("Diagnosis"), max_length=32, blank=True, default="")
    department_code = models.CharField(max_length=20, blank=True, default="")
    referral = models.CharField(_("Referral"), max_length=12, default="none")
    started_on = models.DateField(_("Admitted"))
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    admitted_at = models.DateTimeField()
    admitted_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "case_id"], name="benefits_admission_case_once"),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(state="open"), name="benefits_admission_one_open_stay"
            ),
        ]

    def __str__(self) -> str:
        return self.case_id


class Settlement(models.Model):
    """One bill settled: what was given, every amount that came of it, and how.

    number: unique at the institution, on the receipt. key: the caller's, unique at the institution: the same request
    again answers the first settlement; content: SHA-256 of the request. counted: what it added to the person's year.
    reverses: the settlement that this one takes back, with every amount negative; replaces: the one that was wrong and
    that this one stands in the place of. paid_at: when the patient paid the own part (treat first, pay later).
    deductible_of_stay: what a stay that continues this one takes over (engines/benefit Settlement).
    used: what the person had used of the year before. lines: the bill's lines as the catalogue classed them.
    """

    class State(models.TextChoices):
        SETTLED = "settled", _("Settled at the counter")
        REVERSED = "reversed", _("Taken back")
        REVERSAL = "reversal", _("Reversal")

    class Origin(models.TextChoices):
        COUNTER = "counter", _("At the counter")
        OFFLINE = "offline", _("Accepted without a network")
        OUTSIDE = "outside", _("Brought from outside the county")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(_("Settlement number"), max_length=24)
    key = models.CharField(max_length=80)
    content = models.CharField(max_length=64)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.COUNTER)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+", db_index=False)
    insured_number = models.CharField(_("Insured number"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64)
    sex = models.CharField(max_length=1, default="0")
    birth_date = models.DateField(null=True, blank=True)
    insurance_type = models.CharField(_("Insurance scheme"), max_length=3)
    groups = models.JSONField(default=list)
    care = models.CharField(_("Kind of benefit"), max_length=16, choices=[(code, CARE_WORDS[code]) for code in CARE])
    treated_at = models.CharField(max_length=22, blank=True, default="")
    treated_at_name = models.CharField(max_length=128, blank=True, default="")
    level = models.CharField(max_length=12)
    place = models.CharField(max_length=12)
    referral = models.CharField(max_length=12)
    case_id = models.CharField(_("Case"), max_length=40, blank=True, default="")
    disease_code = models.CharField(max_length=32, blank=True, default="")
    diagnosis = models.CharField(max_length=32, blank=True, default="")
    department_code = models.CharField(max_length=20, blank=True, default="")
    started_on = models.DateField()
    ended_on = models.DateField()
    settled_on = models.DateField(_("Settled on"))
    year = models.PositiveSmallIntegerField(help_text="the year whose counters it counts in")
    total_cost = _yuan()
    outside_catalogue = _yuan()
    above_limits = _yuan()
    first_share = _yuan()
    in_policy = _yuan()
    deductible = _yuan()
    base = _yuan()
    pool_fund = _yuan()
    critical_illness = _yuan()
    medical_assistance = _yuan()
    other_funds = _yuan()
    personal_account = _yuan()
    cash = _yuan()
    deductible_of_stay = _yuan()
    used = models.JSONField(default=dict)
    counted = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    release = models.CharField(max_length=64)
    settled_at = models.DateTimeField()
    settled_by_id = models.BigIntegerField(default=0)
    settled_by_name = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.SETTLED)
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    reason = models.CharField(max_length=200, blank=True, default="")
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="benefits_settlement_number_once"),
            models.UniqueConstraint(fields=["institution", "key"], name="benefits_settlement_key_once"),
            models.UniqueConstraint(
                fields=["institution", "case_id"],
                condition=Q(state="settled") & ~Q(case_id=""),
                name="benefits_settlement_case_once",
            ),
            models.CheckConstraint(
                name="benefits_settlement_parts_add_up",
                condition=Q(
                    total_cost=F("pool_fund") + F("critical_illness") + F("medical_assistance") + F("other_funds")
                    + F("personal_account") + F("cash")
                ),
            ),
            models.CheckConstraint(
                name="benefits_settlement_bill_adds_up",
                condition=Q(total_cost=F("outside_catalogue") + F("above_limits") + F("first_share") + F("in_policy"))
                & Q(in_policy=F("deductible") + F("base")),
            ),
            models.CheckConstraint(name="benefits_settlement_signs", condition=_signs()),
            models.CheckConstraint(
                name="benefits_settlement_days_in_order", condition=Q(ended_on__gte=F("started_on"))
            ),
            models.CheckConstraint(
                name="benefits_settlement_reversal_says_so",
                condition=Q(state="reversal", reverses__isnull=False)
                | (~Q(state="reversal") & Q(reverses__isnull=True)),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["institution", "settled_on", "id"], name="benefits_settlement_day"),
            models.Index(fields=["resident", "year"], name="benefits_settlement_resident"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cause(self) -> str:
        """The address by which the ledger names it: settlement:<institution code>/<number> (docs/adr/0020)."""
        return f"settlement:{self.institution.code}/{self.number}"

    @property
    def insurance(self):  # type: ignore[no-untyped-def]  # a Decimal; the stubs say Any of columns
        """What all funds pay together."""
        return self.pool_fund + self.critical_illness + self.medical_assistance + self.other_funds
