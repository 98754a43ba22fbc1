"""The price catalogue by item, level and date; revisions with lines and rehearsals; applications for new items."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.organisations.models import Institution


class Level(models.TextChoices):
    """Prices differ by the level of the institution."""

    VILLAGE = "village", _("Village")
    TOWNSHIP = "township", _("Township")
    COUNTY = "county", _("County level")
    CITY = "city", _("City level")


class PriceItem(models.Model):
    """A service, medicine or supply that has a price. content: what it includes; excluded: what is charged apart."""

    code = models.CharField(_("Item code"), max_length=40, unique=True)
    name = models.CharField(_("Item"), max_length=200)
    unit = models.CharField(_("Unit"), max_length=20, blank=True, default="")
    fee_item = models.CharField(max_length=40, blank=True, default="")
    content = models.TextField(blank=True, default="")
    excluded = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """The highest price of an item at a level from one day to another, in yuan for a unit. revision_id: 0 at first."""

    item = models.ForeignKey(PriceItem, on_delete=models.PROTECT, related_name="prices")
    level = models.CharField(_("Level"), max_length=16, choices=Level)
    price = models.DecimalField(_("Price"), max_digits=14, decimal_places=4)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    revision_number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("item_id", "level", "valid_from")
        constraints = [
            models.UniqueConstraint(fields=["item", "level", "valid_from"], name="prices_price_once_a_day"),
            models.UniqueConstraint(
                fields=["item", "level"], name="prices_price_one_without_end", condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                name="prices_price_days_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="prices_price_not_negative", condition=Q(price__gte=0)),
        ]
        indexes = [models.Index(fields=["level", "valid_from"], name="prices_price_level")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.level} {self.price}"


class Revision(models.Model):
    """A revision as it is prepared, rehearsed, signed and published (the matter prices.revision moves it on)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        SIGNING = "signing", _("Waiting for the signature")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Title"), max_length=200)
    document_number = models.CharField(_("Document number"), max_length=80, blank=True, default="")
    effective_on = models.DateField(_("In force from"))
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.DRAFT)
    matter_id = models.BigIntegerField(default=0)
    made_by_name = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="of its lines, its day or its title")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title


class RevisionLine(models.Model):
    """What a revision does to one item at one level. before: the price in force when the line was written, null for a
    new item; after: null for an item that is no longer charged."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="lines")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, blank=True, default="")
    fee_item = models.CharField(max_length=40, blank=True, default="")
    level = models.CharField(max_length=16, choices=Level)
    before = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    after = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)

    class Meta:
        ordering = ("code", "level")
        constraints = [
            models.UniqueConstraint(fields=["revision", "code", "level"], name="prices_revisionline_once"),
            models.CheckConstraint(
                name="prices_revisionline_says_something", condition=Q(before__isnull=False) | Q(after__isnull=False)
            ),
            models.CheckConstraint(
                name="prices_revisionline_not_negative", condition=Q(after__isnull=True) | Q(after__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.level}"


class Rehearsal(models.Model):
    """What a revision would have meant over past months. seen_at: the state of its lines that was rehearsed."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="rehearsals")
    months = models.JSONField(default=list)
    seen_at = models.DateTimeField()
    made_at = models.DateTimeField()
    snapshot_digest = models.CharField(max_length=64, blank=True, default="")
    charged_lines = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.revision_id} {self.made_at:%Y-%m-%d}"


class RehearsalRow(models.Model):
    """By institution and item: how much was charged, what it came to and what it would have come to; who bears the
    difference. Yuan."""

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="rows")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    lines = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    before = models.DecimalField(max_digits=16, decimal_places=2)
    after = models.DecimalField(max_digits=16, decimal_places=2)
    fund_change = models.DecimalField(max_digits=16, decimal_places=2)
    patient_change = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ("institution_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "institution", "code"], name="prices_rehearsalrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.code}"


class Application(models.Model):
    """A hospital asks for a new item to be charged (the matter prices.new_item moves it on)."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the bureau")
        QUESTIONED = "questioned", _("Sent back with a question")
        ACCEPTED = "accepted", _("Taken into a revision")
        DECLINED = "declined", _("Declined")

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Item"), max_length=200)
    unit = models.CharField(_("Unit"), max_length=20)
    content = models.TextField(_("What it includes"))
    why = models.TextField(_("Why it is needed"))
    cost = models.TextField(_("What it costs to provide"))
    proposed_price = models.DecimalField(_("Proposed price"), max_digits=14, decimal_places=4)
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.ASKED)
    matter_id = models.BigIntegerField(default=0)
    asked_by_name = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="prices_application_price", condition=Q(proposed_price__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name
