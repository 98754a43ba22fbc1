"""What the keys of a result are called, in both languages: institutions, departments, groups of persons, kinds of care.

A key without a name here is shown as its code, never hidden.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yigongti.foundation.errors import PolicyError, Text
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Department, Institution
from yigongti.systems.claim_checks.public import texts_of_checks

DIMENSIONS: dict[str, Text] = {
    "total": Text("合计", "Total"),
    "institution": Text("按机构", "By institution"),
    "level": Text("按级别", "By level"),
    "department": Text("按科室", "By department"),
    "check": Text("按审核规则", "By check"),
    "disease": Text("按病种", "By disease group"),
    "group": Text("按人群", "By group of residents"),
    "care": Text("按待遇类别", "By kind of benefit"),
    "scheme": Text("按险种", "By scheme"),
    "month": Text("按月", "By month"),
}
_WORDS: dict[str, dict[str, Text]] = {
    "level": {
        "village": Text("村级", "Village"), "township": Text("乡镇级", "Township"), "county": Text("县级", "County"),
        "city": Text("市级", "City"), "province": Text("省级", "Province"),
        "community": Text("医共体", "Community"),
    },
    "care": {
        "inpatient": Text("住院", "Stay in hospital"), "outpatient": Text("普通门诊", "Outpatient"),
        "emergency": Text("急诊", "Emergency"),
        "two_diseases": Text("“两病”门诊", "Two diseases"), "special_disease": Text("门诊慢特病", "Special disease"),
        "major_disease": Text("重大疾病", "Major disease"),
    },
    "scheme": {
        "310": Text("职工医保", "Employees"), "380": Text("新农合", "Rural scheme of 2012"),
        "390": Text("居民医保", "Residents"),
    },
}  # fmt: skip
_UNKNOWN = Text("未注明", "Not stated")
_NO_GROUP = Text("一般人员", "No special group")


@dataclass(frozen=True)
class Labels:
    """The names that are known. groups: code → name; institutions: code → name; departments: "place/code" → name."""

    institutions: Mapping[str, Text] = field(default_factory=dict)
    departments: Mapping[str, Text] = field(default_factory=dict)
    groups: Mapping[str, Text] = field(default_factory=dict)
    checks: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def of_register(cls) -> Labels:
        """From the register, in the caller's scope, and the policy in force."""
        places = {each.code: Text(each.name, each.name_en or each.name) for each in Institution.objects.all()}
        departments = {
            f"{each.institution.code}/{each.code}": Text(
                f"{each.institution.name} {each.name}",
                f"{each.institution.name_en or each.institution.name} {each.name_en or each.name}",
            )
            for each in Department.objects.select_related("institution")
        }
        return cls(places, departments, _groups(), texts_of_checks())

    def of(self, part: str, dimension: str, key: str) -> Text:
        """The name of a key, or the key itself."""
        if not key:
            return DIMENSIONS["total"] if dimension == "total" else _UNKNOWN
        if dimension == "institution":
            return self.institutions.get(key, Text(key, key))
        if dimension == "department":
            return self.departments.get(key) or self._outside(key)
        if dimension == "group":
            return self._group(key)
        if dimension == "check":
            return self.checks.get(key, Text(key, key))
        return _WORDS.get(dimension, {}).get(key, Text(key, key))

    def _outside(self, key: str) -> Text:
        place, _, code = key.partition("/")
        named = self.institutions.get(place, Text(place, place))
        return Text(f"{named.zh} {code or _UNKNOWN.zh}", f"{named.en} {code or _UNKNOWN.en}")

    def _group(self, key: str) -> Text:
        if key == "none":
            return _NO_GROUP
        names = [self.groups.get(code, Text(code, code)) for code in key.split("+")]
        return Text("＋".join(name.zh for name in names), " + ".join(name.en for name in names))


_UNITS = {
    "codes": Text("代码", "codes"), "count": Text("个", "count"), "day": Text("天", "days"),
    "flag": Text("是／否", "yes or no"), "month": Text("个月", "months"), "number": Text("数", "number"),
    "ratio": Text("比例（1 为 100%）", "ratio (1 is 100 %)"),
    "ratios": Text("比例（1 为 100%）", "ratios (1 is 100 %)"),
    "score": Text("分", "points"), "text": Text("文字", "words"), "working_day": Text("个工作日", "working days"),
    "yuan": Text("元", "yuan"),
}  # fmt: skip


def unit_words(unit: str) -> Text:
    """What a parameter's unit is called; an unknown one stays as the file says it."""
    return _UNITS.get(unit, Text(unit, unit))


_AXES = {
    "insurance_type": "scheme", "institution_level": "level", "level": "level", "care": "care", "group": "group",
}  # fmt: skip
_PLACES: dict[str, Text] = {
    "community": Text("本医共体", "own community"),
    "county": Text("县内其他医共体", "the county's other community"),
    "prefecture": Text("市内县外", "in the prefecture"),
    "province": Text("省内市外", "in the province"), "country": Text("省外", "in the country"),
    "none": Text("未转诊", "not referred"), "up": Text("上转", "referred up"),
    "down": Text("下转", "referred down"), "emergency": Text("急诊", "emergency"), "filed": Text("已备案", "on file"),
}  # fmt: skip


def case_words(axes: Sequence[str], case: Sequence[str], labels: Labels, language: str) -> str:
    """What a value is for, in words: 居民医保、县级."""
    words = []
    for number, key in enumerate(case):
        axis = axes[number] if number < len(axes) else ""
        dimension = _AXES.get(axis, "")
        if axis in ("place", "referral"):
            named = _PLACES.get(key, Text(key, key))
        else:
            named = labels.of("", dimension, key) if dimension else Text(key, key)
        words.append(named.in_language(language))
    return (", " if language.startswith("en") else "、").join(words)


def _groups() -> dict[str, Text]:
    try:
        place = policy().file("codesets/benefit_groups.csv")
    except PolicyError:
        return {}
    with place.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: Text(row["zh"], row["en"]) for row in csv.DictReader(lines)}
