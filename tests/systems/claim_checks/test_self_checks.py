"""A hospital checks itself, and nobody else learns of it: not the bureau, not who leads it, not by any page or row."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from systems.claim_checks.conftest import CHECKED_AT, MONTH, a_line, a_stay
from yigongti.kernel.access.scope import scope
from yigongti.systems.claim_checks.actions.run_self_check import check_committed_month
from yigongti.systems.claim_checks.models import SelfCheck, SelfCheckFinding


@pytest.fixture
def office(bureau, actor):
    return actor("hospital_insurance_office", "H1")


def run(bureau, office, county, at=CHECKED_AT):
    with scope(office):
        return check_committed_month(office, county["H1"], MONTH, lake=bureau.lake, policy=bureau.policy, at=at)


def as_csv(rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow({k: "|".join(v) if isinstance(v, list) else v for k, v in row.items()})
    return text.getvalue().encode()


def test_the_committed_month_of_the_hospital_alone_is_checked(bureau, office, county):
    made = run(bureau, office, county)
    assert (made.bills, made.findings, made.violation_amount) == (5, 6, 1400 + 900)
    with scope(office):
        assert "C0005" not in SelfCheckFinding.objects.values_list("case_id", flat=True), "that is of H2"


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("insurance_bureau_officer", "C"),
        ("county_director", "C"),
        ("health_bureau_clerk", "C"),
        ("hospital_insurance_office", "H2"),
        ("hospital_insurance_office", "C"),
        ("township_clerk", "T1"),
        ("department_head", "H1"),
        ("system_administrator", "C"),
        ("trail_reader", "C"),
    ],
)
def test_the_database_shows_a_self_check_to_nobody_else(bureau, office, county, actor, role, place):
    run(bureau, office, county)
    with scope(actor(role, place, username="other")):
        assert SelfCheck.objects.count() == SelfCheckFinding.objects.count() == 0
        assert SelfCheck.objects.all().delete()[0] == 0


def test_the_hospital_that_leads_a_township_does_not_see_its_self_check(bureau, office, county, actor):
    clerk = actor("township_clerk", "T1")
    with scope(clerk):
        SelfCheck.objects.create(
            institution=county["T1"], month=str(MONTH), of_files=False, made_by_id=clerk.account_id,
            made_by_name="演示", made_at=CHECKED_AT, checks_digest="x", bills=1, lines=1, findings=0,
            violation_amount=0, doubtful_amount=0, clue_amount=0,
        )  # fmt: skip
        assert SelfCheck.objects.count() == 1
    with scope(office):
        assert SelfCheck.objects.count() == 0


def test_the_database_takes_a_self_check_only_of_ones_own_institution(bureau, office, county):
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), scope(office):
        SelfCheck.objects.create(
            institution=county["T1"], month=str(MONTH), of_files=False, made_by_id=1, made_by_name="演示",
            made_at=CHECKED_AT, checks_digest="x", bills=1, lines=1, findings=0, violation_amount=0, doubtful_amount=0,
            clue_amount=0,
        )  # fmt: skip


def test_no_trail_line_and_no_job_tell_that_it_happened(bureau, office, county):
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.trail.models import TrailEntry

    before = TrailEntry.objects.using("bulk").count()
    run(bureau, office, county)
    assert TrailEntry.objects.using("bulk").count() == before
    assert Job.objects.using("bulk").count() == 0


def test_own_files_are_checked_and_gone_afterwards(bureau, signed_in, settings):
    from pathlib import Path

    browser = signed_in("hospital_insurance_office", "H1")
    stay = a_stay(70)
    files = {
        "fee_lines": SimpleUploadedFile("lines.csv", as_csv([a_line(stay, 1, "F002", "77.00")])),
        "discharges": SimpleUploadedFile(
            "pages.csv",
            as_csv([{**stay, "admitted_at": "2026-10-01 09:00:00", "discharged_at": "2026-10-15 09:00:00"}]),
        ),
    }
    answer = browser.post("/claim_checks/self-checks/", {"institution": "H1", "of_month": str(MONTH), **files})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = SelfCheck.objects.using("bulk").get()
    assert (made.of_files, made.findings, made.violation_amount) == (True, 1, 77)
    assert not list((Path(settings.DATA_FOLDER) / "self-checks").iterdir())
    assert "77.00" in browser.get(answer.url).content.decode()


def test_a_file_with_errors_is_told_and_nothing_is_kept(bureau, signed_in):
    browser = signed_in("hospital_insurance_office", "H1")
    wrong = {"fee_lines": SimpleUploadedFile("lines.csv", "病例号,金额\nC1,很多\n".encode())}
    answer = browser.post("/claim_checks/self-checks/", {"institution": "H1", "of_month": str(MONTH), **wrong})
    assert answer.status_code == 400
    assert SelfCheck.objects.using("bulk").count() == 0


def test_two_self_checks_are_compared_and_each_can_be_deleted(bureau, office, county, signed_in):
    first = run(bureau, office, county)
    second = run(bureau, office, county, at=CHECKED_AT + timedelta(hours=1))
    SelfCheckFinding.objects.using("bulk").filter(self_check=second, check_id="sex_limited_medicine").delete()
    browser = signed_in("hospital_insurance_office", "H1", username="another-of-the-office")
    said = browser.get(f"/claim_checks/self-checks/{second.pk}").content.decode()
    assert "试办性别" in said
    assert browser.post(f"/claim_checks/self-checks/{first.pk}/delete").status_code == 302
    assert list(SelfCheck.objects.using("bulk").values_list("pk", flat=True)) == [second.pk]
    assert not SelfCheckFinding.objects.using("bulk").filter(self_check_id=first.pk).exists()


def test_another_hospital_finds_no_page_of_it(bureau, office, county, signed_in):
    made = run(bureau, office, county)
    other = signed_in("hospital_insurance_office", "H2")
    assert other.get(f"/claim_checks/self-checks/{made.pk}").status_code == 404
    assert other.post(f"/claim_checks/self-checks/{made.pk}/delete").status_code == 404
    assert signed_in("insurance_bureau_officer", "C").get("/claim_checks/self-checks/").status_code == 403
