"""Everything that was worked out on the way to a settlement; the explanation is written from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.benefit.bill import Bill, Person, Used
from yigongti.engines.benefit.rules import GroupTerms, Rules


@dataclass(frozen=True, slots=True)
class DeductibleWork:
    """standard: of the level, or of the year. set_off: borne in the stays that this one continues. due: what there is
    to bear; borne: of it, as far as the bill reaches. of_stay: what the next stay takes over when referred on."""

    standard: Decimal
    repeat_factor: Decimal
    group_factor: Decimal
    set_off: Decimal
    due: Decimal
    borne: Decimal
    of_stay: Decimal
    counts_admission: bool


@dataclass(frozen=True, slots=True)
class PoolWork:
    """counted: the base as far as it counts. parts: (amount, ratio of the file, ratio that is paid) by band.
    by_ratio: their sum, rounded. own_room, year_room: what the caps leave, None where there is no cap."""

    counted: Decimal
    parts: tuple[tuple[Decimal, Decimal, Decimal], ...]
    points: Decimal
    reduction: Decimal
    by_ratio: Decimal
    own_room: Decimal | None
    year_room: Decimal | None
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Working:
    """burden: what is left to the person in policy. counted_burden: of it, what counts for critical illness.
    critical_before: what critical illness comes to on the burden before this bill, by this bill's rules.
    assistable: what counts for assistance. left: what other funds look at."""

    bill: Bill
    person: Person
    used: Used
    rules: Rules
    terms: GroupTerms
    in_policy: Decimal
    deductible: DeductibleWork
    base: Decimal
    pool: PoolWork
    goes_on: bool
    burden: Decimal
    counted_burden: Decimal
    critical_before: Decimal
    critical: Decimal
    assistable: Decimal
    assisted: Decimal
    tilted: Decimal
    left: Decimal
    other: Decimal
    account: Decimal
    cash: Decimal
