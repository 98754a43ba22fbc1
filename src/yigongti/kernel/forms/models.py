"""Checklists to be filled, the answers that came, and what became of each answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class Assignment(models.Model):
    """A checklist that somebody is to fill.

    subject: what it is about, as text of the system that asked ("supervision.Inspection/12"). institution: the place
    that it concerns; owner_institution: the place that fills it. account_id 0: anybody holding `permission` there.
    answer: the answer that counts. shown_at: since when the place that it concerns may read the answer; null: not yet.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be filled")
        ANSWERED = "answered", _("Filled")
        CANCELLED = "cancelled", _("Cancelled")

    key = models.CharField(max_length=160, unique=True, help_text="the asking system's own name of it")
    form_id = models.CharField(max_length=48)
    form_version = models.CharField(max_length=10)
    subject = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=64, help_text="the subject before its number")
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    owner_institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField(default=0)
    permission = models.CharField(max_length=64, default="forms.fill")
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    has_conflict = models.BooleanField(default=False)
    answer = models.ForeignKey("Answer", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("due_on", "id")
        indexes = [
            models.Index(fields=["owner_institution", "due_on", "id"], name="forms_open", condition=Q(state="open")),
            models.Index(fields=["account_id", "due_on"], name="forms_of_account", condition=~Q(account_id=0)),
            models.Index(fields=["subject"], name="forms_subject"),
            models.Index(fields=["owner_institution"], name="forms_conflicts", condition=Q(has_conflict=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="forms_answered_has_answer", condition=~Q(state="answered") | Q(answer__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    def in_language(self, language: str) -> str:
        """The title."""
        return self.title_en if language.lower().startswith("en") else self.title_zh


class Answer(models.Model):
    """One answer as it came from a device; never changed.

    client_id: made on the device, so that an answer sent twice is kept once. started_at, finished_at, clock_offset:
    what the device's clock said, and by how many seconds it was ahead when the answer arrived; shown, never used for
    order. flags: what is odd about those times (arrived.clock_flags). response: a FHIR QuestionnaireResponse.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="answers")
    client_id = models.UUIDField(unique=True)
    arrived_digest = models.CharField(max_length=64, help_text="of what the device sent")
    response = models.JSONField()
    score = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    account_id = models.BigIntegerField()
    account_name = models.CharField(max_length=64)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    clock_offset = models.IntegerField(null=True, blank=True, help_text="seconds that the device was ahead")
    flags = models.JSONField(default=list)
    position = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.client_id}"


class Merged(models.Model):
    """That an answer was put together from others by a person."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="sources")
    source = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "source"], name="forms_merged_once")]

    def __str__(self) -> str:
        return f"{self.answer_id} from {self.source_id}"


class AnswerState(models.Model):
    """What became of an answer; the last line counts. Lines are only ever added."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Taken")
        CONFLICT = "conflict", _("In conflict with another answer")
        CHOSEN = "chosen", _("Chosen among several")
        SUPERSEDED = "superseded", _("Set aside for another answer")

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="states")
    kind = models.CharField(max_length=10, choices=Kind)
    happened_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.answer_id} {self.kind}"
