"""What is written down about a resident, checked field by field, and the columns in which it is kept.

A resident number must bear its check place and agree with sex and birth date (foundation/identifiers.py). What is left
out is read from the number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.identifiers import read_resident_number
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import KeyRing, ring
from yigongti.kernel.people.spelling import number_body, sound_of, tidy, tidy_number, tidy_phone

RESIDENT_NUMBER = Resident.NumberKind.RESIDENT.value
EARLIEST_BIRTH = date(1880, 1, 1)


@dataclass(frozen=True, slots=True)
class Details:
    """A person as a desk or a message tells of one. Everything but the name may be empty.

    sex: GB/T 2261.1; village_code: 12 places; relation_to_head: GB/T 4761, first place.
    """

    name: str
    sex: str = ""
    birth_date: date | None = None
    number: str = ""
    number_kind: str = RESIDENT_NUMBER
    phone: str = ""
    address: str = ""
    village_code: str = ""
    insurance_type: str = ""
    insured_number: str = ""
    deceased_on: date | None = None


def tidied(given: Details) -> Details:
    """The same narrowed and trimmed; sex and birth date read from a valid resident number where they are missing."""
    number = tidy_number(given.number)
    kind = (given.number_kind or RESIDENT_NUMBER) if number else ""
    read = read_resident_number(number) if kind == RESIDENT_NUMBER else None
    return replace(
        given,
        name=tidy(given.name),
        sex=given.sex.strip() or (read.sex if read else Resident.Sex.UNKNOWN.value),
        birth_date=given.birth_date or (read.born_on if read else None),
        number=number,
        number_kind=kind,
        phone=tidy_phone(given.phone),
        address=" ".join(given.address.split()),  # as written: （演示） keeps its width
        village_code=given.village_code.strip(),
        insurance_type=given.insurance_type.strip(),
        insured_number=tidy_number(given.insured_number),
    )


def faults(told: Details, today: date) -> list[InvalidInput]:
    """What is wrong, one error for each field (its name in `where`); `told` is tidied."""
    found = [*_name(told), *_number(told), *_birth(told, today)]
    if told.sex not in Resident.Sex.values:
        found.append(_wrong("sex", "性别代码应为 0、1、2 或 9", "the code of the sex is 0, 1, 2 or 9"))
    if told.phone and not re.fullmatch(r"[0-9]{7,12}", told.phone):
        found.append(_wrong("phone", "电话应为 7 到 12 位数字", "a telephone has 7 to 12 digits"))
    if told.village_code and not re.fullmatch(r"[0-9]{12}", told.village_code):
        found.append(_wrong("village_code", "村（居）代码应为 12 位数字", "the code of the village has 12 digits"))
    if told.insurance_type and not re.fullmatch(r"[0-9]{3}", told.insurance_type):
        found.append(_wrong("insurance_type", "险种代码应为 3 位数字", "the code of the insurance has 3 digits"))
    for field, most in (("address", 200), ("insured_number", 32)):
        if len(getattr(told, field)) > most:
            found.append(_wrong(field, f"最长 {most} 个字", f"at most {most} characters"))
    return found


def checked(given: Details, today: date) -> Details:
    """The tidied details. Raises InvalidInput for the first field that is wrong."""
    told = tidied(given)
    for fault in faults(told, today):
        raise fault
    return told


def _name(told: Details) -> list[InvalidInput]:
    if not told.name:
        return [_wrong("name", "请填写姓名", "the name is missing")]
    if len(told.name) > 64:
        return [_wrong("name", "姓名最长 64 个字", "a name has at most 64 characters")]
    return []


def _number(told: Details) -> list[InvalidInput]:
    if not told.number:
        return []
    if told.number_kind not in Resident.NumberKind.values:
        return [_wrong("number_kind", "没有这种证件", "there is no such document")]
    if told.number_kind != RESIDENT_NUMBER:
        fits = re.fullmatch(r"[0-9A-Z()/-]{3,32}", told.number)
        return [] if fits else [_wrong("number", "证件号码的格式不对", "the document's number is not well formed")]
    read = read_resident_number(told.number)
    if read is None:
        return [
            _wrong(
                "number",
                "身份证号有误：应为 18 位，出生日期和校验位须正确，请核对证件",
                "the identity number is wrong: 18 places with a true birth date and the right check place; look at "
                "the document",
            )
        ]
    found = []
    if told.birth_date is not None and told.birth_date != read.born_on:
        found.append(_wrong("birth_date", "出生日期与身份证号不一致", "the birth date is not that of the number"))
    if told.sex in ("1", "2") and told.sex != read.sex:
        found.append(_wrong("sex", "性别与身份证号不一致", "the sex is not that of the number"))
    return found


def _birth(told: Details, today: date) -> list[InvalidInput]:
    if told.birth_date is not None and not EARLIEST_BIRTH <= told.birth_date <= today:
        return [_wrong("birth_date", "出生日期不能晚于今天或早于 1880 年", "a birth date lies between 1880 and today")]
    if told.deceased_on is not None and (
        told.deceased_on > today or (told.birth_date is not None and told.deceased_on < told.birth_date)
    ):
        return [_wrong("deceased_on", "死亡日期不合理", "the day of death is not possible")]
    return []


def _wrong(field: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(f"people.{field}_wrong", zh=zh, en=en, where=field)


def columns(told: Details, keys: KeyRing | None = None) -> dict[str, Any]:
    """The columns of Resident that hold the tidied details; number and telephone sealed."""
    keys = keys or ring()
    sound, blurred = sound_of(told.name)
    return {
        "name": told.name,
        "name_sound": sound[:160],
        "name_blurred": blurred[:160],
        "sex": told.sex,
        "birth_date": told.birth_date,
        "number_kind": told.number_kind,
        **sealed_number(told.number, told.number_kind, keys),
        **sealed_phone(told.phone, keys),
        "address": told.address,
        "village_code": told.village_code,
        "insurance_type": told.insurance_type,
        "insured_number": told.insured_number,
        "deceased_on": told.deceased_on,
    }


def sealed_number(number: str, kind: str, keys: KeyRing) -> dict[str, str]:
    """The three columns that hold an identity number. A number with a slip is kept as another document's: it is by its
    body that it is found."""
    body = number_body(number)
    return {
        "number_sealed": keys.seal(number, "number") if number else "",
        "number_index": number_index(number, kind, keys),
        "number_body_index": keys.index(body, "number body"),
    }


def sealed_phone(phone: str, keys: KeyRing) -> dict[str, str]:
    """The two columns that hold a telephone."""
    return {
        "phone_sealed": keys.seal(phone, "phone") if phone else "",
        "phone_index": keys.index(phone, "phone"),
    }


def number_index(number: str, kind: str = RESIDENT_NUMBER, keys: KeyRing | None = None) -> str:
    """The blind index under which a document's number is found; a passport never meets a resident number."""
    purpose = "number" if kind in (RESIDENT_NUMBER, "") else f"number {kind}"
    return (keys or ring()).index(number, purpose)
