"""Everything that the clearing of a community's year is computed from, as a value that has a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yigongti.engines.fund.public import Cause, ReasonablePart
from yigongti.foundation.money import ZERO


@dataclass(frozen=True, slots=True)
class CasesInput:
    """The year's cases of an institution and scheme that are paid by group. cost: of their bills; fund: what the fund
    paid or owes for them, month by month; patients: borne by others; deposit: kept back of them. packaged: whether the
    packaged fund bears the scheme."""

    insurance_type: str
    packaged: bool
    cost: Decimal
    fund: Decimal
    patients: Decimal
    deposit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class InstitutionInput:
    """A member of the community. tier: county, township, village. people: insured people it answers for; workload:
    cases settled in the year; score: of its assessment; contribution: yuan it saved or overspent; retained: yuan kept
    back for the assessment; cases: paid by group, by scheme."""

    id: int
    code: str
    tier: str
    people: int = 0
    workload: Decimal = Decimal(0)
    score: Decimal = Decimal(0)
    contribution: Decimal = ZERO
    retained: Decimal = ZERO
    cases: tuple[CasesInput, ...] = ()


@dataclass(frozen=True, slots=True)
class ClearingInputs:
    """quota: of the contract. spending: category → yuan of the packaged fund. months: closed months of the year with
    the digest of their facts. score: of the community's assessment, None where nobody gave one."""

    year: int
    community_id: int
    community_code: str
    office_id: int
    office_code: str
    quota: Decimal
    spending: Mapping[str, Decimal]
    score: Decimal | None
    institutions: tuple[InstitutionInput, ...]
    months: Mapping[str, str]
    insurance_type: str = "390"
    reasonable: tuple[ReasonablePart, ...] = ()

    @property
    def spent(self) -> Decimal:
        return sum(self.spending.values(), ZERO)

    @property
    def missing_months(self) -> tuple[str, ...]:
        """Months of the year that are not closed."""
        return tuple(
            month for month in (f"{self.year:04d}-{number:02d}" for number in range(1, 13)) if month not in self.months
        )

    def as_json(self) -> dict[str, Any]:
        """For keeping and for the digest: amounts as text, mappings in order."""
        return {
            "year": self.year,
            "community": self.community_code,
            "office": self.office_code,
            "quota": f"{self.quota:.2f}",
            "spending": {name: f"{amount:.2f}" for name, amount in sorted(self.spending.items())},
            "score": None if self.score is None else _plain(self.score),
            "insurance_type": self.insurance_type,
            "reasonable": [
                {"cause": part.cause.value, "amount": f"{part.amount:.2f}", "proof": part.proof}
                for part in self.reasonable
            ],
            "months": dict(sorted(self.months.items())),
            "institutions": [
                {
                    "code": each.code,
                    "tier": each.tier,
                    "people": each.people,
                    "workload": _plain(each.workload),
                    "score": _plain(each.score),
                    "contribution": f"{each.contribution:.2f}",
                    "retained": f"{each.retained:.2f}",
                }
                | ({"cases": [_told(cases) for cases in each.cases]} if each.cases else {})
                for each in sorted(self.institutions, key=lambda each: each.code)
            ],
        }

    def digest(self, release: str) -> str:
        """SHA-256 of the inputs and the policy's release: the same digest, the same year."""
        told = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(f"{release}\n{told}".encode()).hexdigest()


def _told(cases: CasesInput) -> dict[str, Any]:
    amounts = {name: f"{getattr(cases, name):.2f}" for name in ("cost", "fund", "patients", "deposit")}
    return {"insurance_type": cases.insurance_type, "packaged": cases.packaged, **amounts}


def _cases(told: Mapping[str, Any]) -> CasesInput:
    amounts = {name: Decimal(told[name]) for name in ("cost", "fund", "patients", "deposit")}
    return CasesInput(insurance_type=told["insurance_type"], packaged=told["packaged"], **amounts)


def from_json(told: Mapping[str, Any], *, community_id: int, office_id: int, ids: Mapping[str, int]) -> ClearingInputs:
    """What `as_json` told, again as a value of the same digest. ids: institution code → its number."""
    institutions = tuple(
        InstitutionInput(
            ids.get(each["code"], 0), each["code"], each["tier"], int(each["people"]), Decimal(each["workload"]),
            Decimal(each["score"]), Decimal(each["contribution"]), Decimal(each["retained"]),
            tuple(_cases(cases) for cases in each.get("cases", [])),
        )
        for each in told["institutions"]
    )  # fmt: skip
    reasonable = tuple(
        ReasonablePart(Cause(part["cause"]), Decimal(part["amount"]), part["proof"]) for part in told["reasonable"]
    )
    return ClearingInputs(
        year=told["year"], community_id=community_id, community_code=told["community"], office_id=office_id,
        office_code=told["office"], quota=Decimal(told["quota"]),
        spending={name: Decimal(amount) for name, amount in told["spending"].items()},
        score=None if told["score"] is None else Decimal(told["score"]), institutions=institutions,
        months=told["months"], insurance_type=told["insurance_type"], reasonable=reasonable,
    )  # fmt: skip


def _plain(number: Decimal) -> str:
    """93, 93.00 and 9.3E+1 are one number."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
