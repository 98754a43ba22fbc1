"""Who looked at whose record: one line for a request and resident, in the request's own transaction, never forged."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.middleware import Scoped
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Resident
from yigongti.kernel.trail.models import View
from yigongti.kernel.trail.public import told_what, told_why, viewed, viewed_many, views_of


def written():
    return list(View.objects.using("bulk").order_by("id"))


@pytest.fixture
def request_of(monkeypatch):
    """Runs a view through the middleware as an actor: request_of(actor, page) → response"""

    def run(who, page):
        monkeypatch.setattr(Scoped, "_actor", lambda self, request: who)
        return Scoped(page)(RequestFactory().get("/records/1", REMOTE_ADDR="10.0.0.9"))

    return run


# ---- what a line says


def test_a_line_says_who_looked_at_whom_when_from_where_what_and_why(actor, resident, county):
    me, whom, now = actor("physician", "H1"), resident(), timezone.now()
    with scope(me):
        viewed(me, whom.pk, what="page: record", why="encounter 12", at=now, address="10.0.0.9")
    (line,) = written()
    assert (line.account_id, line.by_resident_id, line.viewer) == (me.account_id, 0, "演示·physician")
    assert (line.resident_id, line.institution_id, line.happened_at) == (whom.pk, county["H1"].pk, now)
    assert (line.what, line.why, line.address) == ("page: record", "encounter 12", "10.0.0.9")


def test_the_relation_is_found_where_it_is_not_told(look, resident):
    whom = resident(cared_for_at="H1")
    look(whom.pk, why="")
    look(whom.pk, at_institution="H2", why="")
    look(whom.pk, why="contract 12")
    assert [line.why for line in written()] == ["encounter", "", "contract 12"]


def test_an_emergency_is_named_as_the_right(actor, resident, county):
    from yigongti.kernel.people.models import Opening

    me, whom, now = actor("physician", "H2"), resident(cared_for_at="H1"), timezone.now()
    Opening.objects.using("bulk").create(
        resident=whom, account_id=me.account_id, opened_by_id=me.account_id, institution=county["H2"], reason="演示",
        kind=Opening.Kind.EMERGENCY, started_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    with scope(me):
        viewed(me, whom.pk, what="page: record", at=now)
    assert [line.why for line in written()] == ["emergency"]


def test_codes_of_a_line_are_told_in_words(database):
    with translation.override("zh-hans"):
        assert told_what("fhir: Observation, Patient; page: record") == (
            "通过接口: 检验检查结果与测量, 个人基本信息; 在页面上: 整份档案"
        )
        assert told_why("public_health, something 5") == "辖区公共卫生, something 5"


def test_nobody_cannot_look(resident):
    with pytest.raises(NotPermitted):
        viewed(NOBODY, resident().pk, what="page", at=timezone.now())


def test_an_export_of_many_residents_leaves_a_line_for_each(actor, resident):
    me, whom = actor("physician", "H1"), [resident(f"演示·{n}").pk for n in range(3)]
    with scope(me):
        viewed_many(me, whom, what="export", at=timezone.now())
    assert [line.resident_id for line in written()] == whom


# ---- inside a request


def test_a_request_leaves_one_line_for_a_resident_however_often_it_reads(actor, resident, request_of):
    me, first, second = actor("physician", "H1"), resident("演示·甲"), resident("演示·乙")

    def page(request):
        for whom, what in ((first, "Patient"), (second, "Patient"), (first, "Observation"), (first, "Patient")):
            viewed(me, whom.pk, what=what, why="encounter", at=timezone.now())
        return HttpResponse("shown")

    request_of(me, page)
    assert [(line.resident_id, line.what) for line in written()] == [
        (first.pk, "Patient; Observation"),
        (second.pk, "Patient"),
    ]
    assert {(line.address, len(line.request_id)) for line in written()} == {("10.0.0.9", 32)}


def test_all_lines_of_a_request_are_one_statement_on_its_own_connection(actor, resident, request_of):
    me, whom = actor("physician", "H1"), [resident(f"演示·{n}").pk for n in range(5)]
    statements = []

    def told(execute, sql, params, many, context):
        statements.append((context["connection"].alias, sql))
        return execute(sql, params, many, context)

    def page(request):
        for number in whom:
            viewed(me, number, what="page", at=timezone.now())
        return HttpResponse("shown")

    with connections["default"].execute_wrapper(told), connections["bulk"].execute_wrapper(told):
        request_of(me, page)
    assert [alias for alias, sql in statements if "INSERT INTO trail_view" in sql] == ["default"]
    assert {alias for alias, _sql in statements} == {"default"}


def test_a_view_that_cannot_be_logged_is_not_shown(actor, resident, request_of, superuser):
    me, whom = actor("physician", "H1"), resident()
    superuser.execute("REVOKE INSERT ON trail_view FROM yigongti_app")

    def page(request):
        viewed(me, whom.pk, what="page", at=timezone.now())
        return HttpResponse("the record")

    try:
        with pytest.raises(DatabaseError, match="permission denied"):
            request_of(me, page)
    finally:
        superuser.execute(
            "GRANT INSERT (happened_at, account_id, by_resident_id, client, viewer, institution_id, resident_id, what,"
            " why, address, request_id) ON trail_view TO yigongti_app"
        )


def test_an_answer_that_shows_no_record_leaves_no_line(actor, resident, request_of):
    me, whom = actor("physician", "H1"), resident()

    def page(request):
        viewed(me, whom.pk, what="page", at=timezone.now())
        return HttpResponse("not yours", status=403)

    request_of(me, page)
    assert written() == []


def test_a_streamed_body_logs_what_it_reads_while_it_is_sent(actor, resident, request_of):
    from django.http import StreamingHttpResponse

    me, whom = actor("physician", "H1"), resident()

    def lines():
        viewed(me, whom.pk, what="export", at=timezone.now())
        yield b"line"

    answer = request_of(me, lambda request: StreamingHttpResponse(lines()))
    assert written() == []
    assert b"".join(answer.streaming_content) == b"line"
    assert [line.what for line in written()] == ["export"]


# ---- nobody forges, changes or removes a line

INSERT = (
    "INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer, institution_id, resident_id,"
    " what, why, address, request_id) VALUES (now(), {account}, {by}, '', '演示', {institution}, 1, 'x', '', NULL, 'x')"
)


def test_a_view_under_another_account_is_refused(actor, county):
    me = actor("physician", "H1")
    forged = INSERT.format(account=me.account_id + 1, by=0, institution=county["H1"].pk)
    with pytest.raises(DatabaseError, match="row-level security"), scope(me), connection.cursor() as cursor:
        cursor.execute(forged)


def test_a_view_from_another_hospital_is_refused(actor, county):
    me = actor("physician", "H1")
    forged = INSERT.format(account=me.account_id, by=0, institution=county["H2"].pk)
    with pytest.raises(DatabaseError, match="row-level security"), scope(me), connection.cursor() as cursor:
        cursor.execute(forged)


def test_a_view_without_a_scope_is_refused(county):
    with pytest.raises(DatabaseError, match="row-level security"), connection.cursor() as cursor:
        cursor.execute(INSERT.format(account=0, by=0, institution="NULL"))


@pytest.mark.parametrize("column", ["id", "recorded_at", "transaction_id"])
@pytest.mark.parametrize("role", ["default", "bulk"])
def test_what_tells_order_and_time_is_the_databases_own(actor, county, role, column):
    value = "now()" if column == "recorded_at" else "1"
    forged = INSERT.replace("(happened_at", f"({column}, happened_at").replace("VALUES (", f"VALUES ({value}, ")
    me = actor("physician", "H1")
    with pytest.raises(DatabaseError, match="permission denied"), scope(me, using=role):
        connections[role].cursor().execute(forged.format(account=me.account_id, by=0, institution=county["H1"].pk))


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE trail_view SET account_id = 1",
        "DELETE FROM trail_view",
        "TRUNCATE trail_view",
        "INSERT INTO trail_keeping (kind, done_at, block_number, detail) VALUES ('retired', now(), 1, '{}')",
        "INSERT INTO trail_block SELECT * FROM trail_block",
        "UPDATE trail_block SET digest = ''",
        "DELETE FROM trail_block",
        "ALTER TABLE trail_view DETACH PARTITION trail_view_default",
        "DROP TABLE trail_view_default",
    ],
)
def test_the_product_is_refused(look, resident, attempt):
    me = look(resident().pk)
    with pytest.raises(DatabaseError), scope(me), connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.maintenance = 'on'")
        cursor.execute(attempt)


def test_the_owner_without_the_switch_changes_and_removes_nothing(look, resident, database):
    import psycopg

    look(resident().pk)
    with psycopg.connect(database.url("yigongti_owner"), autocommit=True) as owner:
        assert owner.execute("UPDATE trail_view SET what = ''").rowcount == 0  # sees no rows
        (partition,) = owner.execute("SELECT 'trail_view' || to_char(now(), '_YYYY_MM')").fetchone()
        for table in ("trail_view", partition, "trail_block", "trail_keeping"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
                owner.execute(f"TRUNCATE {table}")
    assert [line.what for line in written()] == ["page: record"]


# ---- who reads it


def test_the_resident_reads_who_looked_from_where_what_and_why(look, resident, as_resident):
    whom = resident()
    look(whom.pk, why="contract 12")
    with scope(as_resident(whom.pk)):
        (line,) = views_of(whom.pk)
        assert (line.viewer, line.institution.name, line.what, line.why) == (
            "演示·physician",
            "示范县人民医院",
            "page: record",
            "contract 12",
        )


def test_a_resident_reads_nothing_about_another(look, resident, as_resident):
    first, second = resident("演示·甲"), resident("演示·乙")
    look(first.pk, second.pk)
    with scope(as_resident(first.pk)):
        assert list(views_of(second.pk)) == []
        assert View.objects.count() == 1


def test_one_residents_own_views_are_not_another_residents_to_read(resident, as_resident):
    first, second = resident("演示·甲"), resident("演示·乙")
    me = as_resident(first.pk)
    with scope(me):
        viewed(me, first.pk, what="own record", at=timezone.now())
    with scope(as_resident(second.pk)):
        assert View.objects.count() == 0
    with scope(me):
        assert [line.by_resident_id for line in views_of(first.pk)] == [first.pk]


def test_after_a_merge_the_resident_reads_the_views_of_both_registrations(look, resident, as_resident):
    survivor, retired, older = resident("演示·甲"), resident("演示·甲"), resident("演示·甲")
    look(survivor.pk, retired.pk, older.pk)
    rows = Resident.objects.using("bulk")
    rows.filter(pk=older.pk).update(state="merged", merged_into_id=retired.pk)
    rows.filter(pk=retired.pk).update(state="merged", merged_into_id=survivor.pk)
    with scope(as_resident(survivor.pk)):
        assert {line.resident_id for line in views_of(survivor.pk)} == {survivor.pk, retired.pk, older.pk}


def test_the_privacy_officer_reads_the_views_of_the_own_institutions(look, resident, actor):
    whom = resident()
    look(whom.pk)
    look(whom.pk, at_institution="H2")
    with scope(actor("privacy_officer", "H1")):
        assert [line.institution.code for line in views_of(whom.pk)] == ["H1"]
    with scope(actor("privacy_officer", "C")):
        assert views_of(whom.pk).count() == 2


def test_whoever_looked_reads_the_own_lines_and_colleagues_do_not(look, resident, actor):
    me = look(resident().pk)
    with scope(me):
        assert View.objects.count() == 1
    for role in ("coder", "trail_reader", "county_director"):
        with scope(actor(role, "H1")):
            assert View.objects.count() == 0


# ---- months


def test_a_view_of_a_month_without_a_partition_is_kept_and_moved_when_it_has_one(look, resident, superuser):
    from yigongti.kernel.trail.retention import make_months

    (name,) = superuser.execute(
        "SELECT 'trail_view' || to_char(now() AT TIME ZONE 'Asia/Shanghai', '_YYYY_MM')"
    ).fetchone()
    superuser.execute(f"DROP TABLE {name}")
    look(resident().pk)
    assert superuser.execute("SELECT count(*) FROM trail_view_default").fetchone() == (1,)
    assert make_months() == 1
    assert superuser.execute("SELECT count(*) FROM trail_view_default").fetchone() == (0,)
    assert superuser.execute(f"SELECT count(*) FROM {name}").fetchone() == (1,)
    assert [line.what for line in written()] == ["page: record"]
    assert make_months() == 0


def test_the_partitions_are_closed_to_the_product(database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^trail_(view|rowchange)_[d2]' AND relkind = 'r'")
        names = [row[0] for row in cursor.fetchall()]
        assert len(names) >= 8
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name, (VALUES ('yigongti_app'), ('yigongti_bulk')) r (role)"
            " WHERE has_table_privilege(role, name, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')",
            [names],
        )
        assert cursor.fetchall() == []


def test_the_time_of_a_line_is_the_databases_whatever_time_is_told(actor, resident):
    me, whom = actor("physician", "H1"), resident()
    told = timezone.now() - timedelta(days=400)
    with scope(me):
        viewed(me, whom.pk, what="page", at=told)
    (line,) = written()
    assert line.happened_at == told
    assert timezone.now() - line.recorded_at < timedelta(minutes=5)
