"""As if it had held then: the values of a future day, moved so that they apply to the whole of a past period.

A change that holds from 1 January 2027 says nothing about bills of 2026. To see what 2026 would have cost under it, the
value that holds on the effective day is taken, and its first day is put at the first day of the period; what the
policy had before that day stays, what it had within the period is left out. A value that is selected by the first day
of the benefit year (a yearly cap) is put a year less a day earlier, so that it holds for the whole benefit year in
which the period begins. A file that changes no value of the effective day (only an old one) is replayed as it is.
Tables without days (weights, catalogues) are replayed as they are. Of a check, the version of the effective day is put
a year before the period, for the lines of long stays; its other versions are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Parameter, Policy, read_yaml
from yigongti.processes.rehearsal.changes import dumped

CHECKS = "checks/claim_checks/"
_BY_YEAR = "year_start"
_LONGEST_STAY = timedelta(days=366)  # lines of a bill may lie long before the month in which it ended


def as_if(
    base: Policy, changed: Policy, files: Mapping[str, bytes], *, effective_on: date, first_on: date
) -> dict[str, bytes]:
    """The files as they are replayed. Raises PolicyError when a changed parameter has no value on the effective day."""
    made = {}
    for path, content in files.items():
        name = path.removeprefix("parameters/").removesuffix(".yaml").replace("/", ".")
        is_parameter = path.startswith("parameters/") and path.endswith(".yaml")
        if path.startswith(CHECKS) and path.endswith(".yaml"):
            made[path] = _moved_check(content, path, effective_on, first_on)
            continue
        if not is_parameter or not _moves(base.parameters.get(name), changed.parameters[name], effective_on):
            made[path] = content
            continue
        start = _start(changed.parameters[name], first_on)
        made[path] = dumped(_moved(content, base, name, path, effective_on, start)).encode()
    return made


def _moves(base: Parameter | None, changed: Parameter, effective_on: date) -> bool:
    value = changed.value_on(effective_on)
    if base is None or base.values[0].from_on > effective_on:
        return True
    return base.value_on(effective_on).content != value.content or base.varies_by != changed.varies_by


def _start(parameter: Parameter, first_on: date) -> date:
    if not parameter.selected_by.endswith(_BY_YEAR):
        return first_on
    # 29 February has no day of its own a year before
    earlier = first_on.replace(year=first_on.year - 1, day=min(first_on.day, 28))
    return earlier + timedelta(days=1)


def _moved(content: bytes, base: Policy, name: str, path: str, effective_on: date, start: date) -> Any:
    data = read_yaml(content.decode("utf-8"), path)
    rows = sorted(data["values"], key=lambda row: str(row["from"]))
    holding = [row for row in rows if date.fromisoformat(str(row["from"])) <= effective_on]
    if not holding:  # value_on has raised before
        raise PolicyError("policy.before_first_value", zh=f"{name} 没有取值", en=f"{name} has no value", where=path)
    same_axes = name in base.parameters and list(base.parameters[name].varies_by) == list(data.get("varies_by") or ())
    earlier = [row for row in _rows_of(base, name) if date.fromisoformat(str(row["from"])) < start] if same_axes else []
    return {**data, "values": [*earlier, {**holding[-1], "from": start.isoformat()}]}


def _moved_check(content: bytes, path: str, effective_on: date, first_on: date) -> bytes:
    data = read_yaml(content.decode("utf-8"), path)
    rows = sorted(data["versions"], key=lambda row: str(row["from"]))
    holding = [row for row in rows if date.fromisoformat(str(row["from"])) <= effective_on]
    start = first_on - _LONGEST_STAY
    if not holding or date.fromisoformat(str(holding[-1]["from"])) <= start:
        return content
    return dumped({**data, "versions": [{**holding[-1], "from": start.isoformat()}]}).encode()


def _rows_of(base: Policy, name: str) -> list[dict[str, Any]]:
    path = base.parameters[name].path
    rows: list[dict[str, Any]] = read_yaml(base.file(path).read_text("utf-8"), path)["values"]
    return rows
