"""Changed files: checked by the policy's own reader, told value by value, and moved so that they hold for the past."""

from datetime import date
from decimal import Decimal

import pytest

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.as_if import as_if
from yigongti.processes.rehearsal.changes import (
    WrongFile,
    changes_the_past,
    differences,
    effective_day,
    laid_over,
    tidy_files,
    with_reasons,
)
from yigongti.processes.rehearsal.editing import NewValue, WrongFields, fields_of, with_new_value

NEXT_YEAR = date(2027, 1, 1)
DEDUCTIBLE = "parameters/benefit/deductible.yaml"
CAP = "parameters/benefit/yearly_cap.yaml"


@pytest.fixture(scope="module")
def base(policy_root):
    return Policy.load(policy_root)


@pytest.fixture(scope="module")
def layers(policy_root):
    return [policy_root]


def changed_value(base, name="benefit.deductible", case="value:390/county", to="900", **more):
    given = {field.name: field.text for field in fields_of(base.parameter(name), NEXT_YEAR)}
    new = NewValue(NEXT_YEAR, {**given, case: to}, "residents-example-2024", **more)
    return with_new_value(base, name, new)


def test_a_value_typed_on_a_page_is_a_new_dated_value_and_the_earlier_ones_stay(base, layers):
    files = with_reasons(layers, changed_value(base), "基金压力")
    with laid_over(layers, files) as changed:
        county = {"insurance_type": "390", "level": "county"}
        assert changed.value("benefit.deductible", on=NEXT_YEAR, **county) == Decimal(900)
        assert changed.value("benefit.deductible", on=date(2026, 12, 31), **county) == Decimal(600)


def test_the_file_of_a_page_keeps_the_layout_and_says_why_it_stands_in_place_of_another(base, layers, policy_root):
    files = with_reasons(layers, changed_value(base), "基金压力")
    before, after = (policy_root / DEDUCTIBLE).read_text("utf-8"), files[DEDUCTIBLE].decode()
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert 'overlays: "基金压力"' in after


def test_what_differs_is_told_value_by_value(base, layers):
    files = with_reasons(layers, changed_value(base), "基金压力")
    with laid_over(layers, files) as changed:
        (value,) = differences(base, changed, [DEDUCTIBLE], NEXT_YEAR)[0].values
    assert (value.case, value.before, value.after, value.from_on) == (
        ("390", "county"), Decimal(600), Decimal(900), NEXT_YEAR,
    )  # fmt: skip


def test_a_document_that_the_policy_does_not_know_is_entered_as_an_unchecked_source(base, layers):
    given = {field.name: field.text for field in fields_of(base.parameter("benefit.deductible"), NEXT_YEAR)}
    new = NewValue(NEXT_YEAR, {**given, "value:390/county": "900"}, "", "关于调整起付线的通知", "示例〔2026〕9号")
    files = with_reasons(layers, with_new_value(base, "benefit.deductible", new), "基金压力")
    with laid_over(layers, files) as changed:
        source = changed.source_of("benefit.deductible", on=NEXT_YEAR)
    assert (source.title.zh, source.number, source.checked) == ("关于调整起付线的通知", "示例〔2026〕9号", False)


def test_a_value_that_is_no_number_is_told_beside_its_field(base):
    with pytest.raises(WrongFields) as raised:
        changed_value(base, to="六百")
    assert list(raised.value.by_field) == ["value:390/county"]


def test_values_that_hold_already_are_no_change(base):
    with pytest.raises(InvalidInput, match=r"rehearsal\.nothing_changes"):
        changed_value(base, to="600")


def test_a_file_that_the_reader_refuses_is_named_with_the_readers_sentence(layers, policy_root):
    text = (policy_root / DEDUCTIBLE).read_text("utf-8").replace("county: 600", "county: 六百")
    files = with_reasons(layers, {DEDUCTIBLE: text.encode()}, "试")
    with pytest.raises(WrongFile, match=r"policy\.value_not_readable") as raised, laid_over(layers, files):
        pass
    assert raised.value.path == DEDUCTIBLE


@pytest.mark.parametrize(
    "path", ["../outside.yaml", "/etc/passwd", "parameters/../x.yaml", ".hidden", "overlays/x.yaml"]
)
def test_a_path_that_leads_out_of_the_policy_is_refused(path):
    with pytest.raises(InvalidInput, match="path_not_plain"):
        tidy_files({path: b""})


def test_a_change_without_a_reason_is_refused(layers):
    with pytest.raises(InvalidInput, match=r"rehearsal\.reason_missing"):
        with_reasons(layers, {DEDUCTIBLE: b"id: benefit.deductible\n"}, "  ")


# -- as if it had held then -------------------------------------------------------------------------------------------


def moved_policy(base, layers, files, first_on):
    with laid_over(layers, files) as changed:
        moved = as_if(base, changed, files, effective_on=NEXT_YEAR, first_on=first_on)
    return laid_over(layers, moved)


def test_a_value_of_next_year_holds_for_the_whole_replayed_period_and_not_before(base, layers):
    files = with_reasons(layers, changed_value(base), "试")
    county = {"insurance_type": "390", "level": "county"}
    with moved_policy(base, layers, files, date(2026, 3, 1)) as replayed:
        on = {day: replayed.value("benefit.deductible", on=day, **county) for day in
              (date(2026, 2, 28), date(2026, 3, 1), date(2026, 12, 31))}  # fmt: skip
    assert list(on.values()) == [Decimal(600), Decimal(900), Decimal(900)]


def test_a_value_that_the_policy_has_within_the_period_is_replaced_too(base, layers):
    files = with_reasons(layers, changed_value(base, "benefit.yearly_cap", "value:390", "300000"), "试")
    with moved_policy(base, layers, files, date(2025, 7, 1)) as replayed:
        # the policy itself changes the cap on 1 January 2026
        assert replayed.value("benefit.yearly_cap", on=date(2026, 1, 1), insurance_type="390") == Decimal(300000)


def test_a_yearly_value_holds_from_the_beginning_of_the_benefit_year_in_which_the_period_begins(base, layers):
    files = with_reasons(layers, changed_value(base, "benefit.yearly_cap", "value:390", "300000"), "试")
    with moved_policy(base, layers, files, date(2026, 7, 1)) as replayed:
        assert replayed.value("benefit.yearly_cap", on=date(2026, 1, 1), insurance_type="390") == Decimal(300000)


def test_a_file_that_changes_only_an_old_value_is_replayed_as_it_is(base, layers, policy_root):
    text = (policy_root / CAP).read_text("utf-8").replace('"390": 200000', '"390": 190000')
    files = with_reasons(layers, {CAP: text.encode()}, "更正")
    with laid_over(layers, files) as changed:
        assert as_if(base, changed, files, effective_on=NEXT_YEAR, first_on=date(2025, 1, 1)) == files
        assert changes_the_past(base, changed, [CAP], NEXT_YEAR) == CAP


def test_the_effective_day_of_a_folder_is_that_of_its_latest_new_value(base, layers):
    files = with_reasons(layers, changed_value(base), "试")
    with laid_over(layers, files) as changed:
        assert effective_day(base, changed, list(files)) == NEXT_YEAR
        assert changes_the_past(base, changed, list(files), NEXT_YEAR) == ""
