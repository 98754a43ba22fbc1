"""The words of messages are policy: dated, sourced, the same values in both languages, secrets as dots."""

from datetime import date

import pytest

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Document
from yigongti.kernel.messages.wording import HIDDEN, read_wording, wording, wordings


def document(**changed):
    data = {
        "id": "x", "label": {"zh": "甲", "en": "A"}, "values": ["code"], "secret": ["code"],
        "versions": [{"from": "2026-01-01", "source": "s", "zh": "码 {code}", "en": "code {code}"}],
    }  # fmt: skip
    return Document("messages/x.yaml", data | changed, "")


def test_every_file_of_the_policy_is_in_order():
    assert {"sign_in_code", "record_opened", "record_opened_to_officer"} <= set(wordings())


def test_a_secret_is_dots_unless_it_is_being_sent():
    read = read_wording(document())
    assert read.said({"code": "1"}, date(2026, 5, 1)).zh == f"码 {HIDDEN}"
    assert read.said({"code": "1"}, date(2026, 5, 1), whole=True).zh == "码 1"


def test_a_value_in_two_languages_is_said_in_each():
    read = read_wording(document(secret=[]))
    assert read.said({"code": Text("医院", "hospital")}, date(2026, 5, 1)) == Text("码 医院", "code hospital")


def test_before_the_first_version_there_are_no_words():
    with pytest.raises(PolicyError):
        read_wording(document()).said({"code": "1"}, date(2025, 12, 31))


def test_an_unknown_kind_is_an_error():
    with pytest.raises(PolicyError):
        wording("nothing_of_the_kind")


@pytest.mark.parametrize(
    "changed",
    [
        {"versions": [{"from": "2026-01-01", "source": "s", "zh": "码", "en": "code {code}"}]},
        {"versions": [{"from": "2026-01-01", "source": "s", "zh": "{other}", "en": "{other}"}]},
        {"versions": [{"from": "soon", "source": "s", "zh": "", "en": ""}]},
        {"secret": ["other"]},
        {"label": {"zh": "甲"}},
    ],
    ids=["only one language names it", "not declared", "no day", "an unknown secret", "half a label"],
)
def test_a_file_that_is_wrong_is_refused(changed):
    with pytest.raises(PolicyError):
        read_wording(document(**changed))
