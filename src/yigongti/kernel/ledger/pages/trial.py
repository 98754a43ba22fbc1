"""The trial balance and the statement of one book, or of several as one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.ledger.chart import KINDS, chart
from yigongti.kernel.ledger.consolidating import Consolidated, consolidated
from yigongti.kernel.ledger.pages.chosen import SEE, Chosen, account_label, chosen, language
from yigongti.kernel.ledger.periods import periods
from yigongti.kernel.ledger.reading import Statement, TrialBalance, stated, trial_balance, units_of
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.figures import money
from yigongti.kernel.presentation.tables import Column, Table


@permitted(SEE)
def trial(request: HttpRequest) -> HttpResponse:
    """Do the books balance, what came in and what went out: the answer in words, then account by account."""
    which = chosen(request)
    several = consolidated(which.books, which.first, which.last, which.unit) if which.together else None
    found = several.trial if several else trial_balance(which.books, which.first, which.last, which.unit)
    told = stated(found)
    columns = [
        Column("code", _("Account"), link=lambda row: _account(row["code"], which)),
        Column("name", _("Name"), filterable=False, sortable=False),
        Column("opening", _("Opening balance"), "money", filterable=False),
        Column("debit", _("Debit"), "money", filterable=False),
        Column("credit", _("Credit"), "money", filterable=False),
        Column("closing", _("Closing balance"), "money", filterable=False),
    ]
    rows = [
        {
            "code": line.account.code,
            "name": "　" * line.account.depth + line.account.label.in_language(language()),
            "opening": line.opening, "debit": line.debit, "credit": line.credit, "closing": line.closing,
        }
        for line in found.lines
    ]  # fmt: skip
    table = Table("trial-balance", columns, key="code", order="code", size=200)
    context = {
        "which": which,
        "sentence": _sentence(which, found, told),
        "found": found,
        "statement": _statement(told),
        "told": told,
        "units": units_of(which.books),
        "has_below": len(which.books) > 1 or not which.together,
        "mutual": _mutual(several) if several else None,
        "closed": not which.together and periods(which.institution.pk, [which.last])[0].is_closed,
    }
    return table.respond(request, rows, "ledger/trial.html", context)


def _account(code: str, which: Chosen) -> str:
    return f"{reverse('ledger:account', args=[code])}?{which.query}" if code in chart().accounts else ""


def _sentence(which: Chosen, found: TrialBalance, told: Statement) -> str:
    if not found.lines:
        return _("Nothing has been posted in the books of %(name)s up to %(last)s.") % {
            "name": which.name, "last": which.last.in_language(language()),
        }  # fmt: skip
    words = {
        "name": which.name, "span": which.span, "turnover": money(found.total("debit")),
        "income": money(told.total("income")), "expense": money(told.total("expense")), "result": money(told.result),
    }  # fmt: skip
    if found.total("closing") or found.total("debit") != found.total("credit"):
        return (
            _("%(name)s, %(span)s: as one, the books do not balance, because what they hold about each other differs.")
            % words
        )
    return (
        _(
            "%(name)s, %(span)s: debits equal credits, %(turnover)s each; income %(income)s, expenses %(expense)s,"
            " result %(result)s."
        )
        % words
    )


def _statement(told: Statement) -> list[dict[str, Any]]:
    """Kind by kind: its name, its lines, its total."""
    return [
        {
            "kind": KINDS[kind].in_language(language()),
            "lines": [
                {"code": account.code, "name": account.label.in_language(language()), "depth": account.depth,
                 "amount": amount}
                for account, amount in lines
            ],
            "total": told.total(kind),
        }
        for kind, lines in told.lines.items()
        if lines
    ]  # fmt: skip


def _mutual(several: Consolidated) -> dict[str, Any]:
    """What was eliminated, and between whom it does not match."""
    numbers = {number for pair in several.mutual for number in (pair.first_id, pair.second_id)}
    names = {each.pk: each.in_language(language()) for each in Institution.objects.filter(pk__in=numbers)}
    return {
        "eliminated": [
            {"code": code, "name": account_label(code), "amount": amount} for code, amount in several.eliminated
        ],
        "pairs": [
            {"first": names.get(pair.first_id, ""), "second": names.get(pair.second_id, ""), "pair": pair}
            for pair in several.mutual
        ],
        "unmatched": len(several.unmatched),
    }
