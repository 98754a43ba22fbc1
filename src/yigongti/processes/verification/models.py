"""What the checks found, run after run: one line for each check of the county, and one for each institution.

The county's lines stand at the office that leads it, so that whoever reads an institution's rows reads its own lines
and no others. Only the product itself (the bulk role) writes them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class VerificationRun(models.Model):
    """One run of all checks over one month. office: the county's. compared: how many checks had anything to compare;
    differing: in how many of them something was not the same; difference: the sum of it all, in yuan, no two errors
    cancelling each other."""

    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    started_at = models.DateTimeField()
    requested_by = models.CharField(max_length=150)
    compared = models.PositiveSmallIntegerField(default=0)
    differing = models.PositiveSmallIntegerField(default=0)
    difference = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["month", "-id"], name="verification_run_month")]

    def __str__(self) -> str:
        return f"{self.month}/{self.pk}"


class VerificationResult(models.Model):
    """One check of one run: of the county as a whole (whole) or of one institution.

    left, right: yuan; null where there was nothing to compare. places: the first of those that are not the same, as
    [what, left, right]; place_count: how many there are.
    """

    class State(models.TextChoices):
        SAME = "same", _("The same")
        DIFFERS = "differs", _("Not the same")
        NOTHING = "nothing", _("Nothing to compare yet")

    run = models.ForeignKey(VerificationRun, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveSmallIntegerField()
    check_id = models.CharField(max_length=40)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    whole = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State)
    left = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    right = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    difference = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    places = models.JSONField(default=list)
    place_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("run_id", "position", "-whole", "institution_id")
        constraints = [
            models.UniqueConstraint(fields=["run", "position", "institution", "whole"], name="verification_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.check_id}/{self.institution_id}"

    @property
    def label(self) -> object:
        """The check in words; its id where it no longer exists."""
        from yigongti.processes.verification.checks import BY_ID

        check = BY_ID.get(self.check_id)
        return check.label if check else self.check_id
