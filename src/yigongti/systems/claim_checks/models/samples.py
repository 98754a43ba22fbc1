"""A sample of a month's findings: drawn by strata with a seed, reviewed row by row; what the whole is then worth."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.models.findings import StrengthChoices


class Sample(models.Model):
    """Seen by posts that sample at the institution for whose area it was drawn. population: stratum → [findings, yuan
    counted] at the time of drawing. strata: what they are made by, joined with ","; a stratum's name joins the same
    with "|". The same month, strata, allocation, seed and size over the same findings draw the same rows.

    method: "hash" (by SHA-256 of seed and row); "random" for samples of before, which were drawn by a generator's state
    and are estimated by the mean per unit as they were promised to be.
    """

    class Strata(models.TextChoices):
        CHECK = "check", _("Check")
        CHECK_INSTITUTION = "check,institution", _("Check and institution")
        CHECK_BAND = "check,band", _("Check and band of amounts")
        ALL = "check,institution,band", _("Check, institution and band of amounts")

    class Allocation(models.TextChoices):
        YUAN = "yuan", _("In proportion to yuan")
        NEYMAN = "neyman", _("By how far amounts differ (Neyman)")

    class Method(models.TextChoices):
        HASH = "hash", _("Hash of seed and row")
        RANDOM = "random", _("Random generator")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    seed = models.BigIntegerField()
    size = models.IntegerField()
    strata = models.CharField(max_length=32, choices=Strata, default=Strata.CHECK)
    allocation = models.CharField(max_length=8, choices=Allocation, default=Allocation.YUAN)
    method = models.CharField(max_length=8, choices=Method, default=Method.RANDOM)
    level = models.DecimalField(max_digits=4, decimal_places=3, help_text="of the one-sided bound, such as 0.950")
    key = models.CharField(max_length=200, help_text="of the month's findings that it was drawn from")
    population = models.JSONField(default=dict)
    made_by_id = models.BigIntegerField()
    made_by_name = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.month} {self.seed}"


class SampledFinding(models.Model):
    """A drawn finding as it stood, and what the reviewer made of it. recover: yuan to recover, from 0 to counted."""

    class Verdict(models.TextChoices):
        RIGHT = "right", _("Right")
        WRONG = "wrong", _("Wrong")

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="rows")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    place = models.IntegerField(help_text="in the order of drawing")
    stratum = models.CharField(max_length=120)
    case_id = models.CharField(max_length=64, blank=True)
    line_number = models.IntegerField(null=True)
    check_id = models.CharField(max_length=64)
    strength = models.CharField(max_length=10, choices=StrengthChoices)
    counted = models.DecimalField(max_digits=14, decimal_places=2)
    said_zh = models.TextField()
    said_en = models.TextField()
    verdict = models.CharField(max_length=5, choices=Verdict, blank=True, default="")
    recover = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True, default="")
    reviewed_by_name = models.CharField(max_length=64, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("sample_id", "place")
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="claim_checks_sampled_once"),
            models.CheckConstraint(
                name="claim_checks_sampled_recover",
                condition=models.Q(recover__isnull=True)
                | (models.Q(recover__gte=0) & models.Q(recover__lte=models.F("counted"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}/{self.place}"
