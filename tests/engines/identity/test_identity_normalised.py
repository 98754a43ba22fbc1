"""What is no difference between two people is taken away before they are compared."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_registrations import BORN, WANG, again, number

from yigongti.engines.identity.public import (
    Registration,
    normalise,
    normalise_name,
    normalise_number,
    normalise_phone,
    sound_of,
)
from yigongti.engines.identity.registration import normalise_address


@pytest.mark.parametrize("written", ["王国强", " 王 国 强 ", "王　国强", "王国强\u200b"])
def test_blanks_and_marks_are_no_part_of_a_name(written: str) -> None:
    assert normalise_name(written) == "王国强"


@pytest.mark.parametrize("written", ["买买提·艾力", "买买提•艾力", "买买提．艾力", "买买提艾力"])
def test_the_dot_of_a_name_is_written_in_many_ways(written: str) -> None:
    assert normalise_name(written) == "买买提艾力"


def test_full_width_digits_and_a_small_x_are_the_same_number() -> None:
    valid = next(n for run in range(1, 999, 2) if (n := number(BORN, f"{run:03d}"))[-1] == "X")
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in valid)
    for written in (valid.lower(), full_width, f" {valid[:6]} {valid[6:14]}-{valid[14:]}", valid[:17] + "×"):
        assert normalise_number(written) == valid


def test_an_old_number_of_fifteen_places_becomes_the_new_one() -> None:
    new = number(date(1968, 3, 7))
    assert normalise_number(new[:6] + new[8:17]) == new


@pytest.mark.parametrize("written", ["", "000000000000000000", "无", "111111111111111111", "-"])
def test_a_stand_in_is_no_number(written: str) -> None:
    assert normalise_number(written) is None


@pytest.mark.parametrize("written", ["19900001234", "+86 199-0000-1234", "008619900001234", "１９９００００１２３４"])
def test_a_telephone_is_its_digits(written: str) -> None:
    assert normalise_phone(written) == "19900001234"


@pytest.mark.parametrize("written", ["", "无", "123", "00000000000"])
def test_what_cannot_be_a_telephone_is_none(written: str) -> None:
    assert normalise_phone(written) is None


@pytest.mark.parametrize(
    ("written", "house"),
    [
        ("白沙镇东风村三组12号", "3-12"),
        ("白沙镇东风村3组１２号", "3-12"),
        ("东风村三组十二号", "3-12"),
        ("东风村一百零二号", "102"),
        ("东风村12-1号", "12-1"),
        ("东风村", None),
        ("", None),
    ],
)
def test_the_house_is_told_by_the_numbers_of_the_address(written: str, house: str | None) -> None:
    assert normalise_address(written)[1] == house


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("单国强", "shanguoqiang"),
        ("曾明", "zengming"),
        ("仇英", "qiuying"),
        ("尉迟明", "yuchiming"),
        ("令狐明", "linghuming"),
        ("解文", "xiewen"),
        ("吕绿", "lvlv"),
        ("王伟儿", "wangwei"),
        ("张儿", "zhanger"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, sound: str) -> None:
    assert sound_of(name).full == sound


def test_dialects_do_not_hear_some_sounds_apart() -> None:
    assert sound_of("郑娜").blurred == sound_of("曾拉").blurred
    assert sound_of("王宁").blurred == sound_of("王林").blurred
    assert sound_of("黄飞").blurred == sound_of("房辉").blurred or sound_of("黄").blurred == sound_of("房").blurred


def test_a_missing_birth_date_and_sex_are_read_from_a_valid_number() -> None:
    read = normalise(again(birth_date=None, sex=""))
    assert (read.birth_date, read.sex) == (BORN, "1")


def test_a_stand_in_birth_date_is_none() -> None:
    assert normalise(Registration("C", birth_date=date(1900, 1, 1))).birth_date is None


def test_an_empty_registration_holds_nothing() -> None:
    read = normalise(Registration("C"))
    assert {read.name, read.sound, read.sex, read.number, read.phone, read.address, read.house} == {None}
    assert not read.number_valid


def test_a_share_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        again(phone_share=1.5)


@given(st.text(max_size=30))
def test_any_text_is_normalised_and_again_to_the_same(text: str) -> None:
    for read in (normalise_name, normalise_number, normalise_phone):
        once = read(text)
        assert once is None or read(once) == once
    address, _ = normalise_address(text)
    assert address is None or normalise_address(address)[0] == address
    sound_of(normalise_name(text) or "")


def test_the_normalised_form_is_a_property_of_the_registration() -> None:
    assert WANG.normalised == normalise(WANG)
