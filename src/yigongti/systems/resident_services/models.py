"""Requests for a sign-in code, and objections of residents to looks into their records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident


class SignInCode(models.Model):
    """One request for a one-time code, for a number that may belong to nobody.

    token: what the browser that asked keeps in its session; the code works in no other browser. resident and code_hash
    are filled in by the worker, so that asking takes the same steps for a number that nobody has.
    """

    stays_with_registration = True  # a merge moves no codes: they are over in minutes

    token = models.CharField(max_length=43, unique=True)
    number_index = models.CharField(max_length=64, help_text="blind index of the number asked for")
    address = models.GenericIPAddressField()
    language = models.CharField(max_length=8, default="zh-hans")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    resident = models.ForeignKey(Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["number_index", "asked_at"], name="resident_code_number"),
            models.Index(fields=["address", "asked_at"], name="resident_code_address"),
        ]
        constraints = [
            models.CheckConstraint(name="resident_code_has_an_end", condition=Q(expires_at__gt=F("asked_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.asked_at:%Y-%m-%d %H:%M}"


class Objection(models.Model):
    """A resident says that a look into the record was not right. about: the look, as the trail names it.

    answer: the privacy officer's, when the matter (matters.py) has come to its end.
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=64)
    who = models.CharField(max_length=128)
    looked_at = models.DateTimeField()
    words = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["resident", "about"], name="resident_objection_once"),
            models.CheckConstraint(name="resident_objection_says_why", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.about}"
