"""Accounts, the posts they hold, and attempts to sign in."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution, Team


class Account(models.Model):
    """Somebody who can sign in. What they may do follows from their posts, not from the account."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        SYSTEM = "system", _("Exchanging system")  # shows tokens (Client), never signs in on pages

    username = models.CharField(_("User name"), max_length=64, unique=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.PERSON)
    display_name = models.CharField(_("Full name"), max_length=64)
    password = models.CharField(max_length=256)
    # the holder's code in the register of staff, as front pages name it at the institution of the post; "" for none
    staff_code = models.CharField(max_length=32, blank=True, default="")
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    # sealed with the installation's secret (second_factor.py); empty while no second factor is set up
    second_factor_secret = models.TextField(blank=True, default="")
    recovery_codes = models.JSONField(default=list, blank=True)
    last_second_factor_step = models.BigIntegerField(default=0)
    failed_sign_ins = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    last_signed_in_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # raised on a change of password or second factor: sessions that carry an older number end
    session_epoch = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.username

    def set_password(self, password: str) -> None:
        self.password = make_password(password)

    def has_password(self, password: str) -> bool:
        return check_password(password, self.password)


class Post(models.Model):
    """A role held at an institution (and all below it) from one day to another; perhaps for one department."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="posts")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="posts")
    role_id = models.CharField(_("Role"), max_length=40, help_text="one of roles.py; a new role changes no table")
    department_code = models.CharField(max_length=20, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="access_post_days_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.role_id} @ {self.institution_id}"


class TeamMember(models.Model):
    """An account's membership of a family-doctor team from one day to another: what the team cares for, it sees."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="teams")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "account", "valid_from"], name="access_teammember_once"),
            models.CheckConstraint(
                name="access_teammember_days_in_order",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in team {self.team_id}"


class Client(models.Model):
    """A system that exchanges data for an institution: its account's post says what it may, its scopes narrow that.

    secret_hash: SHA-256 of a secret that was shown once. epoch: raised when it is revoked; its tokens carry it.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="client")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    client_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("Name"), max_length=64)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    valid_to = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(default=0, help_text="account; 0: the command line")
    epoch = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.client_id

    def is_open(self, on: date) -> bool:
        """Whether it may be given tokens on that day."""
        ended = self.valid_to is not None and self.valid_to < on
        return self.revoked_at is None and not ended and self.account.is_active


class SignInAttempt(models.Model):
    """A failed attempt to sign in, kept to slow down guessing by account and by address."""

    username = models.CharField(max_length=64)
    address = models.GenericIPAddressField()
    attempted_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["username", "attempted_at"]),
            models.Index(fields=["address", "attempted_at"]),
        ]
