"""Benefit rules read from policy: every number a parameter `benefit.*`, checked whole, nothing assumed.

A parameter is selected by the day of discharge, or (`selected_by: benefit_year_start`) by the first day of the benefit
year: yearly caps and yearly deductibles must be of the second kind, because they hold for the whole year.
A scheme is in force on a day when `benefit.care_covered` names it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from yigongti.engines.benefit.bill import Care, Level, Place, Referral
from yigongti.engines.benefit.rules import (
    NO_GROUP,
    ONE,
    AssistanceTerms,
    Bands,
    CriticalRules,
    GroupTerms,
    MajorDisease,
    Rules,
    YearlyTerms,
)
from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.policy import Parameter, Policy

BY_DISCHARGE = "discharge_date"
BY_YEAR = "benefit_year_start"
_YEARLY = frozenset(
    {
        "yearly_cap",
        "yearly_cap_covers",
        "outpatient_deductible",
        "outpatient_cap",
        "two_disease_cap",
        "special_disease_deductible",
        "special_disease_cap",
    }
)
_LAST_DAY = date(2999, 12, 31)
_LARGEST = Decimal("99999999.99")  # so that sums in whole fen stay within 63 bits in table.py
_KEPT_BOOKS = 8

Code = TypeVar("Code", bound=StrEnum)


class RuleBook:
    """The rules of one policy for any scheme and day; each stretch of days without a change is read once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._changes = change_days(policy)
        self._known: dict[tuple[str, date], Rules] = {}

    def of(self, insurance_type: str, on: date) -> Rules:
        """The rules in force. Raises PolicyError: the scheme is not in force, or a file is wrong or lacks a value."""
        year_from = _year_start(self.policy, insurance_type, on)
        year_until = _same_day_next_year(year_from) - timedelta(days=1)
        first = max((day for day in (*self._changes, year_from) if day <= on), default=year_from)
        last = min((day - timedelta(days=1) for day in self._changes if day > on), default=_LAST_DAY)
        known = self._known.get((insurance_type, first))
        if known is None:
            span = (max(first, year_from), min(last, year_until))
            known = _read(self.policy, insurance_type, on, span, (year_from, year_until))
            self._known[insurance_type, first] = known
        return known


_books: dict[str, RuleBook] = {}


def rules_of(policy: Policy, insurance_type: str, on: date) -> Rules:
    """The rules of a scheme for a bill discharged on a day, read once and kept.

    Raises PolicyError naming the file: the scheme is not in force on that day (`benefit.scheme_not_in_force`), a value
    is missing, a ratio is not between 0 and 1, bands do not rise, an amount is negative.
    """
    digest = policy.release.digest
    book = _books.get(digest)
    if book is None:
        while len(_books) >= _KEPT_BOOKS:
            _books.pop(next(iter(_books)))
        book = _books[digest] = RuleBook(policy)
    return book.of(insurance_type, on)


def change_days(policy: Policy) -> tuple[date, ...]:
    """Every day on which some benefit parameter changes, in order."""
    return tuple(
        sorted(
            {
                value.from_on
                for name, parameter in policy.parameters.items()
                if name.startswith("benefit.")
                for value in parameter.values
            }
        )
    )


def is_in_force(policy: Policy, insurance_type: str, on: date) -> bool:
    """Whether `benefit.care_covered` names the scheme on a day."""
    parameter = policy.parameter("benefit.care_covered")
    if on < parameter.values[0].from_on:
        return False
    return insurance_type in parameter.value_on(on).content


def _year_start(policy: Policy, insurance_type: str, on: date) -> date:
    if not is_in_force(policy, insurance_type, on):
        raise PolicyError(
            "benefit.scheme_not_in_force",
            zh=f"险种 {insurance_type} 在 {on} 没有生效的待遇政策",
            en=f"scheme {insurance_type} has no benefit policy in force on {on}",
            where=policy.parameter("benefit.care_covered").path,
        )
    parameter = policy.parameter("benefit.year_starts_on")
    text = str(parameter.select(on, {"insurance_type": insurance_type}))
    try:
        month, day = (int(part) for part in text.split("-"))
        start = date(on.year, month, day)
        date(2001, month, day)  # 29 February is no day that every year has
    except ValueError as error:
        raise _wrong(
            parameter, "year_start", f"“{text}”不是月-日，如 01-01", f"“{text}” is no month-day, as 01-01"
        ) from error
    return start if start <= on else date(on.year - 1, month, day)


def _same_day_next_year(day: date) -> date:
    return day.replace(year=day.year + 1)


