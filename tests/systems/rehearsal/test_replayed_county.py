"""A closed month of a small county replayed: grouping and pricing, and the claim checks, under a changed rule.

What the monthly close left in the lake is the yardstick: "as it is" must say the same to the fen.
"""

from decimal import Decimal

import pytest
import yaml

from prepared_county import closed_county
from yigongti.foundation.period import Month

pytestmark = pytest.mark.slow
OCTOBER = Month(2026, 10)
BY = {
    "casemix": {"institution", "level", "department", "disease", "scheme", "month"},
    "claim_checks": {"institution", "level", "department", "check", "care", "month"},
}
RATES = {"value:310": "9300.00", "value:390": "8650.00"}


@pytest.fixture(scope="module")
def lake(database_server, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("replayed")
    with django_db_blocker.unblock(), closed_county(database_server, folder) as county:
        yield county


def replayed(lake, policy_root, files):
    from yigongti.kernel.jobs.progress import Progress
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.rehearse import Question, rehearse

    question = Question(with_reasons([policy_root], files, "推演"), OCTOBER.plus(3).first_day, OCTOBER, OCTOBER)
    found = rehearse(question, layers=[policy_root], lake=lake, progress=Progress())
    return {comparison.name: comparison for comparison in found.comparisons}, found


@pytest.fixture(scope="module")
def dearer(lake, policy_root):
    """The rate of employees goes from 9,200 to 9,300 yuan."""
    from yigongti.foundation.policy import Policy
    from yigongti.processes.rehearsal.editing import NewValue, with_new_value

    base = Policy.load([policy_root])
    new = NewValue(OCTOBER.plus(3).first_day, RATES, "product-default")
    return replayed(lake, policy_root, with_new_value(base, "casemix.base_rate", new))


@pytest.fixture(scope="module")
def stricter(lake, policy_root):
    """A share of examinations is an outlier from one deviation on, from next year, instead of two."""
    path = "checks/claim_checks/ratio_outlier_examination.yaml"
    data = yaml.load((policy_root / path).read_text("utf-8"), yaml.BaseLoader)
    now = data["versions"][-1]
    until = {**now, "to": "2026-12-31"}
    then = {**now, "from": "2027-01-01", "parameters": {**now["parameters"], "sigmas": "1", "least_bills": "1"}}
    data["versions"] = [*data["versions"][:-1], until, then]
    return replayed(lake, policy_root, {path: yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()})


def sums(comparison):
    """Dimension → what its keys add up to: rows, the fund before, after, and each amount."""
    by = {}
    for line in comparison.lines:
        told = [line.rows, *line.fund, *(fen for name in sorted(line.payers) for fen in line.payers[name])]
        by[line.dimension] = [a + b for a, b in zip(by.get(line.dimension, [0] * len(told)), told, strict=True)]
    return by


@pytest.mark.parametrize(("made", "part"), [("dearer", "casemix"), ("stricter", "claim_checks")])
def test_every_dimension_adds_up_to_the_total_to_the_fen(made, part, request):
    by = sums(request.getfixturevalue(made)[0][part])
    assert set(by) == BY[part] | {"total"}
    assert {name for name, told in by.items() if told != by["total"]} == set()


def test_a_dearer_rate_costs_the_fund_more_for_employees_and_nothing_for_residents(dearer):
    schemes = {line.key: line.fund_change for line in dearer[0]["casemix"].lines if line.dimension == "scheme"}
    assert schemes.pop("310") > 0
    assert set(schemes.values()) == {0}


def test_prices_as_they_are_are_those_of_the_close(dearer, lake):
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    (place,) = (lake.root / "derived" / "casemix_prices").rglob("*.parquet")
    table = pq.ParquetFile(place).read(columns=["fund_payment"])
    paid = Decimal(pc.sum(table["fund_payment"]).as_py())
    total = dearer[0]["casemix"].total
    assert (total.rows, Decimal(total.fund[0]) / 100) == (table.num_rows, paid)


def test_nothing_of_the_other_policy_stays_in_the_lake(dearer, lake):
    assert len(list((lake.root / "derived" / "casemix_prices").rglob("*.parquet"))) == 1


def test_findings_as_they_are_are_those_of_the_close(stricter, lake):
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    (place,) = (lake.root / "derived" / "claim_checks_findings").rglob("*.parquet")
    table = pq.ParquetFile(place).read(columns=["counted"])
    total = stricter[0]["claim_checks"].total
    before = Decimal(total.fund[0]) / 100, total.payers["findings"][0] // 100
    assert before == (pc.sum(table["counted"]).as_py(), table.num_rows)


def test_a_stricter_check_finds_more_by_that_check_alone(stricter):
    checks = {line.key: line.payers["findings"] for line in stricter[0]["claim_checks"].lines
              if line.dimension == "check"}  # fmt: skip
    before, after = checks.pop("ratio_outlier_examination")
    assert after > before
    assert [key for key, (one, two) in checks.items() if one != two] == []


def test_only_what_reads_the_changed_file_is_replayed(dearer, stricter):
    assert [set(made[0]) for made in (dearer, stricter)] == [{"casemix"}, {"claim_checks"}]
    assert stricter[1].untouched == ("benefits", "casemix", "clearing")
