"""The explanation of a settlement: every step with its numbers, in both languages, and the policy that decided it.

Written only when it is asked for. The order of the steps and their codes are those of docs/algorithms/benefit.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.benefit.bill import Care, Level, Place, Referral
from yigongti.engines.benefit.rules import NO_GROUP, AssistanceTerms
from yigongti.engines.benefit.settlement import Step
from yigongti.engines.benefit.working import Working
from yigongti.foundation.errors import Text
from yigongti.foundation.money import ZERO, to_fen

CARE_LABELS = {
    Care.INPATIENT: Text(zh="住院", en="inpatient"),
    Care.OUTPATIENT: Text(zh="普通门诊", en="outpatient"),
    Care.TWO_DISEASES: Text(zh="两病门诊", en="two diseases"),
    Care.SPECIAL_DISEASE: Text(zh="门诊慢特病", en="special disease"),
    Care.MAJOR_DISEASE: Text(zh="重大疾病", en="major disease"),
}
LEVEL_LABELS = {
    Level.VILLAGE: Text(zh="村级", en="village"),
    Level.TOWNSHIP: Text(zh="乡镇级", en="township"),
    Level.COUNTY: Text(zh="县级", en="county"),
    Level.CITY: Text(zh="市级", en="city"),
    Level.PROVINCE: Text(zh="省级", en="province"),
}
PLACE_LABELS = {
    Place.COMMUNITY: Text(zh="本医共体内", en="own community"),
    Place.COUNTY: Text(zh="县域内", en="within the county"),
    Place.PREFECTURE: Text(zh="市内县外", en="within the prefecture"),
    Place.PROVINCE: Text(zh="省内市外", en="within the province"),
    Place.COUNTRY: Text(zh="省外", en="outside the province"),
}
REFERRAL_LABELS = {
    Referral.NONE: Text(zh="未转诊", en="not referred"),
    Referral.UP: Text(zh="上转", en="referred up"),
    Referral.DOWN: Text(zh="下转", en="referred down"),
    Referral.EMERGENCY: Text(zh="急诊", en="emergency"),
    Referral.FILED: Text(zh="异地长期备案", en="filed as living elsewhere"),
}


def steps_of(working: Working) -> tuple[Step, ...]:
    """The whole path from the total to the cash."""
    return (
        *_policy_steps(working),
        *_deductible_steps(working),
        *_pool_steps(working),
        *_critical_steps(working),
        *_assistance_steps(working),
        *_last_steps(working),
    )


def percent(ratio: Decimal) -> str:
    """A ratio as people read it: 0.625 is 62.5%."""
    return f"{(ratio * 100).normalize():f}%"


def _step(
    working: Working,
    code: str,
    label: tuple[str, str],
    told: tuple[str, str],
    amount: Decimal,
    payer: str = "",
    parameter: str = "",
) -> Step:
    parameter_id, source = working.rules.parameter(parameter) if parameter else ("", "")
    return Step(code, Text(*label), Text(*told), amount, payer, parameter_id, source)


def _policy_steps(w: Working) -> Iterator[Step]:
    bill = w.bill
    place, referral = PLACE_LABELS[bill.place], REFERRAL_LABELS[bill.referral]
    care, level = CARE_LABELS[bill.care], LEVEL_LABELS[bill.level]
    groups = [w.rules.group_labels.get(code, Text(code, code)) for code in sorted(w.person.groups - {NO_GROUP})]
    groups_zh = "、".join(label.zh for label in groups) or "一般参保人"
    groups_en = ", ".join(label.en for label in groups) or "no special group"
    disease = w.rules.disease_labels.get((bill.care, bill.disease_code))
    care_zh, care_en = care.zh, care.en
    if disease is not None:
        care_zh, care_en = f"{care.zh}（{disease.zh}）", f"{care.en} ({disease.en})"
    circumstances_zh = f"{care_zh}，{level.zh}，{place.zh}，{referral.zh}；{groups_zh}"
    circumstances_en = f"{care_en}, {level.en}, {place.en}, {referral.en}; {groups_en}"
    yield _step(
        w,
        "total",
        ("总费用", "Total"),
        (
            f"{circumstances_zh}；按 {bill.ended_on} 的政策",
            f"{circumstances_en}; rules of {bill.ended_on}",
        ),
        bill.total,
        parameter="care_covered",
    )
    for code, label, amount in (
        ("outside_catalogue", ("全自费（目录外）", "Outside the catalogue"), bill.outside_catalogue),
        ("above_limits", ("超限价自费", "Above price limits"), bill.above_limits),
        ("first_share", ("乙类先行自付", "First share of class B"), bill.first_share),
    ):
        if amount:
            yield _step(w, code, label, ("由个人负担", "borne by the person"), amount, "patient")
    told = f"{bill.total} − {bill.outside_catalogue} − {bill.above_limits} − {bill.first_share} = {w.in_policy}"
    yield _step(w, "in_policy", ("政策范围内费用", "In policy"), (told, told), w.in_policy)


def _deductible_steps(w: Working) -> Iterator[Step]:
    work, bill = w.deductible, w.bill
    if bill.care is Care.OUTPATIENT or bill.care is Care.SPECIAL_DISEASE:
        if not work.standard:
            return
        before = work.standard - work.due
        name = "outpatient_deductible" if bill.care is Care.OUTPATIENT else "special_disease_deductible"
        told = (
            f"年度起付线 {work.standard}，本年已付 {before}，尚余 {work.due}，本次 {work.borne}",
            f"of the yearly {work.standard}, {before} was borne before and {work.due} is left: now {work.borne}",
        )
        yield _step(w, "deductible", ("起付线", "Deductible"), told, work.borne, "patient", name)
    elif bill.care is Care.INPATIENT or w.rules.major_bears_deductible:
        yield _stay_deductible(w)
    elif bill.care is Care.MAJOR_DISEASE:
        told = ("重大疾病不计起付线", "a major disease bears no deductible")
        yield _step(
            w, "deductible", ("起付线", "Deductible"), told, work.borne, "patient", "major_disease_bears_deductible"
        )
    else:
        return
    told_base = f"{w.in_policy} − {work.borne} = {w.base}"
    yield _step(w, "base", ("进入报销基数", "Base"), (told_base, told_base), w.base)


def _stay_deductible(w: Working) -> Step:
    work, bill = w.deductible, w.bill
    level = LEVEL_LABELS[bill.level]
    parameter = "deductible"
    zh, en = f"{level.zh}起付线 {work.standard}", f"{level.en} deductible {work.standard}"
    if bill.referral is Referral.DOWN and w.rules.referral_down_pays_nothing:
        zh, en, parameter = "下转不再计起付线", "referred down: no deductible", "referral_down_pays_nothing"
    else:
        if work.repeat_factor != 1:
            zh += f" × 同年第 {w.used.admissions + (not work.set_off)} 次住院系数 {work.repeat_factor}"
            en += f" × {work.repeat_factor} for admission {w.used.admissions + (not work.set_off)} of the year"
            parameter = "deductible_repeat_factors"
        if work.group_factor != 1:
            zh += f" × 人员类别系数 {work.group_factor}"
            en += f" × {work.group_factor} for the group"
            parameter = "deductible_group_factor"
        if work.set_off and bill.referral is Referral.UP and w.rules.referral_up_pays_difference:
            zh += f"，上转只补差额：减去转诊前 {work.set_off}"
            en += f", referred up: less {work.set_off} of the stay before"
            parameter = "referral_up_pays_difference"
    zh, en = f"{zh} = {work.due}", f"{en} = {work.due}"
    if work.borne != work.due:
        zh, en = f"{zh}，以政策范围内费用 {w.in_policy} 为限", f"{en}, at most what is in policy: {w.in_policy}"
    return _step(w, "deductible", ("起付线", "Deductible"), (zh, en), work.borne, "patient", parameter)


_RATIO_PARAMETERS = {
    Care.INPATIENT: "inpatient_ratios",
    Care.OUTPATIENT: "outpatient_ratio",
    Care.TWO_DISEASES: "two_disease_ratio",
    Care.SPECIAL_DISEASE: "special_disease_ratio",
    Care.MAJOR_DISEASE: "major_disease_ratio",
}
_CAP_PARAMETERS = {
    Care.OUTPATIENT: "outpatient_cap",
    Care.TWO_DISEASES: "two_disease_cap",
    Care.SPECIAL_DISEASE: "special_disease_cap",
}


def _pool_steps(w: Working) -> Iterator[Step]:
    pool = w.pool
    if pool.counted != w.base:
        told = (
            f"定额 {pool.counted}，超过的 {w.base - pool.counted} 不计入报销",
            f"fixed price {pool.counted}: the {w.base - pool.counted} above it does not count",
        )
        yield _step(w, "ceiling", ("定额", "Fixed price"), told, pool.counted, parameter="major_disease_ceiling")
    if pool.points:
        told = (f"比例提高 {percent(pool.points)}", f"the ratio is raised by {percent(pool.points)}")
        yield _step(w, "group_points", ("人员类别提高", "Raised for the group"), told, ZERO, "", "group_points")
    if pool.reduction:
        place, referral = PLACE_LABELS[w.bill.place], REFERRAL_LABELS[w.bill.referral]
        told = (
            f"{place.zh}、{referral.zh}，比例降低 {percent(pool.reduction)}，不低于 {percent(w.rules.ratio_floor)}",
            f"{place.en}, {referral.en}: {percent(pool.reduction)} less, not below {percent(w.rules.ratio_floor)}",
        )
        yield _step(w, "reduction", ("县域外降低", "Lowered outside the county"), told, ZERO, "", "reduction")
    sums = " + ".join(f"{part} × {percent(paid)}" for part, _, paid in pool.parts) or "0"
    told_sum = f"{sums} = {pool.by_ratio}"
    yield _step(
        w, "by_ratio", ("按比例", "By ratio"), (told_sum, told_sum), pool.by_ratio, "", _RATIO_PARAMETERS[w.bill.care]
    )
    if pool.own_room is not None and pool.own_room < pool.by_ratio:
        told = (f"年度限额尚余 {pool.own_room}", f"of its yearly cap {pool.own_room} is left")
        yield _step(
            w, "own_cap", ("病种（门诊）限额", "Cap of its own"), told, pool.own_room, "", _CAP_PARAMETERS[w.bill.care]
        )
    if pool.year_room is not None and pool.year_room < pool.by_ratio:
        cap = w.rules.yearly_cap
        told = (
            f"年度封顶 {cap}，本年已付 {cap - pool.year_room}，尚余 {pool.year_room}",
            f"of the yearly cap {cap}, {cap - pool.year_room} was paid before: {pool.year_room} is left",
        )
        yield _step(w, "yearly_cap", ("年度封顶", "Yearly cap"), told, pool.year_room, "", "yearly_cap")
    told = (f"本次由统筹基金支付 {pool.paid}", f"the pool pays {pool.paid}")
    yield _step(w, "pool_fund", ("统筹基金支付", "Paid by the pool"), told, pool.paid, "pool")


def _critical_steps(w: Working) -> Iterator[Step]:
    plus = w.rules.critical is not None and w.rules.critical.counts_first_share and w.bill.first_share
    told_left = f"{w.in_policy} − {w.pool.paid}" + (f" + {w.bill.first_share}" if plus else "") + f" = {w.burden}"
    yield _step(w, "burden", ("合规自付", "Left to the person in policy"), (told_left, told_left), w.burden)
    critical = w.rules.critical
    if critical is None:
        return
    if not w.goes_on:
        told = ("县外未转诊，不进入大病保险与医疗救助", "outside the county without referral: it goes no further")
        yield _step(w, "unreferred", ("未转诊", "Not referred"), told, ZERO, "", "unreferred_counts")
        return
    if not w.counted_burden:
        return
    before, after = w.used.burden, w.used.burden + w.counted_burden
    due = to_fen(critical.deductible * w.terms.critical_factor)
    label = ("大病保险支付", "Critical-illness insurance")
    if after <= due:
        told = (
            f"年度累计 {before} + {w.counted_burden} = {after}，未超过起付线 {due}",
            f"the year's burden {before} + {w.counted_burden} = {after} is not above the deductible {due}",
        )
        yield _step(w, "critical_illness", label, told, w.critical, "critical_illness", "critical_deductible")
        return
    sums = " + ".join(
        f"{part} × {percent(ratio)}" for part, ratio in critical.bands.parts(after - due, w.terms.critical_points)
    )
    capped_zh = capped_en = ""
    if critical.cap and w.terms.critical_capped:
        capped_zh, capped_en = f"（年度封顶 {critical.cap}）", f" (yearly cap {critical.cap})"
    earlier = w.critical_before
    told = (
        f"年度累计 {before} + {w.counted_burden} = {after}，起付线 {due}，超过部分 {sums}{capped_zh}"
        + (f" − 此前累计应付 {earlier}" if earlier else "")
        + f" = {w.critical}",
        f"the year's burden {before} + {w.counted_burden} = {after}, deductible {due}; above it {sums}{capped_en}"
        + (f" − {earlier} due before" if earlier else "")
        + f" = {w.critical}",
    )
    yield _step(w, "critical_illness", label, told, w.critical, "critical_illness", "critical_ratios")


def _assistance_steps(w: Working) -> Iterator[Step]:
    if w.terms.assistance is not None and w.assistable:
        told = _yearly_told(w.used.assistance_base, w.assistable, w.terms.assistance, w.assisted)
        label = ("医疗救助支付", "Medical assistance")
        yield _step(w, "medical_assistance", label, told, w.assisted, "medical_assistance", "assistance_ratio")
    if w.terms.tilt is not None and w.assistable:
        before = w.used.assistance_base - w.used.assisted
        told = _yearly_told(before, w.assistable - w.assisted, w.terms.tilt, w.tilted)
        label = ("倾斜救助支付", "Additional assistance")
        yield _step(w, "tilt", label, told, w.tilted, "medical_assistance", "tilt_ratio")


def _yearly_told(before: Decimal, now: Decimal, terms: AssistanceTerms, paid: Decimal) -> tuple[str, str]:
    ratio = percent(terms.ratio)
    limit_zh = f"，年度限额 {terms.limit}" if terms.limit else ""
    limit_en = f", yearly limit {terms.limit}" if terms.limit else ""
    if not before and not terms.deductible:
        return f"{now} × {ratio}{limit_zh} = {paid}", f"{now} × {ratio}{limit_en} = {paid}"
    return (
        f"年度累计 {before} + {now}，起付标准 {terms.deductible}，超过部分 × {ratio}{limit_zh}，减去此前 = {paid}",
        f"the year's {before} + {now}, deductible {terms.deductible}, above × {ratio}{limit_en}, less before = {paid}",
    )


def _last_steps(w: Working) -> Iterator[Step]:
    if w.other:
        told_other = f"{w.left} × {percent(w.terms.other_ratio)} = {w.other}"
        label = ("其他基金支付", "Other funds")
        yield _step(w, "other_funds", label, (told_other, told_other), w.other, "other_funds", "other_fund_ratio")
    if w.account:
        told = (
            f"账户可用 {to_fen(w.person.personal_account)}，支付 {w.account}",
            f"of {to_fen(w.person.personal_account)} in the account, {w.account}",
        )
        label = ("个人账户支付", "Personal account")
        yield _step(w, "personal_account", label, told, w.account, "personal_account", "account_covers")
    parts = (w.pool.paid, w.critical, w.assisted + w.tilted, w.other, w.account)
    told_cash = " − ".join(str(part) for part in (w.bill.total, *parts) if part) or "0"
    yield _step(w, "cash", ("个人现金支付", "Cash"), (f"{told_cash} = {w.cash}",) * 2, w.cash, "patient")
