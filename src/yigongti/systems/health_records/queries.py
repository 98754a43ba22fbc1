"""Reads of this system: the record of a resident in one query, the versions of one resource, the panel, the counts.

Row security lets through the residents that are the actor's to see; every read asks for its resident or institutions
besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.kernel.people.models import Care, DoubtfulPair, Merge, Resident
from yigongti.kernel.people.relations import record_care
from yigongti.kernel.people.spelling import tidy, tidy_number
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.records.models import Resource, Version
from yigongti.kernel.records.public import Stored
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.systems.health_records.models import ResidentCount

_KEPT = msgspec.json.Decoder(float_hook=Decimal)
"""Reads what was checked when it was written: every digit kept, and no second check of hundreds of resources a page."""
_DAY = "coalesce({})".format(
    ", ".join(
        [
            *(
                f"r.body->>'{name}'"
                for name in (
                    "effectiveDateTime",
                    "effectiveInstant",
                    "performedDateTime",
                    "occurrenceDateTime",
                    "authoredOn",
                    "authored",
                    "whenHandedOver",
                    "onsetDateTime",
                    "recordedDate",
                    "started",
                    "date",
                    "issued",
                )
            ),
            *(f"r.body#>>'{{{name},start}}'" for name in ("period", "effectivePeriod", "performedPeriod")),
        ]
    )
)
"""When a resource happened, as text: ISO days sort as days."""
_RECORD = f"""
    SELECT n.type, n.institution_id, i.name, i.name_en, n.body::text, n.total
      FROM (SELECT r.type, r.institution_id, r.body, count(*) OVER (PARTITION BY r.type) AS total,
                   row_number() OVER (PARTITION BY r.type ORDER BY {_DAY} DESC NULLS LAST, r.id DESC) AS place
              FROM records_resource r
             WHERE r.resident_id = %s AND r.type = ANY(%s) AND NOT r.deleted) n
      LEFT JOIN organisations_institution i ON i.id = n.institution_id
     WHERE n.place <= %s
