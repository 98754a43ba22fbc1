"""A million invented matters in the tree of the demo county: several kinds, 12 % open, spread as a county's would be.

Made in the database by one INSERT … SELECT for each kind (the triggers of the row history are left out: they are
measured by bench/row_history). Deadlines of open ones lie between a month ago and three weeks ahead of today.
"""

from __future__ import annotations

from datetime import date

import psycopg

KINDS = (
    # kind, share, open states (state, desk, at the owner?), closed state, owner: the hospital itself or the bureau
    ("front_pages.defects", 0.55, (("mending", "front_pages.answer_defects", True),
                                   ("mended", "front_pages.correct", True)), "corrected", "own"),
    ("front_pages.department_month", 0.02, (("signing", "front_pages.sign_month", True),), "signed", "own"),
    ("claim_checks.bill", 0.38, (("found", "claim_checks.review", True),
                                 ("asked", "claim_checks.answer", False)), "closed", "bureau"),
    ("matters.complaint", 0.05, (("opened", "matters.answer_complaints", True),), "closed", "top"),
)  # fmt: skip
"""Kind ids stand as the product declares them; a kind that an installation lacks is only a row that nobody opens."""

_INSERT = """
INSERT INTO matters_matter (kind, subject, title_zh, title_en, department_code, month, state, state_since, shown, desk,
    holder_account_id, due_on, amount, data, opened_at, opened_by_id, opened_by_name, changed_at, closed_at, version,
    last_step, holder_id, institution_id, owner_id)
SELECT %(kind)s, %(kind)s || '/' || n, '虚构事项 ' || n, 'Invented matter ' || n,
    (%(departments)s::text[])[1 + n %% 12], to_char(DATE '2026-10-01' - (n %% 24) * 30, 'YYYY-MM'),
    CASE WHEN is_open THEN (%(states)s::text[])[1 + n %% %(many)s] ELSE %(closed)s END,
    now() - (n %% 300) * interval '1 day', true,
    CASE WHEN is_open THEN (%(desks)s::text[])[1 + n %% %(many)s] ELSE '' END,
    CASE WHEN is_open AND n %% 17 = 0 THEN %(account)s ELSE 0 END,
    CASE WHEN is_open THEN %(today)s::date - 30 + (n::bigint * 7919 %% 51)::int ELSE NULL END,
    CASE WHEN %(owner)s = 'bureau' THEN (n * 31 %% 900000)::numeric / 100 END,
    '{}', now() - (n %% 700) * interval '1 day', 0, '', now() - (n %% 300) * interval '1 day',
    CASE WHEN is_open THEN NULL ELSE now() - (n %% 300) * interval '1 day' END, 1, 1,
    CASE WHEN is_open AND (%(at_owner)s::boolean[])[1 + n %% %(many)s] THEN owner ELSE place END, place, owner
FROM (
    SELECT n::int AS n, n * 48271 %% 1000 < %(open_in_thousand)s AS is_open, place,
        CASE %(owner)s WHEN 'own' THEN place WHEN 'bureau' THEN %(bureau)s ELSE %(top)s END AS owner
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n,
        LATERAL (SELECT (%(places)s::int[])[1 + (n * 7907 %% %(place_count)s)::int] AS place) AS at
) AS made
"""


def fill(count: int, today: date, superuser: str, open_in_thousand: int = 120) -> None:
    """Add `count` matters with one line of history each. Needs a county with its register loaded. superuser: the
    address of the database for somebody who may switch triggers off."""
    from yigongti.kernel.organisations.models import Department, Institution

    rows = Institution.objects.using("bulk")
    hospitals = list(rows.filter(kind__in=["county_hospital", "tcm_hospital"]).values_list("pk", flat=True))
    townships = list(rows.filter(kind="township_hospital").values_list("pk", flat=True))
    places = hospitals * 12 + townships  # county hospitals have most of the stays
    top = rows.filter(kind="county").order_by("pk")[0].pk
    bureau = rows.filter(kind="insurance_bureau").order_by("pk")[0].pk
    physician = _account("physician")
    departments = Department.objects.using("bulk").filter(institution_id=hospitals[0]).order_by("code")
    codes = (list(departments.values_list("code", flat=True)) * 12)[:12]
    made = psycopg.connect(superuser, autocommit=True, cursor_factory=psycopg.ClientCursor)
    with made as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no row history of what is invented
        cursor.execute("TRUNCATE matters_matter CASCADE")
        first = 1
        for kind, share, states, closed, owner in KINDS:
            last = first + round(count * share) - 1
            cursor.execute(_INSERT, {
                "kind": kind, "first": first, "last": last, "closed": closed, "owner": owner, "places": places,
                "departments": codes,
                "place_count": len(places), "bureau": top if owner == "bureau" else bureau, "top": top,
                "today": today, "open_in_thousand": open_in_thousand, "account": physician, "many": len(states),
                "states": [s[0] for s in states], "desks": [s[1] for s in states], "at_owner": [s[2] for s in states],
            })  # fmt: skip
            first = last + 1
        cursor.execute(
            "INSERT INTO matters_step (matter_id, number, action, source, target, words, articles, data, internal,"
            " by_id, by_name, at, before)"
            " SELECT m.id, 1, 'opened', '', m.state, '', '[]', '{}', false, 0, '', m.opened_at, '{}'"
            " FROM matters_matter m WHERE NOT EXISTS (SELECT 1 FROM matters_step s WHERE s.matter_id = m.id)"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE matters_matter, matters_step")


def _account(username: str) -> int:
    from yigongti.kernel.access.models import Account

    found = Account.objects.using("bulk").filter(username=username).first()
    return found.pk if found else 0
