"""What a device or somebody else may send as an answer: never an error of ours, never a number that unfolds."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Document, read_yaml
from yigongti.kernel.forms.arrived import attachments_in, read_arrived
from yigongti.kernel.forms.definition import VALUE_KEYS
from yigongti.kernel.forms.findings import findings
from yigongti.kernel.forms.reading import read_form
from yigongti.kernel.forms.validation import faults

ON = date(2026, 11, 24)


@pytest.fixture(scope="module")
def version(request):
    path = request.config.rootpath / "policy" / "cases" / "forms" / "rules.yaml"
    told = read_yaml(path.read_text("utf-8"), "rules")["form"]
    return read_form(Document("forms/rules.yaml", told, "")).on(ON)


LINKS = ["open", "area", "heat", "beds", "cold", "visited_on", "at", "moment", "code", "spot", "kinds", "pictures",
         "checks", "first", "rooms", "name", "size", "double", "points", "nowhere", None, 3]  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(max_size=20),
    st.decimals(allow_nan=True), st.sampled_from(["yes", "no", "na", "2026-11-24", "geo:1,2", "1e999999", "a", "b"]),
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
ANSWERS = st.one_of(
    ANYTHING,
    st.dictionaries(
        st.sampled_from([*VALUE_KEYS.values(), "valueNothing"]),
        st.one_of(SCALARS, st.dictionaries(st.sampled_from(["code", "value", "url", "system"]), SCALARS, max_size=3)),
        max_size=2,
    ),
)
ITEMS = st.recursive(
    st.fixed_dictionaries({"linkId": st.sampled_from(LINKS)}, optional={"answer": st.lists(ANSWERS, max_size=3)}),
    lambda inner: st.fixed_dictionaries(
        {"linkId": st.sampled_from(["checks", "rooms", "nowhere"])},
        optional={"item": st.lists(inner, max_size=4), "answer": ANYTHING},
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.one_of(st.lists(ITEMS, max_size=6), st.lists(ANYTHING, max_size=3)))
def test_nothing_that_can_be_sent_breaks_the_rules(version, items):
    for fault in faults(version, items, ON):
        assert fault.text.zh and fault.text.en and fault.path is not None
    findings(version, items, ON)
    list(attachments_in(items))


@pytest.mark.parametrize(
    "number", [Decimal("1e999999999"), Decimal("-1e400"), float("inf"), float("nan"), 10**60, True]
)
def test_a_number_that_would_unfold_is_no_number(version, number):
    told = [{"linkId": "area", "answer": [{"valueDecimal": number}]}]
    assert {fault.path: fault.code for fault in faults(version, told, ON)}["area"] == "type"


WHOLE = {
    "client_id": "11111111-2222-4333-8444-555555555555", "assignment": 1, "account": 2, "form": "rules",
    "version": "2026-01-01", "items": [], "photographs": [], "started_at": "2026-11-24T01:00:00Z",
    "finished_at": "2026-11-24T01:10:00Z", "sent_at": "2026-11-24T01:11:00Z",
}  # fmt: skip


def test_an_answer_that_arrives_whole_is_read():
    read = read_arrived(json.dumps(WHOLE))
    assert (read.assignment_id, read.account_id, read.finished_at.minute) == (1, 2, 10)


def test_the_moment_of_sending_is_no_part_of_what_was_answered():
    later = read_arrived(json.dumps(WHOLE | {"sent_at": "2026-11-24T05:00:00Z"}))
    assert later.digest == read_arrived(json.dumps(WHOLE)).digest
    assert read_arrived(json.dumps(WHOLE | {"items": [{"linkId": "a"}]})).digest != later.digest


@given(st.integers(0, len(json.dumps(WHOLE)) - 1))
def test_a_body_that_was_cut_off_is_refused_and_will_be_sent_again(place):
    with pytest.raises(InvalidInput) as refused:
        read_arrived(json.dumps(WHOLE)[:place])
    assert refused.value.code == "forms.not_readable"


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "no"}, {"assignment": "1"}, {"assignment": True}, {"assignment": 0}, {"assignment": 10**30},
        {"account": None}, {"items": {}}, {"items": "x"}, {"photographs": [{"id": "x", "sha256": "y"}]},
        {"items": [{"linkId": "a\x00"}]}, {"items": [{"linkId": "\ud800"}]}, {"photographs": 7},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(change):
    with pytest.raises(InvalidInput):
        read_arrived(json.dumps(WHOLE | change))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "NaN", "[" * 100_000, '{"items": [' * 90, "\x00", "1e999"])
def test_no_text_at_all_breaks_the_reader(text):
    with pytest.raises(InvalidInput):
        read_arrived(text)


@pytest.mark.parametrize("told", ["yesterday", "", None, 7, "0001-01-01T00:00:00Z", "2026-11-24T01:00:00", {"a": 1}])
def test_a_time_that_is_none_refuses_no_answer(told):
    assert read_arrived(json.dumps(WHOLE | {"finished_at": told})).finished_at is None
