"""Matters, the steps that were taken, letters, leave, and what was reminded of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.organisations.models import Institution


class Matter(models.Model):
    """Something that must be seen through to its end by a date.

    subject: what it is about, as a stable key ("2026-10/500101/C000123"); of one kind only one open matter has it.
    institution: whom it concerns (the hospital that must answer); owner: the office that sees it through. shown:
    whether the institution concerned sees it. desk, holder, holder_account_id: in whose hands it is now: everybody
    with that permission at the holder, or (not 0) one account. version: raised by each step that moves it; a step names
    the one it saw. last_step: number of the last line of its history, whoever may read that line.
    """

    kind = models.CharField(max_length=48)
    subject = models.CharField(max_length=160)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    department_code = models.CharField(max_length=20, blank=True, default="")
    month = models.CharField(
        max_length=7, blank=True, default="", help_text="the month of the facts, where there is one"
    )
    state = models.CharField(max_length=32)
    state_since = models.DateTimeField()
    shown = models.BooleanField(default=False)
    desk = models.CharField(max_length=64, blank=True, default="")
    holder = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    holder_account_id = models.BigIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    amount = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True, help_text="yuan at stake or decided"
    )
    data = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField(default=0, help_text="account; 0: the product itself")
    opened_by_name = models.CharField(max_length=64, blank=True, default="")
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    last_step = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], name="matters_matter_open_once", condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="matters_matter_in_hands", condition=Q(closed_at__isnull=False) | Q(holder__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "due_on", "id"], name="matters_matter_desk", condition=Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["holder", "desk", "due_on", "id"],
                name="matters_matter_holder",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["holder", "desk", "department_code", "due_on", "id"],
                name="matters_matter_department",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["holder_account_id", "due_on", "id"],
                name="matters_matter_account",
                condition=Q(closed_at__isnull=True) & ~Q(holder_account_id=0),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="matters_matter_due",
                condition=Q(closed_at__isnull=True, due_on__isnull=False),
            ),
            models.Index(fields=["institution", "kind", "-id"], name="matters_matter_place"),
            models.Index(fields=["kind", "month", "institution"], name="matters_matter_month"),
            models.Index(fields=["opened_by_id", "-id"], name="matters_matter_opener", condition=Q(opened_by_id__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def number(self) -> str:
        """How people name it: year and serial."""
        return f"{self.opened_at:%Y}-{self.pk:06d}"

    def title(self, language: str) -> str:
        return self.title_en if language.lower().startswith("en") else self.title_zh


class Step(models.Model):
    """One line of a matter's history; never changed and never removed (the database grants neither).

    action: id of the transition, or one of words.OTHER_STEPS ("opened", "comment", "assigned", "reminded", …). The
    step's number within the matter and the matter's version keep two people from taking the same step. internal: read
    by the office that owns the matter, and by whoever took it. before: what an undoable step found, for taking it back.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=48)
    source = models.CharField(max_length=32, blank=True, default="")
    target = models.CharField(max_length=32, blank=True, default="")
    words = models.TextField(blank=True, default="")
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    articles = models.JSONField(default=list, blank=True, help_text="ids of policy/sources with article numbers")
    data = models.JSONField(default=dict, blank=True)
    form_answer_id = models.BigIntegerField(null=True, blank=True)
    internal = models.BooleanField(default=False)
    by_id = models.BigIntegerField(default=0)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True, help_text="by when the state that it led to is due")
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("matter_id", "number")
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="matters_step_once")]
        indexes = [models.Index(fields=["by_id", "-at"], name="matters_step_by", condition=Q(by_id__gt=0))]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.number} {self.action}"


class StepAttachment(models.Model):
    """An attachment (kernel/attachments) that was handed in with a step."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="attached")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "attachment"], name="matters_stepattachment_once")]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.attachment_id}"


class Letter(models.Model):
    """A letter that a step prints: due in the step's own transaction, made by the worker, exactly once.

    number: 文号, given without gaps within office, word and year when the letter is due. values: what it says, whole
    (letters/composing.py). digests: SHA-256 of the files as they were made; code: what the QR on the paper carries.
    fault: code of what hindered it last. void_at: its step was taken back before it was made; the number stays used.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="letters")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=48, help_text="a file of policy/letters")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=64)
    values = models.JSONField(default=dict)
    code = models.CharField(max_length=32, unique=True)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    document_digest = models.CharField(max_length=64, blank=True, default="")
    print_digest = models.CharField(max_length=64, blank=True, default="")
    fault = models.CharField(max_length=200, blank=True, default="")
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["step", "kind"], name="matters_letter_once"),
            models.UniqueConstraint(fields=["office", "word", "year", "serial"], name="matters_letter_number"),
        ]
        indexes = [
            models.Index(fields=["id"], name="matters_letter_due", condition=Q(made_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number


class WrongCode(models.Model):
    """That somebody asked for a letter by a code that there is not: guessing is slowed down by address."""

    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="matters_wrongcode_address")]

    def __str__(self) -> str:
        return f"{self.address} {self.at}"


class LetterSerial(models.Model):
    """The last number that was given, for each office, word and year; taken under a lock."""

    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "word", "year"], name="matters_letterserial_once")]

    def __str__(self) -> str:
        return f"{self.word} {self.year} {self.last}"


class Reminder(models.Model):
    """That somebody was reminded of a matter: once for each due day and level (0 before it is due, 1, 2, … late)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "due_on", "level"], name="matters_reminder_once")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.due_on} {self.level}"


class Leave(models.Model):
    """From one day to another a deputy has the inbox of an account: what waits on that account by name."""

    account_id = models.BigIntegerField()
    account_name = models.CharField(max_length=64)
    deputy_id = models.BigIntegerField()
    deputy_name = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="matters_leave_days_in_order", condition=Q(valid_to__gte=models.F("valid_from"))
            ),
            models.CheckConstraint(name="matters_leave_another", condition=~Q(deputy_id=models.F("account_id"))),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} → {self.deputy_id}"