"""


def record_of(resident_id: int, types: Sequence[str], newest: int) -> Record:
    """The newest `newest` resources of each type in the resident's record, with how many of each there are.

    One query. Newest by the day that the resource tells, not by when it was written: a record that was loaded late is
    old all the same.
    """
    english = (get_language() or "").startswith("en")
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [resident_id, list(types), newest])
        rows = cursor.fetchall()
    facts = [
        Fact(_KEPT.decode(body), (english and name_en) or name or "", institution_id)
        for _type, institution_id, name, name_en, body, _total in rows
    ]
    return Record.of(facts, {row[0]: row[5] for row in rows})


def institution_names(ids: Iterable[int]) -> dict[int, str]:
    """Names by id."""
    language = get_language() or "zh-hans"
    return {pk: row.in_language(language) for pk, row in Institution.objects.in_bulk(list(set(ids))).items()}


def the_resource(resident_id: int, type: str, fhir_id: str) -> Resource:
    """One resource of the resident's record. Raises NotFound, also where it is not the actor's to see."""
    found = (
        Resource.objects.filter(resident_id=resident_id, type=type, fhir_id=fhir_id, deleted=False)
        .annotate(text=Cast("body", TextField()))
        .defer("body")
        .select_related("institution")
        .first()
    )
    if found is None:
        raise NotFound(
            "health_records.no_resource",
            zh="没有这条记录，或您无权查看",
            en="there is no such entry, or it is not yours to see",
            where=f"{type}/{fhir_id}"[:80],
        )
    return found


def versions_of(resource: Resource) -> list[Version]:
    """The superseded versions of a resource, newest first."""
    rows = Version.objects.filter(resource_id=resource.pk, resident_id=resource.resident_id)
    return list(rows.select_related("institution").defer("body").order_by("-version"))


def content(row: Resource | Version) -> dict[str, Any]:
    """The resource of a row that was read with its text, as whoever may see it reads it."""
    number = row.pk if isinstance(row, Resource) else row.resource_id
    return Stored(
        number,
        row.type,
        row.fhir_id,
        row.version,
        row.resident_id,
        row.institution_id,
        row.category,
        row.updated_at,
        row.deleted,
        row.text,  # type: ignore[union-attr]
    ).resource


def the_version(resource: Resource, version: str) -> Resource | Version:
    """One version with its text, the newest for "". Raises NotFound for a version that never was, or that was a
    deletion."""
    if version in ("", str(resource.version)):
        return resource
    rows = Version.objects.filter(
        resource_id=resource.pk, resident_id=resource.resident_id, version=row_number(version), deleted=False
    )
    found = rows.annotate(text=Cast("body", TextField())).defer("body").first()
    if found is None:
        raise NotFound("health_records.no_version", zh="没有这个版本", en="there is no such version")
    return found


class Begins(Func):
    """column ^@ text: begins with, by an operator that PostgreSQL lets use an index beside row security (LIKE does
    not: docs/adr/0011)."""

    arg_joiner = " ^@ "
    template = "(%(expressions)s)"
    output_field = BooleanField()


def called(rows: QuerySet[Resident], text: str) -> QuerySet[Resident]:
    """Those whose name begins so, in characters or in pinyin, or who bear exactly this record or insured number."""
    told = tidy(text)
    exact = Q(identifiers__value=tidy_number(told)) | Q(insured_number=tidy_number(told))
    if told.isascii() and any(letter.isdigit() for letter in told):
        return rows.filter(exact).distinct()
    if told.isascii():
        return rows.filter(Begins(F("name_sound"), Value(told.lower().replace(" ", ""))))
    return rows.filter(Begins(F("name"), Value(told)))


def panel(actor: Actor, today: date, institution_ids: Iterable[int], span: str = "caring") -> QuerySet[Resident]:
    """The residents in the care of these institutions (or of the actor's teams there) today."""
    here = Care.objects.filter(record_care(actor, today, span), at_institutions(institution_ids))
    return Resident.objects.filter(pk__in=here.values("resident_id"), state=Resident.State.ACTIVE)


def kept(institution_ids: Iterable[int]) -> QuerySet[Resident]:
    """The active registrations that these institutions keep."""
    return Resident.objects.filter(at_institutions(institution_ids), state=Resident.State.ACTIVE)


def counts(institution_ids: Iterable[int]) -> QuerySet[ResidentCount]:
    """The published counts of these institutions."""
    return ResidentCount.objects.filter(at_institutions(institution_ids)).select_related("institution")


def open_pairs() -> QuerySet[DoubtfulPair]:
    """The pairs that wait for a decision; row security keeps those of the actor's institutions."""
    return DoubtfulPair.objects.filter(state=DoubtfulPair.State.OPEN).order_by("-weight", "id")


def pairs_decided_since(actor: Actor, since: datetime) -> int:
    """How many pairs the actor has decided since an instant."""
    return DoubtfulPair.objects.filter(decided_by_id=actor.account_id, decided_at__gte=since).count()


def neighbours_of(pair: DoubtfulPair) -> tuple[int | None, int | None]:
    """The open pairs before and after one in the order of the queue."""
    rows = open_pairs().exclude(pk=pair.pk)
    heavier = Q(weight__gt=pair.weight) | Q(weight=pair.weight, pk__lt=pair.pk)
    lighter = Q(weight__lt=pair.weight) | Q(weight=pair.weight, pk__gt=pair.pk)
    before = rows.filter(heavier).reverse().values_list("pk", flat=True).first()
    return before, rows.filter(lighter).values_list("pk", flat=True).first()


def merges() -> QuerySet[Merge]:
    """All merges that the actor may see, with how many rows each moved."""
    return Merge.objects.annotate(moved_rows=Count("moved"))


def the_merge(number: str) -> Merge:
    """One merge. Raises NotFound."""
    found = merges().select_related("survivor", "retired").filter(pk=row_number(number)).first()
    if found is None:
        raise NotFound("people.no_merge", zh="没有这次合并", en="there is no such merge")
    return found


def jobs_of(kinds: Sequence[str], institution_ids: Iterable[int], newest: int = 3) -> list[Job]:
    """The newest jobs of these kinds at these institutions."""
    rows = Job.objects.filter(at_institutions(institution_ids), kind__in=list(kinds))
    return list(rows.order_by("-id")[:newest])
