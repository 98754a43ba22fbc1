"""Who is insured on the last day of a month, from the register of the insured, for the fund's sums."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
from django.db import connections

from yigongti.facts.public import DerivedFile, Lake, write_derived
from yigongti.foundation.period import Month

INSURED = "insured"
SCHEMA = pa.schema(
    [
        ("insured_number", pa.string()),
        ("institution_code", pa.string()),
        ("community_code", pa.string()),
        ("birth_date", pa.date32()),
        ("sex", pa.string()),
        ("insurance_type", pa.string()),
        ("groups", pa.list_(pa.string())),
        ("insured_from", pa.date32()),
        ("insured_to", pa.date32()),
    ]
)
_ROWS = """
    SELECT e.insured_number, coalesce(i.code, ''), e.community, e.birth_date, e.sex, e.insurance_type, e.groups::text,
           e.valid_from, e.valid_to
      FROM benefits_enrolment e
      JOIN people_resident r ON r.id = e.resident_id
      LEFT JOIN organisations_institution i ON i.id = r.institution_id
     WHERE e.valid_from <= %(on)s AND e.valid_to >= %(on)s
     ORDER BY e.insured_number, e.insurance_type
"""


def insured_people(month: Month, *, using: str = "bulk") -> pa.Table:
    """One row for each person insured on the month's last day. institution_code: the institution that keeps the person
    (a township hospital or a clinic below it); community_code: to whose packaged fund the person belongs."""
    with connections[using].cursor() as cursor:
        cursor.execute(_ROWS, {"on": month.last_day})
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    groups = SCHEMA.names.index("groups")
    columns[groups] = tuple(json.loads(text) for text in columns[groups])
    return pa.table([pa.array(list(column), field.type) for column, field in zip(columns, SCHEMA, strict=True)],
                    schema=SCHEMA)  # fmt: skip


def keep_insured(month: Month, lake: Lake, people: pa.Table) -> DerivedFile:
    """The register as it was read, beside what is computed from it; its key is its own digest."""
    return write_derived(lake, INSURED, month, digest_of(people), people, ["insured_number", "insurance_type"])


def digest_of(people: pa.Table) -> str:
    """Of the rows, in their order: what a result that was computed from them names."""
    sink = hashlib.sha256()
    for column in people.columns:
        sink.update(repr(column.combine_chunks().to_pylist()).encode())
    return sink.hexdigest()[:32]
