"""Counting residents and records by institution and village, for supervisors who see no person.

One statement over the whole register, published in one transaction in the place of the counts before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connections, transaction

from yigongti.systems.health_records.models import ResidentCount

FRESH_DAYS = 365

_COUNT = """
    WITH written AS (
        SELECT resident_id, max(updated_at) AS last FROM records_resource
         WHERE resident_id IS NOT NULL AND NOT deleted AND type <> 'Patient' GROUP BY resident_id
    ), doubted AS (
        SELECT first_id AS id FROM people_doubtfulpair WHERE state = 'open'
        UNION SELECT second_id FROM people_doubtfulpair WHERE state = 'open'
    )
    SELECT r.institution_id, r.village_code, count(*), count(w.resident_id),
           count(*) FILTER (WHERE w.last >= %(fresh)s),
           count(*) FILTER (WHERE r.number_index <> '' AND r.phone_index <> '' AND r.village_code <> ''
                              AND r.insurance_type <> ''),
           count(d.id), max(w.last)
      FROM people_resident r LEFT JOIN written w ON w.resident_id = r.id LEFT JOIN doubted d ON d.id = r.id
     WHERE r.state = 'active' GROUP BY r.institution_id, r.village_code
"""


def publish_counts(at: datetime, *, using: str = "bulk") -> int:
    """Count anew; how many rows (institution × village) stand before the pages."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(_COUNT, {"fresh": at - timedelta(days=FRESH_DAYS)})
        rows = [
            ResidentCount(
                institution_id=institution,
                village_code=village,
                registered=registered,
                with_record=with_record,
                fresh=fresh,
                complete=complete,
                doubtful=doubtful,
                last_written_at=last,
                counted_at=at,
            )
            for institution, village, registered, with_record, fresh, complete, doubtful, last in cursor.fetchall()
        ]
        ResidentCount.objects.using(using).all().delete()
        ResidentCount.objects.using(using).bulk_create(rows, batch_size=1_000)
    return len(rows)
