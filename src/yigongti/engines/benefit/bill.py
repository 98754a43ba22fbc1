"""What a settlement is computed from: the bill, the person, and what the person has used of this year's benefits.

Amounts are yuan with two decimals. Nothing here says what the fund pays: that is the engine's answer, never its input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yigongti.foundation.money import ZERO


class Care(StrEnum):
    """The kind of benefit that is asked for."""

    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    TWO_DISEASES = "two_diseases"  # 两病: hypertension and diabetes, outpatient
    SPECIAL_DISEASE = "special_disease"  # 慢特病 outpatient, with an approval
    MAJOR_DISEASE = "major_disease"  # one of the 13 major diseases, inpatient


class Level(StrEnum):
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


class Place(StrEnum):
    """Where the care was given, from the resident's own community outwards."""

    COMMUNITY = "community"
    COUNTY = "county"
    PREFECTURE = "prefecture"
    PROVINCE = "province"
    COUNTRY = "country"


class Referral(StrEnum):
    """How the person came there. FILED: long-term residence elsewhere, on file (异地长期备案)."""

    NONE = "none"
    UP = "up"
    DOWN = "down"
    EMERGENCY = "emergency"
    FILED = "filed"


@dataclass(frozen=True, slots=True)
class BillLine:
    """One charged item as the catalogue classes it.

    catalogue_class: "1" A, "2" B, "3" outside. first_share: the part of a class-B item that the person bears first, as
    a ratio. limit: the highest price per unit that insurance counts; None for no limit.
    """

    item_code: str
    quantity: Decimal
    amount: Decimal
    catalogue_class: str
    first_share: Decimal = Decimal(0)
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill to be settled. total = outside_catalogue + above_limits + first_share + what is in policy.

    transferred_deductible: `Settlement.deductible_of_stay` of the stay from which the person was referred; None when
    this stay does not continue another. disease_code: the approved, registered or major disease; of no effect for
    inpatient and outpatient care.
    """

    insurance_type: str
    care: Care
    level: Level
    place: Place
    referral: Referral
    started_on: date
    ended_on: date
    total: Decimal
    outside_catalogue: Decimal = ZERO
    above_limits: Decimal = ZERO
    first_share: Decimal = ZERO
    disease_code: str = ""
    transferred_deductible: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whose bill it is. groups: codes of policy/codesets/benefit_groups.csv. insured: (first day, last day) of each
    span in which the person is insured under a scheme. approvals: disease code → (first day, last day).
    personal_account: what may be taken from the account for this bill."""

    born_on: date | None
    groups: frozenset[str] = frozenset()
    insured: Mapping[str, tuple[tuple[date, date], ...]] = field(default_factory=dict)
    approvals: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    personal_account: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Used:
    """What the person has used in the year of the bill, before it. The sums are of settlements in force.

    admissions: stays to which the deductible applied, continued stays not counted again. pool: paid by the pool, by
    kind of care. disease_pool, disease_deductible: the same by disease, for kinds with yearly terms of their own.
    outpatient_deductible: borne of the yearly outpatient deductible. burden: what counts towards critical illness.
    critical: paid by it. assistance_base: what counted for assistance. assisted: paid by assistance; tilted: paid by
    additional assistance.
    """

    admissions: int = 0
    pool: Mapping[Care, Decimal] = field(default_factory=dict)
    outpatient_deductible: Decimal = ZERO
    burden: Decimal = ZERO
    critical: Decimal = ZERO
    assistance_base: Decimal = ZERO
    assisted: Decimal = ZERO
    tilted: Decimal = ZERO
    disease_pool: Mapping[str, Decimal] = field(default_factory=dict)
    disease_deductible: Mapping[str, Decimal] = field(default_factory=dict)
