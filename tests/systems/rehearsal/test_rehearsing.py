"""From a value typed on a page to what the past months would have cost, kept without a row of a person."""

from decimal import Decimal

import pyarrow as pa
import pytest

from systems.rehearsal.conftest import AT, DEDUCTIBLE, NEXT_YEAR, refreshed, run_now, typed
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.processes.rehearsal.comparing import DIMENSIONS

THREE = pa.table(
    {
        **{name: pa.array(["x", "y", "z"]) for name in ("institution_code", "number", "person", *DIMENSIONS)},
        "fund_payment": pa.array([1, 2, 3], pa.int64()),
    }
)


def rows_of(actor, rehearsal, dimension):
    from yigongti.processes.rehearsal.models import RehearsalRow

    with scope(actor):
        return {row.key: row for row in RehearsalRow.objects.filter(rehearsal=rehearsal, dimension=dimension)}


def test_a_higher_deductible_costs_the_fund_its_ratio_of_the_difference_for_each_stay(ran, people):
    """P1 has two stays (the second pays half the deductible), P3 one; P2's stay of 500 is below either deductible."""
    total = rows_of(people["officer"], ran, "total")[""]
    assert ran.state == "done"
    assert total.fund_change < 0
    assert total.fund_change == -total.patient_change
    assert (total.better, total.worse) == (0, 2)


def test_what_was_taken_back_is_no_bill(ran, people):
    assert rows_of(people["officer"], ran, "total")[""].rows == 6


def test_the_keys_of_every_dimension_add_up_to_the_total_to_the_fen(ran, people):
    total = rows_of(people["officer"], ran, "total")[""]
    for dimension in set(DIMENSIONS) - {"check"}:  # benefits know no check
        rows = rows_of(people["officer"], ran, dimension).values()
        for name in ("fund_before", "fund_after", "fund_change", "patient_change", "rows"):
            assert sum(getattr(row, name) for row in rows) == getattr(total, name), (dimension, name)


def test_a_person_of_a_group_is_told_in_the_groups_row(ran, people):
    groups = rows_of(people["officer"], ran, "group")
    assert (groups["low_income"].worse, groups["none"].worse) == (1, 1)
    assert groups["low_income"].label_zh == "低保对象"


def test_nothing_that_is_kept_names_a_person(ran, people):
    from yigongti.processes.rehearsal.models import Rehearsal, RehearsalRow

    with scope(people["officer"]):
        text = str(list(RehearsalRow.objects.values())) + str(list(Rehearsal.objects.values()))
    assert not [person for person in ("'P1'", "'P2'", "'P3'", "'P4'") if person in text]


def test_the_job_keeps_what_was_computed_and_the_same_question_gives_the_same_digest(changed, people, result):
    ran = run_now(changed, people["officer"])
    assert (ran.state, ran.result_digest) == ("done", result.digest)


def test_a_hospital_sees_neither_the_rehearsal_nor_its_rows(ran, people):
    from yigongti.processes.rehearsal.models import Rehearsal, RehearsalFile, RehearsalRow

    with scope(people["hospital"]):
        assert not Rehearsal.objects.exists()
        assert not RehearsalFile.objects.exists()
        assert not RehearsalRow.objects.exists()


def test_a_hospital_cannot_begin_one(installation, people, county):
    from yigongti.processes.rehearsal.actions.begin_rehearsal import begin_rehearsal

    with scope(people["hospital"]), pytest.raises(NotPermitted):
        begin_rehearsal(
            people["hospital"], county["H1"], title="x", reason="x", effective_on=AT.date().replace(year=2027),
            first_month=Month(2026, 7), last_month=Month(2026, 9), at=AT,
        )  # fmt: skip


def test_a_part_whose_rules_are_not_changed_is_not_run_at_all(three_months, policy_root):
    from yigongti.foundation.policy import Policy
    from yigongti.kernel.jobs.progress import Progress
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.editing import NewValue, with_new_value
    from yigongti.processes.rehearsal.rehearse import Question, rehearse
    from yigongti.processes.rehearsal.replayers import Casemix

    class Counted(Casemix):
        name = "counted"
        depends_on = ("parameters/benefit/",)

        def run(self, facts, policy):
            runs.append(policy.release.digest)
            return THREE

    class Never(Counted):
        name = "never"
        depends_on = ("parameters/fund/",)

    runs = []
    base = Policy.load(policy_root)
    new = NewValue(NEXT_YEAR, typed(base), "residents-example-2024")
    files = with_reasons([policy_root], with_new_value(base, DEDUCTIBLE, new), "x")
    question = Question(files, NEXT_YEAR, Month(2026, 7), Month(2026, 9))
    found = rehearse(
        question, layers=[policy_root], lake=three_months, progress=Progress(), replayers=(Counted(), Never())
    )
    assert runs == [found.base_release, found.changed_release]
    assert found.untouched == ("never",)


