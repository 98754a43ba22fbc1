"""The sentence of a finding: the check's words with what was found put into them."""

from __future__ import annotations

from decimal import Decimal

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.finding import Finding
from yigongti.foundation.errors import Text


def sentence(finding: Finding, check: Check) -> Text:
    """The finding in a sentence, in both languages. The words of a check were checked when it was loaded."""
    return said(
        check,
        item=finding.item,
        limit=finding.limit,
        observed=finding.observed,
        other=finding.other,
        amount=finding.amount,
        line=finding.line_number,
    )


def said(check: Check, *, item: str, limit: str, observed: str, other: str, amount: Decimal, line: int | None) -> Text:
    """The same from the cells of a row of the table of findings."""
    parts = {
        "item": item,
        "limit": limit,
        "observed": observed,
        "other": other,
        "amount": f"{amount:,.2f}",
        "line": "" if line is None else str(line),
    }
    return Text(check.words.zh.format_map(parts), check.words.en.format_map(parts))
