"""JSON of the catalogue on a day and of a revision; the same permissions and rows as the pages. Prices as text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from yigongti.kernel.access.guard import permitted
from yigongti.systems.prices import queries
from yigongti.systems.prices.models import Level
from yigongti.systems.prices.pages.catalogue import chosen_day


def catalogue(request: HttpRequest) -> HttpResponse:
    """Every item with its prices on ?on=; public, as the list is."""
    day = chosen_day(request)
    rows = [
        {
            "code": item.code, "name": item.name, "unit": item.unit, "fee_item": item.fee_item,
            "prices": {
                level: str(price) for level in Level.values if (price := getattr(item, f"price_{level}")) is not None
            },
        }
        for item in queries.catalogue(day)
    ]  # fmt: skip
    return JsonResponse({"on": day.isoformat(), "items": rows})


catalogue.guarded_by = None  # type: ignore[attr-defined]  # prices are public by law


@permitted("prices.see")
def revision(request: HttpRequest, number: int) -> HttpResponse:
    """A revision with its lines and the sums of its latest rehearsal."""
    found = queries.the_revision(number)
    lines = [
        {
            "code": line.code, "name": line.name, "level": line.level,
            "before": None if line.before is None else str(line.before),
            "after": None if line.after is None else str(line.after),
        }
        for line in found.lines.all()
    ]  # fmt: skip
    sums = {name: str(value) for name, value in queries.rehearsed(found.rehearsals.first()).items()}
    return JsonResponse(
        {"number": found.pk, "title": found.title, "state": found.state, "effective_on": found.effective_on.isoformat(),
         "lines": lines, "rehearsed": sums}
    )  # fmt: skip
