"""Who did what and when; what changed in which row; who looked at whose record. Lines are only ever added.

RowChange and View are partitioned by month and written by SQL (sql/row_history.sql, sql/view_log.sql): these models
read them.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class TrailEntry(models.Model):
    """One act. The database grants the product neither change nor removal of a line."""

    happened_at = models.DateTimeField(db_index=True)
    account_id = models.BigIntegerField(default=0, help_text="0: nobody was signed in")
    username = models.CharField(max_length=64, blank=True, default="")
    institution = models.ForeignKey(Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=64, help_text="a permission's name or an event: access.signed_in")
    subject = models.CharField(max_length=200, blank=True, default="", help_text="what was acted upon")
    detail = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["account_id", "-id"])]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.username} {self.verb} {self.subject}"


class RowChange(models.Model):
    """What one statement did to one row. Written by triggers alone (row_history.py).

    before, after: an update's changed columns, a removed row whole. row_count: 1; more for a bulk load, told in one
    line with its first and last key. database_role: yigongti_app for pages and jobs. about_residents: the row tells
    about residents, and only those who may see who looked at whose record may read it.
    """

    class Operation(models.TextChoices):
        INSERT = "insert", _("Added")
        UPDATE = "update", _("Changed")
        DELETE = "delete", _("Removed")
        TRUNCATE = "truncate", _("Emptied")

    moves_with_resident = False  # a merge leaves the trail where it is

    id = models.BigIntegerField(primary_key=True)
    happened_at = models.DateTimeField()
    transaction_id = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    row_key = models.CharField(max_length=64)
    row_count = models.IntegerField()
    operation = models.CharField(max_length=8, choices=Operation)
    account_id = models.BigIntegerField(help_text="from the signed scope; 0: none, see by_resident_id, database_role")
    by_resident_id = models.BigIntegerField(help_text="the resident who acted; 0: staff")
    purpose = models.CharField(max_length=20)
    database_role = models.CharField(max_length=63)
    institution = models.ForeignKey(
        Institution, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    resident_id = models.BigIntegerField(null=True)
    about_residents = models.BooleanField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.operation} {self.table_name} {self.row_key}"


class View(models.Model):
    """Somebody looked at a resident's record: one line for each request and resident. Written by view_log.py.

    happened_at: the request's own time; recorded_at: the database's. viewer: the name as it was then, so that the
    resident can read it. what: page or interaction, and kinds of facts. why: the relation that opened the record.
    """

    moves_with_resident = False  # a merge leaves the trail where it is

    id = models.BigIntegerField(primary_key=True)
    transaction_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    happened_at = models.DateTimeField()
    account_id = models.BigIntegerField(help_text="0: a resident looked")
    by_resident_id = models.BigIntegerField(help_text="the resident who looked; 0: staff or a system")
    client = models.CharField(max_length=64, help_text="the system that asked, if it was one")
    viewer = models.CharField(max_length=64)
    institution = models.ForeignKey(
        Institution, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    resident_id = models.BigIntegerField()
    what = models.TextField()
    why = models.TextField()
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=32)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.account_id} → {self.resident_id}"


class Block(models.Model):
    """Views that were sealed together, bound to the block before by its digest (sealing.py)."""

    number = models.IntegerField(primary_key=True)
    month = models.DateField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    row_count = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    floor_id = models.BigIntegerField(help_text="no line up to here can still appear")
    seen_id = models.BigIntegerField(help_text="the highest id that was given out when the block was sealed")
    seen_transaction = models.BigIntegerField(help_text="once all before it have ended, seen_id is the floor")
    sealed_at = models.DateTimeField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class Keeping(models.Model):
    """What was done to keep the view log: an anchor exported, the log verified, a month's views retired."""

    class Kind(models.TextChoices):
        ANCHORED = "anchored", _("Anchor exported")
        VERIFIED = "verified", _("Verified")
        RETIRED = "retired", _("Month retired")

    kind = models.CharField(max_length=10, choices=Kind)
    done_at = models.DateTimeField()
    block_number = models.IntegerField(help_text="the last block that it concerns")
    month = models.DateField(null=True, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.block_number}"
