"""What a published month rests on: scheme, weights, rates, snapshot and policy release. Holds no row of anybody."""

from __future__ import annotations

from django.db import models


class PublishedMonth(models.Model):
    """One closed month and what it was computed from; shown on every page of the month.

    snapshot: version of each fact table. rates: insurance type → yuan per weight of 1. first_published_at: the
    feedback window is counted from it, so closing again does not open it anew.
    """

    month = models.CharField(max_length=7, unique=True)
    scheme_folder = models.CharField(max_length=200)
    scheme_name = models.CharField(max_length=200)
    scheme_version = models.CharField(max_length=64, blank=True)
    scheme_source = models.CharField(max_length=300, blank=True)
    scheme_digest = models.CharField(max_length=64)
    weights_name = models.CharField(max_length=200)
    weights_basis = models.CharField(max_length=20, help_text="published, or computed from past cases")
    rates = models.JSONField(default=dict)
    release = models.CharField(max_length=64)
    snapshot = models.JSONField(default=dict)
    snapshot_digest = models.CharField(max_length=64, blank=True)
    cases = models.IntegerField()
    corrections = models.IntegerField(default=0, help_text="accepted requests that were applied")
    digests = models.JSONField(default=dict, help_text="derived table → SHA-256 of its bytes")
    first_published_at = models.DateTimeField()
    published_at = models.DateTimeField()
    request_until = models.DateField(help_text="the last day on which a department may ask for a change")

    class Meta:
        ordering = ("-month",)

    def __str__(self) -> str:
        return self.month


class GroupInForce(models.Model):
    """A group's name, weight and the whole county's means in a published month.

    mean_cost, standard_stay_days, past_cases, cost_variation: as the weight table says, null when it does not.
    county_*: of this month's cases, the basis of the cost and time index.
    """

    month = models.CharField(max_length=7)
    drg = models.CharField(max_length=8)
    adrg = models.CharField(max_length=8)
    mdc = models.CharField(max_length=8)
    name = models.CharField(max_length=200, blank=True)
    weight = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    stable = models.BooleanField(default=True)
    low_risk = models.BooleanField(null=True)
    basis = models.CharField(max_length=20, blank=True)
    mean_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    standard_stay_days = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    past_cases = models.IntegerField(null=True)
    cost_variation = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    county_cases = models.IntegerField(default=0)
    county_mean_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    county_mean_stay = models.DecimalField(max_digits=8, decimal_places=2, null=True)

    class Meta:
        ordering = ("drg",)
        constraints = [models.UniqueConstraint(fields=["month", "drg"], name="casemix_payment_group_once")]

    def __str__(self) -> str:
        return f"{self.month} {self.drg}"
