"""What the coded values of a front page mean.

Source: 住院病案首页部分项目填写说明 (policy/sources/front-page-2011.yaml), from memory, unchecked: they are
shown beside the code, which stays what was submitted.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text

_YES_NO = {"1": Text("无", "no"), "2": Text("有", "yes")}

VALUE_WORDS: dict[str, dict[str, Text]] = {
    "sex": {
        "0": Text("未知", "unknown"), "1": Text("男", "male"), "2": Text("女", "female"),
        "9": Text("未说明", "not said"),
    },
    "marital_status": {
        "1": Text("未婚", "single"), "2": Text("已婚", "married"), "3": Text("丧偶", "widowed"),
        "4": Text("离婚", "divorced"), "9": Text("其他", "other"),
    },
    "payment_method": {
        "1": Text("城镇职工基本医疗保险", "employees' insurance"),
        "2": Text("城镇居民基本医疗保险", "residents' insurance"),
        "3": Text("新型农村合作医疗", "rural cooperative"), "4": Text("贫困救助", "poverty relief"),
        "5": Text("商业医疗保险", "commercial insurance"), "6": Text("全公费", "public funds"),
        "7": Text("全自费", "self-paid"), "8": Text("其他社会保险", "other social insurance"),
        "9": Text("其他", "other"),
    },
    "admission_route": {
        "1": Text("急诊", "emergency"), "2": Text("门诊", "outpatient"),
        "3": Text("其他医疗机构转入", "from another institution"), "9": Text("其他", "other"),
    },
    "discharge_disposition": {
        "1": Text("医嘱离院", "discharged on order"), "2": Text("医嘱转院", "transferred on order"),
        "3": Text("医嘱转社区或乡镇卫生院", "to a community or township hospital"),
        "4": Text("非医嘱离院", "against advice"), "5": Text("死亡", "died"), "9": Text("其他", "other"),
    },
    "readmission_plan": _YES_NO,
    "drug_allergy": _YES_NO,
    "admission_conditions": {
        "1": Text("有", "yes"), "2": Text("临床未确定", "uncertain"), "3": Text("情况不明", "unknown"),
        "4": Text("无", "no"),
    },
}  # fmt: skip
"""Column → code → what it means."""
