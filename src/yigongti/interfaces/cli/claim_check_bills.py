"""One bill out of opened files, with the person's other bills and what the institution bought: what is explained."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from yigongti.engines.claim_checks.public import Bill, StockMove, bill_of
from yigongti.foundation.errors import NotFound

if TYPE_CHECKING:
    from yigongti.interfaces.cli.claim_check_tables import Opened


def read_bill(files: Opened, case: str) -> tuple[Bill, list[Bill], list[StockMove]]:
    """The bill named INSTITUTION/CASE (or CASE where the files name no institution), the person's other bills, and
    the stock moves of the institution. Raises NotFound."""
    institution, _, case_id = case.rpartition("/")
    bills = files.tables.bills
    rows = _rows(files, bills.filter((bills.institution_code == institution) & (bills.case_id == case_id)))
    if not rows:
        raise NotFound(
            "claim_checks.bill_not_found",
            zh=f"文件中没有 {case}（写成 机构/病例）",
            en=f"the files have no {case} (write INSTITUTION/CASE)",
        )
    others: list[dict[str, Any]] = []
    if rows[0]["person"]:
        of_person = bills.filter(bills.person == rows[0]["person"])
        others = [row for row in _rows(files, of_person) if _key(row) != _key(rows[0])]
    moves = files.tables.stock_moves
    bought = _rows(files, moves.filter(moves.institution_code == institution))
    names = [field.name for field in fields(StockMove)]
    return (
        _with_lines(files, rows[0]),
        [_with_lines(files, row) for row in others],
        [StockMove(**{name: row[name] for name in names}) for row in bought],
    )


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["institution_code"], row["case_id"]


def _with_lines(files: Opened, row: dict[str, Any]) -> Bill:
    lines = files.tables.lines
    mine = lines.filter((lines.institution_code == row["institution_code"]) & (lines.case_id == row["case_id"]))
    return bill_of(row, _rows(files, mine))


def _rows(files: Opened, table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = files.connection.to_pyarrow(table).to_pylist()
    return found
