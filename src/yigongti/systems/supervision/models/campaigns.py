"""Campaigns of inspection (专项检查): which institutions are looked at, by whom, with which checklist, until when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.systems.supervision.models.cases import Case


class Campaign(models.Model):
    """One campaign. form: the checklist (policy/forms). shifts: how many times a day the same place is looked at
    (hygiene patrol: 3), 0 for an inspection that happens once in each round."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        RUNNING = "running", _("In progress")
        CLOSED = "closed", _("Campaign ended")

    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    form = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    shifts = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    is_invented = models.BooleanField(default=False, help_text="made for a demonstration; its photographs say so too")
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(default=0)
    made_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-starts_on", "-id")
        constraints = [
            models.CheckConstraint(name="supervision_campaign_days_in_order", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="supervision_campaign_shifts", condition=Q(shifts__lte=3)),
        ]

    def __str__(self) -> str:
        return self.title_zh

    def title(self, language: str) -> str:
        return self.title_en if language.lower().startswith("en") else self.title_zh


class Inspection(models.Model):
    """One institution of a campaign in one round (and, of a patrol, on one day in one shift): who goes, what came out.

    round: 1, then 2 for the re-inspection of those that were ordered to correct. results: item of the checklist →
    "met", "failed" or "not_applicable". assignment_id, answer_id: of kernel/forms.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Not yet inspected")
        DONE = "done", _("Inspected")
        NOT_REACHED = "not_reached", _("Not reached")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="inspections")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    day = models.DateField(null=True, blank=True, help_text="of a patrol: which day")
    shift = models.PositiveSmallIntegerField(default=0)
    inspector_account_id = models.BigIntegerField(default=0)
    inspector_name = models.CharField(max_length=64, blank=True, default="")
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    assignment_id = models.BigIntegerField(null=True, blank=True)
    answer_id = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed = models.PositiveSmallIntegerField(default=0)
    results = models.JSONField(default=dict, blank=True)
    photographs = models.JSONField(default=list, blank=True, help_text="ids of kernel/attachments")
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it was not reached")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="inspections")

    class Meta:
        ordering = ("campaign_id", "round", "institution_id", "day", "shift")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "round", "institution", "day", "shift"],
                name="supervision_inspection_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="supervision_inspection_done",
                condition=(Q(state="done") & Q(done_at__isnull=False)) | (~Q(state="done") & Q(done_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["inspector_account_id", "state", "due_on"], name="supervision_inspection_mine"),
            models.Index(fields=["institution", "-id"], name="supervision_inspection_place"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.round} {self.institution_id}"
