"""What the contract says on paper: policy/letters/fund_contract.yaml names these values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import Change
from yigongti.kernel.matters.letters.composing import Rows

COLUMNS = (
    Text("步骤", "Step"), Text("算式", "Formula"), Text("结果", "Result"), Text("依据", "Basis"),
)  # fmt: skip


def letter_values(change: Change) -> Mapping[str, Any]:
    """The values by name; the steps of both formulas as a table."""
    from yigongti.systems.fund.steps import contract_of_matter

    contract = contract_of_matter(change)
    return {
        "year": str(contract.year),
        "people": f"{contract.people:,}",
        "quota": contract.quota,
        "retained": f"{contract.retained_ratio * 100:.2f}%",
        "steps": Rows(COLUMNS, [_row(step) for step in contract.steps]),
    }


def _row(step: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        Text(step["label"]["zh"], step["label"]["en"]),
        Text(step["sum"]["zh"], step["sum"]["en"]),
        _amount(step),
        " ".join(filter(None, (step["parameter"], step["source"]))) or "—",
    )


def _amount(step: Mapping[str, Any]) -> Any:
    if step["amount"] is None:
        return "—"
    return Decimal(step["amount"]) if step.get("unit", "yuan") == "yuan" else step["amount"]
