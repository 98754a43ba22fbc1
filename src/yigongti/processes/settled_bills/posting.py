"""Settlements that came by file into the books: one entry for each institution, month, kind of care and side.

Keys and accounts: docs/adr/0020, points 4 and 5. When the rows of a month change, what stands for it is reversed and
the new sum posted, in one transaction; when they do not, nothing happens.
What was settled at the counter is posted there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yigongti.facts.public import Lake
from yigongti.foundation.errors import NotFound, Text
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.ledger.public import EntryDraft, Posted, PostingDraft, Standing, bring, fund_book
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.settled_bills.sums import PAID, Sum, sums_of
from yigongti.systems.benefits import public as benefits

KIND = "settlements"
_BULK = "bulk"
_RESUBMITTED = Text("重新上报，原汇总分录冲销", "submitted again: the earlier sum is taken back")


def post_month(month: Month, lake: Lake, version: int | None, at: datetime) -> Posted:
    """Bring the books to what the lake says of the month at that version of the settlements. at: aware.

    Raises NotFound for an institution that is not registered, and Conflict "ledger.period_closed".
    """
    codes = dict(Institution.objects.using(_BULK).values_list("code", "id"))
    fund = fund_book(using=_BULK).pk
    rows = []
    for code in dict.fromkeys(file.institution_code for file in lake.files(SETTLEMENTS.name, version, [month])):
        rows += lake.read(SETTLEMENTS.name, code, month, version).select(_NEEDED).to_pylist()
    apart = {(row["institution_code"], row["settlement_number"]) for row in benefits.rows_of_month(None, month)}
    wanted = [draft for each in sums_of(rows, apart) for draft in drafts_of(each, month, codes, fund)]
    with transaction.atomic(using=_BULK):
        standing = Standing(KIND, f"settlements/{month}/", month.last_day, _RESUBMITTED)
        return bring(NOBODY, wanted, standing, at, using=_BULK)


_NEEDED = ["institution_code", "settlement_number", "care", "place", *PAID]


def drafts_of(each: Sum, month: Month, codes: Mapping[str, int], fund: int) -> list[EntryDraft]:
    """The institution's entry and the fund's; bills from outside the county have the fund's alone, with no partner."""
    institution = codes.get(each.institution_code)
    if institution is None:
        raise NotFound(
            "settled_bills.institution_unknown",
            zh=f"机构登记中没有 {each.institution_code}，请先登记再入账",
            en=f"{each.institution_code} is not in the register: register it before its settlements are posted",
        )
    own, owed = benefits.sides_of(
        each.amounts, care=each.care, institution_id=institution, fund_id=fund, outside=each.outside
    )
    sides = (("institution", institution, own), ("fund", fund, owed))
    return [_draft(each, month, side, book, lines) for side, book, lines in sides if lines]


def _draft(each: Sum, month: Month, side: str, book: int, lines: tuple[PostingDraft, ...]) -> EntryDraft:
    cause = f"settlements:{month}/{each.institution_code}/{each.care}"
    where = "outside/" if each.outside else ""
    return EntryDraft(
        key=f"settlements/{month}/{each.institution_code}/{each.care}/{where}{side}/{each.digest}",
        book_id=book,
        on=month.last_day,
        kind=KIND,
        said=Text(f"{month} 结算汇总（{each.rows} 笔）", f"Settlements of {month} ({each.rows})"),
        cause=cause,
        postings=lines,
    )
