"""The payment rules in force on a day, read once from policy and handed to the engine as a value.

Every choice that a county may make (rate, coefficients, what is an outlier, what is paid by item) is a parameter
`casemix.*` with its legal source; the engine knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from yigongti.engines.casemix.pricing.rounding import to_ten_thousandths
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy

FIXED_RATE = "fixed_rate"
FLOATING_RATE = "floating_rate"


@dataclass(frozen=True, slots=True)
class HighOutlierBand:
    """A case whose group weighs at most `weight_up_to` (None: any weight) is a high outlier when it costs at least
    `multiple` times the standard."""

    weight_up_to: Decimal | None
    multiple: Decimal


@dataclass(frozen=True)
class PaymentRules:
    """What a county has decided on how cases are paid. Ratios and coefficients have at most four decimals.

    base_rates: yuan per weight of 1, by insurance type ("310" employees, "390" residents).
    level_coefficients: by institution level; institution_coefficients: by institution code, before the level's.
    equal_pay_groups: groups paid with coefficient 1 at every institution (基础病组同城同价).
    high_bands: in rising order of weight, the last without an upper edge. high_excess_ratio: share of the cost above
    the high threshold that is added to the standard. low_multiple: below it, by item times low_ratio.
    excluded_stay_at_most / _at_least: days (0 switches them off). *_ratio: share of the cost paid by item.
    negotiation_cap: approved single negotiations as a share of the institution's discharges.
    sources: parameter → source id, for traces.
    """

    on: date
    method: str
    base_rates: Mapping[str, Decimal]
    level_coefficients: Mapping[str, Decimal]
    high_bands: tuple[HighOutlierBand, ...]
    high_excess_ratio: Decimal
    low_multiple: Decimal
    low_ratio: Decimal
    excluded_stay_at_most: int
    excluded_stay_at_least: int
    excluded_stay_ratio: Decimal
    ungroupable_ratio: Decimal
    unstable_by_item: bool
    unstable_ratio: Decimal
    negotiated_ratio: Decimal
    negotiation_cap: Decimal
    fund_part_may_be_negative: bool
    equal_pay_groups: frozenset[str] = frozenset()
    institution_coefficients: Mapping[str, Decimal] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.method not in (FIXED_RATE, FLOATING_RATE):
            raise PolicyError(
                "casemix.method_unknown",
                zh=f"不认识的结算方式“{self.method}”",
                en=f"unknown payment method “{self.method}”",
                where="casemix.payment_method",
            )
        edges = [band.weight_up_to for band in self.high_bands]
        rising = [edge for edge in edges if edge is not None]
        if not edges or edges[-1] is not None or len(rising) != len(edges) - 1 or rising != sorted(set(rising)):
            raise PolicyError(
                "casemix.bands_not_rising",
                zh="高倍率分段必须依次递增，最后一段不设上限",
                en="high-outlier bands must rise, the last without an upper edge",
                where="casemix.high_outlier_edges",
            )
        if any(rate <= 0 for rate in self.base_rates.values()):
            raise PolicyError(
                "casemix.rate_not_positive",
                zh="费率必须大于 0",
                en="a base rate must be above 0",
                where="casemix.base_rate",
            )
        for ratio in self.ratios():
            try:
                negative = to_ten_thousandths(ratio) < 0
            except ValueError:
                negative = True
            if negative:
                raise PolicyError(
                    "casemix.ratio_not_usable",
                    zh=f"比例 {ratio} 必须不小于 0 且至多四位小数",
                    en=f"the ratio {ratio} must be at least 0 with at most four decimals",
                    where="policy/parameters/casemix",
                )

    def ratios(self) -> list[Decimal]:
        """Every ratio and coefficient in the rules."""
        return [
            *self.level_coefficients.values(),
            *self.institution_coefficients.values(),
            *(band.multiple for band in self.high_bands),
            self.high_excess_ratio,
            self.low_multiple,
            self.low_ratio,
            self.excluded_stay_ratio,
            self.ungroupable_ratio,
            self.unstable_ratio,
            self.negotiated_ratio,
            self.negotiation_cap,
        ]

    def band_of(self, weight: Decimal) -> HighOutlierBand:
        """The high-outlier band of a group of that weight."""
        return next(band for band in self.high_bands if band.weight_up_to is None or weight <= band.weight_up_to)

    def coefficient(self, institution_code: str, institution_level: str, drg: str) -> Decimal | None:
        """The coefficient of an institution for a group; None where the policy names none."""
        if drg in self.equal_pay_groups:
            return Decimal(1)
        own = self.institution_coefficients.get(institution_code)
        return own if own is not None else self.level_coefficients.get(institution_level)

    def source(self, parameter: str) -> str:
        return self.sources.get(f"casemix.{parameter}", "")

    @classmethod
    def from_policy(
        cls, policy: Policy, *, on: date, institution_coefficients: Mapping[str, Decimal] | None = None
    ) -> PaymentRules:
        """The rules in force on a day. Raises PolicyError where a parameter is missing or wrong; never a default."""
        read = _Reader(policy, on)
        edges = read.numbers("high_outlier_edges")
        multiples = read.numbers("high_outlier_multiples")
        if len(multiples) != len(edges) + 1:
            raise PolicyError(
                "casemix.bands_do_not_match",
                zh="高倍率的倍数应比分段界限多一个",
                en="there must be one high-outlier multiple more than edges",
                where="casemix.high_outlier_multiples",
            )
        return cls(
            on=on,
            method=str(read.one("payment_method")),
            base_rates=read.by_key("base_rate"),
            level_coefficients=read.by_key("institution_coefficient"),
            high_bands=tuple(map(HighOutlierBand, (*edges, None), multiples)),
            high_excess_ratio=read.number("high_outlier_excess_ratio"),
            low_multiple=read.number("low_outlier_multiple"),
            low_ratio=read.number("low_outlier_ratio"),
            excluded_stay_at_most=int(read.number("excluded_stay_at_most")),
            excluded_stay_at_least=int(read.number("excluded_stay_at_least")),
            excluded_stay_ratio=read.number("excluded_stay_ratio"),
            ungroupable_ratio=read.number("ungroupable_ratio"),
            unstable_by_item=bool(read.one("unstable_groups_by_item")),
            unstable_ratio=read.number("unstable_group_ratio"),
            negotiated_ratio=read.number("negotiated_ratio"),
            negotiation_cap=read.number("negotiation_cap"),
            fund_part_may_be_negative=bool(read.one("fund_part_may_be_negative")),
            equal_pay_groups=frozenset(read.codes("equal_pay_groups")),
            institution_coefficients=dict(institution_coefficients or {}),
            sources=read.sources,
        )


class _Reader:
    """Reads casemix parameters of one day and remembers their sources."""

    def __init__(self, policy: Policy, on: date) -> None:
        self.policy, self.on = policy, on
        self.sources: dict[str, str] = {}

    def _value(self, name: str) -> object:
        parameter = self.policy.parameter(f"casemix.{name}")
        value = parameter.value_on(self.on)
        self.sources[parameter.id] = value.source
        return value.content

    def one(self, name: str) -> object:
        return self._value(name)

    def number(self, name: str) -> Decimal:
        return Decimal(str(self._value(name)))

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        content = self._value(name)
        return tuple(content) if isinstance(content, tuple) else ()

    def codes(self, name: str) -> tuple[str, ...]:
        content = self._value(name)
        return tuple(content) if isinstance(content, tuple) else ()

    def by_key(self, name: str) -> dict[str, Decimal]:
        content = self._value(name)
        if not isinstance(content, Mapping):
            raise PolicyError(
                "casemix.parameter_not_by_key",
                zh=f"参数 casemix.{name} 必须分项取值",
                en=f"parameter casemix.{name} must be given by key",
                where=f"casemix.{name}",
            )
        return {str(key): Decimal(str(item)) for key, item in content.items()}


@dataclass(frozen=True, slots=True)
class DatedRules:
    """Rules and the days (both included) on which they hold unchanged."""

    first_on: date
    last_on: date
    rules: PaymentRules


def dated_rules(
    policy: Policy, *, first_on: date, last_on: date, institution_coefficients: Mapping[str, Decimal] | None = None
) -> tuple[DatedRules, ...]:
    """The rules of every day of a period, equal neighbours joined: a rate that changes in mid-month splits it in two.

    Cases are priced by the rules of their day of discharge (`selected_by: discharge_date`).
    """
    spans: list[DatedRules] = []
    for day in _days(first_on, last_on):
        rules = PaymentRules.from_policy(policy, on=day, institution_coefficients=institution_coefficients)
        last = spans[-1] if spans else None
        if last is not None and replace(rules, on=last.rules.on) == last.rules:
            spans[-1] = DatedRules(last.first_on, day, last.rules)
        else:
            spans.append(DatedRules(day, day, rules))
    return tuple(spans)


def _days(first_on: date, last_on: date) -> Iterable[date]:
    return (first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1))
