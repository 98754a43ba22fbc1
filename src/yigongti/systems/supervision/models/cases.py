"""A case (案件) of supervision: what was found at one institution, and the steps by which it is seen through."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.matters.models import Matter
from yigongti.kernel.organisations.models import Institution


class Case(models.Model):
    """One case against one institution, seen through by one office.

    source_key: what it was opened from, named once and for all ("claim_checks/2026-10/500101/C000123"): a second
    opening with the same key is the same case. shown: whether the institution sees it; never taken back.
    amount_claimed: yuan at stake when it was opened; amount_ruled: to be recovered by the ruling, None before one.
    check_ids: the claim checks of its findings, for the page that tells whether checking helped.
    """

    class Source(models.TextChoices):
        CLAIM_FINDING = "claim_finding", _("Claim check")
        INSPECTION = "inspection", _("Inspection")
        COMPLAINT = "complaint", _("Complaint")
        OTHER = "other", _("Other source")

    class State(models.TextChoices):
        FINDING = "finding", _("Lead")
        ORDER = "order", _("Order to correct")
        APPEAL = "appeal", _("Answer under review")
        SITE_CHECK = "site_check", _("Check on site")
        RULING = "ruling", _("Ruling")
        ACCOUNTABILITY = "accountability", _("Accountability")
        CLOSED = "closed", _("Case closed")

    class Outcome(models.TextChoices):
        NONE = "", _("Not decided yet")
        DISMISSED = "dismissed", _("Not taken up")
        CORRECTED = "corrected", _("Corrected")
        WITHDRAWN = "withdrawn", _("Appeal upheld")
        CLEARED = "cleared", _("Nothing found")
        RULED = "ruled", _("Ruled against")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=16, choices=Source)
    source_key = models.CharField(max_length=160, unique=True)
    subject = models.CharField(max_length=160, help_text="what it is about, as the source names it")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    month = models.CharField(max_length=7, blank=True, default="", help_text="the month of the facts")
    check_ids = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.FINDING)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, default=Outcome.NONE)
    shown = models.BooleanField(default=False)
    amount_claimed = models.DecimalField(max_digits=16, decimal_places=2)
    amount_ruled = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField(default=0)
    opened_by_name = models.CharField(max_length=64, blank=True, default="")
    ordered_at = models.DateTimeField(null=True, blank=True)
    ruled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = [
            models.CheckConstraint(name="supervision_case_claimed", condition=Q(amount_claimed__gte=0)),
            models.CheckConstraint(
                name="supervision_case_ruled", condition=Q(amount_ruled__isnull=True) | Q(amount_ruled__gte=0)
            ),
            models.CheckConstraint(
                name="supervision_case_closed",
                condition=(Q(state="closed") & Q(closed_at__isnull=False) & ~Q(outcome=""))
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(name="supervision_case_not_own_judge", condition=~Q(institution=F("office"))),
        ]
        indexes = [
            models.Index(fields=["office", "state", "-opened_at"], name="supervision_case_board"),
            models.Index(fields=["institution", "-opened_at"], name="supervision_case_place"),
            models.Index(fields=["month", "institution"], name="supervision_case_month"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people name it: year and serial."""
        return f"{self.opened_at:%Y}-{self.pk:05d}"

    def title(self, language: str) -> str:
        return self.title_en if language.lower().startswith("en") else self.title_zh


class Finding(models.Model):
    """One thing that was found: the sentence, the amount, the evidence (rows of bills, photographs), the articles.

    strength: violation, doubtful or clue, as the check says; "" for what an inspector saw.
    evidence: references as text ("500101/C000123/12" a fee line, "answer/831/cold_chain" a question of a checklist).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveIntegerField()
    said_zh = models.TextField()
    said_en = models.TextField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    check_id = models.CharField(max_length=64, blank=True, default="")
    check_version = models.CharField(max_length=64, blank=True, default="")
    strength = models.CharField(max_length=16, blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)
    attachments = models.JSONField(default=list, blank=True, help_text="ids of kernel/attachments")
    articles = models.JSONField(default=list, blank=True, help_text="ids of policy/sources with article numbers")

    class Meta:
        ordering = ("case_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="supervision_finding_once"),
            models.CheckConstraint(name="supervision_finding_amount", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"

    def said(self, language: str) -> str:
        return self.said_en if language.lower().startswith("en") else self.said_zh


class CaseStep(models.Model):
    """A matter of the case, in the order in which they were opened (an order may be given twice)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=48)

    class Meta:
        ordering = ("case_id", "number")
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="supervision_casestep_once")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number} {self.kind}"
