"""A file of settlements for `yigongti benefit table`: opened, checked for its columns, settled, written whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import ibis

from yigongti.engines.benefit.public import settle_table
from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.foundation.policy import Policy

_NEEDED = (
    "institution_code",
    "settlement_number",
    "reverses",
    "insured_number",
    "birth_date",
    "insurance_type",
    "groups",
    "care",
    "level",
    "place",
    "referral",
    "disease_code",
    "started_on",
    "ended_on",
    "settled_on",
    "total_cost",
    "outside_catalogue",
    "above_limits",
    "first_share",
    "personal_account",
)


def settle_file(
    path: Path, out: Path, policy: Policy, *, memory: str, threads: int | None
) -> tuple[int, dict[str, int]]:
    """Settles a Parquet file into another; (rows, how many were refused by code).

    Raises NotFound; InvalidInput: no Parquet, broken, columns missing, the output is the input.
    """
    import duckdb

    if not path.is_file():
        raise NotFound("benefit.file_not_found", zh="文件不存在", en="There is no such file", where=str(path))
    if out.resolve() == path.resolve():
        raise _wrong("file_is_input", "输出不能覆盖输入", "The output may not replace the input", out)
    if not out.parent.is_dir():
        raise NotFound(
            "benefit.folder_not_found", zh="文件夹不存在", en="There is no such folder", where=str(out.parent)
        )
    with tempfile.TemporaryDirectory(prefix="yigongti-benefit-") as scratch:
        settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": scratch}
        if threads:
            settings["threads"] = threads
        try:
            connection = ibis.duckdb.connect(**settings)
            try:
                return _settled(connection, path, out, policy)
            finally:
                connection.disconnect()
        except duckdb.Error as error:
            line = str(error).strip().splitlines()[0]
            raise _wrong("file_broken", f"文件无法处理：{line}", f"The file cannot be used: {line}", path) from error


def _settled(connection: Any, path: Path, out: Path, policy: Policy) -> tuple[int, dict[str, int]]:
    given = connection.read_parquet(str(path))
    missing = [name for name in _NEEDED if name not in given.columns]
    if missing:
        named = ", ".join(missing)
        raise _wrong("columns_missing", f"缺少列：{named}", f"Columns are missing: {named}", path)
    days = connection.to_pyarrow(given.aggregate(first=given.ended_on.min(), last=given.ended_on.max())).to_pylist()[0]
    if days["first"] is None:
        raise _wrong("file_empty", "文件没有账单", "The file has no bills", path)
    answer = settle_table(given, policy, first_on=days["first"], last_on=days["last"])
    part = out.with_suffix(out.suffix + ".part")
    connection.to_parquet(answer, str(part))
    part.replace(out)
    written = connection.read_parquet(str(out))
    refused = written.group_by("refused").aggregate(number=written.count()).order_by("refused")
    counted = {row["refused"]: row["number"] for row in connection.to_pyarrow(refused).to_pylist()}
    return sum(counted.values()), {code: number for code, number in counted.items() if code is not None}


def _wrong(code: str, zh: str, en: str, path: Path) -> InvalidInput:
    return InvalidInput(f"benefit.{code}", zh=zh, en=en, where=path.name)
