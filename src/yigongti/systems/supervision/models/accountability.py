"""What follows from a ruling: money taken back, points, the ethics file, what the public is told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.systems.supervision.models.cases import Case


class Recovery(models.Model):
    """Money of one case that is taken from the institution's payment of a month, or that it pays back itself.

    key: the business key ("case/12/1"); a recovery is deducted once, whoever asks and however often. settled_with: what
    took it (the clearing of a month, a receipt).
    """

    class State(models.TextChoices):
        DUE = "due", _("To be deducted")
        DEDUCTED = "deducted", _("Deducted")
        PAID = "paid", _("Paid back")
        CANCELLED = "cancelled", _("Cancelled")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recoveries")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    month = models.CharField(max_length=7, help_text="the month whose payment it is taken from")
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(default=0)
    made_by_name = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_name = models.CharField(max_length=64, blank=True, default="")
    settled_with = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="supervision_recovery_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="supervision_recovery_settled",
                condition=(Q(state="due") & Q(settled_at__isnull=True))
                | (~Q(state="due") & Q(settled_at__isnull=False) & ~Q(settled_with="")),
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="supervision_recovery_month")]

    def __str__(self) -> str:
        return f"{self.key} {self.amount} {self.state}"


class Points(models.Model):
    """Points on an institution's or a practitioner's standing. Never changed and never removed: taken back by a line of
    its own with the negative score (`reverses`).

    card, rule: the rule of policy/scorecards/practice_points; label, score and article as they stood on the day.
    """

    class Who(models.TextChoices):
        INSTITUTION = "institution", _("Institution")
        PRACTITIONER = "practitioner", _("Practitioner")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="points")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=12, choices=Who)
    staff_code = models.CharField(max_length=32, blank=True, default="")
    staff_name = models.CharField(max_length=64, blank=True, default="")
    rule = models.CharField(max_length=64)
    label_zh = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200)
    score = models.DecimalField(max_digits=5, decimal_places=1)
    article = models.CharField(max_length=120)
    day = models.DateField()
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    reason = models.CharField(max_length=400, blank=True, default="")
    given_at = models.DateTimeField()
    given_by_id = models.BigIntegerField(default=0)
    given_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-day", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "who", "staff_code", "rule"],
                name="supervision_points_once",
                condition=Q(reverses__isnull=True),
            ),
            models.CheckConstraint(
                name="supervision_points_sign",
                condition=(Q(reverses__isnull=True) & Q(score__gt=0))
                | (Q(reverses__isnull=False) & Q(score__lt=0) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="supervision_points_whose",
                condition=(Q(who="institution") & Q(staff_code="")) | (Q(who="practitioner") & ~Q(staff_code="")),
            ),
        ]
        indexes = [models.Index(fields=["institution", "day"], name="supervision_points_place")]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.staff_code} {self.rule} {self.score}"

    def label(self, language: str) -> str:
        return self.label_en if language.lower().startswith("en") else self.label_zh


class EthicsEntry(models.Model):
    """A line of the ethics file (医德医风档案) of somebody of the staff. Never changed; a line that was wrong is
    answered by one that says so (`withdraws`)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ethics_entries")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    staff_code = models.CharField(max_length=32)
    staff_name = models.CharField(max_length=64)
    words = models.TextField()
    day = models.DateField()
    withdraws = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawn_by"
    )
    entered_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(default=0)
    entered_by_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("-day", "-id")
        constraints = [
            models.CheckConstraint(name="supervision_ethics_said", condition=~Q(words="") & ~Q(staff_code="")),
        ]

    def __str__(self) -> str:
        return f"{self.staff_code} {self.day}"


class Publication(models.Model):
    """What the public is told of a ruling: its number, the institution, the facts in words, the amount. Nothing about
    persons. Withdrawn with a reason, it is no longer shown; it stays in the books."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="publication")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=64)
    facts = models.TextField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    published_at = models.DateTimeField()
    published_by_name = models.CharField(max_length=64, blank=True, default="")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=64, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ("-published_at", "-id")
        constraints = [
            models.CheckConstraint(
                name="supervision_publication_withdrawn",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
            models.CheckConstraint(name="supervision_publication_said", condition=~Q(facts="")),
        ]

    def __str__(self) -> str:
        return self.number
