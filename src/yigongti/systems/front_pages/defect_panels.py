"""What a matter of front pages shows: the broken rules of a page; a department's month with its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.rule_words import column_label, rules_by_id

PAGES_SHOWN = 50
"""Pages that do not pass that are listed in the panel; the link beside them leads to all."""


def page_panel(data: Mapping[str, Any], month: Month, actor: Actor, institution_id: int) -> dict[str, Any]:
    """The rules that the page breaks, in words, with what to do."""
    rules = rules_by_id(month)
    staff = queries.staff_names([institution_id])
    physician = str(data.get("physician", ""))
    return {
        "physician": staff.get((institution_id, physician), physician),
        "score": data.get("score"),
        "faults": [
            {
                "rule": rules.get(fault["rule"]), "id": fault["rule"], "column": column_label(fault["column"]),
                "is_error": fault["severity"] == "error", "deducts": fault["deducts"],
            }
            for fault in data.get("rules", ())
        ],
    }  # fmt: skip


def month_panel(
    data: Mapping[str, Any], month: Month, actor: Actor, institution_id: int, department_code: str
) -> dict[str, Any]:
    """The department's figures as they were when the month was closed, and its pages that do not pass."""
    failing = queries.front_pages(actor, month, [institution_id]).filter(department_code=department_code, passes=False)
    department = queries.department_names([institution_id]).get((institution_id, department_code))
    pages, passing = int(data.get("pages", 0)), int(data.get("passing", 0))
    staff = queries.staff_names([institution_id])
    rows = list(failing.select_related("institution").order_by("score", "case_id")[: PAGES_SHOWN + 1])
    return {
        "department": department,
        "month": month,
        "pages": pages,
        "passing": passing,
        "defects": int(data.get("defects", 0)),
        "rate": passing / pages if pages else None,
        "failing": [
            {"page": row, "physician": staff.get((institution_id, row.physician), row.physician)}
            for row in rows[:PAGES_SHOWN]
        ],
        "more": len(rows) > PAGES_SHOWN,
    }
