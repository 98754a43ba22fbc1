"""Samples: draw one with its seed, review its rows, read what the whole is then worth."""

from __future__ import annotations

import secrets
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.engines.claim_checks.public import Estimate, Reviewed, Size, estimated
from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.draw_sample import MOST, draw_sample, review_row
from yigongti.systems.claim_checks.models import Sample, SampledFinding
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.columns import check_column, institution_label, said_field, strength_column


@permitted("claim_checks.sample")
def samples(request: HttpRequest) -> HttpResponse:
    """The samples of the institution in focus, and the form that draws one of its month."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    problem: InvalidInput | None = None
    if request.method == "POST" and focus.institution is not None:
        today = timezone.localdate()
        level = Decimal(str(policy().value("claim_checks.sample_level", on=today)))
        bands = [Decimal(str(bound)) for bound in policy().value("claim_checks.sample_bands", on=today)]
        try:
            made = draw_sample(
                actor, focus.institution, focus.month, focus.institution_ids, level=level, at=timezone.now(),
                seed=row_number(request.POST.get("seed", "")), size=row_number(request.POST.get("size", "")),
                strata=request.POST.get("strata", Sample.Strata.CHECK), bands=bands,
                by=request.POST.get("allocation", Sample.Allocation.YUAN),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("claim_checks:sample", args=[made.pk]))
        except InvalidInput as error:
            problem = error
    rows = queries.samples(actor, focus.institution_ids)
    columns = [
        Column("made_at", _("When"), "instant", link=lambda row: reverse("claim_checks:sample", args=[row["id"]])),
        Column("month", _("Month")),
        Column("seed", _("Seed"), sortable=False),
        Column("size", _("Size"), "count"),
        Column(
            "strata",
            _("Strata"),
            choices=Sample.Strata.choices,
            value=lambda row: str(Sample.Strata(row["strata"]).label),
        ),
        Column("made_by_name", _("Made by")),
    ]
    context = {
        "focus": focus,
        "problem": problem,
        "seed": secrets.randbelow(10**9),
        "most": MOST,
        "strata_choices": Sample.Strata.choices,
        "allocation_choices": Sample.Allocation.choices,
        "sentence": sentences.samples(rows.count()),
    }
    answer = Table("claim-checks-samples", columns, order="-made_at").respond(
        request, rows, "claim_checks/samples.html", context
    )
    answer.status_code = 400 if problem else 200
    return answer


@permitted("claim_checks.sample")
def sample(request: HttpRequest, number: int) -> HttpResponse:
    """One sample: its rows, the strata, the estimate with its bound; ?open=<place> reviews one row beside the list."""
    found = queries.the_sample(request.actor, number)  # type: ignore[attr-defined]
    rows = queries.sampled(found)
    labels = check_labels()
    names = queries.institutions(rows.order_by().values_list("institution_id", flat=True).distinct())
    result, reviews = estimate_of(found), _reviews_of(found)
    columns = [
        Column("place", _("No."), "count", link=lambda row: f"?open={row['place']}", beside="detail"),
        Column(said_field(), _("What was found")),
        strength_column(),
        check_column(labels),
        Column("institution__name", _("Institution"), fields=["institution_id"],
               value=lambda row: institution_label(names, row["institution_id"])),
        Column("case_id", _("Case")),
        Column("counted", _("Counted once, yuan"), "money", total=True),
        Column("verdict", _("Verdict"), choices=SampledFinding.Verdict.choices, value=_verdict,
               mark=lambda row: {"right": "good", "wrong": "bad"}.get(row["verdict"], "")),
        Column("recover", _("To recover, yuan"), "money", total=True),
        Column("remark", _("Remark"), hidden=True),
        Column("reviewed_by_name", _("Reviewed by"), hidden=True),
    ]  # fmt: skip
    opened = row_number(request.GET.get("open", ""))
    context = {
        "sample": found,
        "result": result,
        "strata": [
            (_stratum_label(stratum.name, labels), stratum, *reviews.get(stratum.name, (0, 0)))
            for stratum in result.strata
        ],
        "sentence": sentences.sample(result, float(found.level), sum(count for count, _right in reviews.values())),
        "detail": rows.filter(place=opened).select_related("institution").first() if opened else None,
        "table_keep": ["open"],
    }
    return Table("claim-checks-sample", columns, key="place", order="place").respond(
        request, rows, "claim_checks/sample.html", context
    )


def _verdict(row: Any) -> str:
    return str(SampledFinding.Verdict(row["verdict"]).label) if row["verdict"] else ""


def _stratum_label(name: str, labels: dict[str, str]) -> str:
    check, *rest = name.split("|")
    return " · ".join([labels.get(check, check), *rest])


def _reviews_of(found: Sample) -> dict[str, tuple[int, int]]:
    """Stratum → rows drawn, and rows of them that were found right."""
    told: dict[str, tuple[int, int]] = {}
    for stratum, verdict in queries.sampled(found).values_list("stratum", "verdict"):
        count, right = told.get(stratum, (0, 0))
        told[stratum] = count + 1, right + (verdict == SampledFinding.Verdict.RIGHT)
    return told


def estimate_of(found: Sample) -> Estimate:
    """What the reviewed rows say about the whole."""
    reviewed: dict[str, list[Reviewed]] = {}
    rows = queries.sampled(found).exclude(verdict="")
    for stratum, counted, recover in rows.values_list("stratum", "counted", "recover"):
        reviewed.setdefault(stratum, []).append(Reviewed(counted, recover or Decimal(0)))
    population = {name: Size(count, Decimal(yuan)) for name, (count, yuan) in found.population.items()}
    by_hash = found.method == Sample.Method.HASH
    return estimated(population, reviewed, float(found.level), ratio_allowed=by_hash)


@require_POST
@permitted("claim_checks.sample")
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Review one row and go on to the next."""
    place = row_number(request.POST.get("place", ""))
    text = request.POST.get("recover", "").strip()
    try:
        recover = Decimal(text) if text else None
        if recover is not None and not recover.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise InvalidInput(
            "claim_checks.amount_not_readable", zh="金额应为数字", en="the amount must be a number"
        ) from None
    review_row(
        request.actor, number, place, verdict=request.POST.get("verdict", ""), recover=recover,  # type: ignore[attr-defined]
        remark=request.POST.get("remark", ""), at=timezone.now(),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("claim_checks:sample", args=[number]) + f"?open={place + 1}")
