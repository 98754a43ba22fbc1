"""From which values blood pressure and sugar count as controlled, read from policy for a person of an age."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yigongti.kernel.access.limits import policy
from yigongti.systems.health_records.person.sentence import Targets


def targets_for(age: int | None, today: date) -> Targets:
    """The targets of the day; somebody of unknown age is held to the stricter ones."""
    group = "from_65" if age is not None and age >= 65 else "under_65"

    def value(name: str, **axes: str) -> Decimal:
        return Decimal(str(policy().value(name, on=today, **axes)))

    return Targets(
        systolic=value("records.blood_pressure_target", age_group=group, side="systolic"),
        diastolic=value("records.blood_pressure_target", age_group=group, side="diastolic"),
        fasting_glucose=value("records.glucose_target", measure="fasting"),
        hba1c=value("records.glucose_target", measure="hba1c"),
    )
