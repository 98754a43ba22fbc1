"""Bytes become text by the set that the message declares, and never by a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.interfaces.hl7v2.encoding import declared_character_set, decode
from yigongti.interfaces.hl7v2.problems import Refused, Verdict

CHINESE = "诊断：肺炎^张三丰"


def message(text, declared=""):
    return f"MSH|^~\\&|HIS|A|||20260101||ADT^A01|1|P|2.5.1||||||{declared}\rPID|1||{text}\r"


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("GB 18030-2000", "gb18030"),
        ("GBK", "gbk"),
        ("gb18030", "gb18030"),
        ("UNICODE UTF-8~GB 18030-2000", "utf-8"),
    ],
)
def test_the_declared_character_set_is_used(choices, declared, codec):
    decoded = decode(message(CHINESE, declared).encode(codec), choices.character_sets)
    assert CHINESE in decoded.text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_without_a_declaration_utf_8_and_then_gb_18030_are_tried(choices, codec):
    decoded = decode(message(CHINESE).encode(codec), choices.character_sets)
    assert CHINESE in decoded.text
    assert decoded.codec == codec


def test_a_rare_character_of_gb_18030_is_kept(choices):
    # 𬭚 is written with four bytes; it stands in names and in chemical elements
    decoded = decode(message("𬭚").encode("gb18030"), choices.character_sets)
    assert "𬭚" in decoded.text


@pytest.mark.parametrize(
    ("declared", "raw"),
    [
        ("UNICODE UTF-8", CHINESE.encode("gb18030")),
        ("ASCII", CHINESE.encode()),
        ("GB 18030-2000", b"\xff\xff"),
        ("", b"\xff\xff\xff"),
        ("", b"\xaa\xa1\xaa\xa2"),  # private use in GB 18030: nobody can read it
        ("", b"A\0B"),
        ("KLINGON", b"A"),
    ],
)
def test_what_cannot_be_read_is_rejected_and_not_guessed(choices, declared, raw):
    head, _, tail = message("@", declared).encode().partition(b"@")
    with pytest.raises(Refused) as refused:
        decode(head + raw + tail, choices.character_sets)
    assert refused.value.problem.verdict == Verdict.REJECTED
    assert refused.value.problem.place.field == 18


def test_a_byte_order_mark_is_no_part_of_the_message(choices):
    assert decode(b"\xef\xbb\xbf" + message("x").encode(), choices.character_sets).text.startswith("MSH")


@given(st.binary(max_size=200))
def test_reading_the_declaration_never_fails(raw):
    assert isinstance(declared_character_set(raw), str)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30))
def test_chinese_comes_out_of_both_sets_as_it_went_in(choices, text):
    for declared, codec in (("UNICODE UTF-8", "utf-8"), ("GB 18030-2000", "gb18030")):
        assert f"||{text}\r" in decode(message(text, declared).encode(codec), choices.character_sets).text
