"""An invented county's records, made inside the database by SQL: residents, care, resources and their index rows.

A quarter of the residents is in the care of each of two hospitals (overlapping by chance), everybody in that of one of
the village clinics. Each has a Patient, encounters, and results of laboratory; nothing of it is about anybody.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from yigongti.kernel.records.index_rows import parameter_number, system_number

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CODES = [f"{2000 + n}-{n % 10}" for n in range(40)]
PARAMETERS = [
    ("Patient", "identifier"), ("Patient", "name"), ("Patient", "birthdate"), ("Observation", "status"),
    ("Observation", "category"), ("Observation", "code"), ("Observation", "combo-code"), ("Observation", "date"),
    ("Observation", "value-quantity"), ("Observation", "combo-value-quantity"), ("Observation", "patient"),
    ("Observation", "subject"), ("Encounter", "patient"), ("Encounter", "subject"),
]  # fmt: skip


def statements(residents: int, per_resident: int, hospitals: list[int], clinics: list[int]) -> list[str]:
    """The SQL, in order. per_resident: resources, of which one is the Patient and a tenth are encounters."""
    encounters = max(1, per_resident // 10)
    numbers = {
        f"{type_name}_{name}".lower().replace("-", "_"): parameter_number(type_name, name)
        for type_name, name in PARAMETERS
    }
    text = Template((Path(__file__).parent / "invented.sql").read_text(encoding="utf-8")).substitute(
        numbers,
        residents=residents, encounters=encounters, results=per_resident - 1 - encounters,
        keeper=hospitals[0], hospitals=f"ARRAY{hospitals}",
        hospital=f"(ARRAY{hospitals})[1 + r.id % {len(hospitals)}]",
        clinic=f"(ARRAY{clinics})[1 + r.id % {len(clinics)}]",
        codes="ARRAY[" + ",".join(f"'{code}'" for code in CODES) + "]",
        loinc=system_number(LOINC), ucum=system_number(UCUM), bench=system_number("urn:bench"),
        loinc_url=LOINC, ucum_url=UCUM, names="",
    )  # fmt: skip
    return [part.strip() for part in text.split(";\n") if part.strip()]
