"""The rows of residents.parquet: the residents in the order of their numbers, the planted registrations last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yigongti.demo.county.institutions import TOWNSHIPS
from yigongti.demo.county.residents import CHRONIC, VILLAGE_CODES, VILLAGE_ROWS, Residents
from yigongti.demo.county.second_registrations import PlantedRegistration

_WORDS_OF_BITS = tuple(
    [word for bit, (word, *_) in enumerate(CHRONIC) if bits >> bit & 1] for bits in range(1 << len(CHRONIC))
)
"""The words for every combination of conditions."""


def resident_rows(residents: Residents, planted: Iterable[PlantedRegistration]) -> Iterator[dict[str, object]]:
    """One row for each registration, its columns those of the file."""
    for at in range(len(residents)):
        yield _placed(residents, at, int(residents.village[at])) | {
            "resident_id": residents.resident_id(at),
            "resident_number": str(residents.numbers[at]),
            "name": residents.names[at],
            "birth_date": residents.birth_date(at),
            "address": residents.address(at),
            "phone": residents.phone(at),
            "insured_number": residents.insured_number(at) if residents.insured[at] else None,
        }
    for extra in planted:
        yield _placed(residents, extra.at, extra.village) | {
            "resident_id": extra.resident_id,
            "resident_number": extra.resident_number or None,
            "name": extra.name,
            "birth_date": extra.birth_date,
            "address": extra.address,
            "phone": extra.phone or None,
            "insured_number": extra.insured_number or None,
        }


def _placed(residents: Residents, at: int, village: int) -> dict[str, object]:
    name, township = VILLAGE_ROWS[village]
    return {
        "sex": str(int(residents.sex[at])),
        "village_code": VILLAGE_CODES[village],
        "village": name,
        "township": TOWNSHIPS[township][0],
        "insurance_type": str(int(residents.insurance_type[at])) if residents.insured[at] else None,
        "medical_assistance": bool(residents.assisted[at]),
        "chronic_conditions": _WORDS_OF_BITS[int(residents.chronic[at])],
    }
