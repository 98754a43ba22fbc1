"""Why a case has no group: stable codes with a sentence in both languages."""

from __future__ import annotations

from yigongti.foundation.errors import Text

NO_PRINCIPAL_DIAGNOSIS = "no_principal_diagnosis"
UNKNOWN_PRINCIPAL_DIAGNOSIS = "unknown_principal_diagnosis"
GREY_PRINCIPAL_DIAGNOSIS = "grey_principal_diagnosis"
NO_MDC = "no_mdc"
NO_GROUP_IN_MDC = "no_group_in_mdc"
NO_GROUP_IN_ANY_MDC = "no_group_in_any_mdc"
NO_GROUP_FOR_COMPLICATION = "no_group_for_complication"

REASONS: dict[str, Text] = {
    NO_PRINCIPAL_DIAGNOSIS: Text(zh="没有主要诊断，请补填", en="There is no principal diagnosis; fill it in"),
    UNKNOWN_PRINCIPAL_DIAGNOSIS: Text(
        zh="主要诊断不在本分组方案的编码内，请核对是否医保版编码",
        en="The principal diagnosis is unknown to the scheme; check that it is coded in the insurance edition",
    ),
    GREY_PRINCIPAL_DIAGNOSIS: Text(
        zh="主要诊断是灰码，请改用更具体的编码", en="The principal diagnosis is a grey code; use a more specific one"
    ),
    NO_MDC: Text(
        zh="没有一个主要诊断大类接受本病例，请核对性别、年龄与主要诊断",
        en="No MDC takes the case; check sex and age against the principal diagnosis",
    ),
    NO_GROUP_IN_MDC: Text(
        zh="病例进入了主要诊断大类，但不符合其中任何一个 ADRG",
        en="The case entered an MDC, but none of its ADRGs takes it",
    ),
    NO_GROUP_IN_ANY_MDC: Text(
        zh="病例所进入的主要诊断大类中没有一个 ADRG 接受它",
        en="None of the MDCs that the case entered has an ADRG that takes it",
    ),
    NO_GROUP_FOR_COMPLICATION: Text(
        zh="该 ADRG 没有与并发症程度相应的细分组，请检查分组方案",
        en="The ADRG has no group for this degree of complication; check the scheme",
    ),
}
