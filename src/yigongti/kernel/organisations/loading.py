"""Loading the register: institutions.csv, departments.csv, staff.csv, checked whole before the first row is written.

Rows are matched by code: what is there is brought up to date, what is new is added, what is no longer named stays
(its past is needed). On the first load ids follow the order of the tree, so that a subtree is one range.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.organisations.models import Department, Institution, StaffMember

INSTITUTION_COLUMNS = ("code", "name", "name_en", "kind", "level", "parent_code", "community", "valid_from", "valid_to")
DEPARTMENT_COLUMNS = ("institution_code", "code", "name", "name_en", "kind")
STAFF_COLUMNS = ("institution_code", "department_code", "code", "name", "kind")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind the register now has from these files."""

    institutions: int
    departments: int
    staff: int


def load_register(folder: Path, *, using: str = "bulk") -> Loaded:
    """Read the three files of a folder (departments and staff may be absent) into the register, all or nothing.

    Raises InvalidInput naming file, row and column of the first thing that is wrong.
    """
    institutions = _in_tree_order(_read(folder / "institutions.csv", INSTITUTION_COLUMNS))
    departments = _read(folder / "departments.csv", DEPARTMENT_COLUMNS, optional=True)
    staff = _read(folder / "staff.csv", STAFF_COLUMNS, optional=True)
    with transaction.atomic(using=using):
        ids = _load_institutions(institutions, using)
        department_ids = _load_departments(departments, ids, using)
        _load_staff(staff, ids, department_ids, using)
    return Loaded(len(institutions), len(departments), len(staff))


def _wrong(file: str, row: int, column: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput("organisations.register_not_readable", zh=zh, en=en, where=f"{file} {row} {column}".strip())


def _read(path: Path, columns: tuple[str, ...], *, optional: bool = False) -> list[dict[str, str]]:
    if not path.exists():
        if optional:
            return []
        raise _wrong(path.name, 0, "", "找不到该文件", "there is no such file")
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            reader = csv.DictReader(file)
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                named = ", ".join(sorted(missing))
                raise _wrong(path.name, 1, named, "缺少这些列", "these columns are missing")
            rows = [{name: (row[name] or "").strip() for name in columns} for row in reader]
        except UnicodeDecodeError:
            raise _wrong(path.name, 0, "", "文件不是 UTF-8 编码", "the file is not UTF-8") from None
    for number, row in enumerate(rows, start=2):
        if not row["code"] or not row["name"]:
            raise _wrong(path.name, number, "code, name", "代码和名称必须填写", "code and name must be given")
    return rows


def _in_tree_order(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Parents before children, each subtree together. Raises InvalidInput: unknown parent, repeated code, ring."""
    number = {row["code"]: place for place, row in enumerate(rows, start=2)}
    if len(number) != len(rows):
        raise _wrong("institutions.csv", 0, "code", "机构代码重复", "a code appears twice")
    children: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["parent_code"] and row["parent_code"] not in number:
            raise _wrong("institutions.csv", number[row["code"]], "parent_code", "上级机构不存在", "no such parent")
        if row["kind"] not in Institution.Kind.values:
            raise _wrong("institutions.csv", number[row["code"]], "kind", "机构类别不正确", "no such kind")
        for column in ("valid_from", "valid_to"):
            _day(row[column], number[row["code"]], column, empty_allowed=column == "valid_to")
        children.setdefault(row["parent_code"], []).append(row)
    ordered: list[dict[str, str]] = []
    waiting = list(reversed(children.get("", [])))
    while waiting:
        row = waiting.pop()
        ordered.append(row)
        waiting += reversed(children.get(row["code"], []))
    if len(ordered) != len(rows):
        raise _wrong("institutions.csv", 0, "parent_code", "上下级关系成环", "the parents form a ring")
    return ordered


def _day(text: str, row: int, column: str, *, empty_allowed: bool) -> date | None:
    if not text and empty_allowed:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong("institutions.csv", row, column, "日期应写成 2026-01-01", "write days as 2026-01-01") from None


def _load_institutions(rows: list[dict[str, str]], using: str) -> dict[str, int]:
    known = {i.code: i for i in Institution.objects.using(using).all()}
    ids: dict[str, int] = {code: institution.pk for code, institution in known.items()}
    leaders = {row["community"] for row in rows}
    for row in rows:
        values = {
            "name": row["name"],
            "name_en": row["name_en"],
            "kind": row["kind"],
            "level": row["level"],
            "parent_id": ids[row["parent_code"]] if row["parent_code"] else None,
            "community": row["community"],
            "leads_community": row["code"] in leaders,
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        }
        found = known.get(row["code"])
        if found is None:
            ids[row["code"]] = Institution.objects.using(using).create(code=row["code"], **values).pk
        elif any(getattr(found, name) != value for name, value in values.items()):
            Institution.objects.using(using).filter(pk=found.pk).update(**values)
    return ids


def _institution(ids: dict[str, int], row: dict[str, str], file: str, number: int) -> int:
    if row["institution_code"] not in ids:
        raise _wrong(file, number, "institution_code", "没有这家机构", "there is no such institution")
    return ids[row["institution_code"]]


def _load_departments(rows: list[dict[str, str]], ids: dict[str, int], using: str) -> dict[tuple[int, str], int]:
    made = [
        Department(
            institution_id=_institution(ids, row, "departments.csv", number),
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            kind=row["kind"],
        )
        for number, row in enumerate(rows, start=2)
    ]
    _put(Department, made, ("name", "name_en", "kind"), using)
    return {(d.institution_id, d.code): d.pk for d in Department.objects.using(using).all()}


def _load_staff(
    rows: list[dict[str, str]], ids: dict[str, int], departments: dict[tuple[int, str], int], using: str
) -> None:
    made = []
    for number, row in enumerate(rows, start=2):
        institution = _institution(ids, row, "staff.csv", number)
        department = departments.get((institution, row["department_code"])) if row["department_code"] else None
        if row["department_code"] and department is None:
            raise _wrong("staff.csv", number, "department_code", "没有这个科室", "there is no such department")
        made.append(
            StaffMember(
                institution_id=institution,
                department_id=department,
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
            )
        )
    _put(StaffMember, made, ("department", "name", "kind"), using)


def _put(model: Any, made: Iterable[Any], fields: tuple[str, ...], using: str) -> None:
    model.objects.using(using).bulk_create(
        made, update_conflicts=True, unique_fields=("institution", "code"), update_fields=fields, batch_size=2000
    )
