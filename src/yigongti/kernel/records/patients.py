"""Whose record a resource belongs to: the resident behind the patient that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.public import link_patient
from yigongti.kernel.records.definitions.public import compartment_of, split_reference
from yigongti.kernel.records.naming import RESIDENT_NUMBER_ALIASES
from yigongti.kernel.records.outcomes import Refused

_NUMBER_TYPES = {"NI", "NNCHN"}  # HL7 table 0203: national person identifier, that of China
_SEX = {"male": "1", "female": "2", "other": "9"}
_NAMELESS = "无名氏"  # how hospitals register somebody whose name nobody knows yet


def resident_behind(patient: Mapping[str, Any], actor: Actor, institution_id: int, at: datetime) -> int:
    """The resident of a new Patient: found by its identifiers, or registered; the institution cares for it from now.

    Raises NotPermitted for somebody unknown when the actor does not register there.
    """
    identifiers = [
        (one.get("system", ""), one["value"])
        for one in patient.get("identifier", [])
        if "value" in one and not _is_number(one)
    ]
    return link_patient(
        identifiers=identifiers, institution_id=institution_id, actor=actor, at=at, **details_of(patient)
    ).resident_id


def details_of(patient: Mapping[str, Any]) -> dict[str, Any]:
    """What a Patient tells of a person, as the register of residents writes it down."""
    numbers = [one["value"] for one in patient.get("identifier", []) if "value" in one and _is_number(one)]
    phones = [one["value"] for one in patient.get("telecom", []) if one.get("system") == "phone" and "value" in one]
    born = str(patient.get("birthDate", ""))
    return {
        "number": numbers[0] if numbers else "",
        "name": _name(patient) or _NAMELESS,
        "birth_date": date.fromisoformat(born) if len(born) == 10 else None,
        "sex": _SEX.get(patient.get("gender", ""), "0"),
        "phone": phones[0] if phones else "",
        "address": _address(patient),
    }


def _is_number(identifier: Mapping[str, Any]) -> bool:
    codings = identifier.get("type", {}).get("coding", [])
    typed = any(one.get("code") in _NUMBER_TYPES for one in codings)
    return typed or identifier.get("system") in RESIDENT_NUMBER_ALIASES


def _name(patient: Mapping[str, Any]) -> str:
    for name in patient.get("name", []):
        family, given = name.get("family", ""), [part for part in name.get("given", []) if part]
        joined = "".join([family, *given]) if _is_chinese(family) else " ".join([*given, family])
        if told := str(name.get("text") or joined).strip():
            return told[:64]
    return ""


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


def _address(patient: Mapping[str, Any]) -> str:
    for one in patient.get("address", []):
        parts = [one.get("state", ""), one.get("city", ""), one.get("district", ""), *one.get("line", [])]
        if told := str(one.get("text") or "".join(part for part in parts if part)):
            return told[:200]
    return ""


def resident_of(resource: Mapping[str, Any], residents: Mapping[tuple[str, str], int | None]) -> int | None:
    """The resident whose record a resource belongs to; None for nobody's, and where it names several people.

    residents: (type, id) of patients → resident. Raises Refused where a patient is named who is not here.
    """
    found: set[int] = set()
    for text in compartment_of(resource):
        target = split_reference(text)
        if target is None or not target.id:
            continue  # a patient kept elsewhere: nobody's record here
        resident = residents.get((target.type, target.id))
        if resident is None:
            raise no_target(text)
        found.add(resident)
    return found.pop() if len(found) == 1 else None


def no_target(reference: str) -> Refused:
    """What is referred to is not here, or not the actor's to see: the two are not told apart."""
    return Refused(
        422, "not-found", zh=f"所引用的 {reference[:120]} 不存在或无权查看",
        en=f"{reference[:120]}, which is referred to, is not here or not yours to see",
    )  # fmt: skip
