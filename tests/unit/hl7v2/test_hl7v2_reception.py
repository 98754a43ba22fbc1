"""Whatever a sender sends, it is judged: never an exception, and never a guess about the patient."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.interfaces.hl7v2.acknowledgement import acknowledge
from yigongti.interfaces.hl7v2.framing import wrap
from yigongti.interfaces.hl7v2.message import read_message
from yigongti.interfaces.hl7v2.reception import judge

AT = datetime(2026, 1, 1, tzinfo=UTC)
MSH = "MSH|^~\\&|HIS|HIS|YGT|COUNTY|20261001||{}|42|P|2.5.1||||||UNICODE UTF-8\r"
PID = "PID|1||100^^^HIS^MR~11010519491231002X^^^^SFZ||张^三^^^^^L||19491231|M|||和平路1号^^示范市||^PRN^CP^^^^138|||M\r"
MESSAGES = [
    MSH.format("ADT^A01") + "EVN|A01|20261001\r" + PID
    + "PV1|1|I|内科^3||||D01^李^四||||||||||||V1|||||||||||||||||||||||||20261001|\r"
    + "AL1|1|DA|PEN^青霉素|SV|皮疹\rDG1|1||J18^肺炎^I10|||A\rIN1|1|390|YB|局\r",
    MSH.format("ORU^R01") + PID + "ORC|RE|P1\rOBR|1|P1|F1|GLU^血糖|||20261001\rNTE|1||空腹\r"
    "OBX|1|NM|GLU^血糖||5.8|mmol/L|3.9-6.1|↑|||F\rOBX|2|SN|X^Y||^1^:^2||||||F\rOBX|3|ED|P||^a^pdf^Base64^JVBE||||||F\r"
    "SPM|1|S^S||BLD^血\r",
    MSH.format("ORM^O01") + PID + "ORC|NW|P1\rOBR|1|P1||CT^CT\rNTE|1||x\r",
    MSH.format("SIU^S12") + "SCH|A1||||||||||^^^20261003090000^20261003093000\r" + PID
    + "RGS|1\rAIS|1||MZ\rAIP|1||D^李\r",
    MSH.format("ADT^A40^ADT_A39") + "EVN|A40\r" + PID + "MRG|200^^^HIS^MR\r",
]  # fmt: skip
SPLINTERS = st.sampled_from(
    ["|", "^", "~", "\\", "&", "\r", "\n", "\\X00\\", "\\X1C\\", "\\X0B\\", '""', "0", "-1", "9" * 40, "张", "MSH", " "]
)


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(choices, sender, raw):
    judgement = judge(raw, sender, choices)
    assert judgement.verdict == "AR"
    assert wrap(acknowledge(judgement.header, judgement.problems, control_id="1", at=AT, answered_as="Y").encode())


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_message_that_was_spoilt_anyhow_is_answered(choices, sender, data):
    text = data.draw(st.sampled_from(MESSAGES))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(SPLINTERS) + text[place + data.draw(st.integers(0, 12)) :]
    judgement = judge(text.encode(), sender, choices)
    answer = acknowledge(judgement.header, judgement.problems, control_id="1", at=AT, answered_as="YIGONGTI")
    assert wrap(answer.encode())
    assert read_message(answer).first("MSA").text(1) in {"AA", "AE", "AR"}
    if judgement.verdict == "AA":
        assert judgement.translation.bundle or judgement.translation.merge
        assert "\0" not in str(judgement.translation)


def test_a_choice_that_is_misspelt_is_told_by_its_file(policy_root, tmp_path):
    import shutil

    import pytest

    from yigongti.foundation.errors import PolicyError
    from yigongti.foundation.policy import Policy
    from yigongti.interfaces.hl7v2.local_choices import read_choices

    shutil.copytree(policy_root, tmp_path / "policy")
    people = tmp_path / "policy/exchange/hl7v2/people.yaml"
    people.write_text(people.read_text("utf-8").replace('offset: "+08:00"', "offset: eight"), "utf-8")
    with pytest.raises(PolicyError):
        read_choices(Policy.load(tmp_path / "policy"))


def test_a_mended_choice_has_another_version(choices, policy_root, tmp_path):
    import shutil

    from yigongti.foundation.policy import Policy
    from yigongti.interfaces.hl7v2.local_choices import read_choices

    shutil.copytree(policy_root, tmp_path / "policy")
    results = tmp_path / "policy/exchange/hl7v2/results.yaml"
    results.write_text(results.read_text("utf-8").replace("偏高: H", "偏高: HH"), "utf-8")
    assert read_choices(Policy.load(tmp_path / "policy")).version != choices.version
