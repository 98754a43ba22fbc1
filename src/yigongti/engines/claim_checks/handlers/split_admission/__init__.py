"""One illness billed as two stays (分解住院)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("分解住院", "One stay billed as two"),
    meaning=Text(
        "同一患者出院后若干天内因同一主要诊断类目（前三位）再次住院（同一机构，或同一医共体内），"
        "前一次不是计划内再入院、不是转往他处，且诊断不在除外之列，"
        "后一次账单为疑点，涉及总费用。",
        "A person is admitted again within days for the same category of principal diagnosis (three characters), in the"
        " same institution or the same community; the earlier stay planned no return and did not send on, and the"
        " diagnosis is not excepted. The later bill is a finding, with its total cost at stake.",
    ),
    looks_at=LooksAt.PERSON,
    parameters=(
        Setting("days", "number", Text("间隔天数上限", "Days between at most")),
        Setting("within", "word", Text("范围", "Within"), values=("institution", "community")),
        Setting(
            "except_diagnoses", "codes", Text("除外的主要诊断（编码开头）", "Diagnoses excepted (prefixes)"), False
        ),
    ),
    reads=("person", "started_on", "ended_on", "diagnoses"),
)
SENT_ON = ("2", "3")
"""Dispositions of who was sent to another hospital or to a community clinic by order."""
CATEGORY = 3
"""Characters of a diagnosis that name its category."""
