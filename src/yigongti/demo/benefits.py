"""Everybody of the demo county who has an insured number is enrolled for the year, so that the counter finds them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connections

_ENROLLED = """
    INSERT INTO benefits_enrolment (resident_id, institution_id, insurance_type, insured_number, name, sex, birth_date,
                                    groups, community, valid_from, valid_to, made_at, made_by_id)
    SELECT DISTINCT ON (r.insured_number) r.id,
           (SELECT f.id FROM organisations_institution f WHERE f.kind IN ('insurance_bureau', 'county')
             ORDER BY f.kind = 'county', f.id LIMIT 1),
           r.insurance_type, r.insured_number, r.name, r.sex, r.birth_date,
           CASE WHEN EXISTS (SELECT 1 FROM people_residentgroup g WHERE g.resident_id = r.id AND g."group" = 'poor')
                THEN '["low_income"]'::jsonb ELSE '[]'::jsonb END,
           i.community, %(first)s, %(last)s, %(at)s, 0
      FROM people_resident r JOIN organisations_institution i ON i.id = r.institution_id
     WHERE r.state = 'active' AND r.insured_number <> '' AND r.insurance_type IN ('310', '390')
     ORDER BY r.insured_number, r.id
"""


def enrol_county(first: date, last: date, *, at: datetime) -> int:
    """Enrol them, unless somebody is enrolled already; how many enrolments there are. The group is the demo's story:
    whoever counts as poor is on the minimum living allowance."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM benefits_enrolment")
        ((there,),) = cursor.fetchall()
        if not there:
            cursor.execute(_ENROLLED, {"first": first, "last": last, "at": at})
            there = cursor.rowcount
    return int(there)
