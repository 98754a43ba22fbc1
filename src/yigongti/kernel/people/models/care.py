"""Who cares for a resident, and to whom a record was opened beyond that. The row rules read these two tables."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.access.models import Account
from yigongti.kernel.organisations.models import Institution, Team
from yigongti.kernel.people.models.residents import Resident

FOREVER = date(9999, 12, 31)
"""The last day of a relation that has no end."""


class Care(models.Model):
    """An institution, or one team of it, cares for a resident from one day to another: the reason to see the record.

    source names what it follows from ("Encounter/…", "contract 12"). ended_at: ended by hand, from that instant. A
    consent is made and ended by the resident alone.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Registered here")
        ENCOUNTER = "encounter", _("Treated here")
        CONTRACT = "contract", _("Family doctor contract")
        REFERRAL = "referral", _("Referred here")
        CONSULTATION = "consultation", _("Consulted here")
        CONSENT = "consent", _("Consent of the resident")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="care", db_index=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    valid_from = models.DateField()
    valid_to = models.DateField(default=FOREVER)
    source = models.CharField(max_length=100, blank=True, default="")
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(default=0, help_text="account; 0: the resident, or loaded")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["resident", "valid_to"], name="people_care_resident"),
            models.Index(fields=["institution", "resident"], name="people_care_panel"),
            models.Index(fields=["team", "valid_to"], name="people_care_team", condition=Q(team__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="people_care_days_in_order", condition=Q(valid_to__gte=F("valid_from"))),
            models.UniqueConstraint(
                fields=["resident", "institution", "kind", "source"],
                condition=~Q(source=""),
                name="people_care_source_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resident_id} @ {self.institution_id}"


class Opening(models.Model):
    """A record opened to one account beyond its care: by itself in an emergency, or by another person for a matter.

    Every opening has a reason and an end, and is told to the resident and to the privacy officer at once.
    """

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        MATTER = "matter", _("For a matter in hand")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="openings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=200)
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "resident", "ends_at"], name="people_opening_live")]
        constraints = [
            models.CheckConstraint(name="people_opening_ends_after_start", condition=Q(ends_at__gt=F("started_at"))),
            models.CheckConstraint(name="people_opening_has_reason", condition=~Q(reason="")),
            # nobody opens a record to himself for a matter; an emergency is one's own to declare
            models.CheckConstraint(
                name="people_opening_by_whom",
                condition=(Q(kind="emergency") & Q(opened_by=F("account")))
                | (Q(kind="matter") & ~Q(opened_by=F("account"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resident_id} → {self.account_id}"
