"""What supervisors and statisticians get: counts without persons, cells without few."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.kernel.jobs.models import Job
from yigongti.kernel.jobs.public import run
from yigongti.systems.health_records.models import ResidentCount
from yigongti.systems.health_records.public import publish_counts


@pytest.fixture
def counted(person, resident):
    resident("V1", "演示乙", phone="19900002222", village_code="609921101001", insurance_type="390")
    resident("H2", "演示丙")
    publish_counts(timezone.now())


def test_registered_with_record_and_complete_are_counted_by_institution_and_village(counted, county):
    own = ResidentCount.objects.using("bulk").filter(institution_id=county["V1"].pk).order_by("village_code")
    assert [(c.village_code, c.registered, c.with_record, c.fresh, c.complete) for c in own] == [
        ("", 1, 1, 1, 0),
        ("609921101001", 1, 0, 0, 1),
    ]


def test_counting_again_replaces_the_counts(counted):
    before = ResidentCount.objects.using("bulk").count()
    assert publish_counts(timezone.now()) == before == ResidentCount.objects.using("bulk").count()


def test_a_director_reads_the_county_and_opens_nobody(counted, signed_in):
    said = signed_in("county_director", "C").get("/health_records/counts/").content.decode()
    assert "已登记 3 人，已建档 1 人（33.3%）" in said
    assert "/health_records/people/" not in said


def test_an_institution_reads_its_own_counts_alone(counted, signed_in):
    said = signed_in("township_clerk", "T1").get("/health_records/counts/?by=village").content.decode()
    assert "东村卫生室" in said and "示范县中医医院" not in said.split("<table")[1]


def test_counts_are_answered_as_json(counted, signed_in):
    told = signed_in("health_bureau_clerk", "C").get("/health_records/api/counts").json()["counts"]
    assert sum(row["registered"] for row in told) == 3


@pytest.fixture
def officer(signed_in):
    return signed_in("privacy_officer", "C")


def extract(officer, *columns, purpose="全县健康白皮书统计"):
    answer = officer.post("/health_records/extracts/", {"columns": columns, "purpose": purpose})
    for job in Job.objects.using("bulk").filter(state="waiting"):
        run(job.pk)
    return answer


def test_small_cells_are_left_out_of_an_extract_and_said(officer, resident):
    for n in range(12):
        resident("V1", f"演示甲{n}", born=date(1950, 1, 2))
    for n in range(11):
        resident("V1", f"演示乙{n}", born=date(1955, 1, 2), sex="2")
    for n in range(3):
        resident("V1", f"演示丙{n}", born=date(2024, 1, 2), sex="2")
    resident("V1", "演示丁", born=date(2010, 1, 2))
    assert extract(officer, "age_band", "sex").status_code == 302
    job = Job.objects.using("bulk").get()
    assert job.result["cells"] == [["65-74", "2", 11], ["75+", "1", 12]]
    assert (job.result["left_out"], job.result["hidden"]) == (2, 4)
    said = officer.get("/health_records/extracts/").content.decode()
    assert "另有 2 格人数过少（界值 10 人，共 4 人）未给出" in said
    file = officer.get(f"/health_records/extracts/{job.pk}.csv").content.decode("utf-8-sig")
    assert file.splitlines()[1:3] == ["65-74,2,11", "75+,1,12"]
    assert "演示" not in file


def test_residents_are_counted_by_diagnosis(officer, person):
    extract(officer, "diagnosis")
    job = Job.objects.using("bulk").get()
    assert (job.result["cells"], job.result["left_out"]) == ([], 3)


def test_an_extract_and_its_download_are_in_the_trail(officer, person):
    from yigongti.kernel.trail.models import TrailEntry

    extract(officer, "sex")
    officer.get(f"/health_records/extracts/{Job.objects.using('bulk').get().pk}.csv")
    lines = TrailEntry.objects.using("bulk").filter(verb="records.extract")
    assert lines.count() == 2
    assert "全县健康白皮书统计" in str(lines.order_by("id")[0].detail)


@pytest.mark.parametrize(
    ("columns", "purpose"), [((), "全县健康白皮书统计"), (("name",), "全县健康白皮书统计"), (("sex",), "  ")]
)
def test_an_extract_needs_offered_columns_and_a_purpose(officer, columns, purpose):
    assert extract(officer, *columns, purpose=purpose).status_code == 400
    assert not Job.objects.using("bulk").exists()


def test_only_those_who_may_extract_see_extracts(officer, person, signed_in):
    extract(officer, "sex")
    job = Job.objects.using("bulk").get()
    for role in ("county_director", "physician", "system_administrator"):
        assert signed_in(role, "C").get(f"/health_records/extracts/{job.pk}.csv").status_code == 403


def test_the_officer_of_another_institution_finds_no_extract(officer, person, signed_in):
    extract(officer, "sex")
    job = Job.objects.using("bulk").get()
    assert signed_in("privacy_officer", "H2").get(f"/health_records/extracts/{job.pk}.csv").status_code == 404


def test_the_proof_of_access_names_every_table_and_finds_no_fault(database, signed_in):
    from django.apps import apps

    answer = signed_in("trail_reader", "C").get("/health_records/access/")
    said = answer.content.decode()
    assert "没有缺陷" in said
    named = {table.name for table in answer.context["proof"].tables}
    assert {model._meta.db_table for model in apps.get_models() if model._meta.managed} - named == set()


def test_the_proof_says_of_each_table_who_reads_it(database, signed_in):
    proof = signed_in("trail_reader", "C").get("/health_records/access/").context["proof"]
    (resource,) = [table for table in proof.tables if table.name == "records_resource"]
    assert {"居民本人", "今天照管该居民的机构", "被开启档案的账号（至到期）"} <= set(resource.reads)
    assert [table.name for table in proof.tables if table.protected and not table.reads] == []
