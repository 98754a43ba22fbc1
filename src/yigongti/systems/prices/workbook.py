"""A workbook of prices: one row an item, a column for each level, or a column of levels beside one of prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from yigongti.engines.claim_checks.workbooks.layouts import plain
from yigongti.engines.claim_checks.workbooks.sheets import open_sheets
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy
from yigongti.systems.prices.actions.set_lines import Wanted

MOST_ROWS = 50_000
ENDED = frozenset({"停用", "取消", "ENDED"})


def read_prices(content: bytes, policy: Policy) -> list[Wanted]:
    """The lines that a workbook asks for. An empty cell says nothing about that level; “停用” ends the item there.

    Headings come from policy/knowledge/prices.yaml. Raises InvalidInput with sheet and row for what cannot be read.
    """
    layout = next(each.data for each in policy.documents("knowledge") if each.data.get("id") == "price_layout")
    concepts = {plain(text): name for name, texts in layout["headings"].items() for text in texts}
    levels = {plain(text): level for level, texts in layout["levels"].items() for text in texts}
    found: list[Wanted] = []
    for sheet, rows in open_sheets(content).items():
        head = next((at for at, row in enumerate(rows[:20]) if any(plain(c) in concepts for c in row)), None)
        if head is None:
            continue
        columns = {place: concepts[plain(cell)] for place, cell in enumerate(rows[head]) if plain(cell) in concepts}
        by_level = {place: levels[plain(cell)] for place, cell in enumerate(rows[head]) if plain(cell) in levels}
        if "code" not in columns.values() or not (by_level or {"level", "price"} <= set(columns.values())):
            raise _wrong(sheet, head + 1, "需要编码列和各级价格列", "a code column and columns of prices are needed")
        for number, row in enumerate(rows[head + 1 :], start=head + 2):
            found += _of_row(sheet, number, row, columns, by_level, levels)
    if not found:
        raise InvalidInput("prices.workbook_empty", zh="工作簿里没有价格", en="the workbook holds no prices")
    if len(found) > MOST_ROWS:
        raise InvalidInput("prices.workbook_long", zh=f"超过 {MOST_ROWS} 行", en=f"more than {MOST_ROWS} rows")
    return found


def _of_row(
    sheet: str,
    number: int,
    row: Sequence[object],
    columns: dict[int, str],
    by_level: dict[int, str],
    levels: dict[str, str],
) -> list[Wanted]:
    told = {name: str(row[place]).strip() if place < len(row) else "" for place, name in columns.items()}
    if not any(str(cell).strip() for cell in row):
        return []
    if not told["code"]:
        raise _wrong(sheet, number, "没有编码", "there is no code")
    if any(isinstance(row[place], float) for place, name in columns.items() if name == "code" and place < len(row)):
        raise _wrong(sheet, number, "编码被存成数字，请改为文本", "the code is stored as a number: make it a text")
    if by_level:
        cells = {level: row[place] for place, level in by_level.items() if place < len(row)}
    else:
        level = levels.get(plain(told["level"]), told["level"])
        cells = {level: told["price"]}
    return [
        Wanted(told["code"], level, _price(cell, sheet, number), told.get("name", ""), told.get("unit", ""))
        for level, cell in cells.items()
        if str(cell).strip()
    ]


def _price(cell: object, sheet: str, number: int) -> Decimal | None:
    text = str(cell).strip().replace(",", "")
    if plain(text) in ENDED:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise _wrong(sheet, number, f"“{text}”不是价格", f"“{text}” is no price") from None
    if not price.is_finite() or price < 0 or price != price.quantize(Decimal("0.0001")):
        raise _wrong(sheet, number, f"价格 {text} 须不为负、至多四位小数", f"the price {text} has too many places")
    return price


def _wrong(sheet: str, row: int, zh: str, en: str) -> InvalidInput:
    return InvalidInput("prices.workbook_wrong", zh=zh, en=en, where=f"{sheet} {row}")
