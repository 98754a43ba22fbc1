"""What this system owns: how many residents each institution keeps and how good their records are, without any person.

Registrations, care and records belong to kernel/people and kernel/records.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class ResidentCount(models.Model):
    """The residents whom one institution keeps, counted by `publish_counts`; supervisors read these and no person.

    village_code: "" for those without one. fresh: records written to within the last year. complete: registrations
    with number, telephone, village and insurance.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    village_code = models.CharField(_("Village"), max_length=12, blank=True, default="")
    registered = models.IntegerField(_("Registered"))
    with_record = models.IntegerField(_("With a record"))
    fresh = models.IntegerField(_("Written to within a year"))
    complete = models.IntegerField(_("Registration complete"))
    doubtful = models.IntegerField(_("In doubtful pairs"))
    last_written_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ("institution_id", "village_code")
        constraints = [
            models.UniqueConstraint(fields=["institution", "village_code"], name="health_records_count_once"),
            models.CheckConstraint(
                name="health_records_count_parts",
                condition=models.Q(with_record__lte=models.F("registered"))
                & models.Q(fresh__lte=models.F("with_record"))
                & models.Q(complete__lte=models.F("registered")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.village_code} {self.registered}"
