"""What an institution is told of the year: the words of its statement, drawn as DOCX and PDF on the office's paper.

The paper is that of letters (kernel/matters/letters). The code on it is the beginning of the run's digest with the
institution: it stands on the page of the run too, and is no letter's code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.letters.composing import said
from yigongti.kernel.matters.letters.document import as_document
from yigongti.kernel.matters.letters.paper import as_page
from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun

_COLUMNS = (Text("步骤", "Step"), Text("算式", "Formula"), Text("结果", "Result"), Text("依据", "Basis"))
_LINES = (
    ("kept", Text("结余留用", "Surplus kept")),
    ("borne", Text("超支自担", "Overrun borne")),
    ("returned", Text("考核预留返还", "Kept back for the assessment, returned")),
    ("forfeited", Text("考核预留扣罚", "Kept back for the assessment, forfeited")),
    ("added", Text("按病种付费年终清算", "Payment by group, cleared for the year")),
    ("deposit_returned", Text("质量保证金返还", "Quality deposit, returned")),
    ("deposit_forfeited", Text("质量保证金扣罚", "Quality deposit, forfeited")),
    ("due", Text("清算应得（负数为应退）", "Due (negative: to be given back)")),
)
LINES = _LINES
"""The amounts of a row in the order of the statement: attribute and label."""


def code_of(run: ClearingRun, row: ClearingRow) -> str:
    """Sixteen signs that name this statement of this run."""
    return hashlib.sha256(f"{run.digest}/{row.institution.code}".encode()).hexdigest()[:16].upper()


def statement_words(run: ClearingRun, row: ClearingRow, language: str) -> dict[str, Any]:
    """What the paper says, in one language."""

    def told(text: Text) -> str:
        return text.in_language(language)

    state = {
        ClearingRun.State.POSTED: Text("本清算已入账。", "This clearing is posted."),
        ClearingRun.State.CONFIRMED: Text(
            "本清算已由医共体确认，尚未入账。", "Confirmed by the community, not yet posted."
        ),
    }.get(ClearingRun.State(run.state), Text("本单为草稿，不作结算依据。", "A draft: no basis for payment."))
    balance = run.quota - run.spending
    code, place = code_of(run, row), row.institution.in_language(language)
    community = run.institution.in_language(language)
    yuan = {name: said(getattr(row, name)).zh for name, _label in _LINES}
    first = Text(
        f"{community}医共体 {run.year} 年总额 {run.quota:,.2f} 元，支出 {run.spending:,.2f} 元，"
        + (f"结余 {balance:,.2f} 元，留用 {run.kept:,.2f} 元。" if balance >= 0 else
           f"超支 {-balance:,.2f} 元，基金分担 {run.fund_share:,.2f} 元，医共体自担 {run.community_share:,.2f} 元。"),
        f"Community of {community}, {run.year}: quota {run.quota:,.2f} yuan, spent {run.spending:,.2f}; "
        + (f"surplus {balance:,.2f}, of which {run.kept:,.2f} is kept." if balance >= 0 else
           f"overrun {-balance:,.2f}: the fund bears {run.fund_share:,.2f}, the community {run.community_share:,.2f}."),
    )  # fmt: skip
    second = Text(
        f"贵单位结余留用 {yuan['kept']} 元，超支自担 {yuan['borne']} 元，考核预留返还 {yuan['returned']} 元，"
        f"扣罚 {yuan['forfeited']} 元；按病种付费年终清算 {yuan['added']} 元，"
        f"质量保证金返还 {yuan['deposit_returned']} 元，扣罚 {yuan['deposit_forfeited']} 元；"
        f"清算应得 {yuan['due']} 元（负数为应退）。",
        f"Yours: kept {yuan['kept']}, borne {yuan['borne']}, returned of what was kept back {yuan['returned']}, "
        f"forfeited {yuan['forfeited']}; payment by group cleared for the year {yuan['added']}, quality deposit "
        f"returned {yuan['deposit_returned']}, forfeited {yuan['deposit_forfeited']}; "
        f"due {yuan['due']} yuan (negative: to be given back).",
    )
    at = run.posted_at or run.confirmed_at or run.computed_at
    return {
        "office": run.office.in_language(language),
        "number": f"{run.year}-{run.pk}-{row.institution.code}",
        "title": told(Text(f"{run.year} 年医保基金清算单", f"Clearing statement of {run.year}")),
        "addressee": place,
        "paragraphs": [told(first), told(second), told(state)],
        "articles": [],
        "table": {"columns": [told(column) for column in _COLUMNS], "rows": _steps(run, row, language)},
        "deadline": None,
        "enclosures": [],
        "seal": "",
        "date": told(said(at.date())),
        "code": code,
        "address": f"{settings.PUBLIC_ADDRESS}/year_end_clearing/{run.pk}/{row.institution.code}",
    }


def _steps(run: ClearingRun, row: ClearingRow, language: str) -> list[list[str]]:
    short = "en" if language.startswith("en") else "zh"
    return [
        [step["label"][short], step["sum"][short], amount_of(step), basis_of(step)]
        for step in (*run.steps, *run.tiers, *row.steps)
    ]


def amount_of(step: Mapping[str, Any]) -> str:
    """12,420,000.00 for yuan, the plain figure for a ratio, a dash for a remark."""
    if step["amount"] is None:
        return "—"
    return f"{Decimal(step['amount']):,.2f}" if step.get("unit", "yuan") == "yuan" else str(step["amount"])


def basis_of(step: Mapping[str, Any]) -> str:
    """The parameter and its source, a dash where the step is plain arithmetic."""
    return " ".join(filter(None, (step["parameter"], step["source"]))) or "—"


def statement_document(run: ClearingRun, row: ClearingRow, language: str, at: datetime) -> bytes:
    """The DOCX: the same words give the same bytes."""
    return as_document(statement_words(run, row, language), at)


def statement_page(run: ClearingRun, row: ClearingRow, language: str) -> bytes:
    """The PDF. Raises NoPrinting where this machine cannot draw pages."""
    return as_page(statement_words(run, row, language))
