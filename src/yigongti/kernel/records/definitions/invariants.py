"""The rules of R4 that cross elements ("a value or a reason why it is absent"), by the shape that they belong to.

Key, sense and scope are those of the StructureDefinitions of R4 4.0.1. They are asked only of objects whose elements
are right, so they may trust the types. Rules that R4 marks as warnings or best practice are not held against anybody.
Their sentences, in both languages, are in `tables/rules.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yigongti.kernel.records.definitions.invariants_wholes import WHOLES, Value


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that holds or not. key: R4's own name of it."""

    key: str
    holds: Callable[[Value], bool]
    zh: str
    en: str


def _any(*names: str) -> Callable[[Value], bool]:
    return lambda value: any(name in value for name in names)


def _not_both(one: str, other: str) -> Callable[[Value], bool]:
    return lambda value: not (one in value and other in value)


def _needs(one: str, other: str) -> Callable[[Value], bool]:
    return lambda value: one not in value or other in value


def _has_choice(value: Value, leaf: str) -> bool:
    size = len(leaf)
    return any(name.startswith(leaf) and name[size : size + 1].isupper() for name in value)


def _coded(value: Value, name: str, *codes: str) -> bool:
    """Whether a concept carries one of the codes (the systems of these elements are bound, so codes suffice)."""
    return any(coding.get("code") in codes for coding in value.get(name, {}).get("coding", ()))


def _ordered(low: Any, high: Any) -> bool:
    """Whether two dates of the same precision and zone are in order; others cannot be told apart and pass."""
    if type(low) is not str or type(high) is not str:
        return True
    if len(low) <= 10 or len(high) <= 10:
        length = min(len(low), len(high), 10)
        return low[:length] <= high[:length]
    try:
        return datetime.fromisoformat(low) <= datetime.fromisoformat(high)
    except ValueError:  # a leap second, or more digits of a second than Python reads
        return True


def _extension(value: Value) -> bool:
    return ("extension" in value) != any(name.startswith(("value", "_value")) for name in value)


def _amount(value: Value) -> Any:
    return value.get("value")


def _range(value: Value) -> bool:
    low, high = _amount(value.get("low", {})), _amount(value.get("high", {}))
    return low is None or high is None or low <= high


def _age(value: Value) -> bool:
    amount = _amount(value)
    return (amount is None or ("code" in value and amount > 0)) and value.get("system", UCUM) == UCUM


UCUM = "http://unitsofmeasure.org"
MEALS = {"C", "CM", "CD", "CV"}


def _offset(value: Value) -> bool:
    when = value.get("when")
    return "offset" not in value or bool(when and not MEALS & set(when))


def _component_repeats(value: Value) -> bool:
    """obs-7: no component says again what the whole observation says with its own value."""
    if not _has_choice(value, "value"):
        return False
    codes = {(c.get("system"), c.get("code")) for c in value.get("code", {}).get("coding", ())}
    return any(
        (c.get("system"), c.get("code")) in codes
        for part in value.get("component", ())
        for c in part.get("code", {}).get("coding", ())
    )


HOLDS: dict[str, Callable[[Value], bool]] = {
    "ext-1": _extension,
    "per-1": lambda v: _ordered(v.get("start"), v.get("end")),
    "qty-3": _needs("code", "system"),
    "rng-2": _range,
    "rat-1": lambda v: ("numerator" in v) == ("denominator" in v) and ("numerator" in v or "extension" in v),
    "age-1": _age,
    "drt-1": lambda v: "code" not in v or (v.get("system") == UCUM and "value" in v),
    "att-1": _needs("data", "contentType"),
    "cpt-2": _needs("value", "system"),
    "tim-9": _offset,
    "tim-10": _not_both("timeOfDay", "when"),
    "pat-1": _any("name", "telecom", "address", "organization"),
    "org-1": _any("identifier", "name"),
    "org-2": lambda v: all(a.get("use") != "home" for a in v.get("address", ())),
    "org-3": lambda v: all(t.get("use") != "home" for t in v.get("telecom", ())),
    "ppc-1": _any("policy", "policyRule"),
    "grp-1": lambda v: "member" not in v or v.get("actual") is True,
    "con-4": lambda v: (
        not _has_choice(v, "abatement") or _coded(v, "clinicalStatus", "resolved", "remission", "inactive")
    ),
    "con-5": lambda v: not _coded(v, "verificationStatus", "entered-in-error") or "clinicalStatus" not in v,
    "con-1": _any("summary", "assessment"),
    "con-2": _any("code", "detail"),
    "ait-1": lambda v: _coded(v, "verificationStatus", "entered-in-error") or "clinicalStatus" in v,
    "ait-2": lambda v: not _coded(v, "verificationStatus", "entered-in-error") or "clinicalStatus" not in v,
    "obs-6": lambda v: "dataAbsentReason" not in v or not _has_choice(v, "value"),
    "obs-7": lambda v: "component" not in v or not _component_repeats(v),
    "obs-3": _any("low", "high", "text"),
    "mdd-1": lambda v: _ordered(v.get("whenPrepared"), v.get("whenHandedOver")),
    "mad-1": lambda v: "dose" in v or _has_choice(v, "rate"),
    "imm-1": _any("documentType", "reference"),
    "prr-1": _needs("orderDetail", "code"),
    "cpl-3": _not_both("detail", "reference"),
    "gol-1": lambda v: not _has_choice(v, "detail") or "measure" in v,
    "inv-1": lambda v: _ordered(v.get("authoredOn"), v.get("lastModified")),
    "fhs-1": lambda v: not (_has_choice(v, "age") and _has_choice(v, "born")),
    "fhs-2": lambda v: "estimatedAge" not in v or _has_choice(v, "age"),
    "app-2": lambda v: ("start" in v) == ("end" in v),
    "app-3": lambda v: ("start" in v and "end" in v) or v.get("status") in {"proposed", "cancelled", "waitlist"},
    "app-4": lambda v: "cancelationReason" not in v or v.get("status") in {"no-show", "noshow", "cancelled"},
    "app-1": _any("type", "actor"),
    "qrs-1": _not_both("answer", "item"),
    "cmp-1": _any("text", "entry", "section"),
    "cmp-2": _not_both("emptyReason", "entry"),
    "lst-1": _not_both("emptyReason", "entry"),
    "lst-2": lambda v: v.get("mode") == "changes" or not any("deleted" in e for e in v.get("entry", ())),
    "lst-3": lambda v: v.get("mode") == "working" or not any("date" in e for e in v.get("entry", ())),
    "tim-1": _needs("duration", "durationUnit"),
    "tim-2": _needs("period", "periodUnit"),
    "tim-6": _needs("periodMax", "period"),
    "tim-7": _needs("durationMax", "duration"),
    "tim-8": _needs("countMax", "count"),
    "tim-4": lambda v: v.get("duration", 0) >= 0,
    "tim-5": lambda v: v.get("period", 0) >= 0,
    **WHOLES,
}


def _read_rules() -> dict[str, tuple[Rule, ...]]:
    rules: dict[str, tuple[Rule, ...]] = {}
    with (Path(__file__).parent / "tables" / "rules.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["key"]
            rule = Rule(key, HOLDS[key], f"{row['zh']}（{key}）", f"{row['en']} ({key})")
            rules[row["shape"]] = (*rules.get(row["shape"], ()), rule)
    return rules


RULES = _read_rules()
