"""Weights and a low-risk list for the starter scheme, reckoned from the demo lists.

    python -m yigongti.demo.lists.starter_weights policy/casemix/starter

Nobody's cases stand behind these figures: each principal diagnosis of the lists brings the stays that one would
expect of it (by sex, age, procedure and degree of complication), they are grouped by the scheme itself, and a group's
weight is the mean cost of its expected stays over the mean cost of all. A county replaces them with weights of its
own cases (engines/casemix/pricing/weighing.py). The shares and factors below are assumptions of this product.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import fmean

from yigongti.demo.county.clinical_lists import ClinicalLists, Diagnosis, read_lists
from yigongti.engines.casemix.public import Case, Scheme, group_case, load_scheme

DEGREES = ("none", "cc", "mcc")
SHARE = {"none": 0.62, "cc": 0.28, "mcc": 0.10}
"""How many stays have no complication, a complication, a major one."""
COST_FACTOR = {"none": 0.87, "cc": 1.10, "mcc": 1.526}
STAY_FACTOR = {"none": 0.92, "cc": 1.08, "mcc": 1.27}
DEATH_FACTOR = {"none": 0.5, "cc": 1.2, "mcc": 3.5}
"""Each list of factors has the mean 1 (rounded) under SHARE, so that a diagnosis keeps its mean of the list."""

LEAST_BASE_SHARE = 0.3
"""However dear the operation, this part of a stay's mean cost is ward, tests and medicine."""

WEIGHT_OF_NEWBORN_G = {"nb": 3300, "lbw": 1900, "vlbw": 1300, "big": 4200, "": None}

COST_WITHOUT_EXAMPLE = {"AA1": 120000, "FA1": 68000, "PA1": 21000, "EA3": 16000, "RA1": 17000}
"""Yuan, by hand: groups that the lists do not reach and that their neighbours would not price sensibly."""

LOW_RISK_DEATHS = 0.0005
"""A group is proposed as low-risk when its expected mortality is at most this and it is free of complications."""


@dataclass(slots=True)
class ExpectedStay:
    """A stay that one would expect. weight: its frequency; cost: yuan; stay: days; mortality: 0 to 1."""

    case: Case
    weight: float
    cost: float
    stay: float
    mortality: float


@dataclass(slots=True)
class GroupFigures:
    """What the expected stays of a group add up to."""

    weight: float = 0.0
    cost: float = 0.0
    stay: float = 0.0
    mortality: float = 0.0

    def add(self, weight: float, cost: float, stay: float, mortality: float) -> None:
        self.weight += weight
        self.cost += weight * cost
        self.stay += weight * stay
        self.mortality += weight * mortality

    @property
    def mean_cost(self) -> float:
        return self.cost / self.weight

    @property
    def mean_stay(self) -> float:
        return self.stay / self.weight

    @property
    def mean_mortality(self) -> float:
        return self.mortality / self.weight


def expected_stays(lists: ClinicalLists) -> Iterator[ExpectedStay]:
    """The stays that the principal diagnoses of the lists lead one to expect, without complications."""
    for diagnosis in lists.with_role("principal", "both"):
        yield from _stays_of(diagnosis, lists)


