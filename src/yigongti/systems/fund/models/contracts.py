"""The year's packaged fund and the contract with each community, with every step of the formulas.

A step is {"name", "label": {zh, en}, "sum": {zh, en}, "amount": text or null, "parameter", "source"}: what the
contract's page and its document print, and what is kept when a parameter changes later.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class FundYear(models.Model):
    """How the year's packaged fund of a county came about. pool: yuan to be shared out to the communities.

    inputs: what was put in (insured people, spending of the year before…), as text. release: digest of the policy.
    """

    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("Year"))
    people = models.PositiveIntegerField()
    pool = models.DecimalField(max_digits=16, decimal_places=2)
    inputs = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    release = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-year", "-id")
        constraints = [
            models.CheckConstraint(name="fund_fundyear_pool", condition=Q(pool__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.pool}"


class Contract(models.Model):
    """The contract of a year between the bureau and a community: its quota and the formulas (matter fund.contract).

    institution: the hospital that leads the community. quota: yuan of the year. retained_ratio: the part of a payment
    that is kept back for the assessment. steps: those of the pool and those of the share.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        SIGNING = "signing", _("Waiting for the signature")
        ACCEPTING = "accepting", _("Waiting for the community")
        IN_FORCE = "in_force", _("In force")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    fund_year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="contracts")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("Year"))
    people = models.PositiveIntegerField(_("Insured people"))
    quota = models.DecimalField(_("Quota of the year"), max_digits=16, decimal_places=2)
    retained_ratio = models.DecimalField(max_digits=7, decimal_places=6)
    steps = models.JSONField(default=list)
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.DRAFT)
    matter_id = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    signed_by_name = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)
    accepted_by_name = models.CharField(max_length=64, blank=True, default="")
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-year", "institution_id")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year"], name="fund_contract_once_a_year", condition=~Q(state="withdrawn")
            ),
            models.CheckConstraint(name="fund_contract_quota", condition=Q(quota__gte=0)),
            models.CheckConstraint(
                name="fund_contract_retained", condition=Q(retained_ratio__gte=0) & Q(retained_ratio__lt=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.institution_id} {self.quota}"
