"""Rules as small tables of whole numbers, so that a year of bills finds its terms by joins.

Amounts are whole fen, ratios whole ten-thousandths. A span is a stretch of days with one set of rules of one scheme
within one benefit year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from yigongti.engines.benefit.bill import Care, Level, Place, Referral
from yigongti.engines.benefit.checking import NEEDS_DISEASE
from yigongti.engines.benefit.reading import is_in_force, rules_of
from yigongti.engines.benefit.reference import bears_deductible, is_unreferred
from yigongti.engines.benefit.rules import NO_GROUP, AssistanceTerms, GroupTerms, Rules
from yigongti.foundation.policy import Policy

TEN_THOUSAND = 10_000
NEVER = 2**62  # an edge that no amount reaches


@dataclass(frozen=True)
class Spans:
    """All sets of rules of a period, numbered; `groups` are the codes that some policy of the period knows."""

    rules: tuple[Rules, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(sorted({group for rules in self.rules for group in rules.by_group} - {NO_GROUP}))

    @property
    def bands(self) -> int:
        return max((len(bands.ratios) for rules in self.rules for bands in rules.inpatient.values()), default=1)

    @property
    def critical_bands(self) -> int:
        found = (len(rules.critical.bands.ratios) for rules in self.rules if rules.critical is not None)
        return max(found, default=1)

    @property
    def repeats(self) -> int:
        return max((len(rules.deductible_repeat_factors) for rules in self.rules), default=1)


@dataclass(frozen=True)
class Terms:
    """The tables of terms of a period; every row has a number: circumstance, disease_terms, group_terms."""

    spans: Spans
    circumstances: Table
    diseases: Table
    groups: Table


def terms_of(spans: Spans) -> Terms:
    """The three tables of terms."""
    return Terms(spans, circumstances_table(spans), diseases_table(spans), groups_table(spans))


def spans_of(policy: Policy, schemes: Iterable[str], first_on: date, last_on: date) -> Spans:
    """The rules of every scheme and day of a period; days without a policy in force are left out."""
    found: list[Rules] = []
    for scheme in sorted(schemes):
        day = first_on
        while day <= last_on:
            if is_in_force(policy, scheme, day):
                found.append(rules_of(policy, scheme, day))
                day = found[-1].valid_until + timedelta(days=1)
            else:
                day += timedelta(days=1)
    return Spans(tuple(found))


def schemes_of(policy: Policy) -> frozenset[str]:
    """Every scheme that `benefit.care_covered` names on some day."""
    values = policy.parameter("benefit.care_covered").values
    return frozenset(scheme for value in values for scheme in value.content)


def circumstances_table(spans: Spans) -> Table:
    """Terms by span, care, level, place and referral: deductible, reduction, ratios of the level, what counts where."""
    rows: dict[str, list[Any]] = {}
    for span, rules in enumerate(spans.rules):
        for care, level in product(sorted(rules.care_covered), Level):
            for place, referral in product(Place, Referral):
                _add(rows, _circumstance(span, rules, care, level, place, referral, spans.bands))
    return _numbered(rows, "circumstance")


def _circumstance(
    span: int, rules: Rules, care: Care, level: Level, place: Place, referral: Referral, bands: int
) -> dict[str, Any]:
    adjusted = care in rules.adjusted_care
    goes_on = rules.unreferred_counts or not is_unreferred(place, referral)
    critical = rules.critical
    row: dict[str, Any] = {
        "span": span,
        "care": care.value,
        "level": level.value,
        "place": place.value,
        "referral": referral.value,
        "bears": bears_deductible(care, rules),
        "level_deductible": _fen(rules.deductible[level]) if bears_deductible(care, rules) else 0,
        "down_free": referral is Referral.DOWN and rules.referral_down_pays_nothing,
        "up_difference": referral is Referral.UP and rules.referral_up_pays_difference,
        "referred_on": referral in (Referral.UP, Referral.DOWN),
        "gap_days": rules.referral_gap_days,
        "adjusted": adjusted,
        "reduction": _scaled(rules.reduction[place, referral]) if adjusted else 0,
        "floor": _scaled(rules.ratio_floor),
        "year_cap": _fen(rules.yearly_cap) if care in rules.yearly_cap_covers and rules.yearly_cap else NEVER,
        "in_year_cap": care in rules.yearly_cap_covers,
        "first_share_counts": critical is not None and critical.counts_first_share,
        "critical_counts": critical is not None and goes_on and care in critical.covers,
        "assistance_counts": goes_on and care in rules.assistance_covers,
        "goes_further": bool(
            care in rules.yearly_cap_covers
            or (critical is not None and (care in critical.covers or critical.counts_first_share))
            or care in rules.assistance_covers
        ),
        "other_counts": care in rules.other_covers,
        "account_counts": care in rules.account_covers,
        "account_pays_outside": rules.account_pays_outside,
    }
    if care is Care.INPATIENT:
        edges, ratios = rules.inpatient[level].edges, rules.inpatient[level].ratios
    elif care is Care.OUTPATIENT:
        edges, ratios = (), (rules.outpatient_ratio[level],)
    elif care is Care.TWO_DISEASES:
        edges, ratios = (), (rules.two_disease_ratio[level],)
    else:
        edges, ratios = (), (Decimal(0),)  # by disease: see diseases_table
    _spread(row, "edge", [_fen(edge) for edge in edges], bands - 1, NEVER)
    _spread(row, "ratio", [_scaled(ratio) for ratio in ratios], bands, 0)
    return row


def diseases_table(spans: Spans) -> Table:
    """Terms by span, care and disease (empty for kinds that are for any disease): yearly deductible, cap, ratio."""
    rows: dict[str, list[Any]] = {}
    for span, rules in enumerate(spans.rules):
        for care in sorted(rules.care_covered):
            if care not in NEEDS_DISEASE:
                yearly = rules.outpatient if care is Care.OUTPATIENT else None
                deductible = _fen(yearly.deductible) if yearly else 0
                cap = _fen(yearly.cap) if yearly else 0
                _add(rows, _disease(span, care, "", deductible, cap, None, 0))
                continue
            for code in sorted(rules.diseases_of(care)):
                if care is Care.MAJOR_DISEASE:
                    major = rules.major_diseases[code]
                    _add(rows, _disease(span, care, code, 0, 0, major.ratio, _fen(major.ceiling)))
                else:
                    terms = rules.diseases[care, code]
                    ratio = rules.special_disease_ratio[code] if care is Care.SPECIAL_DISEASE else None
                    _add(rows, _disease(span, care, code, _fen(terms.deductible), _fen(terms.cap), ratio, 0))
    return _numbered(rows, "disease_terms")


def _disease(
    span: int, care: Care, code: str, deductible: int, cap: int, ratio: Decimal | None, ceiling: int
) -> dict[str, Any]:
    return {
        "span": span,
        "care": care.value,
        "disease": code,
        "own_deductible": deductible,
        "own_cap": cap or NEVER,
        "disease_ratio": None if ratio is None else _scaled(ratio),
        "ceiling": ceiling or NEVER,
    }


def groups_table(spans: Spans) -> Table:
    """Terms by span and set of groups, a set being a whole number with one bit for each of `spans.groups`."""
    rows: dict[str, list[Any]] = {}
    for span, rules in enumerate(spans.rules):
        known = [(bit, group) for bit, group in enumerate(spans.groups) if group in rules.by_group]
        for chosen in product((False, True), repeat=len(known)):
            picked = [pair for pair, taken in zip(known, chosen, strict=True) if taken]
            terms = rules.terms_of(frozenset(group for _, group in picked))
            row = _group(rules, terms, spans)
            _add(rows, {"span": span, "group_set": sum(1 << bit for bit, _ in picked), **row})
    return _numbered(rows, "group_terms")


def _group(rules: Rules, terms: GroupTerms, spans: Spans) -> dict[str, Any]:
    row: dict[str, Any] = {
        "group_factor": _scaled(terms.deductible_factor),
        "points": _scaled(terms.points),
        "other_ratio": _scaled(terms.other_ratio),
    }
    factors = [_scaled(factor) for factor in rules.deductible_repeat_factors]
    _spread(row, "repeat", factors, spans.repeats, factors[-1])
    critical = rules.critical
    due = round(critical.deductible * terms.critical_factor * 100, 12) if critical else Decimal(0)
    row["critical_due"] = int((due + Decimal("0.5")) // 1)
    capped = critical is not None and critical.cap and terms.critical_capped
    row["critical_cap"] = _fen(critical.cap) if critical is not None and capped else NEVER
    edges = critical.bands.edges if critical else ()
    ratios = [min(Decimal(1), ratio + terms.critical_points) for ratio in critical.bands.ratios] if critical else []
    _spread(row, "critical_edge", [_fen(edge) for edge in edges], spans.critical_bands - 1, NEVER)
    _spread(row, "critical_ratio", [_scaled(ratio) for ratio in ratios], spans.critical_bands, 0)
    for name, assistance in (("assistance", terms.assistance), ("tilt", terms.tilt)):
        found = assistance or AssistanceTerms(Decimal(0), Decimal(0), Decimal(0))
        row[f"{name}_ratio"] = _scaled(found.ratio)
        row[f"{name}_deductible"] = _fen(found.deductible)
        row[f"{name}_limit"] = _fen(found.limit) or NEVER
    return row


def _spread(row: dict[str, Any], name: str, values: Sequence[int], length: int, rest: int) -> None:
    for number in range(length):
        row[f"{name}_{number}"] = values[number] if number < len(values) else rest


def _add(rows: dict[str, list[Any]], row: dict[str, Any]) -> None:
    for name, value in row.items():
        rows.setdefault(name, []).append(value)


def _numbered(rows: dict[str, list[Any]], number: str) -> Table:
    columns = {name: pa.array(values, _type(values)) for name, values in rows.items()}
    length = len(next(iter(rows.values()), []))
    return ibis.memtable(pa.table({number: pa.array(range(length), pa.int64()), **columns}))


def _type(values: list[Any]) -> pa.DataType:
    known = next((value for value in values if value is not None), 0)
    if isinstance(known, bool):
        return pa.bool_()
    return pa.string() if isinstance(known, str) else pa.int64()


def _fen(amount: Decimal) -> int:
    return int(amount * 100)


def _scaled(ratio: Decimal) -> int:
    return int(ratio * TEN_THOUSAND)
