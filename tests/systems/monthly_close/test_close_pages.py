"""The page of the close: who may see it, who may press the button."""

from yigongti.kernel.jobs.models import Job


def test_the_insurance_bureau_starts_a_close_once(signed_in):
    client = signed_in("insurance_bureau_officer")
    first = client.post("/monthly_close/run?month=2026-10")
    second = client.post("/monthly_close/run?month=2026-10")
    assert (first.status_code, second.status_code) == (302, 409)
    assert Job.objects.using("bulk").filter(kind="monthly_close.run", arguments={"month": "2026-10"}).count() == 1


def test_the_page_shows_the_progress_of_the_running_close(signed_in):
    client = signed_in("insurance_bureau_officer")
    client.post("/monthly_close/run?month=2026-10")
    assert "/progress" in client.get("/monthly_close/?month=2026-10").content.decode()


def test_a_hospital_sees_the_close_and_cannot_run_it(signed_in):
    client = signed_in("hospital_insurance_office", "H1")
    page = client.get("/monthly_close/?month=2026-10")
    assert page.status_code == 200
    assert "monthly_close/run" not in page.content.decode()
    assert client.post("/monthly_close/run?month=2026-10").status_code == 403


def test_a_month_that_does_not_exist_is_refused_in_words(signed_in):
    answer = signed_in("county_director").get("/monthly_close/?month=2026-13")
    assert answer.status_code == 400
    assert "2026-13" in answer.content.decode()
