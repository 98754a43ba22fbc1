"""Segments, fields and escapes: read with the separators that the message declares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.interfaces.hl7v2.batch import messages_of_file
from yigongti.interfaces.hl7v2.escapes import Delimiters, escape, unescape
from yigongti.interfaces.hl7v2.framing import wrap
from yigongti.interfaces.hl7v2.message import read_message
from yigongti.interfaces.hl7v2.problems import Refused, Verdict

HEAD = "MSH|^~\\&|HIS|A|YGT|B|20260101080000||ADT^A01^ADT_A01|42|P|2.5.1"


def test_fields_repetitions_components_and_subcomponents_are_told_apart():
    pid = read_message(f"{HEAD}\rPID|1||100^^^HIS&1.2.3&ISO^MR~200^^^^NI||张^三").first("PID")
    assert [element.text(1) for element in pid.all(3)] == ["100", "200"]
    assert pid.first(3).component(4).text(2) == "1.2.3"
    assert pid.text(3, 4, 3) == "ISO"
    assert pid.text(5) == "张"
    assert pid.text(99) == ""


def test_the_separators_are_those_that_the_message_declares():
    message = read_message("MSH*$%!@*HIS*A*****ADT$A01*42*P*2.5.1\rPID*1**100$$$X@Y%200")
    assert message.event == "A01"
    assert [element.text(1) for element in message.first("PID").all(3)] == ["100", "200"]
    assert message.first("PID").text(3, 4, 2) == "Y"


def test_a_fifth_encoding_character_is_taken_in_every_version():
    assert read_message("MSH|^~\\&#|HIS|A|||||ADT^A01|42|P|2.5.1").delimiters.truncation == "#"


def test_the_null_of_hl7_says_nothing():
    assert read_message(f'{HEAD}\rPID|1||100||""').first("PID").all(5) == []


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_line_end_is_taken(end):
    assert [s.name for s in read_message(end.join([HEAD, "PID|1", "PV1|1"]) + end).segments] == ["MSH", "PID", "PV1"]


def test_a_line_feed_inside_of_a_field_is_its_text_where_segments_end_with_returns():
    assert read_message(f"{HEAD}\rNTE|1||first\nsecond\r").first("NTE").text(3) == "first\nsecond"


def test_segments_know_which_of_their_name_they_are():
    assert [s.occurrence for s in read_message(f"{HEAD}\rOBX|1\rOBX|2\rNTE|1").named("OBX")] == [1, 2]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", Verdict.REJECTED),
        ("PID|1", Verdict.REJECTED),
        ("MSH", Verdict.REJECTED),
        ("MSH|^^\\&|", Verdict.REJECTED),
        ("MSH|abcd|", Verdict.REJECTED),
        (f"{HEAD}\rwrapped text", Verdict.ERROR),
        (f"{HEAD}\r{HEAD}", Verdict.REJECTED),
    ],
)
def test_what_is_no_message_is_refused(text, verdict):
    with pytest.raises(Refused) as refused:
        read_message(text)
    assert refused.value.problem.verdict == verdict


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"A\T\B", "A&B"),
        (r"\F\\S\\R\\E\\T\ ", "|^~\\& "),
        (r"one\X0D0A\two", "one\r\ntwo"),
        (r"one\.br\two\.sp2\three", "one\ntwo\n\nthree"),
        (r"\H\bold\N\ ", "bold "),
        (r"\XE5BCA0\ ", "张 "),
        (r"C:\data", r"C:\data"),
        (r"C:\data\x", r"C:\data\x"),
        (r"5\ and \T\ ", r"5\ and & "),
        (r"\XZZ\ ", r"\XZZ\ "),
        (r"\X00\ ", r"\X00\ "),
        (r"\Zlocal\ ", r"\Zlocal\ "),
    ],
)
def test_an_escape_means_what_the_standard_says_and_the_rest_stays(written, meant):
    assert unescape(written) == meant


def test_bytes_in_an_escape_are_of_the_messages_character_set():
    assert unescape(r"\XD5C5\ ", codec="gb18030") == "张 "


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("|^~\\&#\r\nTFSREX"), st.characters(codec="utf-8", exclude_characters="\0"))
    )
)
def test_what_was_escaped_is_read_again(text):
    for delimiters in (Delimiters(), Delimiters("*", "$", "%", "!", "@", "#")):
        assert unescape(escape(text, delimiters), delimiters) == text


@given(st.text(alphabet=st.one_of(st.sampled_from("|^~\\&\r"), st.characters(codec="utf-8", exclude_characters="\0"))))
def test_what_was_escaped_holds_no_separator(text):
    assert not set("|^~&\r\n") & set(escape(text))


def test_the_messages_of_a_file_are_told_apart_and_the_batch_is_no_message():
    content = b"FHS|^~\\&|x\nBHS|^~\\&|x\nMSH|^~\\&|1\nPID|1\nMSH|^~\\&|2\nBTS|2\nFTS|1\n"
    assert messages_of_file(content) == [b"MSH|^~\\&|1\nPID|1\n", b"MSH|^~\\&|2\n"]


def test_a_file_of_frames_is_taken_too():
    assert messages_of_file(wrap(b"MSH|1") + wrap(b"MSH|2")) == [b"MSH|1", b"MSH|2"]


def test_what_stands_before_the_first_header_is_not_lost():
    assert messages_of_file(b"PID|1\nMSH|^~\\&|1\n") == [b"PID|1\n", b"MSH|^~\\&|1\n"]