def _wrong(parameter: Parameter, code: str, zh: str, en: str) -> PolicyError:
    return PolicyError(
        f"benefit.{code}", zh=f"参数 {parameter.id}：{zh}", en=f"{parameter.id}: {en}", where=parameter.path
    )


class _Reader:
    """Reads the parameters of one scheme on one day, checks each, and remembers their sources."""

    def __init__(self, policy: Policy, insurance_type: str, on: date, year_from: date) -> None:
        self.policy, self.insurance_type, self.on, self.year_from = policy, insurance_type, on, year_from
        self.parameters: dict[str, tuple[str, str]] = {}

    def _content(self, name: str) -> tuple[Parameter, Any]:
        parameter = self.policy.parameter(f"benefit.{name}")
        if parameter.selected_by not in (BY_DISCHARGE, BY_YEAR) or (
            name in _YEARLY and parameter.selected_by != BY_YEAR
        ):
            wanted = BY_YEAR if name in _YEARLY else f"{BY_DISCHARGE} / {BY_YEAR}"
            raise _wrong(parameter, "selected_by", f"selected_by 应为 {wanted}", f"selected_by must be {wanted}")
        value = parameter.value_on(self.year_from if parameter.selected_by == BY_YEAR else self.on)
        if not isinstance(value.content, Mapping) or self.insurance_type not in value.content:
            raise PolicyError(
                "policy.case_not_covered",
                zh=f"参数 {parameter.id} 没有规定 insurance_type = {self.insurance_type} 的取值",
                en=f"parameter {parameter.id} has no value for insurance_type = {self.insurance_type}",
                where=parameter.path,
            )
        self.parameters[name] = (parameter.id, value.source)
        return parameter, value.content[self.insurance_type]

    def flag(self, name: str) -> bool:
        parameter, content = self._content(name)
        if not isinstance(content, bool):
            raise _wrong(parameter, "not_a_flag", "应为 yes 或 no", "must be yes or no")
        return content

    def days(self, name: str) -> int:
        parameter, content = self._content(name)
        if not isinstance(content, int) or content < 0:
            raise _wrong(parameter, "not_days", "应为不小于 0 的天数", "must be a number of days of at least 0")
        return content

    def care(self, name: str) -> frozenset[Care]:
        parameter, content = self._content(name)
        unknown = [code for code in content if code not in set(Care)]
        if unknown:
            raise _wrong(parameter, "care_unknown", f"没有医疗类别“{unknown[0]}”", f"no kind of care “{unknown[0]}”")
        return frozenset(map(Care, content))

    def codes(self, name: str) -> frozenset[str]:
        return frozenset(self._content(name)[1])

    def amount(self, name: str) -> Decimal:
        return _amount(*self._content(name))

    def ratio(self, name: str) -> Decimal:
        return _ratio(*self._content(name))

    def ratios(self, name: str) -> tuple[Decimal, ...]:
        parameter, content = self._content(name)
        return _ratios(parameter, content)

    def edges(self, name: str) -> tuple[Decimal, ...]:
        parameter, content = self._content(name)
        edges = tuple(_amount(parameter, edge) for edge in content)
        if list(edges) != sorted(set(edges)) or (edges and edges[0] <= 0):
            raise _wrong(parameter, "bands_not_rising", "分段上界须大于 0 且依次递增", "edges must be above 0 and rise")
        return edges

    def bands(self, edges_name: str, ratios_name: str) -> Bands:
        edges = self.edges(edges_name)
        parameter, content = self._content(ratios_name)
        return _bands(parameter, edges, content)

    def by_code(self, name: str, kind: type[Code], read: Callable[[Parameter, Any], Any]) -> dict[Code, Any]:
        parameter, content = self._content(name)
        return {code: read(parameter, _item(parameter, content, code)) for code in kind}

    def by_key(
        self, name: str, read: Callable[[Parameter, Any], Any], keys: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """The values by key; with `keys` exactly these must stand in the file."""
        parameter, content = self._content(name)
        wanted = content if keys is None else sorted(keys)
        surplus = sorted(set(content) - set(wanted))
        if surplus:
            raise _wrong(parameter, "key_unknown", f"多出“{surplus[0]}”", f"“{surplus[0]}” is unknown elsewhere")
        return {key: read(parameter, _item(parameter, content, key)) for key in wanted}


def _item(parameter: Parameter, content: Any, key: str) -> Any:
    if not isinstance(content, Mapping) or key not in content:
        raise _wrong(parameter, "value_missing", f"缺少“{key}”的取值", f"there is no value for “{key}”")
    return content[key]


def _amount(parameter: Parameter, content: Any) -> Decimal:
    usable = isinstance(content, Decimal) and content.is_finite() and 0 <= content <= _LARGEST
    if not usable or content != to_fen(content):
        raise _wrong(
            parameter,
            "amount_wrong",
            f"金额 {content} 须在 0 与 99999999.99 之间、至多两位小数",
            f"{content} is no amount of at least 0 in fen",
        )
    return to_fen(content)


def _ratio(parameter: Parameter, content: Any) -> Decimal:
    if not isinstance(content, Decimal) or not content.is_finite() or not 0 <= content <= 1:
        raise _wrong(parameter, "ratio_wrong", f"比例 {content} 须在 0 与 1 之间", f"{content} is not between 0 and 1")
    if content != round(content, 4):
        raise _wrong(parameter, "ratio_wrong", f"比例 {content} 至多四位小数", f"{content} has more than four decimals")
    return content.normalize() + 0


def _ratios(parameter: Parameter, content: Any) -> tuple[Decimal, ...]:
    if not isinstance(content, tuple) or not content:
        raise _wrong(parameter, "value_missing", "至少要有一个比例", "at least one ratio is needed")
    return tuple(_ratio(parameter, item) for item in content)


def _bands(parameter: Parameter, edges: tuple[Decimal, ...], content: Any) -> Bands:
    ratios = _ratios(parameter, content)
    if len(ratios) != len(edges) + 1:
        raise _wrong(
            parameter, "bands_do_not_match", "每段一个比例，应比上界多一个", "there must be one ratio more than edges"
        )
    return Bands(edges, ratios)


def _read(policy: Policy, insurance_type: str, on: date, span: tuple[date, date], year: tuple[date, date]) -> Rules:
    read = _Reader(policy, insurance_type, on, year[0])
    covered = read.care("care_covered")
    edges = read.edges("inpatient_edges")
    critical_exists, assistance_exists = read.flag("critical_exists"), read.flag("assistance_exists")
    goes_on = critical_exists or assistance_exists
    rules = Rules(
        insurance_type=insurance_type,
        on=on,
        valid_from=span[0],
        valid_until=span[1],
        year_from=year[0],
        year_until=year[1],
        care_covered=covered,
        approval_needed=read.care("approval_needed"),
        deductible=read.by_code("deductible", Level, _amount),
        deductible_repeat_factors=read.ratios("deductible_repeat_factors"),
        referral_up_pays_difference=read.flag("referral_up_pays_difference"),
        referral_down_pays_nothing=read.flag("referral_down_pays_nothing"),
        referral_gap_days=read.days("referral_gap_days"),
        inpatient=read.by_code("inpatient_ratios", Level, lambda parameter, item: _bands(parameter, edges, item)),
        reduction=_reductions(read),
        adjusted_care=read.care("ratio_adjusted_care"),
        ratio_floor=read.ratio("ratio_floor"),
        yearly_cap=read.amount("yearly_cap"),
        yearly_cap_covers=read.care("yearly_cap_covers"),
        outpatient=_outpatient(read, covered),
        outpatient_ratio=read.by_code("outpatient_ratio", Level, _ratio) if Care.OUTPATIENT in covered else {},
        two_disease_ratio=read.by_code("two_disease_ratio", Level, _ratio) if Care.TWO_DISEASES in covered else {},
        diseases=_diseases(read, covered),
        special_disease_ratio=read.by_key("special_disease_ratio", _ratio) if Care.SPECIAL_DISEASE in covered else {},
        major_diseases=_major(read) if Care.MAJOR_DISEASE in covered else {},
        major_bears_deductible=Care.MAJOR_DISEASE in covered and read.flag("major_disease_bears_deductible"),
        critical=_critical(read) if critical_exists else None,
        unreferred_counts=goes_on and read.flag("unreferred_counts"),
        assistance_covers=read.care("assistance_covers") if assistance_exists else frozenset(),
        other_covers=read.care("other_fund_covers"),
        account_covers=read.care("account_covers"),
        account_pays_outside=read.flag("account_pays_outside"),
        by_group=_groups(read, critical=critical_exists, assistance=assistance_exists),
        group_labels=_labels(policy, "codesets/benefit_groups.csv", lambda row: row["code"]),
        disease_labels=_labels(policy, "codesets/benefit_diseases.csv", lambda row: (Care(row["care"]), row["code"])),
        parameters=read.parameters,
    )
    return rules


def _reductions(read: _Reader) -> dict[tuple[Place, Referral], Decimal]:
    rows = read.by_code("reduction", Place, lambda parameter, item: (parameter, item))
    return {
        (place, referral): _ratio(parameter, _item(parameter, row, referral))
        for place, (parameter, row) in rows.items()
        for referral in Referral
    }


def _outpatient(read: _Reader, covered: frozenset[Care]) -> YearlyTerms:
    if Care.OUTPATIENT not in covered:
        return YearlyTerms(ZERO, ZERO)
    return YearlyTerms(read.amount("outpatient_deductible"), read.amount("outpatient_cap"))


def _diseases(read: _Reader, covered: frozenset[Care]) -> dict[tuple[Care, str], YearlyTerms]:
    found: dict[tuple[Care, str], YearlyTerms] = {}
    if Care.TWO_DISEASES in covered:
        for disease, cap in read.by_key("two_disease_cap", _amount).items():
            found[Care.TWO_DISEASES, disease] = YearlyTerms(ZERO, cap)
    if Care.SPECIAL_DISEASE in covered:
        listed = read.by_key("special_disease_ratio", _ratio)
        caps = read.by_key("special_disease_cap", _amount, listed)
        deductibles = read.by_key("special_disease_deductible", _amount, listed)
        for disease in listed:
            found[Care.SPECIAL_DISEASE, disease] = YearlyTerms(deductibles[disease], caps[disease])
    return found


def _major(read: _Reader) -> dict[str, MajorDisease]:
    ratios = read.by_key("major_disease_ratio", _ratio)
    ceilings = read.by_key("major_disease_ceiling", _amount, ratios)
    return {disease: MajorDisease(ratio, ceilings[disease]) for disease, ratio in ratios.items()}


def _critical(read: _Reader) -> CriticalRules:
    return CriticalRules(
        covers=read.care("critical_covers"),
        counts_first_share=read.flag("critical_counts_first_share"),
        deductible=read.amount("critical_deductible"),
        bands=read.bands("critical_edges", "critical_ratios"),
        cap=read.amount("critical_cap"),
    )


def _groups(read: _Reader, *, critical: bool, assistance: bool) -> dict[str, GroupTerms]:
    factors = read.by_key("deductible_group_factor", _ratio)
    if NO_GROUP not in factors:
        parameter = read.policy.parameter("benefit.deductible_group_factor")
        raise _wrong(parameter, "value_missing", f"缺少“{NO_GROUP}”的取值", f"there is no value for “{NO_GROUP}”")
    points = read.by_key("group_points", _ratio, factors)
    critical_factors = critical_points = {}
    uncapped: frozenset[str] = frozenset()
    if critical:
        critical_factors = read.by_key("critical_deductible_group_factor", _ratio, factors)
        critical_points = read.by_key("critical_group_points", _ratio, factors)
        uncapped = read.codes("critical_uncapped_groups")
        if uncapped - factors.keys():
            parameter = read.policy.parameter("benefit.critical_uncapped_groups")
            surplus = min(uncapped - factors.keys())
            raise _wrong(parameter, "key_unknown", f"多出“{surplus}”", f"“{surplus}” is unknown elsewhere")
    assisted = _assistance(read, "assistance", factors) if assistance else {}
    tilted = _assistance(read, "tilt", factors) if assistance and read.flag("tilt_exists") else {}
    other = read.by_key("other_fund_ratio", _ratio, factors)
    return {
        group: GroupTerms(
            deductible_factor=factors[group],
            points=points[group],
            critical_factor=critical_factors.get(group, ONE),
            critical_points=critical_points.get(group, Decimal(0)),
            critical_capped=group not in uncapped,
            assistance=assisted.get(group),
            tilt=tilted.get(group),
            other_ratio=other[group],
        )
        for group in factors
    }


def _assistance(read: _Reader, name: str, groups: Iterable[str]) -> dict[str, AssistanceTerms]:
    groups = list(groups)
    ratios = read.by_key(f"{name}_ratio", _ratio, groups)
    if name == "assistance":
        deductibles = read.by_key("assistance_deductible", _amount, groups)
        limits = read.by_key("assistance_limit", _amount, groups)
    else:
        deductibles = dict.fromkeys(groups, read.amount("tilt_deductible"))
        limits = dict.fromkeys(groups, read.amount("tilt_limit"))
    return {group: AssistanceTerms(ratios[group], deductibles[group], limits[group]) for group in groups}


def _labels(policy: Policy, path: str, key: Callable[[dict[str, str]], Any]) -> dict[Any, Text]:
    with policy.file(path).open(encoding="utf-8", newline="") as lines:
        return {key(row): Text(zh=row["zh"], en=row["en"]) for row in csv.DictReader(lines)}
