"""A year of a community as it was cleared: who computed, who confirmed for the community, who posted; and from what."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


def _yuan(**options: Any) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(max_digits=18, decimal_places=2, **options)


class ClearingRun(models.Model):
    """institution: the hospital that leads the community; office: in whose book the fund stands.

    inputs, steps, tiers: as text (inputs.py; a step is {name, label, sum, amount, unit, parameter, source}). digest: of
    inputs and release: the same digest is the same year. missing_months: not closed when it was computed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CONFIRMED = "confirmed", _("Confirmed")
        POSTED = "posted", _("Posted into the books")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    STANDING = (State.DRAFT, State.CONFIRMED, State.POSTED)

    year = models.PositiveSmallIntegerField(_("Year"))
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.DRAFT)
    inputs = models.JSONField()
    digest = models.CharField(max_length=64)
    release = models.CharField(max_length=64)
    missing_months = models.JSONField(default=list)
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    quota = _yuan()
    spending = _yuan()
    surplus = _yuan()
    kept = _yuan()
    returned = _yuan()
    overrun = _yuan()
    fund_share = _yuan()
    community_share = _yuan()
    steps = models.JSONField(default=list)
    tiers = models.JSONField(default=list)
    computed_by = models.BigIntegerField()
    computed_by_name = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(default=0)
    confirmed_by_name = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    posted_by_name = models.CharField(max_length=64, blank=True, default="")
    posted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("-year", "institution_id", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year"],
                name="year_end_clearing_once_a_year",
                condition=Q(state__in=("draft", "confirmed", "posted")),
            ),
            models.CheckConstraint(
                name="year_end_clearing_surplus_shared", condition=Q(surplus=F("kept") + F("returned"))
            ),
            models.CheckConstraint(
                name="year_end_clearing_overrun_shared", condition=Q(overrun=F("fund_share") + F("community_share"))
            ),
            models.CheckConstraint(
                name="year_end_clearing_second_person", condition=Q(confirmed_by=0) | ~Q(confirmed_by=F("computed_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.institution_id} {self.state}"


class ClearingRow(models.Model):
    """What one institution of the community is due.

    due = kept − borne + returned + added + deposit_returned; retained = returned + forfeited; deposit =
    deposit_returned + deposit_forfeited. added: by the year's clearing of cases paid by group.
    """

    run = models.ForeignKey(ClearingRun, on_delete=models.PROTECT, related_name="rows")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=12)
    people = models.PositiveIntegerField(default=0)
    workload = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    score = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    kept = _yuan()
    borne = _yuan()
    retained = _yuan()
    returned = _yuan()
    forfeited = _yuan()
    added = _yuan(default=0)
    deposit = _yuan(default=0)
    deposit_returned = _yuan(default=0)
    deposit_forfeited = _yuan(default=0)
    due = _yuan()
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ("run_id", "institution_id")
        constraints = [
            models.UniqueConstraint(fields=["run", "institution"], name="year_end_clearing_row_once"),
            models.CheckConstraint(
                name="year_end_clearing_row_adds_up",
                condition=Q(
                    due=F("kept") - F("borne") + F("returned") + F("added") + F("deposit_returned"),
                    retained=F("returned") + F("forfeited"),
                    deposit=F("deposit_returned") + F("deposit_forfeited"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.institution_id} {self.due}"
