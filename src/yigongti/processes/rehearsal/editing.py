"""A parameter changed on a page: a new value from a day, written into its file below the ones that it follows.

The file keeps its comments and its earlier values; only the new value, and the reason, are added. An office that types
a number never sees YAML.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Parameter, Policy, Scalar, read_yaml
from yigongti.foundation.policy.parameters import read_scalar
from yigongti.processes.rehearsal.changes import WrongFile, dumped, leaves

SEVERAL = frozenset({"codes", "ratios", "percents"})


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a parameter's form. name: of the form's field; case: what it is for; text: as it stands."""

    name: str
    case: tuple[str, ...]
    text: str


class WrongFields(InvalidInput):
    """What was typed cannot be read. by_field: name of the field → the sentence beside it."""

    def __init__(self, by_field: Mapping[str, PolicyError]) -> None:
        super().__init__(
            "rehearsal.fields_wrong", zh="有取值无法识别，见各栏提示", en="some values cannot be read: see the fields"
        )
        self.by_field = dict(by_field)


def written(value: Scalar | None) -> str:
    """A scalar as an office writes it: 0.75, yes, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def fields_of(parameter: Parameter, on: date) -> list[Field]:
    """The form of a parameter: one field for each case that its value of the day names."""
    found = leaves(parameter.value_on(on).content, parameter.varies_by)
    return [Field("value:" + "/".join(case), case, written(value)) for case, value in found.items()]


@dataclass(frozen=True, slots=True)
class NewValue:
    """What the form says. given: field name → text. source: id of a known source, or "" with a new document's title."""

    from_on: date
    given: Mapping[str, str]
    source: str
    document_title: str = ""
    document_number: str = ""
    note: str = ""


def with_new_value(policy: Policy, parameter_id: str, new: NewValue) -> dict[str, bytes]:
    """The parameter's file with the new value, and the file of its source where that is new.

    A value of the same day is replaced, later ones stay. Raises WrongFields beside the fields, InvalidInput without a
    source or when nothing differs, WrongFile when the reader refuses the file.
    """
    parameter = policy.parameter(parameter_id)
    content = _content(parameter, new)
    source, files = _source(policy, new)
    path = parameter.path
    text = policy.file(path).read_text("utf-8")
    row = {"from": new.from_on.isoformat(), "value": content, "source": source}
    if new.note.strip():
        row["note"] = " ".join(new.note.split())
    try:
        made = _with_row(text, path, row)
    except PolicyError as error:
        raise WrongFile(path, error) from error
    return {path: made.encode(), **files}


def _content(parameter: Parameter, new: NewValue) -> Any:
    wrong: dict[str, PolicyError] = {}
    texts: dict[tuple[str, ...], Any] = {}
    differs = False
    fields = fields_of(parameter, new.from_on)
    for field in fields:
        text = new.given.get(field.name, "").strip()
        raw: Any = [part for part in re.split(r"[,，、\s]+", text) if part] if parameter.unit in SEVERAL else text
        try:
            value = read_scalar(raw, parameter.unit, "/".join(field.case) or parameter.id)
            differs = differs or written(value) != field.text
            texts[field.case] = raw
        except PolicyError as error:
            wrong[field.name] = error
    if wrong:
        raise WrongFields(wrong)
    if not differs:
        raise InvalidInput(
            "rehearsal.nothing_changes",
            zh="取值与现行的相同",
            en="these are the values that hold already",
            where=parameter.id,
        )
    return _tree(texts, len(parameter.varies_by))


def _tree(texts: Mapping[tuple[str, ...], Any], depth: int) -> Any:
    if depth == 0:
        return texts[()]
    tree: dict[str, Any] = {}
    for case, text in texts.items():
        place = tree
        for key in case[:-1]:
            place = place.setdefault(key, {})
        place[case[-1]] = text
    return tree


def _source(policy: Policy, new: NewValue) -> tuple[str, dict[str, bytes]]:
    title = " ".join(new.document_title.split())
    if new.source:
        if new.source not in policy.sources:
            raise InvalidInput(
                "policy.source_unknown", zh=f"没有来源 {new.source}", en=f"no source {new.source}", where="source"
            )
        return new.source, {}
    if not title:
        raise InvalidInput(
            "rehearsal.source_missing",
            zh="请选择依据的文件，或填写新文件的标题",
            en="choose the document that it rests on, or give the title of a new one",
            where="source",
        )
    number = " ".join(new.document_number.split())
    name = f"county-{new.from_on:%Y%m%d}-{hashlib.sha256(f'{title}|{number}'.encode()).hexdigest()[:8]}"
    if name in policy.sources:
        return name, {}
    data = {"id": name, "title": {"zh": title, "en": title}, "number": number, "checked": "no",
            "note": "由政策推演时录入，尚未与原文核对"}  # fmt: skip
    return name, {f"sources/{name}.yaml": dumped(data).encode()}


def _with_row(text: str, path: str, row: Mapping[str, Any]) -> str:
    """The file's text with the value among its values; comments stay where the file is laid out as ours are."""
    data = read_yaml(text, path)
    rows: Sequence[dict[str, Any]] = data["values"]
    others = [each for each in rows if str(each["from"]) != row["from"]]
    expected = {**data, "values": sorted([*others, dict(row)], key=lambda each: str(each["from"]))}
    if len(others) == len(rows) and str(rows[-1]["from"]) < row["from"] and list(data)[-1] == "values":
        made = text.rstrip("\n") + "\n" + _block(row)
        try:
            if read_yaml(made, path) == expected:
                return made
        except PolicyError:
            pass
    return dumped(expected)


def _block(row: Mapping[str, Any]) -> str:
    """A value as our files write it, at two spaces."""
    lines = []
    for number, (name, value) in enumerate(row.items()):
        said = value if name in ("from", "source") else json.dumps(value, ensure_ascii=False)
        lines.append(f"  {'- ' if number == 0 else '  '}{name}: {said}")
    return "\n".join(lines) + "\n"
