"""Resources in their newest version, and the versions before it.

The index tables (`tables.sql`) have no models: they are written and asked in sets, never row by row.
"""

from __future__ import annotations

from django.db import models

from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident


class Resource(models.Model):
    """One resource, newest version. body: the resource as FHIR JSON, with id and meta; null once deleted.

    resident: whose record it belongs to; null for institutions, staff, forms, and what names no resident.
    institution: where it was written, which answers for it. category: who may see it (definitions/types.py).
    """

    type = models.CharField(max_length=40, db_collation="C")
    fhir_id = models.CharField(max_length=64, db_collation="C")
    version = models.IntegerField(default=1)
    resident = models.ForeignKey(
        Resident, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # no constraint: the row policy holds the institution, and every insert would lock the institution's row
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    category = models.CharField(max_length=14, db_collation="C")
    updated_at = models.DateTimeField()
    deleted = models.BooleanField(default=False)
    account_id = models.BigIntegerField(default=0, help_text="who wrote this version; 0: loaded")
    body = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "fhir_id"], name="records_resource_once")]
        indexes = [
            models.Index(fields=["resident", "type", "id"], name="records_resource_resident"),
            models.Index(fields=["type", "updated_at", "id"], name="records_resource_updated"),
        ]

    def __str__(self) -> str:
        return f"{self.type}/{self.fhir_id}"


class Version(models.Model):
    """A version that another has superseded. A deletion is a version without a body."""

    pk = models.CompositePrimaryKey("resource_id", "version")
    resource_id = models.BigIntegerField()
    version = models.IntegerField()
    type = models.CharField(max_length=40, db_collation="C")
    fhir_id = models.CharField(max_length=64, db_collation="C")
    # no key: the newest version has it, and its trigger carries a change over (tables.sql)
    resident_id = models.BigIntegerField(null=True)
    # no constraint: the row policy holds the institution, and every insert would lock the institution's row
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    category = models.CharField(max_length=14, db_collation="C")
    updated_at = models.DateTimeField()
    deleted = models.BooleanField(default=False)
    account_id = models.BigIntegerField(default=0)
    body = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["resident_id", "type"], name="records_version_resident"),
            models.Index(fields=["type", "updated_at"], name="records_version_updated"),
        ]

    def __str__(self) -> str:
        return f"{self.type}/{self.fhir_id} {self.version}"
