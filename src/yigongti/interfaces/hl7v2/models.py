"""The log of messages: every message that came, what it was answered, what became of it, and each step on the way.

    stored     durable, not yet applied (just came, waits behind an earlier message of its patient, or asked for again)
    applied    in the record
    rejected   AE or AR: the sender was told why; can be run again when a mapping was mended
    failed     a passing failure (database, lock, unexpected error); tried again by itself
    dead       failed too often: a person must look

A message holds names, numbers and results: its bytes are sealed, and only holders of hl7v2.see read the log.
"""

from __future__ import annotations

import base64

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.interfaces.hl7v2.acknowledgement import ACCEPTED_CODES
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.sealing import ring

_SEALED_FOR = "hl7v2"


class MessageLog(models.Model):
    """One message. The same bytes of the same sender are one row: a repeat gets the first answer."""

    class State(models.TextChoices):
        STORED = "stored", _("To be applied")
        APPLIED = "applied", _("Applied")
        REJECTED = "rejected", _("Rejected")
        FAILED = "failed", _("Failed, will be tried again")
        DEAD = "dead", _("Dead letter")

    class Channel(models.TextChoices):
        MLLP = "mllp", _("MLLP connection")
        FILE = "file", _("File")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("Came by"), max_length=4, choices=Channel)
    sender = models.CharField(_("Sender"), max_length=200, help_text="MSH-3 and MSH-4")
    address = models.CharField(_("Address or file"), max_length=200, help_text="network address, or name of the file")
    control_id = models.CharField(_("Message number"), max_length=200, help_text="MSH-10")
    message_type = models.CharField(_("Type"), max_length=20)
    event = models.CharField(_("Event"), max_length=20)
    version = models.CharField(max_length=20)
    codec = models.CharField(_("Character set"), max_length=20)
    raw_sealed = models.TextField(help_text="the bytes as they came, sealed")
    size = models.IntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes")
    subject = models.CharField(max_length=64, help_text="blind index of the patient's key: its messages keep order")
    received_at = models.DateTimeField(_("Received"))
    state = models.CharField(_("State"), max_length=10, choices=State)
    applied_at = models.DateTimeField(null=True, blank=True)
    attempts = models.IntegerField(_("Tries"), default=0)
    next_try_at = models.DateTimeField(_("Next try"), null=True, blank=True)
    problems = models.JSONField(default=list)
    error_code = models.CharField(_("Reason"), max_length=60)
    mapping_version = models.CharField(_("Mapping"), max_length=40)
    answer_code = models.CharField(_("Acknowledgement"), max_length=2)
    answer = models.TextField(help_text="the acknowledgement as text; empty until it is decided")
    repeats = models.IntegerField(_("Repeats"), default=0)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "sender", "control_id", "digest"], name="hl7v2_messagelog_once"
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-id"], name="hl7v2_messagelog_list"),
            models.Index(
                fields=["institution", "next_try_at"],
                name="hl7v2_messagelog_due",
                condition=models.Q(state__in=["stored", "failed"]),
            ),
            models.Index(
                fields=["institution", "subject", "id"],
                name="hl7v2_messagelog_subject",
                condition=models.Q(state__in=["stored", "failed"]),
            ),
            models.Index(fields=["institution", "control_id"], name="hl7v2_messagelog_control"),
        ]

    def __str__(self) -> str:
        return f"{self.message_type}^{self.event} {self.control_id} {self.state}"

    @property
    def raw(self) -> bytes:
        """The bytes as they came."""
        return base64.b64decode(ring().open(self.raw_sealed, _SEALED_FOR))

    @property
    def is_answered_well(self) -> bool:
        return self.answer_code in ACCEPTED_CODES


def sealed(raw: bytes) -> str:
    """The bytes of a message, ready for raw_sealed."""
    return ring().seal(base64.b64encode(raw).decode(), _SEALED_FOR)


class MessageEvent(models.Model):
    """One step of a message: it came, was applied, failed, was asked for again. Append-only."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        REPEATED = "repeated", _("Received again")
        APPLIED = "applied", _("Applied")
        REJECTED = "rejected", _("Rejected")
        FAILED = "failed", _("Failed")
        DEAD = "dead", _("Became a dead letter")
        ASKED = "asked", _("Asked for again")

    message = models.ForeignKey(MessageLog, on_delete=models.CASCADE, related_name="events")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    username = models.CharField(max_length=64)
    mapping_version = models.CharField(max_length=40, blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["message", "id"], name="hl7v2_event_of_message")]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M:%S} {self.kind}"
