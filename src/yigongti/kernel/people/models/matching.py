"""Registrations that may be the same person, and merges that can be taken back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.people.models.residents import Resident


class DoubtfulPair(models.Model):
    """Two registrations that matching could not tell apart: somebody looks at both and decides.

    first has the lower id. levels: comparison → level, as engines/identity judged it. certain: the engine calls them
    the same person, and no rule of it asks for a person's eye.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be decided")
        SAME = "same", _("The same person")
        DIFFERENT = "different", _("Two persons")

    first = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField(help_text="match weight in bits")
    probability = models.FloatField()
    levels = models.JSONField(default=dict)
    rule = models.CharField(max_length=40, blank=True, default="", help_text="rule of engines/identity that applied")
    certain = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("-weight", "id")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="people_doubtfulpair_once"),
            models.CheckConstraint(name="people_doubtfulpair_in_order", condition=Q(first__lt=F("second"))),
        ]
        indexes = [models.Index(fields=["state", "-weight", "id"], name="people_doubtfulpair_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


class Merge(models.Model):
    """One registration merged into another, with what is needed to take it back.

    stayed: table.column → number of rows that the survivor has already and that stayed with the retired registration.
    """

    survivor = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    retired = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    merged_at = models.DateTimeField()
    merged_by_id = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_id = models.BigIntegerField(default=0)
    undo_reason = models.CharField(max_length=200, blank=True, default="")
    stayed = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["retired"], condition=Q(undone_at__isnull=True), name="people_merge_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.retired_id} → {self.survivor_id}"


class MovedRow(models.Model):
    """A row that a merge moved from the retired resident to the survivor: un-merging moves exactly these back.

    returned_at: the row has left the survivor again, by this merge's undoing or by that of an earlier one.
    """

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="moved")
    table_name = models.CharField(max_length=63)
    column_name = models.CharField(max_length=63)
    row = models.CharField(max_length=64, help_text="the moved row's primary key as text")
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "table_name", "column_name", "row"], name="people_movedrow_once"),
        ]
        indexes = [models.Index(fields=["table_name", "row"], name="people_movedrow_row")]

    def __str__(self) -> str:
        return f"{self.table_name}.{self.column_name} {self.row}"
