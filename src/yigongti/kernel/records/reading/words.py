"""What a coded value, a reference, a quantity and a date are called, in the reader's language.

Dates of FHIR may be known to the year or the month only; they stay so (R4, datatypes: date, dateTime).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Mapping[str, Any]

COUNTY_TIME = timezone(timedelta(hours=8))
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNITS = (("mm[Hg]", "mmHg"), ("kg/m2", "kg/m²"), ("m2", "m²"), ("uL", "µL"), ("umol", "µmol"))
_POWER, _RAISED = re.compile(r"10[*^](\d+)"), str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ANNOTATION = re.compile(r"\{[^}]*\}")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in time as far as it is known.

    sort_key: for order, the first instant that it can be. precision: "year", "month", "day" or "minute". day: the first
    day that it can be, in the county's time.
    """

    sort_key: float
    precision: str
    day: date
    text: str

    @property
    def of_day(self) -> Moment:
        """The same without hour and minute."""
        return replace(self, precision="day") if self.precision == "minute" else self

    def in_language(self, language: str) -> str:
        """2026年10月3日 14:05, 2026年10月, 2026年; 2026-10-03 14:05 in English."""
        year, month, day = self.day.year, self.day.month, self.day.day
        if language.lower().startswith("en"):
            said = {"year": f"{year}", "month": f"{year}-{month:02}"}.get(self.precision, f"{self.day:%Y-%m-%d}")
        else:
            said = {"year": f"{year}年", "month": f"{year}年{month}月"}.get(self.precision, f"{year}年{month}月{day}日")
        if self.precision == "minute":
            said += f" {datetime.fromtimestamp(self.sort_key, COUNTY_TIME):%H:%M}"
        return said


def moment(text: object) -> Moment | None:
    """A FHIR date, dateTime or instant; None for what is none."""
    if not isinstance(text, str):
        return None
    if "T" in text:
        try:
            instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            return None
        instant = instant if instant.tzinfo else instant.replace(tzinfo=COUNTY_TIME)
        return Moment(instant.timestamp(), "minute", instant.astimezone(COUNTY_TIME).date(), text)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    precision = "day" if found[3] else "month" if found[2] else "year"
    at = datetime(year, month, day, tzinfo=COUNTY_TIME).astimezone(UTC)
    return Moment(at.timestamp(), precision, first, text)


def first_moment(resource: Json, names: Iterable[str]) -> Moment | None:
    """The first of these elements that tells a time; a Period tells its start."""
    for name in names:
        value = resource.get(name)
        if isinstance(value, Mapping):
            value = value.get("start") or value.get("end")
        found = moment(value)
        if found is not None:
            return found
    return None


def coded(concept: object, language: str = "zh-hans") -> str:
    """What a CodeableConcept or Coding is called: its own text or a coding's display, the one in the reader's language
    first; else a code. Several are joined."""
    if isinstance(concept, list):
        return "、".join(filter(None, (coded(one, language) for one in concept)))
    if not isinstance(concept, Mapping):
        return ""
    codings = concept.get("coding") or ([concept] if "code" in concept or "display" in concept else [])
    displays = [str(coding["display"]) for coding in codings if coding.get("display")]
    texts = [*([str(concept["text"])] if concept.get("text") else []), *displays]
    wanted = [text for text in texts if bool(_CHINESE.search(text)) != language.lower().startswith("en")]
    codes = [str(coding["code"]) for coding in codings if coding.get("code")]
    return next(iter([*wanted, *texts, *codes]), "")


def code_of(concept: object) -> str:
    """The concept's first code as "system|code", its text if it has none: what makes two results the same test."""
    if not isinstance(concept, Mapping):
        return ""
    for coding in concept.get("coding") or []:
        if coding.get("code"):
            return f"{coding.get('system', '')}|{coding['code']}"
    return str(concept.get("text", ""))


def status_of(resource: Json, name: str) -> str:
    """The code of a status that is a CodeableConcept ("active")."""
    concept = resource.get(name)
    codings = concept.get("coding") or [{}] if isinstance(concept, Mapping) else [{}]
    return str(codings[0].get("code", ""))


def referred(reference: object) -> str:
    """What a reference is called: its display; "" when it only names a resource."""
    return str(reference.get("display", "")) if isinstance(reference, Mapping) else ""


def target_of(reference: object) -> str:
    """The resource that a reference names, "Observation/12", without server or version."""
    text = str(reference.get("reference", "")) if isinstance(reference, Mapping) else ""
    parts = text.split("/_history/")[0].rsplit("/", 2)
    return "/".join(parts[-2:]) if len(parts) >= 2 else text


def number_of(value: object) -> Decimal | None:
    """A JSON number as Decimal; None for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def quantity(value: object) -> str:
    """ "7.8 mmol/L", "< 0.5 mg/L"; "" for none."""
    if not isinstance(value, Mapping) or number_of(value.get("value")) is None:
        return ""
    sign = f"{value['comparator']} " if value.get("comparator") else ""
    return f"{sign}{shown(value['value'])} {unit_of(value)}".strip()


def unit_of(value: Json) -> str:
    """The unit as it is written for people; UCUM's signs for machines are taken out of it."""
    text = str(value.get("unit") or value.get("code") or "")
    for machine, people in _UNITS:
        text = text.replace(machine, people)
    text = _POWER.sub(lambda found: "10" + found[1].translate(_RAISED), text)
    return _ANNOTATION.sub("", text)


def shown(value: object) -> str:
    """A number as people read it: its own digits up to three places; more are cut to two, or to three that count."""
    found = number_of(value)
    if found is None:
        return str(value)
    if -int(found.as_tuple().exponent) > 3:
        found = found.quantize(Decimal(1).scaleb(min(-2, found.adjusted() - 2)))
    return f"{found:f}"
