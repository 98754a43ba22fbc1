"""The close of a month: the same bytes, the figures of plain Python, one transaction."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.definitions import figures_of

MONTH = Month(2026, 10)


def rounded(value, places):
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def test_closing_twice_gives_the_same_bytes(submitted):
    first, second = submitted.run(), submitted.run()
    assert [step.sha256 for step in first] == [step.sha256 for step in second]


def test_every_case_is_published_once(closed):
    from yigongti.systems.casemix_payment.models import PricedCase

    closed.publish()
    rows = PricedCase.objects.using("bulk").values_list("institution__code", "case_id")
    assert sorted(rows) == sorted((row["institution_code"], row["case_id"]) for row in closed.cases)


def test_the_figures_of_a_hospital_are_those_of_its_cases_by_plain_python(closed, actor, county):
    director = actor("county_director", "C")
    with scope(director):
        ids = [county["H1"].pk]
        cases = list(queries.cases(director, MONTH, ids))
        every = list(queries.cases(director, MONTH, [county["H1"].pk, county["H2"].pk]))
        figures = figures_of(queries.total(queries.statement(director, MONTH, ids)))
    weighted = [case.weight for case in cases if case.weight is not None and case.drg != "0000"]
    assert rounded(figures["cmi"], 4) == rounded(sum(weighted) / len(weighted), 4)
    assert figures["cases"] == 33
    assert rounded(figures["in_group_rate"], 4) == rounded(Decimal(32) / 33, 4)
    assert figures["balance"] == sum(case.balance for case in cases if case.balance is not None)
    assert figures["pay"] - figures["cost"] == figures["balance"]
    county_costs = defaultdict(list)
    for case in every:
        if case.drg != "0000":
            county_costs[case.drg].append(case.cost)
    grouped = [case for case in cases if case.drg != "0000"]
    means = {drg: sum(costs) / len(costs) for drg, costs in county_costs.items()}
    index = sum(case.cost / means[case.drg] for case in grouped) / len(grouped)
    assert rounded(figures["cost_index"], 4) == rounded(index, 4)


def test_the_sums_agree_with_the_engines_own_indicators(closed, actor, county):
    from yigongti.engines.casemix.performance.public import performance_table
    from yigongti.facts.public import connect, derived_path, take_snapshot
    from yigongti.systems.casemix_payment.month import result_key, weights_of_month
    from yigongti.systems.casemix_payment.publishing import institution_levels

    snapshot = take_snapshot(closed.lake, [MONTH])
    weights = weights_of_month(MONTH, closed.lake, snapshot, closed.policy)
    key = result_key(snapshot, closed.policy, [], weights, institution_levels())
    connection = connect(closed.lake, snapshot)
    priced = connection.read_parquet(str(derived_path(closed.lake, "casemix_prices", MONTH, key)))
    table = performance_table(priced, weights, ["institution_code"])
    engine = {row["institution_code"]: row for row in connection.to_pyarrow(table).to_pylist()}
    director = actor("county_director", "C")
    with scope(director):
        for code in ("H1", "H2"):
            ours = figures_of(queries.total(queries.statement(director, MONTH, [county[code].pk])))
            for name in ("cmi", "in_group_rate", "cost_index", "time_index"):
                assert rounded(ours[name], 4) == engine[code][name], (code, name)
            assert ours["balance"] == engine[code]["balance"]


def test_a_case_without_a_group_says_why(closed, actor):
    from yigongti.systems.casemix_payment.models import PricedCase

    case = PricedCase.objects.using("bulk").get(case_id="C0030")
    assert (case.drg, case.kind, case.reason) == ("0000", "ungroupable", "unknown_principal_diagnosis")


def test_an_unknown_institution_stops_publishing_and_leaves_what_was_there(closed, county):
    from yigongti.systems.casemix_payment.models import PricedCase
    from yigongti.systems.casemix_payment.publishing import _require_known

    before = PricedCase.objects.using("bulk").count()
    with pytest.raises(InvalidInput) as raised:
        _require_known({"H1": 1}, [{"institution_code": "H1"}, {"institution_code": "X9"}])
    assert "X9" in str(raised.value)
    assert PricedCase.objects.using("bulk").count() == before


def test_scores_say_why_a_department_is_not_assessed(closed):
    from yigongti.systems.casemix_payment.models import DepartmentScore

    for score in DepartmentScore.objects.using("bulk"):
        assert score.assessed == (score.score is not None)
        assert score.assessed or score.reason_zh


def test_another_level_of_an_institution_is_another_result(submitted):
    from yigongti.facts.public import take_snapshot
    from yigongti.systems.casemix_payment.month import result_key, weights_of_month

    snapshot = take_snapshot(submitted.lake, [MONTH])
    weights = weights_of_month(MONTH, submitted.lake, snapshot, submitted.policy)
    keys = {result_key(snapshot, submitted.policy, [], weights, {"H1": level}) for level in ("county", "township")}
    assert len(keys) == 2


def test_a_scheme_without_weights_gets_them_from_past_cases(submitted):
    from yigongti.facts.public import take_snapshot
    from yigongti.systems.casemix_payment.scheme_in_force import scheme_in_force
    from yigongti.systems.casemix_payment.weights_from_past import weights_from_past

    snapshot = take_snapshot(submitted.lake, [MONTH])
    scheme = scheme_in_force(submitted.policy, MONTH).scheme
    weights = weights_from_past(MONTH, submitted.lake, snapshot, submitted.policy, scheme, frozenset({"ES35"}))
    dear = max(weights, key=lambda group: group.relative_weight)
    assert dear.drg.startswith("I"), "fractures cost most in this month"
    assert weights.low_risk_list_is_maintained and weights["ES35"].low_risk
    assert weights.overall_mean_cost is not None


def test_the_published_month_names_what_it_was_computed_from(submitted):
    from yigongti.systems.casemix_payment.models import PublishedMonth

    _groups, prices, statement = submitted.run()
    submitted.publish()
    month = PublishedMonth.objects.using("bulk").get()
    assert month.digests == {"casemix_prices": prices.sha256, "casemix_statement": statement.sha256}
    assert month.release == submitted.policy.release.digest
