"""Attachments: which file, of what kind, whose, about what. Lines are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yigongti.kernel.organisations.models import Institution


class Attachment(models.Model):
    """One file that somebody attached to something. The bytes lie below the data folder under their digest, once for
    the same bytes however often they are attached.

    institution: whose file it is. other_institution: the other side, which reads it too (the inspected clinic).
    subject: what it is attached to, "forms.Answer/6f1c…": who may open it is asked of the part that the subject names.
    """

    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes")
    size = models.PositiveIntegerField(help_text="bytes")
    kind = models.CharField(max_length=16, help_text="jpeg, png, webp, pdf, docx, xlsx, text, text_gb18030")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=150)
    subject = models.CharField(max_length=100)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    other_institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_by = models.BigIntegerField(help_text="the account")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["subject"], name="attachments_subject"),
            models.Index(fields=["digest"], name="attachments_digest"),
        ]
        constraints = [
            models.CheckConstraint(name="attachments_digest_is_one", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:12]}"

    @property
    def is_picture(self) -> bool:
        return self.width > 0

    @property
    def media_type(self) -> str:
        from yigongti.kernel.attachments.content import KINDS

        return KINDS[self.kind].media_type
