"""How large a file may be: bounds that keep one upload from taking the machine, named in the error when exceeded."""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one submitted file. The defaults hold a province's largest hospital for a month; a caller may give
    others. workbook_cells bounds what a workbook unfolds to in memory (about 32 bytes a cell), counting the empty
    cells of the rectangle that its farthest cell spans."""

    file_bytes: int = 4 * 1024**3
    unpacked_bytes: int = 6 * 1024**3
    rows: int = 20_000_000
    columns: int = 2_000
    workbook_cells: int = 60_000_000
    line_bytes: int = 1024**2
    list_members: int = 200


def too_large(what_zh: str, what_en: str, found: int, limit: int) -> InvalidInput:
    return InvalidInput(
        "submission.too_large",
        zh=f"文件超出上限：{what_zh} {found:,}，上限 {limit:,}；请分月或分机构提交，或改用 CSV",
        en=f"the file is too large: {what_en} {found:,}, the limit is {limit:,}; split it by month, or use CSV",
    )
