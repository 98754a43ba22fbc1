"""Jobs: started in the request's transaction, run by the worker, told on the page."""

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs import public as jobs
from yigongti.kernel.jobs.models import Job


@pytest.fixture
def counting(monkeypatch):
    """A kind of job with two steps."""
    kinds = dict(jobs.KINDS)
    monkeypatch.setattr(jobs, "KINDS", kinds)

    @jobs.job("test.count", Text("计数", "Count"))
    def count(progress, actor, *, upto):
        with progress.step(Text("数", "Counting"), total=upto) as step:
            step.at(upto)
        with progress.step(Text("核对", "Checking")):
            if upto < 0:
                raise InvalidInput("test.negative", zh="不能为负数", en="it is negative")
            if upto == 13:
                raise RuntimeError("a secret detail")
        return {"counted": upto}

    return count


def started(actor, upto):
    with scope(actor):
        return jobs.start(
            "test.count", actor, institution_id=actor.posts[0].institution_id, arguments={"upto": upto},
            at=timezone.now(),
        )  # fmt: skip


def test_a_job_runs_and_keeps_its_steps_and_result(counting, actor):
    made = started(actor("hospital_insurance_office", "H1"), 7)
    jobs.run(made.pk)
    ended = Job.objects.using("bulk").get(pk=made.pk)
    assert (ended.state, ended.result) == ("done", {"counted": 7})
    assert [(step["en"], step["state"], step["done"]) for step in ended.steps] == [
        ("Counting", "done", 7),
        ("Checking", "done", 0),
    ]


def test_an_error_of_ours_is_kept_in_words(counting, actor):
    made = started(actor("hospital_insurance_office", "H1"), -1)
    jobs.run(made.pk)
    ended = Job.objects.using("bulk").get(pk=made.pk)
    assert (ended.state, ended.error["zh"]) == ("failed", "不能为负数")


def test_an_unexpected_error_shows_a_number_and_no_detail(counting, actor):
    made = started(actor("hospital_insurance_office", "H1"), 13)
    jobs.run(made.pk)
    ended = Job.objects.using("bulk").get(pk=made.pk)
    assert "secret" not in str(ended.error)
    assert str(made.pk) in ended.error["en"]


def test_the_same_work_is_not_started_twice(counting, actor):
    me = actor("hospital_insurance_office", "H1")
    started(me, 7)
    with pytest.raises(Conflict):
        started(me, 7)


def test_the_queue_is_given_the_number_only(counting, actor):
    from procrastinate.contrib.django.models import ProcrastinateJob

    made = started(actor("hospital_insurance_office", "H1"), 7)
    assert ProcrastinateJob.objects.get().args == {"job_id": made.pk}


def test_the_page_of_a_job_shows_its_steps(counting, signed_in, actor):
    browser = signed_in("hospital_insurance_office", "H1", username="viewer")
    made = started(actor("hospital_insurance_office", "H1"), 7)
    assert "hx-trigger" in browser.get(f"/jobs/{made.pk}").content.decode()
    jobs.run(made.pk)
    page = browser.get(f"/jobs/{made.pk}/progress?was=open")
    assert page["HX-Trigger"] == "job-over"
    assert "hx-trigger" not in page.content.decode()


def test_another_hospital_does_not_see_the_job(counting, signed_in, actor):
    made = started(actor("hospital_insurance_office", "H1"), 7)
    assert signed_in("hospital_insurance_office", "H2").get(f"/jobs/{made.pk}").status_code == 404


def test_the_list_of_jobs_is_shown(counting, signed_in, actor):
    started(actor("hospital_insurance_office", "H1"), 7)
    assert signed_in("hospital_insurance_office", "H1", username="viewer").get("/jobs/").status_code == 200
