"""The answer says what became of the message, in the words of the standard and of both languages."""

from datetime import datetime, timedelta, timezone

import pytest

from yigongti.interfaces.hl7v2.acknowledgement import acknowledge
from yigongti.interfaces.hl7v2.message import read_message

AT = datetime(2026, 10, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
HEAD = "MSH|^~\\&|HIS|HIS|YGT|COUNTY|20261001||{type}|{control}|P|{version}"


def answer(judgement):
    text = acknowledge(judgement.header, judgement.problems, control_id="9", at=AT, answered_as="YIGONGTI")
    return read_message(text)


def head(type="ADT^A01", control="42", version="2.5.1", more=""):
    return HEAD.format(type=type, control=control, version=version) + more


def test_a_good_message_is_accepted_and_the_answer_goes_back_to_its_sender(read):
    message = answer(read(head(), "PID|1||100||张^三", "PV1|1|I|||||||||||||||||V1"))
    assert message.first("MSA").text(1) == "AA"
    assert message.first("MSA").text(2) == "42"
    assert [message.header.text(n) for n in (3, 4, 5, 6)] == ["YGT", "COUNTY", "HIS", "HIS"]
    assert message.header.text(9) == "ACK"
    assert message.header.text(7) == "20261001083000+0800"
    assert message.version == "2.5.1"
    assert message.first("ERR") is None


@pytest.mark.parametrize(
    ("lines", "code", "condition", "place"),
    [
        ([head("MDM^T02")], "AR", "200", ["MSH", "1", "9", "1", "1"]),
        ([head("ADT^A99")], "AR", "201", ["MSH", "1", "9", "1", "2"]),
        ([head(version="9.9"), "PID|1||100", "PV1|1|I|||||||||||||||||V1"], "AR", "203", ["MSH", "1", "12", "1", ""]),
        ([head().replace("|P|", "|X|"), "PID|1||1", "PV1|1|I"], "AR", "202", ["MSH", "1", "11", "1", ""]),
        ([head().replace("HIS|HIS", "HIS|OTHER"), "PID|1||1", "PV1|1|I"], "AR", "204", ["MSH", "1", "4", "1", ""]),
        ([head()], "AE", "100", ["PID", "", "", "", ""]),
        ([head(), "PID|1", "PV1|1|I|||||||||||||||||V1"], "AE", "101", ["PID", "1", "3", "1", ""]),
        ([head(), "PID|1||100", "PV1|1|I"], "AE", "101", ["PV1", "1", "19", "1", ""]),
        ([head(control=""), "PID|1||100", "PV1|1|I|||||||||||||||||V1"], "AE", "101", ["MSH", "1", "10", "1", ""]),
        ([head("ADT^A40"), "PID|1||100", "MRG|100"], "AE", "101", ["MRG", "1", "1", "1", ""]),
        (
            [head("ORU^R01"), "PID|1||100", "OBR|1||F1|A^A^L", "PID|2||200", "OBR|2||F2|A^A^L"],
            "AE",
            "100",
            ["PID", "2", "", "", ""],
        ),
        (["garbage"], "AR", "100", ["", "", "", "", ""]),
    ],
)
def test_a_refusal_says_why_and_where(read, lines, code, condition, place):
    message = answer(read(*lines))
    error = message.first("ERR")
    assert message.first("MSA").text(1) == code
    assert error.text(3) == condition
    assert [error.text(2, n) for n in range(1, 6)] == place
    assert error.text(4) == "E"
    assert " / " in error.text(8)


def test_before_version_2_5_the_place_stands_in_the_first_field(read):
    error = answer(read(head(version="2.3"), "PID|1", "PV1|1|I|||||||||||||||||V1")).first("ERR")
    assert error.raw(1).startswith("PID^1^3^101&")
    assert error.raw(2) == ""


def test_the_answer_echoes_version_separators_and_character_set(choices, sender):
    from yigongti.interfaces.hl7v2.reception import judge

    raw = "MSH*$%!@*A*HIS*****ADT$A99*42*P*2.4******GB 18030-2000\r".encode("gb18030")
    text = acknowledge(judge(raw, sender, choices).header, (), control_id="9", at=AT, answered_as="YIGONGTI")
    assert text.startswith("MSH*$%!@*YIGONGTI**A*HIS*20261001083000+0800**ACK$A99$ACK*9*P*2.4******GB 18030-2000\r")


@pytest.mark.parametrize(
    ("accept", "application", "code"),
    [("", "", "AR"), ("AL", "AL", "AR"), ("AL", "NE", "CR"), ("NE", "AL", "AR"), ("NE", "NE", "AR"), ("", "ER", "AR")],
)
def test_which_answer_is_given_by_what_the_sender_asks_for(read, accept, application, code):
    assert answer(read(head("ADT^A99", more=f"|||{accept}|{application}"))).first("MSA").text(1) == code


def test_a_message_of_undecodable_bytes_is_answered_with_its_number(choices, sender):
    from yigongti.interfaces.hl7v2.reception import judge

    raw = head(more="||||||UNICODE UTF-8").encode() + "\rPID|1||100||张".encode("gb18030") + b"\r"
    message = answer(judge(raw, sender, choices))
    assert [message.first("MSA").text(n) for n in (1, 2)] == ["AR", "42"]


def test_an_escape_in_the_header_does_not_break_the_frame_of_the_answer(read):
    from yigongti.interfaces.hl7v2.framing import wrap

    judgement = read(head(type="ADT^A\\X1C\\9", version="2\\X0B\\5"))
    text = acknowledge(judgement.header, judgement.problems, control_id="9", at=AT, answered_as="YIGONGTI")
    assert wrap(text.encode())
    assert read_message(text).first("MSA").text(1) == "AR"


def test_a_warning_leaves_the_message_accepted(read):
    message = answer(read(head().replace("|P|", "||"), "PID|1||100", "PV1|1|I|||||||||||||||||V1"))
    assert message.first("MSA").text(1) == "AA"
    assert message.first("ERR").text(4) == "W"
