"""Which books and months a page is about: the institution in focus alone, or together with all below it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.ledger.chart import chart
from yigongti.kernel.ledger.drafts import CNY
from yigongti.kernel.ledger.models import Entry
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import Focus, focus_of

SEE = "ledger.see"
MOST_MONTHS = 240


@dataclass(frozen=True)
class Chosen:
    """books: numbers of the books that are read. together: the institution and all below it, as one."""

    institution: Institution
    books: tuple[int, ...]
    first: Month
    last: Month
    together: bool
    unit: str = CNY

    @property
    def query(self) -> str:
        """The query string that keeps the choice."""
        told = {
            "institution": self.institution.code,
            "month": str(self.last),
            "from": str(self.first),
            "to": str(self.last),
        }
        told["with"] = "below" if self.together else "own"
        return urlencode(told | ({"unit": self.unit} if self.unit != CNY else {}))

    @property
    def name(self) -> str:
        """Whose books they are, in words."""
        name = self.institution.in_language(language())
        return _("%(name)s with all below it") % {"name": name} if self.together else name

    @property
    def span(self) -> str:
        """The months in words."""
        first, last = self.first.in_language(language()), self.last.in_language(language())
        return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def language() -> str:
    return get_language() or "zh-hans"


def chosen(request: HttpRequest) -> Chosen:
    """From the address: ?institution=&from=&to=&with=below&unit=. Without months: from January to the month in focus.
    Without `with`: the institution's own book, or all below it where it keeps none, as an office above the bureau.

    Raises NotFound without an institution, NotPermitted for one whose books the actor does not read, InvalidInput for
    months that are none or stand in the wrong order.
    """
    focus = focus_of(request)
    if focus.institution is None:
        raise NotFound("ledger.book_unknown", zh="请先选择机构", en="choose an institution first")
    request.actor.require(SEE, focus.institution.pk)  # type: ignore[attr-defined]
    last = _month(request, "to", focus.month)
    first = _month(request, "from", Month(last.year, 1))
    if last < first:
        raise InvalidInput(
            "ledger.months", zh="末月早于首月", en="the last month lies before the first", where=str(last)
        )
    asked = request.GET.get("with")
    together = asked == "below" if asked is not None else _keeps_none(focus)
    books = tuple(focus.institution_ids) if together else (focus.institution.pk,)
    unit = request.GET.get("unit", "").replace("\x00", "")[:64] or CNY
    return Chosen(focus.institution, books, first, last, together, unit)


def _keeps_none(focus: Focus) -> bool:
    own = focus.institution
    return own is not None and len(focus.institution_ids) > 1 and not Entry.objects.filter(book_id=own.pk).exists()


def _month(request: HttpRequest, name: str, otherwise: Month) -> Month:
    text = request.GET.get(name, "")
    return Month.parse(text) if text else otherwise


def account_label(code: str) -> str:
    """The account's name, with those above it: 应收医保基金款 · 应收统筹基金."""
    known = chart().accounts
    if code not in known:
        return code
    return " · ".join(known[each].label.in_language(language()) for each in (*reversed(chart().above(code)), code))
