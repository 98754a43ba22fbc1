"""One account: every posting of the months, each leading to its entry."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.ledger.causes import cause_link
from yigongti.kernel.ledger.chart import chart
from yigongti.kernel.ledger.drafts import CNY
from yigongti.kernel.ledger.exporting import PERSONAL, with_entries
from yigongti.kernel.ledger.pages.chosen import SEE, account_label, chosen, language
from yigongti.kernel.ledger.reading import account_lines, trial_balance
from yigongti.kernel.presentation.figures import rounded
from yigongti.kernel.presentation.tables import Column, Table


@permitted(SEE)
def account(request: HttpRequest, account: str) -> HttpResponse:
    """What the account began and ended with, and its lines. Raises NotFound for one that the chart does not have."""
    if account not in chart().accounts:
        raise NotFound("ledger.account_unknown", zh="没有这个科目", en="there is no such account", where=account[:40])
    which = chosen(request)
    line = trial_balance(which.books, which.first, which.last, which.unit).line(account)
    goods = which.unit != CNY
    kind, places = ("number", 4) if goods else ("money", None)
    english = language().startswith("en")
    columns = [
        Column("on", _("Day"), "date", link=_entry, fields=("entry_id", "line")),
        Column("said", _("What happened"), value=lambda row: row["said_en" if english else "said_zh"] or PERSONAL,
               link=_entry, sortable=False, filterable=False),
        Column("account", _("Account"), filterable=False),
        Column("amount", _("Amount, credit negative"), kind, places=places, total=True),
        Column("partner__name", _("Mutual with"), sortable=False),
        Column("cause", _("Cause"), value=lambda row: cause_link(row["cause"]).title if row["cause"] else "",
               link=lambda row: cause_link(row["cause"]).url if row["cause"] else "", sortable=False, filterable=False),
    ]  # fmt: skip
    if which.together:
        columns.insert(1, Column("book__name", _("Book"), sortable=False))
    table = Table("account-lines", columns, key="place", order="on", prepare=with_entries, fields=("entry_id",))
    rows = account_lines(which.books, account, which.first, which.last, which.unit)
    context: dict[str, Any] = {
        "which": which, "account": chart().account(account), "label": account_label(account), "line": line,
        "opening": _amount(line.opening if line else 0, goods), "closing": _amount(line.closing if line else 0, goods),
        "below": [chart().account(code) for code in chart().below[account]],
    }  # fmt: skip
    return table.respond(request, rows, "ledger/account.html", context)


def _amount(amount: Any, goods: bool) -> str:
    return rounded(amount, 4 if goods else 2)


def _entry(row: Any) -> str:
    """Only where the entry may be seen: a link that is refused tells nobody anything."""
    return reverse("ledger:entry", args=[row["entry_id"]]) if row.get("seen") else ""
