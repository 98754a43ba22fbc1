"""How the fund settled a stay, as the settlement lists tell it, in whole fen.

A county made with benefit rules pays by them (agreement.py), and the lists say the same as the settlements.
Without rules this simple agreement of an invented past holds:

    in policy = total - class 3 - a tenth of class 2;  pool = (in policy - deductible) x ratio
    supplementary = 60 % of what the patient bears within the catalogue above 14,000 yuan
    assistance = 70 % of what is then left, for those entitled to it
    total = pool + supplementary + assistance + patient's share + outside the catalogue
    cash = patient's share + outside the catalogue - personal account

The ratios are invented; a county's own rules live in policy/.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from yigongti.demo.county.stays import Stay

_DEDUCTIBLE = {"county": 50_000, "township": 20_000}
_RATIO = {("county", 310): 82, ("township", 310): 88, ("county", 390): 75, ("township", 390): 85}
_SUPPLEMENTARY_FROM = 1_400_000
_CAP = 15_000_000


@dataclass(frozen=True, slots=True)
class Settlement:
    """Amounts in fen; they add up to the total by construction."""

    total: int
    pool: int
    supplementary: int
    assistance: int
    patient_share: int
    outside: int
    account: int

    @property
    def borne_by_patient(self) -> int:
        return self.patient_share + self.outside


def settle(stay: Stay, insurance_type: int, assisted: bool, classes: tuple[int, int, int]) -> Settlement:
    """The settlement of a stay whose lines of the classes A, B and outside come to so many fen."""
    total, outside = sum(classes), classes[2]
    level = stay.institution.level
    in_policy = total - outside - _share(classes[1], 10)
    pool = min(_share(max(0, in_policy - _DEDUCTIBLE[level]), _RATIO[(level, insurance_type)]), _CAP)
    borne = total - outside - pool
    supplementary = _share(max(0, borne - _SUPPLEMENTARY_FROM), 60)
    assistance = _share(borne - supplementary, 70) if assisted else 0
    patient_share = borne - supplementary - assistance
    account = min(patient_share, 60_000 + stay.resident % 90_000) if insurance_type == 310 else 0
    return Settlement(total, pool, supplementary, assistance, patient_share, outside, account)


def settlement_of(paid: Mapping[str, Decimal]) -> Settlement:
    """The same as it was paid in the facts of settlements: yuan by the names of that table."""
    fen = {name: int(yuan.scaleb(2)) for name, yuan in paid.items()}
    share = fen["personal_account"] + fen["cash"] - fen["outside_catalogue"]
    return Settlement(
        fen["total_cost"], fen["pool_fund"], fen["critical_illness"] + fen["other_funds"], fen["medical_assistance"],
        share, fen["outside_catalogue"], fen["personal_account"],
    )  # fmt: skip


def uninsured(classes: tuple[int, int, int]) -> Settlement:
    """A stay that the fund does not pay for."""
    return Settlement(sum(classes), 0, 0, 0, classes[0] + classes[1], classes[2], 0)


def _share(fen: int, percent: int) -> int:
    """So many per cent, half-up to the fen."""
    return (fen * percent + 50) // 100


def settlement_row(
    draw: random.Random,
    stay: Stay,
    page: Mapping[str, object],
    settled: Settlement,
    insurance_type: int,
    insured_number: str,
) -> dict[str, object]:
    """One row of the settlement lists."""

    def yuan(fen: int) -> Decimal:
        return Decimal(fen).scaleb(-2)

    return {
        "institution_code": page["institution_code"],
        "case_id": page["case_id"],
        "settlement_number": f"S{stay.institution.number:04d}{stay.discharged_on:%Y%m%d}{page['case_id']}",
        "insured_number": insured_number,
        "insurance_type": str(insurance_type),
        "care_setting": "52" if stay.principal.outcome_of_delivery else "21",
        "settled_from": stay.admitted_on,
        "settled_to": stay.discharged_on,
        "bill_code": f"DEMO{stay.discharged_on:%y}{stay.institution.number:04d}",
        "bill_number": f"{draw.randrange(10**10):010d}",
        "total_cost": yuan(settled.total),
        "pool_fund": yuan(settled.pool),
        "supplementary_fund": yuan(settled.supplementary),
        "medical_assistance": yuan(settled.assistance),
        "patient_share": yuan(settled.patient_share),
        "outside_catalogue": yuan(settled.outside),
        "personal_account": yuan(settled.account),
        "cash": yuan(settled.borne_by_patient - settled.account),
        "hospital_payment_method": "4",
    }