def test_the_period_begins_with_what_was_used_before_it_in_the_year(begun, people, now):
    """August alone: P1's stay in July counts as the first of the year, so that August's pays half the deductible."""
    from yigongti.kernel.access.limits import policy
    from yigongti.processes.rehearsal.actions.edit_files import set_period, set_value

    officer = people["officer"]
    with scope(officer):
        set_period(officer, begun, effective_on=begun.effective_on, first_month=Month(2026, 8),
                   last_month=Month(2026, 8), at=AT)  # fmt: skip
        set_value(officer, begun, DEDUCTIBLE, typed(policy()), source="residents-example-2024", at=AT)
    ran = run_now(begun, officer)
    total = rows_of(officer, ran, "total")[""]
    factor = policy().value("benefit.deductible_repeat_factors", on=AT.date(), insurance_type="390")
    ratio = policy().value("benefit.inpatient_ratios", on=AT.date(), insurance_type="390", level="county")[0]
    assert total.fund_change == -(Decimal(300) * factor[1] * ratio).quantize(Decimal("0.01"))


def test_months_without_facts_fail_with_a_sentence(begun, people, now):
    from yigongti.kernel.access.limits import policy
    from yigongti.processes.rehearsal.actions.edit_files import set_period, set_value

    officer = people["officer"]
    with scope(officer):
        set_period(officer, begun, effective_on=begun.effective_on, first_month=Month(2025, 1),
                   last_month=Month(2025, 2), at=AT)  # fmt: skip
        set_value(officer, begun, DEDUCTIBLE, typed(policy()), source="residents-example-2024", at=AT)
    failed = run_now(begun, officer)
    assert (failed.state, failed.error["code"]) == ("failed", "rehearsal.no_facts")


def test_a_rule_that_the_engine_refuses_is_refused_at_its_file_before_anything_runs(begun, people):
    from yigongti.kernel.access.limits import policy
    from yigongti.processes.rehearsal.actions.edit_files import set_value

    given = typed(policy(), "1.5", "value:390/county", "benefit.outpatient_ratio")
    with scope(people["officer"]), pytest.raises(InvalidInput, match=r"benefit\.ratio_wrong") as raised:
        set_value(people["officer"], begun, "benefit.outpatient_ratio", given, source="residents-example-2024", at=AT)
    assert raised.value.path == "parameters/benefit/outpatient_ratio.yaml"
    assert not refreshed(people["officer"], begun).files_digest


def test_a_file_that_nothing_replayable_reads_is_refused(begun, people, policy_root):
    from yigongti.processes.rehearsal.actions.edit_files import put_files

    path = "parameters/access/session_minutes.yaml"
    with scope(people["officer"]), pytest.raises(InvalidInput, match=r"rehearsal\.nothing_replayed"):
        put_files(people["officer"], begun, {path: (policy_root / path).read_bytes()}, at=AT)


def test_who_stops_it_keeps_nothing_of_it(changed, people):
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.jobs.public import run
    from yigongti.processes.rehearsal.actions.run_rehearsal import ask_for_run, stop

    officer = people["officer"]
    with scope(officer):
        job = ask_for_run(officer, changed, at=AT)
        stop(officer, changed, at=AT)
    run(job.pk)
    assert refreshed(officer, changed).result_digest == ""
    assert Job.objects.using("bulk").get(pk=job.pk).error["code"] == "rehearsal.stopped"


def test_it_cannot_be_edited_while_it_runs(changed, people):
    from yigongti.kernel.access.limits import policy
    from yigongti.processes.rehearsal.actions.edit_files import set_value
    from yigongti.processes.rehearsal.actions.run_rehearsal import ask_for_run

    officer = people["officer"]
    with scope(officer):
        ask_for_run(officer, changed, at=AT)
        with pytest.raises(Conflict, match=r"rehearsal\.not_editable"):
            set_value(officer, changed, DEDUCTIBLE, typed(policy(), "950"), source="residents-example-2024", at=AT)


def test_nothing_of_an_institution_that_the_asker_may_not_see_is_summed(three_months, actor, county, policy_root):
    """Asked by an officer of a post at T1 alone: H1's stays are in nobody's sum, T1's two bills are."""
    from yigongti.foundation.policy import Policy
    from yigongti.kernel.jobs.progress import Progress
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.editing import NewValue, with_new_value
    from yigongti.processes.rehearsal.rehearse import Question, rehearse

    base = Policy.load(policy_root)
    new = NewValue(NEXT_YEAR, typed(base), "residents-example-2024")
    files = with_reasons([policy_root], with_new_value(base, DEDUCTIBLE, new), "x")
    question = Question(files, NEXT_YEAR, Month(2026, 7), Month(2026, 9))
    asker = actor("insurance_bureau_officer", "T1", username="of-one-township")
    found = rehearse(question, layers=[policy_root], lake=three_months, progress=Progress(), asker=asker).comparisons[0]
    assert {line.key for line in found.lines if line.dimension == "institution"} == {"T1"}
    assert found.total.rows == 2
