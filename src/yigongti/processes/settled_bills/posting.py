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
from yigongti.kernel.ledger.public import EntryDraft, Posted, PostingDraft, Standing, bring
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.settled_bills.sums import PAID, Sum, sums_of
from yigongti.systems.benefits import public as benefits

KIND = "settlements"
_BULK = "bulk"
_INSTITUTION = (
    ("pool_fund", "1101.01"),
    ("critical_illness", "1101.02"),
    ("medical_assistance", "1101.03"),
    ("other_funds", "1101.04"),
    ("personal_account", "1101.05"),
)
_FUND = (
    ("critical_illness", "5002"),
    ("medical_assistance", "5003"),
    ("other_funds", "5004"),
    ("personal_account", "5005"),
)
_POOL_BY_CARE = {
    "inpatient": "5001.01",
    "major_disease": "5001.01",
    "outpatient": "5001.02",
    "two_diseases": "5001.03",
    "special_disease": "5001.04",
}
_RESUBMITTED = Text("重新上报，原汇总分录冲销", "submitted again: the earlier sum is taken back")


def post_month(month: Month, lake: Lake, version: int | None, at: datetime) -> Posted:
    """Bring the books to what the lake says of the month at that version of the settlements. at: aware.

    Raises NotFound for an institution that is not registered, and Conflict "ledger.period_closed".
    """
    codes = dict(Institution.objects.using(_BULK).values_list("code", "id"))
    fund = fund_book()
    rows = []
    for code in dict.fromkeys(file.institution_code for file in lake.files(SETTLEMENTS.name, version, [month])):
        rows += lake.read(SETTLEMENTS.name, code, month, version).select(_NEEDED).to_pylist()
    apart = {(row["institution_code"], row["settlement_number"]) for row in benefits.rows_of_month(None, month)}
    wanted = [draft for each in sums_of(rows, apart) for draft in drafts_of(each, month, codes, fund)]
    with transaction.atomic(using=_BULK):
        standing = Standing(KIND, f"settlements/{month}/", month.last_day, _RESUBMITTED)
        return bring(NOBODY, wanted, standing, at, using=_BULK)


_NEEDED = ["institution_code", "settlement_number", "care", "place", *PAID]


def fund_book() -> int:
    """The institution in whose book the fund stands: the insurance bureau, or the county where there is none."""
    for kind in (Institution.Kind.INSURANCE_BUREAU, Institution.Kind.COUNTY):
        found = Institution.objects.using(_BULK).filter(kind=kind).order_by("id").first()
        if found is not None:
            return found.pk
    raise NotFound(
        "settled_bills.no_fund", zh="尚未登记医保局或县", en="neither insurance bureau nor county is registered"
    )


def drafts_of(each: Sum, month: Month, codes: Mapping[str, int], fund: int) -> list[EntryDraft]:
    """The institution's entry and the fund's; bills from outside the county have the fund's alone, with no partner."""
    institution = codes.get(each.institution_code)
    if institution is None:
        raise NotFound(
            "settled_bills.institution_unknown",
            zh=f"机构登记中没有 {each.institution_code}，请先登记再入账",
            en=f"{each.institution_code} is not in the register: register it before its settlements are posted",
        )
    amounts = each.amounts
    made = []
    if not each.outside:
        lines = [PostingDraft(account, amounts[name], partner_id=fund) for name, account in _INSTITUTION]
        lines += [PostingDraft("1102", amounts["cash"]), PostingDraft("4101", -amounts["total_cost"])]
        made.append(_draft(each, month, "institution", institution, lines))
    lines = [PostingDraft(_POOL_BY_CARE[each.care], amounts["pool_fund"])]
    lines += [PostingDraft(account, amounts[name]) for name, account in _FUND]
    owed = sum((line.amount for line in lines), start=amounts["pool_fund"] * 0)
    lines.append(PostingDraft("2001", -owed, partner_id=None if each.outside else institution))
    made.append(_draft(each, month, "fund", fund, lines))
    return [draft for draft in made if draft.postings]


def _draft(each: Sum, month: Month, side: str, book: int, lines: list[PostingDraft]) -> EntryDraft:
    cause = f"settlements:{month}/{each.institution_code}/{each.care}"
    where = "outside/" if each.outside else ""
    return EntryDraft(
        key=f"settlements/{month}/{each.institution_code}/{each.care}/{where}{side}/{each.digest}",
        book_id=book,
        on=month.last_day,
        kind=KIND,
        said=Text(f"{month} 结算汇总（{each.rows} 笔）", f"Settlements of {month} ({each.rows})"),
        cause=cause,
        postings=tuple(line for line in lines if line.amount),
    )
