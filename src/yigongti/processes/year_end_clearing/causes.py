"""Where the books' entries of a clearing lead: the run that stands for the year of the community."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.kernel.ledger.causes import CauseLink, register_cause


def register() -> None:
    """For the application's start."""
    register_cause("clearing", _link)


def _link(address: str) -> CauseLink | None:
    """clearing:<year>/<community>: the run, as far as the reader may see it; the list of clearings otherwise."""
    from yigongti.processes.year_end_clearing.models import ClearingRun

    year, _slash, code = address.partition("/")
    if not year.isdigit():
        return None
    standing = ClearingRun.objects.filter(year=int(year), institution__code=code, state=ClearingRun.State.POSTED)
    run = standing.first()
    title = _("Clearing of %(year)s") % {"year": year}
    return CauseLink(
        title, reverse("year_end_clearing:run", args=[run.pk]) if run else reverse("year_end_clearing:runs")
    )