def _stays_of(diagnosis: Diagnosis, lists: ClinicalLists) -> Iterator[ExpectedStay]:
    share = diagnosis.procedure_share if diagnosis.typical_procedures else 0.0
    prices = {
        code: float(lists.procedures[code].operation_fee + lists.procedures[code].supplies_fee)
        for code in diagnosis.typical_procedures
    }
    mean = diagnosis.mean_cost_yuan
    base = max(mean - share * (fmean(prices.values()) if prices else 0.0), LEAST_BASE_SHARE * mean)
    branches: list[tuple[tuple[str, ...], float, float]] = [((), 1 - share, base)] if share < 1 else []
    branches += [((code,), share / len(prices), base + price) for code, price in prices.items()]
    ages = (diagnosis.age_min, (diagnosis.age_min + diagnosis.age_max) // 2, diagnosis.age_max)
    for procedures, part, cost in branches:
        for sex in diagnosis.sexes:
            for age in ages:
                yield ExpectedStay(
                    _case(diagnosis, procedures, sex, age),
                    diagnosis.weight * part / len(diagnosis.sexes) / len(ages),
                    cost,
                    diagnosis.mean_stay_days,
                    diagnosis.mortality,
                )


def _case(diagnosis: Diagnosis, procedures: tuple[str, ...], sex: str, age: int) -> Case:
    age_days = 5 if diagnosis.of_newborns else 200 if age == 0 else age * 365
    outcome = (diagnosis.outcome_of_delivery,) if diagnosis.outcome_of_delivery else ()
    return Case(
        case_id=diagnosis.code,
        sex=sex,
        age_years=age,
        age_days=age_days,
        birth_weight_g=WEIGHT_OF_NEWBORN_G[diagnosis.newborn_weight],
        length_of_stay_days=int(diagnosis.mean_stay_days),
        discharge_disposition="1",
        diagnoses=(diagnosis.code, *outcome),
        procedures=procedures,
    )


def figures_by_group(lists: ClinicalLists, scheme: Scheme) -> dict[str, GroupFigures]:
    """The figures of every group that some expected stay reaches; each stay is spread over the three degrees."""
    figures: dict[str, GroupFigures] = {}
    for stay in expected_stays(lists):
        adrg = scheme.adrg(group_case(stay.case, scheme, alternatives=False).adrg)
        if adrg is None:
            continue
        for degree in DEGREES:
            drg = scheme.drg_for(adrg, degree)
            if drg is not None:
                figures.setdefault(drg, GroupFigures()).add(
                    stay.weight * SHARE[degree],
                    stay.cost * COST_FACTOR[degree],
                    stay.stay * STAY_FACTOR[degree],
                    min(1.0, stay.mortality * DEATH_FACTOR[degree]),
                )
    return figures


def weight_rows(scheme: Scheme, figures: dict[str, GroupFigures]) -> list[dict[str, str]]:
    """One row for every group of the scheme, in its order."""
    overall = sum(one.cost for one in figures.values()) / sum(one.weight for one in figures.values())
    rows = []
    for drg in scheme.drg_names:
        cost, stay = _cost_and_stay(drg, scheme, figures)
        rows.append(
            {
                "drg": drg,
                "relative_weight": _rounded(cost / overall, "0.0001"),
                "mean_cost": _rounded(cost, "0.01"),
                "standard_stay_days": _rounded(stay, "0.1"),
                "low_risk": "yes" if is_low_risk(drg, figures) else "no",
                "basis": "prior",
            }
        )
    return rows


def is_low_risk(drg: str, figures: dict[str, GroupFigures]) -> bool:
    """Our own proposal: reached by the lists, free of complications, expected mortality at most LOW_RISK_DEATHS."""
    return drg[-1] in "59" and drg in figures and figures[drg].mean_mortality <= LOW_RISK_DEATHS


def _cost_and_stay(drg: str, scheme: Scheme, figures: dict[str, GroupFigures]) -> tuple[float, float]:
    """A group's own figures; by hand; or the mean of its neighbours with the same kind of ADRG and ending."""
    if drg in figures:
        return figures[drg].mean_cost, figures[drg].mean_stay
    adrg = scheme.adrg(drg[:-1])
    assert adrg is not None, drg  # the loader refuses groups without an ADRG only where the ADRG lists them
    degree = {"1": "mcc", "3": "cc", "5": "none", "9": ""}[drg[-1]]
    factor = COST_FACTOR.get(degree, 1.0)
    kin = [
        one
        for other, one in figures.items()
        if (known := scheme.adrg(other[:-1])) is not None and known.partition is adrg.partition
    ]
    near = [
        one
        for other, one in figures.items()
        if other[0] == drg[0] and (known := scheme.adrg(other[:-1])) is not None and known.partition is adrg.partition
    ] or kin
    stay = fmean(one.mean_stay for one in near) * STAY_FACTOR.get(degree, 1.0)
    if drg[:-1] in COST_WITHOUT_EXAMPLE:
        return COST_WITHOUT_EXAMPLE[drg[:-1]] * factor, stay
    return fmean(one.mean_cost for one in near) * factor, stay


def _rounded(number: float, places: str) -> str:
    return str(Decimal(repr(number)).quantize(Decimal(places), ROUND_HALF_UP))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Writes weights.csv and low_risk.csv into the scheme's folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scheme", type=Path, help="the folder of the starter scheme / 入门方案文件夹")
    folder: Path = parser.parse_args().scheme
    scheme = load_scheme(folder)
    figures = figures_by_group(read_lists(), scheme)
    rows = weight_rows(scheme, figures)
    _write(folder / "weights.csv", rows)
    _write(
        folder / "low_risk.csv",
        [
            {"drg": row["drg"], "name": scheme.drg_names[row["drg"]], "source": "starter-casemix-scheme"}
            for row in rows
            if row["low_risk"] == "yes"
        ],
    )
    reached = len(figures)
    overall = sum(one.cost for one in figures.values()) / sum(one.weight for one in figures.values())
    print(f"{len(rows)} groups, {reached} reached by the lists, mean cost of a stay {overall:.2f} yuan")


if __name__ == "__main__":
    main()
