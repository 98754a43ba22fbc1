"""Messages to residents, with how far their delivery is, and notices that staff read in the product."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident


class Message(models.Model):
    """One message to one person's telephone; the resident also reads it in the product.

    text: what may be kept and shown. A secret value (a one-time code) stands in it as dots; the whole text lies sealed
    in text_sealed until the message is delivered or given up, then it is emptied.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")

    resident = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, help_text="a file of policy/messages")
    language = models.CharField(max_length=8, default="zh-hans")
    text = models.TextField()
    text_sealed = models.TextField(blank=True, default="")
    to_sealed = models.TextField(blank=True, default="", help_text="the telephone; empty: none is registered")
    to_masked = models.CharField(max_length=32, blank=True, default="")
    subject = models.CharField(max_length=100, blank=True, default="", help_text="what it is about: Opening/12")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    sender = models.CharField(max_length=64, blank=True, default="", help_text="what sent it, or tried last")
    receipt = models.CharField(max_length=128, blank=True, default="", help_text="the sender's own number of it")
    fault = models.CharField(max_length=64, blank=True, default="", help_text="code of the last error")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, help_text="worthless afterwards, and not sent any more")
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="when the resident saw it in the product")

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["resident", "-id"], name="messages_message_resident"),
            models.Index(fields=["institution", "-id"], name="messages_message_place"),
            models.Index(fields=["id"], name="messages_message_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.CheckConstraint(
                name="messages_message_keeps_no_secret", condition=Q(state="waiting") | Q(text_sealed="")
            ),
            models.CheckConstraint(
                name="messages_message_sent_when", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"


class Notice(models.Model):
    """Something that staff must know: for one account, for the holders of a permission at an institution, or for its
    privacy officers.

    account_id 0: for whoever holds the permission there (with a department_code, whose post is for no other), or,
    without a permission, for whoever sees who looked at whose record there (the span "guarding"); in both cases also
    those appointed later. address: the page of what it is about, "" for none.
    """

    account_id = models.BigIntegerField(default=0)
    permission = models.CharField(max_length=64, blank=True, default="")
    department_code = models.CharField(max_length=20, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, help_text="a file of policy/messages")
    text_zh = models.TextField()
    text_en = models.TextField()
    subject = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["institution", "-id"], name="messages_notice_place"),
            models.Index(fields=["account_id", "-id"], name="messages_notice_account", condition=~Q(account_id=0)),
        ]
        constraints = [
            # whoever holds a permission somewhere need not know the residents there
            models.CheckConstraint(
                name="messages_notice_of_a_desk_names_nobody", condition=Q(permission="") | Q(resident__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def in_language(self, language: str) -> str:
        return self.text_en if language.lower().startswith("en") else self.text_zh


class NoticeRead(models.Model):
    """That an account has read a notice, and when."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readings")
    account_id = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "account_id"], name="messages_noticeread_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.account_id}"
