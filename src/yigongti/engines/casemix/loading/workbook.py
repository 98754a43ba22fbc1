"""Reads a scheme from a workbook laid out as the national one: sheets MDC, ADRG, DRG, 集合, CC, 排除表.

Columns are found by what their heading says, not by where they stand: a title above the table, a heading in two
rows, merged or shifted cells do not matter. Choices stand in a YAML file of the same name beside the workbook.
The headings known here are from memory of published schemes; a workbook with others gets an error that lists them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from yigongti.engines.casemix.choices import Choices, read_choices
from yigongti.engines.casemix.loading.folder import read_bytes, read_code_list
from yigongti.engines.casemix.loading.tables import Row, SchemeTables
from yigongti.foundation.errors import PolicyError

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
HEADING_WITHIN = 20  # rows from the top in which the heading must stand


@dataclass(frozen=True, slots=True)
class _Sheet:
    """names: what the sheet may be called. columns: field → headings. filled_down: merged over several rows."""

    names: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    optional: tuple[str, ...] = ()
    filled_down: tuple[str, ...] = ()


_RULE = ("分组规则", "入组规则", "逻辑规则", "判断条件", "规则", "条件", "表达式", "RULE")
_ORDER = ("分组顺序", "判断顺序", "顺序", "排序", "序号", "ORDER")
_GROUP = ("排除组", "排除表编号", "排除表序号", "排除组号", "排除表", "EXCLUSION_GROUP", "GROUP")
_MDC = ("MDC编码", "MDC代码", "大类编码", "主要诊断大类编码", "主要诊断大类", "MDC")

_SHEETS: dict[str, _Sheet] = {
    "mdcs": _Sheet(
        ("MDC", "主要诊断大类"),
        {
            "mdc": _MDC,
            "name": ("MDC名称", "大类名称", "主要诊断大类名称", "名称", "NAME"),
            "rule": _RULE,
            "order": _ORDER,
        },
        optional=("order",),
    ),
    "adrgs": _Sheet(
        ("ADRG", "核心疾病诊断相关组"),
        {
            "mdc": _MDC,
            "adrg": ("ADRG编码", "ADRG代码", "ADRG"),
            "name": ("ADRG名称", "名称", "NAME"),
            "rule": _RULE,
            "order": _ORDER,
            "drgs": ("DRGS", "细分组列表", "包含DRG"),
        },
        optional=("order", "drgs"),
        filled_down=("mdc",),
    ),
    "drgs": _Sheet(
        ("DRG", "DRGS", "细分组"),
        {"drg": ("DRG编码", "DRG代码", "DRGS编码", "DRG"), "name": ("DRG名称", "DRGS名称", "名称", "NAME")},
    ),
    "sets": _Sheet(
        ("集合", "编码集合", "SETS"),
        {
            "set": ("集合名称", "集合编码", "集合代码", "集合名", "集合", "SET"),
            "code": ("医保编码", "疾病或手术编码", "成员编码", "诊断编码", "手术编码", "成员", "编码", "代码", "CODE"),
        },
        filled_down=("set",),
    ),
    "complications": _Sheet(
        ("CC", "MCC/CC", "MCC_CC", "CC列表", "并发症"),
        {
            "code": ("诊断编码", "疾病编码", "医保编码", "CC编码", "编码", "代码", "CODE"),
            "level": ("MCC/CC", "CC类型", "MCC或CC", "并发症类型", "级别", "类型", "标识", "LEVEL"),
            "exclusion_group": _GROUP,
        },
    ),
    "exclusions": _Sheet(
        ("排除表", "CC排除表", "排除"),
        {
            "principal_code": (
                "主要诊断编码",
                "主诊断编码",
                "诊断编码",
                "疾病编码",
                "医保编码",
                "编码",
                "代码",
                "PRINCIPAL_CODE",
            ),
            "exclusion_group": _GROUP,
        },
        filled_down=("exclusion_group",),
    ),
}


def read_workbook(path: Path) -> SchemeTables:
    """The tables of a workbook; raises PolicyError naming the sheet, the row or the heading that is missing."""
    digest = hashlib.sha256()
    read_bytes(path, digest)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = list(workbook.sheet_names)
        tables = {kind: _read_sheet(workbook, kind, sheets) for kind in _SHEETS}
    except (CalamineError, PasswordError, WorksheetNotFound, OSError, ValueError) as error:
        raise PolicyError(
            "casemix.workbook_broken",
            zh=f"工作簿无法打开：{error}",
            en=f"The workbook cannot be opened: {error}",
            where=path.name,
        ) from error
    about, choices = _choices_beside(path, digest)
    grey = read_code_list(path.parent / choices.grey_codes, digest) if choices.grey_codes else frozenset[str]()
    return SchemeTables(
        name=about.get("name", path.stem),
        version=about.get("version", ""),
        source=about.get("source", ""),
        digest=digest.hexdigest(),
        choices=choices,
        mdcs=_ordered(tables["mdcs"]),
        adrgs=_ordered(tables["adrgs"]),
        drgs=tables["drgs"],
        sets=_split_codes(tables["sets"]),
        complications=_levels(tables["complications"]),
        exclusions=tables["exclusions"],
        grey=grey,
    )


def _choices_beside(path: Path, digest: hashlib._Hash) -> tuple[Mapping[str, str], Choices]:
    beside = path.with_suffix(".yaml")
    if not beside.is_file():
        return {}, Choices()
    try:
        document = yaml.load(read_bytes(beside, digest).decode("utf-8"), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(
            "casemix.scheme_yaml",
            zh=f"{beside.name} 无法解析：{error}",
            en=f"{beside.name} cannot be read: {error}",
            where=beside.name,
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("choices", {}), dict):
        raise PolicyError(
            "casemix.scheme_yaml",
            zh=f"{beside.name} 应为 name、choices 等项",
            en=f"{beside.name} must hold name and choices",
            where=beside.name,
        )
    about = {name: value for name, value in document.items() if isinstance(value, str)}
    return about, read_choices(document.get("choices", {}), beside.name)


def _plain(text: str) -> str:
    """A heading or sheet name as it is compared: no spaces, no remarks in brackets, upper case."""
    return re.sub(r"[\s_]+|[（(].*?[)）]", "", text).upper()


def _read_sheet(workbook: CalamineWorkbook, kind: str, sheets: Sequence[str]) -> tuple[Row, ...]:
    sheet = _SHEETS[kind]
    wanted = [_plain(name) for name in sheet.names]
    found = next((name for want in wanted for name in sheets if _plain(name) == want), None)
    found = found or next(
        (
            name
            for name in sheets
            if len(wanted[0]) > 1
            and wanted[0] in _plain(name)
            and not (kind == "drgs" and "ADRG" in _plain(name))
            and not (kind == "complications" and "排除" in name)
        ),
        None,
    )
    if found is None:
        raise PolicyError(
            "casemix.sheet_missing",
            zh=f"工作簿缺少工作表“{sheet.names[0]}”（现有：{'、'.join(sheets)}）",
            en=f"The workbook lacks the sheet {sheet.names[0]} (it has {', '.join(sheets)})",
            where=sheet.names[0],
        )
    cells = [
        [_cell(value) for value in row] for row in workbook.get_sheet_by_name(found).to_python(skip_empty_area=False)
    ]
    heading_ends, places = _find_heading(cells, sheet, found)
    return tuple(_body(cells, heading_ends, places, sheet, found))


_AS_NUMBER = "\x00"  # before the text of a cell that holds a broken number, where a code may have lost its zeros


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{_AS_NUMBER}{value}"
    return "" if value is None else str(value).strip()


def _find_heading(cells: list[list[str]], sheet: _Sheet, name: str) -> tuple[int, dict[str, int]]:
    """The first row below the heading, and where each column stands."""
    best: dict[str, int] = {}
    for row in range(min(HEADING_WITHIN, len(cells))):
        for height in (1, 2):
            headings = _stacked(cells[row : row + height])
            places = _places(headings, sheet)
            if all(column in places for column in sheet.columns if column not in sheet.optional):
                return row + height, places
            best = places if len(places) > len(best) else best
    missing = [column for column in sheet.columns if column not in best and column not in sheet.optional]
    expected = "；".join("／".join(sheet.columns[column]) for column in missing)
    raise PolicyError(
        "casemix.heading_missing",
        zh=f"工作表“{name}”前 {HEADING_WITHIN} 行中找不到列：{expected}",
        en=f"Sheet {name}: no heading in the first {HEADING_WITHIN} rows for {', '.join(missing)} (known: {expected})",
        where=name,
    )


def _stacked(rows: list[list[str]]) -> list[list[str]]:
    """For each column its headings: the lowest row's, then the upper row's (a merged upper cell spreads right)."""
    width = max((len(row) for row in rows), default=0)
    stacked: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(rows):
        merged = ""
        for column in range(width):
            text = row[column] if column < len(row) else ""
            spread = depth + 1 < len(rows)
            merged = text or (merged if spread else "")
            if merged:
                stacked[column].insert(0, _plain(merged))
                if len(stacked[column]) > 1:
                    stacked[column].append(stacked[column][1] + stacked[column][0])
    return stacked


def _places(headings: list[list[str]], sheet: _Sheet) -> dict[str, int]:
    places: dict[str, int] = {}
    for exact in (True, False):
        for column, aliases in sheet.columns.items():
            if column in places:
                continue
            for alias in map(_plain, aliases):
                place = next(
                    (
                        index
                        for index, texts in enumerate(headings)
                        if index not in places.values()
                        and any(
                            text == alias
                            if exact
                            else (len(alias) > 1 and alias in text and len(text) <= len(alias) + 8)
                            for text in texts
                        )
                    ),
                    None,
                )
                if place is not None:
                    places[column] = place
                    break
    return places


def _body(cells: list[list[str]], first: int, places: Mapping[str, int], sheet: _Sheet, name: str) -> list[Row]:
    rows: list[Row] = []
    above: dict[str, str] = {}
    for number, row in enumerate(cells[first:], start=first + 1):
        values = {column: row[place] if place < len(row) else "" for column, place in places.items()}
        if not any(values.values()):
            continue
        for column in sheet.filled_down:
            values[column] = above[column] = values[column] or above.get(column, "")
        where = f"{name}:{number}"
        for column in ("code", "principal_code"):
            if values.get(column, "").startswith(_AS_NUMBER):
                number_text = values[column].removeprefix(_AS_NUMBER)
                raise PolicyError(
                    "casemix.code_is_number",
                    zh=f"编码 {number_text} 被存成了数字，末尾的零已丢失；请把该列设为文本后重填",
                    en=f"Code {number_text} was stored as a number and lost its zeros; make the column text",
                    where=where,
                )
        rows.append(Row({key: text.removeprefix(_AS_NUMBER) for key, text in values.items()}, name, number))
    return rows


def _ordered(rows: Sequence[Row]) -> tuple[Row, ...]:
    """A sheet without an order column, or with gaps in it, is in the order of its rows."""
    if all(re.fullmatch(r"[0-9]+", row["order"]) for row in rows):
        return tuple(rows)
    return tuple(
        Row({**row.values, "order": str(place)}, row.table, row.number) for place, row in enumerate(rows, start=1)
    )


def _split_codes(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(
        Row({**row.values, "code": code}, row.table, row.number)
        for row in rows
        for code in re.split(r"[,，、;；|\s]+", row["code"])
        if code
    )


def _levels(rows: Sequence[Row]) -> tuple[Row, ...]:
    known = {
        "MCC": "mcc",
        "CC": "cc",
        "严重并发症或合并症": "mcc",
        "严重并发症": "mcc",
        "并发症或合并症": "cc",
        "并发症": "cc",
        "一般并发症": "cc",
        "1": "mcc",
        "2": "cc",
    }
    read = []
    for row in rows:
        level = known.get(_plain(row["level"]))
        if level is None:
            raise PolicyError(
                "casemix.complication_level",
                zh=f"并发症类型应为 MCC 或 CC，实为“{row['level']}”",
                en=f"The level of a complication must be MCC or CC: {row['level']}",
                where=row.where,
            )
        read.append(Row({**row.values, "level": level}, row.table, row.number))
    return tuple(read)
