"""Runs of the close and their steps: what ran for which facts and which policy, how long, with which result.

County-wide facts about computing, no rows about people or single institutions: everyone who is signed in may read
them; only the process itself (the bulk role) writes them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CloseRun(models.Model):
    """One run of the close of one month."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        INTERRUPTED = "interrupted", _("Interrupted")

    month = models.CharField(max_length=7)
    snapshot = models.CharField(max_length=64, help_text="digest of the snapshot")
    snapshot_versions = models.JSONField(default=dict)
    release = models.CharField(max_length=64, help_text="digest of the policy release")
    state = models.CharField(max_length=16, choices=State, default=State.RUNNING)
    requested_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    said_zh = models.TextField(blank=True, default="", help_text="why it failed, in words")
    said_en = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = [models.Index(fields=["month", "-started_at"], name="monthly_close_run_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.state}"

    @property
    def seconds(self) -> float:
        return round(sum(step.seconds for step in self.steps.all()), 1)


class CloseStep(models.Model):
    """One step of a run."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        KEPT = "kept", _("Kept from an earlier run")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(CloseRun, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    rows = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    key = models.CharField(max_length=200, blank=True, default="", help_text="what the results were computed from")
    digests = models.JSONField(default=dict, help_text="file of the lake → SHA-256 of its bytes")

    class Meta:
        ordering = ("run_id", "position")
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="monthly_close_step_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.name}"

    @property
    def label(self) -> object:
        from yigongti.processes.monthly_close.steps import label_of

        return label_of(self.name)
