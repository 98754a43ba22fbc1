"""Where a scheme comes from: a folder of tables, or a workbook laid out as the national one."""

from __future__ import annotations

from pathlib import Path

from yigongti.engines.casemix.loading.build import build_scheme
from yigongti.engines.casemix.loading.tables import SchemeTables
from yigongti.engines.casemix.scheme import Scheme
from yigongti.foundation.errors import PolicyError


def load_scheme(path: Path | str) -> Scheme:
    """The scheme in a folder or a workbook (.xlsx, .xls, .xlsb, .ods).

    Raises PolicyError with the file, sheet and row of what is wrong.
    """
    return build_scheme(read_tables(path))


def read_tables(path: Path | str) -> SchemeTables:
    """The tables of a scheme without reading its rules, for the linter."""
    from yigongti.engines.casemix.loading.folder import read_folder
    from yigongti.engines.casemix.loading.workbook import WORKBOOK_SUFFIXES, read_workbook

    place = Path(path)
    if place.is_dir():
        return read_folder(place)
    if place.is_file() and place.suffix.lower() in WORKBOOK_SUFFIXES:
        return read_workbook(place)
    raise PolicyError(
        "casemix.scheme_not_found",
        zh="找不到分组方案：应为一个表格文件夹或工作簿（.xlsx）",
        en="There is no scheme here: a folder of tables or a workbook (.xlsx) is expected",
        where=str(path),
    )
