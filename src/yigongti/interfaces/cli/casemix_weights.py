"""Weights in and moves out, for `yigongti casemix compare`."""

from __future__ import annotations

import csv
from decimal import Decimal, InvalidOperation
from pathlib import Path

from yigongti.engines.casemix.public import SchemeComparison
from yigongti.foundation.errors import InvalidInput, NotFound

_DRG = ("drg", "DRG", "drg_code", "DRG编码", "DRG代码", "code")
_WEIGHT = ("relative_weight", "weight", "rw", "RW", "权重", "相对权重", "病组权重")


def read_weights(path: Path) -> dict[str, Decimal]:
    """DRG → relative weight, from a CSV in UTF-8 or GB18030."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFound(
            "casemix.file_not_found", zh="文件不存在", en="There is no such file", where=str(path)
        ) from error
    text = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise InvalidInput(
            "casemix.encoding",
            zh="文件编码应为 UTF-8 或 GB18030",
            en="The file must be encoded in UTF-8 or GB18030",
            where=path.name,
        )
    reader = csv.DictReader(text.splitlines())
    names = reader.fieldnames or []
    drg = next((name for name in _DRG if name in names), None)
    weight = next((name for name in _WEIGHT if name in names), None)
    if drg is None or weight is None:
        raise InvalidInput(
            "casemix.columns_missing",
            zh="权重表应有列 drg 和 relative_weight",
            en="The weights need the columns drg and relative_weight",
            where=path.name,
        )
    weights: dict[str, Decimal] = {}
    for row in reader:
        try:
            weights[row[drg].strip()] = Decimal(row[weight].strip())
        except (InvalidOperation, AttributeError) as error:
            raise InvalidInput(
                "casemix.not_a_number",
                zh=f"权重应为数字：{row[weight]}",
                en=f"A weight must be a number: {row[weight]}",
                where=f"{path.name}:{reader.line_num}",
            ) from error
    return weights


def write_moves(result: SchemeComparison, out: Path) -> None:
    """Every pair of groups with its cases and its change of weight."""
    with out.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["drg_a", "drg_b", "cases", "weight_change"])
        for move in result.moves:
            writer.writerow(
                [move.drg_a, move.drg_b, move.cases, "" if move.weight_change is None else move.weight_change]
            )
