"""A bill is settled: explained, stored, counted and posted, once; what is wrong is refused and leaves nothing."""

from datetime import date
from decimal import Decimal

import pytest
from invented_bills import AT, NUMBER, OTHER, asked, bill, entries, insure, row

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.systems.benefits.models import AMOUNTS


def test_a_settled_stay_stands_in_both_books_with_every_part(settle_at, county):
    made = row(settle_at())
    found = entries(made.cause)
    hospital = found[f"settlement/T1/{made.number}/institution"]
    fund = found[f"settlement/T1/{made.number}/fund"]
    assert hospital["4101"] == -made.total_cost
    assert hospital["1101.01"] == made.pool_fund == fund["5001.01"]
    assert hospital["1102"] == made.cash
    assert fund["2001"] == -made.insurance
    assert made.insurance + made.personal_account + made.cash == made.total_cost == Decimal("3000.00")


def test_the_amounts_and_steps_are_those_of_the_engine(settle_at, insured):
    from yigongti.engines.benefit.public import Bill, Care, Level, Person, Place, Referral, Used, rules_of
    from yigongti.engines.benefit.public import settle as compute
    from yigongti.kernel.access.limits import policy

    made = row(settle_at())
    worked = compute(
        Bill("390", Care.INPATIENT, Level.TOWNSHIP, Place.COMMUNITY, Referral.NONE, date(2026, 10, 2),
             date(2026, 10, 9), Decimal("3000.00")),
        Person(insured.birth_date, insured={"390": ((date(2026, 1, 1), date(2026, 12, 31)),)}), Used(),
        rules_of(policy(), "390", date(2026, 10, 9)),
    )  # fmt: skip
    names = {name: "total" if name == "total_cost" else name for name in AMOUNTS}
    assert {name: getattr(made, name) for name in AMOUNTS} == {n: getattr(worked, e) for n, e in names.items()}
    assert [step["code"] for step in made.steps] == [step.code for step in worked.steps]


def test_the_year_counts_what_was_settled(settle_at, year_of):
    first, second = row(settle_at(key="a")), row(settle_at(key="b"))
    year = year_of()
    assert year.settlements == 2
    assert year.total_cost == first.total_cost + second.total_cost
    assert year.pool_fund == first.pool_fund + second.pool_fund
    assert second.used != {} and first.used == {}


def test_the_same_key_again_answers_the_first_settlement(settle_at, year_of):
    first, again = settle_at(), settle_at()
    assert again.again and again.id == first.id
    assert year_of().settlements == 1


def test_the_same_key_with_another_bill_is_refused(settle_at, year_of):
    settle_at()
    with pytest.raises(Conflict) as refused:
        settle_at(amount="2000.00")
    assert refused.value.code == "benefits.key_taken"
    assert year_of().settlements == 1


def test_a_case_is_settled_once(settle_at, year_of):
    settle_at(key="a", case_id="Z1")
    with pytest.raises(Conflict) as refused:
        settle_at(key="b", case_id="Z1")
    assert refused.value.code == "benefits.case_settled"
    assert year_of().settlements == 1


@pytest.mark.parametrize("field", ["pool_fund", "cash", "deductible", "medical_assistance", "outside_catalogue"])
def test_nobody_says_what_the_fund_pays(field):
    with pytest.raises(InvalidInput) as refused:
        asked(**{field: "1.00"})
    assert refused.value.code == "benefits.amount_not_yours"


def test_nobody_says_how_a_line_is_classed():
    with pytest.raises(InvalidInput) as refused:
        asked(lines=[{"item_code": "D030010", "quantity": "1", "amount": "1.00", "catalogue_class": "1"}])
    assert (refused.value.code, refused.value.where) == ("benefits.amount_not_yours", "lines[0].catalogue_class")


def test_a_township_brings_lines_and_no_sums():
    with pytest.raises(InvalidInput) as refused:
        asked(lines=[], sums={"whole": "1000.00"})
    assert refused.value.code == "benefits.amount_not_yours"


LINE = {"item_code": "D030010", "quantity": "1", "amount": "10.00"}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"lines": [LINE, {**LINE, "item_code": "none"}]}, "benefits.item_unknown"),
        ({"lines": [{**LINE, "quantity": "-1"}]}, "benefit.line_mixed_signs"),
        ({"lines": [LINE, {**LINE, "quantity": "-2", "amount": "-20.00"}]}, "benefit.line_net_negative"),
        ({"lines": [LINE, {**LINE, "quantity": "-1", "amount": "-10.00"}]}, "benefits.nothing_to_settle"),
        ({"lines": [{**LINE, "amount": "0.00"}]}, "benefits.nothing_to_settle"),
        ({"lines": [{**LINE, "amount": "10.005"}]}, "benefits.amount_wrong"),
        ({"lines": [{**LINE, "amount": "1e15"}]}, "benefit.amount_too_large"),
        ({"started_on": "2025-12-20", "ended_on": "2025-12-31"}, "benefits.not_insured_then"),
        ({"started_on": "1959-01-01"}, "benefit.birth_after_start"),
        ({"diagnosis": "S72.000"}, "benefits.injury_is_held"),
        ({"continues": "T1/none", "referral": "up"}, "benefits.nothing_to_continue"),
        ({"key": ""}, "benefits.key_missing"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(settle_at, told, code):
    with pytest.raises(InvalidInput) as refused:
        settle_at(**told)
    assert refused.value.code == code


def test_a_refused_bill_leaves_nothing(settle_at, insured):
    from yigongti.systems.benefits.models import BenefitYear, Settlement

    with pytest.raises(InvalidInput):
        settle_at(lines=[{**LINE, "item_code": "none"}])
    assert not Settlement.objects.using("bulk").exists()
    assert not BenefitYear.objects.using("bulk").exists()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (b"[", "benefits.not_json"),
        (b"{}", "benefits.bill_unreadable"),
        (b'{"care": "dental"}', "benefits.bill_unreadable"),
    ],
)
def test_what_cannot_be_read_is_told(told, code):
    from yigongti.systems.benefits.asked import read

    with pytest.raises(InvalidInput) as refused:
        read(told)
    assert refused.value.code == code


