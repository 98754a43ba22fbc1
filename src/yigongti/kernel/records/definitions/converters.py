"""From a value in a resource to index rows: one small function for each pair of search kind and data type.

Source of the pairs: http://hl7.org/fhir/R4/search.html#table. A pair that is not here indexes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from yigongti.kernel.records.definitions.references import split_reference
from yigongti.kernel.records.definitions.rows import (
    DateRow,
    IndexRows,
    QuantityRow,
    ReferenceRow,
    StringRow,
    TokenRow,
    UriRow,
)
from yigongti.kernel.records.definitions.texts import LONGEST, is_chinese, normal
from yigongti.kernel.records.definitions.times import period_of, stretch_of

Convert = Callable[[IndexRows, str, Any], None]
SPECIAL_VALUES = "http://terminology.hl7.org/CodeSystem/special-values"


# tokens
def _coding(rows: IndexRows, name: str, value: Any) -> None:
    code = value.get("code")
    if code is not None:
        rows.tokens.append(TokenRow(name, value.get("system", ""), code))


def _concept(rows: IndexRows, name: str, value: Any) -> None:
    for coding in value.get("coding", ()):
        code = coding.get("code")
        if code is not None:
            rows.tokens.append(TokenRow(name, coding.get("system", ""), code))


def _identifier(rows: IndexRows, name: str, value: Any) -> None:
    number = value.get("value")
    if number is not None:
        rows.tokens.append(TokenRow(name, value.get("system", ""), number))


def _contact_token(rows: IndexRows, name: str, value: Any) -> None:
    if "value" in value:
        rows.tokens.append(TokenRow(name, "", value["value"]))


def _boolean(rows: IndexRows, name: str, value: Any) -> None:
    rows.tokens.append(TokenRow(name, SPECIAL_VALUES, "true" if value else "false"))


def _plain_token(rows: IndexRows, name: str, value: Any) -> None:
    rows.tokens.append(TokenRow(name, "", value))


def code_of(system: str) -> Convert:
    """For a plain code whose system the required binding names (Patient.gender)."""

    def convert(rows: IndexRows, name: str, value: Any) -> None:
        rows.tokens.append(TokenRow(name, system, value))

    return convert


# strings
def _text(rows: IndexRows, name: str, value: Any) -> None:
    rows.strings.append(StringRow(name, normal(value), value[:LONGEST]))


def _name(rows: IndexRows, name: str, value: Any) -> None:
    family, given = value.get("family"), [part for part in value.get("given", ()) if part]
    for part in (value.get("text"), family, *given, *value.get("prefix", ()), *value.get("suffix", ())):
        if part:
            _text(rows, name, part)
    whole = (family or "") + "".join(given)
    if family and given and is_chinese(whole) and whole != value.get("text"):
        _text(rows, name, whole)  # 张三 is found as written, also when a system sends 张 and 三


def _address(rows: IndexRows, name: str, value: Any) -> None:
    parts = [value.get(key) for key in ("text", "city", "district", "state", "postalCode", "country")]
    for part in (*parts, *value.get("line", ())):
        if part:
            _text(rows, name, part)


def concept_text(rows: IndexRows, name: str, value: Any) -> None:
    """The text of a concept, for `(Observation.value as CodeableConcept).text`."""
    if "text" in value:
        _text(rows, name, value["text"])


# dates
def _moment(rows: IndexRows, name: str, value: Any) -> None:
    rows.dates.append(DateRow(name, *stretch_of(value)))


def _period(rows: IndexRows, name: str, value: Any) -> None:
    if "start" in value or "end" in value:
        rows.dates.append(DateRow(name, *period_of(value.get("start"), value.get("end"))))


def _timing(rows: IndexRows, name: str, value: Any) -> None:
    events = [stretch_of(event) for event in value.get("event", ()) if event]
    if events:
        rows.dates.append(DateRow(name, min(low for low, _ in events), max(high for _, high in events)))
    else:
        _period(rows, name, value.get("repeat", {}).get("boundsPeriod", {}))


# references
def _reference(rows: IndexRows, name: str, value: Any) -> None:
    text = value.get("reference")
    if text is not None:
        target = split_reference(text)
        if target is not None and (target.id or target.url):
            rows.references.append(ReferenceRow(name, target.type, target.id, target.url))
    if "identifier" in value:
        _identifier(rows, name + ":identifier", value["identifier"])


def reference_to(kind: str) -> Convert:
    """For `.where(resolve() is Patient)`: only references that point, or say that they point, at the type."""

    def convert(rows: IndexRows, name: str, value: Any) -> None:
        target = split_reference(value.get("reference", ""))
        type_ = (target.type if target is not None else "") or value.get("type", "")
        if type_ == kind:
            _reference(rows, name, value)

    return convert


def _canonical(rows: IndexRows, name: str, value: Any) -> None:
    rows.references.append(ReferenceRow(name, "", "", value))
    plain, bar, _ = value.partition("|")
    if bar:
        rows.references.append(ReferenceRow(name, "", "", plain))


# quantities
def implied_range(value: Decimal | int) -> tuple[Decimal, Decimal]:
    """What the digits of a number imply: 5.40 is [5.395, 5.405), 5 is [4.5, 5.5)."""
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    half = Decimal((0, (5,), int(exponent) - 1))
    return number - half, number + half


def _quantity(rows: IndexRows, name: str, value: Any) -> None:
    amount = value.get("value")
    if amount is None:
        return
    number = Decimal(amount)
    low: Decimal | None
    high: Decimal | None
    low, high = implied_range(number)
    comparator = value.get("comparator")
    if comparator is not None:  # "<5" is anything below
        low, high = (None, number) if comparator[0] == "<" else (number, None)
    unit = value.get("unit", "")
    rows.quantities.append(QuantityRow(name, number, low, high, value.get("system", ""), value.get("code", ""), unit))


def _range(rows: IndexRows, name: str, value: Any) -> None:
    low, high = value.get("low", {}), value.get("high", {})
    one = low or high
    if "value" in low or "value" in high:
        least = Decimal(low["value"]) if "value" in low else None
        most = Decimal(high["value"]) if "value" in high else None
        unit = (one.get("system", ""), one.get("code", ""), one.get("unit", ""))
        rows.quantities.append(QuantityRow(name, None, least, most, *unit))


def _uri(rows: IndexRows, name: str, value: Any) -> None:
    rows.uris.append(UriRow(name, value))


CONVERTERS: dict[tuple[str, str], Convert] = {
    ("token", "CodeableConcept"): _concept,
    ("token", "Coding"): _coding,
    ("token", "Identifier"): _identifier,
    ("token", "ContactPoint"): _contact_token,
    ("token", "boolean"): _boolean,
    **dict.fromkeys((("token", kind) for kind in ("code", "string", "id", "uri", "url", "canonical")), _plain_token),
    **dict.fromkeys((("string", kind) for kind in ("string", "markdown")), _text),
    ("string", "HumanName"): _name,
    ("string", "Address"): _address,
    **dict.fromkeys((("date", kind) for kind in ("date", "dateTime", "instant")), _moment),
    ("date", "Period"): _period,
    ("date", "Timing"): _timing,
    ("reference", "Reference"): _reference,
    ("reference", "canonical"): _canonical,
    ("reference", "uri"): _canonical,
    **dict.fromkeys((("quantity", kind) for kind in ("Quantity", "Age", "Duration", "Count", "Distance")), _quantity),
    ("quantity", "Range"): _range,
    **dict.fromkeys((("uri", kind) for kind in ("uri", "url", "canonical")), _uri),
}
