"""JSON in and out: every digit stays, and what would be lost or read in two ways is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.public import read_json, write_json


@pytest.mark.parametrize("number", ["1.10", "0.0", "100", "6.0221408", "0.000010", "-3.50", "12345678901234567.80"])
def test_a_number_leaves_as_it_came(number):
    text = b'{"value":%s}' % number.encode()
    assert write_json(read_json(text)) == text


def test_an_exponent_keeps_its_digits():
    assert read_json(b'{"value":1.20e-7}')["value"] == Decimal("1.20e-7")
    assert read_json(write_json(read_json(b'{"value":1.20e-7}')))["value"].as_tuple() == Decimal("1.20e-7").as_tuple()


@pytest.mark.parametrize("number", ["1.0e245", "1.00e-245", "-2E+400", "1.5"])
def test_a_number_is_read_again_as_the_database_writes_it(number):
    value = read_json(b'{"value":%s}' % number.encode())["value"]
    assert read_json(b'{"value":%s}' % format(value, "f").encode())["value"] == value


def test_synthea_bundles_come_out_as_they_went_in(shared_data):
    for file in sorted((shared_data / "exchange" / "fhir-synthea").glob("*.json")):
        bundle = read_json(file.read_bytes())
        assert read_json(write_json(bundle)) == bundle


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "records.not_json"),
        (b"{", "records.not_json"),
        (b"<Patient/>", "records.not_json"),
        (b'{"a":NaN}', "records.not_json"),
        (b'{"a":Infinity}', "records.not_json"),
        (b'{"a":01}', "records.not_json"),
        (b'{"a":1}{"b":2}', "records.not_json"),
        (b'{"a":"\xff"}', "records.not_json"),
        (b'{"a":"\\ud800"}', "records.not_json"),
        ("{'a':'张'}".encode("gb18030"), "records.not_json"),
        (b"[]", "records.not_an_object"),
        (b"1", "records.not_an_object"),
        (b'{"a":1,"a":1}', "records.repeated_name"),
        (b'{"a" :1,"b":{"c":1,"c" : 2}}', "records.repeated_name"),
        (b'{"a":[{"c":1,"\\u0063":2}]}', "records.repeated_name"),
        (b'{"a":1,"a"  :2}', "records.repeated_name"),
        (b'{"a":1,"a" \n\t:2}', "records.repeated_name"),
        (b'{"a":"\\u0000"}', "records.zero_character"),
        (b'{"a":[{"\\u0000":1}]}', "records.zero_character"),
        (b'{"a":1e999999}', "records.number_out_of_range"),
        (b'{"a":0.' + b"1" * 100 + b"}", "records.number_out_of_range"),
        (b'{"a":' + b"9" * 402 + b"}", "records.number_out_of_range"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "records.too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "records.not_json"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "records.not_json"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(text, code):
    with pytest.raises(InvalidInput) as refused:
        read_json(text)
    assert refused.value.code == code


def test_a_hundred_levels_are_read():
    assert read_json(b'{"a":' * 100 + b"1" + b"}" * 100)


def test_an_escaped_backslash_before_u0000_is_only_text():
    assert read_json(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


def test_a_byte_order_mark_is_no_error():
    assert read_json('\ufeff{"a":"张"}'.encode()) == {"a": "张"}


def test_quotes_and_colons_within_texts_are_no_repeated_names():
    text = b'{"a":"\\":","b":":","\\"c\\":":"\\"b\\":"}'
    assert read_json(text) == {"a": '":', "b": ":", '"c":': '"b":'}


TEXTS = st.text('a"\\:,{}[] \n张\u00e9\U00020000', max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_whatever_is_written_reads_the_same(value):
    assert read_json(write_json(value)) == value


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=5), TEXTS)
def test_a_name_that_is_repeated_is_always_found(value, name):
    inner = write_json(value)
    with pytest.raises(InvalidInput):
        read_json(b'{"x":%s, %s:1 , %s :2}' % (inner, write_json([name])[1:-1], write_json([name])[1:-1]))
