"""Residents and households, the groups a resident belongs to, and what each institution calls a resident."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class Household(models.Model):
    """Those who live together. code: unique within the institution that keeps it."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("Household"), max_length=32)
    address = models.CharField(max_length=200, blank=True, default="")
    village_code = models.CharField(max_length=12, blank=True, default="", db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="people_household_code_once")]

    def __str__(self) -> str:
        return self.code


class Resident(models.Model):
    """One registration of a person in the master index.

    institution: keeps the registration. A merged registration stays (state "merged") and names the one that stands for
    it. Number and telephone are sealed (people/sealing.py) and found by their blind indexes.
    """

    class Sex(models.TextChoices):
        """GB/T 2261.1; wording from memory, unchecked."""

        UNKNOWN = "0", _("Not known")
        MALE = "1", _("Male")
        FEMALE = "2", _("Female")
        UNSPECIFIED = "9", _("Not stated")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active registration")
        MERGED = "merged", _("Merged into another")

    class NumberKind(models.TextChoices):
        RESIDENT = "resident_number", _("Resident identity number")
        PASSPORT = "passport", _("Passport")
        OTHER = "other", _("Another document")
        NONE = "", _("None")

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="stands_for")
    name = models.CharField(_("Full name"), max_length=64)
    name_sound = models.CharField(max_length=160, blank=True, default="", help_text="pinyin without tones: zhangsan")
    name_blurred = models.CharField(
        max_length=160, blank=True, default="", help_text="the sound without what dialects confuse, for matching"
    )
    sex = models.CharField(_("Sex"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("Birth date"), null=True, blank=True)
    number_kind = models.CharField(max_length=16, choices=NumberKind, blank=True, default=NumberKind.NONE)
    number_sealed = models.TextField(blank=True, default="")
    number_index = models.CharField(max_length=64, blank=True, default="")
    number_body_index = models.CharField(
        max_length=64, blank=True, default="", help_text="blind index of places 7 to 17: the number with a slip"
    )
    phone_sealed = models.TextField(blank=True, default="")
    phone_index = models.CharField(max_length=64, blank=True, default="")
    address = models.CharField(_("Address"), max_length=200, blank=True, default="")
    village_code = models.CharField(max_length=12, blank=True, default="")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    relation_to_head = models.CharField(max_length=2, blank=True, default="", help_text="GB/T 4761, first place")
    insurance_type = models.CharField(_("Insurance"), max_length=3, blank=True, default="")
    insured_number = models.CharField(max_length=32, blank=True, default="")
    deceased_on = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField()
    registered_by_id = models.BigIntegerField(default=0, help_text="account; 0: loaded")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        # those for matching are the blocks of engines/identity/blocks.py, so that the desk finds what the night finds
        indexes = [
            models.Index(fields=["number_index"], name="people_resident_number", condition=~Q(number_index="")),
            models.Index(fields=["number_body_index"], name="people_resident_body", condition=~Q(number_body_index="")),
            models.Index(fields=["phone_index"], name="people_resident_phone", condition=~Q(phone_index="")),
            models.Index(fields=["insured_number"], name="people_resident_insured", condition=~Q(insured_number="")),
            models.Index(fields=["name_blurred", "birth_date"], name="people_resident_blurred"),
            models.Index(fields=["village_code", "birth_date", "sex"], name="people_resident_village"),
            models.Index(fields=["name_sound"], name="people_resident_sound"),
            models.Index(fields=["name"], name="people_resident_name"),
            models.Index(fields=["institution", "id"], name="people_resident_keeper"),
        ]
        constraints = [
            models.CheckConstraint(
                name="people_resident_merged_names_another",
                condition=Q(state="active", merged_into__isnull=True)
                | (Q(state="merged", merged_into__isnull=False) & ~Q(merged_into=models.F("id"))),
            ),
            # two active registrations with one number are the same person, entered twice
            models.UniqueConstraint(
                fields=["number_index"],
                condition=~Q(number_index="") & Q(state="active"),
                name="people_resident_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"


class Identifier(models.Model):
    """What an institution calls a resident: record number, card, insured number. value: as it is written there."""

    class Kind(models.TextChoices):
        RECORD = "record", _("Record number of the institution")
        HEALTH_CARD = "health_card", _("Health card number")
        INSURED = "insured", _("Insured person's number")
        SOURCE = "source", _("Number in the system that sent it")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="identifiers")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "kind", "value"], name="people_identifier_once"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="people_identifier_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ResidentGroup(models.Model):
    """A group that the resident belongs to from one day to another (policy/codesets/resident_groups.csv)."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="groups")
    group = models.CharField(max_length=32)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "group", "valid_from"], name="people_residentgroup_once"),
            models.CheckConstraint(
                name="people_residentgroup_days_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.group}"


class UsedCode(models.Model):
    """An e-health code that was read for single use: the nonce is unique, so that a second reading fails."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=32, unique=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.nonce