def test_the_bill_ends_after_it_begins():
    with pytest.raises(InvalidInput) as refused:
        asked(ended_on="2026-10-01")
    assert refused.value.code == "benefits.days_wrong"


def test_nobody_is_settled_under_a_number_that_nobody_has(settle_at):
    with pytest.raises(NotFound) as refused:
        settle_at(number=OTHER)
    assert refused.value.code == "benefits.not_insured"


def test_a_counter_settles_at_home_only(actor, insured, county):
    from yigongti.systems.benefits.actions.settle import settle

    county_clerk = actor("settlement_clerk", "H1")  # T1 lies below H1
    with pytest.raises(NotPermitted) as refused, scope(county_clerk):
        settle(county_clerk, county["T1"].pk, asked(), at=AT)
    assert refused.value.code == "benefits.not_your_counter"


def test_class_two_items_and_prices_over_the_limit_are_borne_first(settle_at):
    made = row(settle_at(lines=[{"item_code": "D010010", "quantity": "10", "amount": "250.00"}]))
    assert (made.above_limits, made.first_share) == (
        Decimal("50.00"),
        Decimal("20.00"),
    )  # 20 a day counts, a tenth of it
    assert made.in_policy == Decimal("180.00")


def test_a_thousand_lines_of_a_fen_come_to_ten_yuan(settle_at):
    lines = [{"item_code": "D030010", "quantity": "0.01", "amount": "0.01"}] * 1000
    assert row(settle_at(lines=lines)).total_cost == Decimal("10.00")


def test_a_bill_from_outside_is_settled_at_the_bureau_in_the_funds_book_alone(actor, insured, county):
    from yigongti.systems.benefits.actions.settle import settle

    officer = actor("insurance_bureau_officer", "C")
    told = asked(
        treated_at={"code": "X1", "name": "演示·省立医院", "level": "province", "place": "province"},
        lines=[{"item_code": "X-PEN-NA", "quantity": "1000", "amount": "9000.00"}],
    )
    with scope(officer):
        settled = settle(officer, county["C"].pk, told, at=AT)
    made = row(settled)
    assert (made.origin, made.level, made.treated_at) == ("outside", "province", "X1")
    assert set(entries(made.cause)) == {f"settlement/C/{made.number}/fund"}


def test_a_hospital_does_not_settle_bills_of_others(settle_at):
    with pytest.raises(InvalidInput) as refused:
        settle_at(treated_at={"code": "X1", "name": "x", "level": "province", "place": "province"})
    assert refused.value.code == "benefits.outside_at_bureau"


def test_nobody_is_insured_twice(insured, county, resident):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        insure(insured, county["C"], number="B0009", valid_from=date(2026, 6, 1), valid_to=date(2027, 5, 31))
    with pytest.raises(IntegrityError):
        insure(resident("V1", "演示·乙", care=False), county["C"], number=NUMBER)


def test_a_settlement_cannot_be_changed_or_removed(settle_at, database):
    import psycopg

    made = settle_at()
    for statement in (
        "UPDATE benefits_settlement SET cash = cash + 1, pool_fund = pool_fund - 1",
        "DELETE FROM benefits_settlement",
    ):
        with psycopg.connect(database.url("yigongti_bulk")) as bulk, pytest.raises(psycopg.errors.RestrictViolation):
            bulk.execute(statement)
    assert row(made).state == "settled"


def test_a_quote_keeps_nothing(clerk, county, insured):
    from yigongti.systems.benefits.actions.quote import quote
    from yigongti.systems.benefits.models import BenefitYear, Settlement

    with scope(clerk):
        found = quote(clerk, county["T1"].pk, asked(key=""))
    assert found.amounts["total_cost"] == Decimal("3000.00")
    assert not Settlement.objects.using("bulk").exists() and not BenefitYear.objects.using("bulk").exists()


def test_what_was_asked_is_read_back_the_same():
    from yigongti.systems.benefits.asked import as_mapping, of_mapping

    told = of_mapping(bill())
    assert of_mapping(as_mapping(told)) == told
