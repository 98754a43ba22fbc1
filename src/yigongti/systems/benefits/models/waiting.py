"""Bills that wait: of an injury until its cause is confirmed, of a clinic without a network until it is reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident
from yigongti.systems.benefits.models.settlements import Settlement


class HeldInjury(models.Model):
    """The bill of an injury, held until the bureau has confirmed that nobody else has to pay for it.

    request: the bill as it was brought, settled as it stands when the cause is confirmed. number: of the settlement.
    """

    class State(models.TextChoices):
        HELD = "held", _("Cause to be confirmed")
        RELEASED = "released", _("Released and settled")
        REFUSED = "refused", _("Not for insurance")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    insured_number = models.CharField(_("Insured number"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64)
    told_cause = models.TextField(_("How it happened"))
    request = models.JSONField()
    total_cost = models.DecimalField(max_digits=14, decimal_places=2)
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.HELD)
    matter_id = models.BigIntegerField(default=0)
    held_at = models.DateTimeField()
    held_by_name = models.CharField(max_length=64, blank=True, default="")
    settlement = models.OneToOneField(Settlement, null=True, on_delete=models.PROTECT, related_name="held_injury")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "key"], name="benefits_heldinjury_key_once"),
            models.CheckConstraint(
                name="benefits_heldinjury_released_is_settled",
                condition=Q(state="released", settlement__isnull=False)
                | (~Q(state="released") & Q(settlement__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class OfflineBill(models.Model):
    """A bill that a clinic accepted while it had no network: its id comes from the device, and the server settles it
    once. quoted: what the device's last quote said, null for none. told: the differences that the settlement brought.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused by the rules")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    insured_number = models.CharField(_("Insured number"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64, blank=True, default="")
    request = models.JSONField()
    quoted = models.JSONField(null=True)
    accepted_at = models.DateTimeField(help_text="by the device's clock")
    received_at = models.DateTimeField()
    received_by_name = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    told = models.JSONField(default=dict)
    settlement = models.OneToOneField(Settlement, null=True, on_delete=models.PROTECT, related_name="offline_bill")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["institution", "key"], name="benefits_offlinebill_key_once"),
            models.CheckConstraint(
                name="benefits_offlinebill_confirmed_is_settled",
                condition=Q(state="confirmed", settlement__isnull=False)
                | (~Q(state="confirmed") & Q(settlement__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.key
