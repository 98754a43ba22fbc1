"""Institutions as a dated tree, and their departments."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Institution(models.Model):
    """A bureau, hospital, station or clinic. Ids run in the order of the tree, so that a subtree is few ranges."""

    class Kind(models.TextChoices):
        COUNTY = "county", _("County")
        HEALTH_BUREAU = "health_bureau", _("Health bureau")
        INSURANCE_BUREAU = "insurance_bureau", _("Insurance bureau")
        COUNTY_HOSPITAL = "county_hospital", _("County hospital")
        TCM_HOSPITAL = "tcm_hospital", _("Hospital of traditional Chinese medicine")
        MATERNAL_CHILD = "maternal_child_hospital", _("Maternal and child health hospital")
        CDC = "cdc", _("Centre for disease control")
        TOWNSHIP_HOSPITAL = "township_hospital", _("Township hospital")
        VILLAGE_CLINIC = "village_clinic", _("Village clinic")
        OTHER = "other", _("Other institution")

    id = models.AutoField(primary_key=True)
    code = models.CharField(_("Institution code"), max_length=22, unique=True)
    name = models.CharField(_("Name"), max_length=128)
    name_en = models.CharField(max_length=128, blank=True, default="")
    short_name = models.CharField(max_length=32, blank=True, default="")
    kind = models.CharField(_("Kind of institution"), max_length=32, choices=Kind)
    level = models.CharField(_("Level"), max_length=16, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    community = models.CharField(max_length=64, blank=True, default="")
    leads_community = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="organisations_institution_days_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="organisations_institution_not_own_parent", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def in_language(self, language: str) -> str:
        return self.name_en if language.startswith("en") and self.name_en else self.name


class Department(models.Model):
    """A department of an institution, with its code there."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="departments")
    code = models.CharField(_("Department code"), max_length=20)
    name = models.CharField(_("Name"), max_length=64)
    name_en = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ("institution_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="organisations_department_code_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def in_language(self, language: str) -> str:
        return self.name_en if language.startswith("en") and self.name_en else self.name


class StaffMember(models.Model):
    """Somebody who works in a department: named on front pages and score cards; may or may not have an account."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="staff")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    code = models.CharField(_("Staff code"), max_length=32)
    name = models.CharField(_("Full name"), max_length=64)
    kind = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ("institution_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="organisations_staff_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A family-doctor team of an institution."""

    id = models.AutoField(primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="teams")
    code = models.CharField(_("Team code"), max_length=20)
    name = models.CharField(_("Name"), max_length=64)

    class Meta:
        ordering = ("institution_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="organisations_team_code_once"),
        ]

    def __str__(self) -> str:
        return self.name
