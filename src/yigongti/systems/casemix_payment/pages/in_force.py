"""What the month rests on: the scheme, the weights and rates, the departments' scores and their bands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.engines.casemix.performance.public import DepartmentRules
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.pages.columns import department_label
from yigongti.systems.casemix_payment.pages.overview import not_closed
from yigongti.systems.casemix_payment.scheme_findings import scheme_findings
from yigongti.systems.casemix_payment.scheme_in_force import scheme_in_force


@permitted("casemix_payment.see")
def weights(request: HttpRequest) -> HttpResponse:
    """Every group with its weight, and the county's means of the month."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    rows = queries.groups_in_force(focus.month)
    columns = [
        Column("drg", _("Group")),
        Column("name", _("Name")),
        Column("mdc", "MDC", hidden=True),
        Column("adrg", "ADRG", hidden=True),
        Column("weight", _("Weight"), "number", places=4),
        Column("county_cases", _("Cases this month"), "count", total=True),
        Column("county_mean_cost", _("County's mean cost"), "money"),
        Column("county_mean_stay", _("County's mean stay"), "number", places=1),
        Column("mean_cost", _("Mean cost behind the weight"), "money"),
        Column("standard_stay_days", _("Standard stay"), "number", places=1),
        Column("past_cases", _("Cases behind the weight"), "count"),
        Column("cost_variation", _("Variation"), "number", places=4, hidden=True),
        Column("basis", _("Where the weight comes from"), hidden=True),
        Column(
            "stable",
            _("Stable"),
            value=lambda row: _("yes") if row["stable"] else _("no"),
            filterable=False,
            mark=lambda row: "" if row["stable"] or row["weight"] is None else "due",
        ),
        Column(
            "low_risk",
            _("Low risk"),
            filterable=False,
            value=lambda row: "" if row["low_risk"] is None else _("yes") if row["low_risk"] else _("no"),
        ),
    ]
    context = {
        "focus": focus,
        "month": month,
        "count": rows.count(),
        "with_weight": rows.filter(weight__isnull=False).count(),
        "used": rows.filter(county_cases__gt=0).count(),
    }
    return Table("casemix-weights", columns, order="drg", size=100).respond(
        request, rows, "casemix_payment/weights.html", context
    )


@permitted("casemix_payment.see")
def scheme(request: HttpRequest) -> HttpResponse:
    """The scheme in force: what it is, what it is not, and what the linter says of it."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    in_force = scheme_in_force(policy(), focus.month)
    findings = scheme_findings(in_force.folder, policy())
    groups = [adrg for mdc in in_force.scheme.mdcs for adrg in mdc.adrgs]
    return render(
        request,
        "casemix_payment/scheme.html",
        {
            "focus": focus,
            "month": month,
            "in_force": in_force,
            "scheme": in_force.scheme,
            "is_starter": in_force.folder.endswith("/starter"),
            "findings": findings,
            "adrg_count": len(groups),
            "drg_count": sum(len(adrg.endings) for adrg in groups),
            "has_changed": month is not None and month.scheme_digest != in_force.scheme.digest,
            "folder_source": policy().source_of("casemix.scheme_folder", on=focus.month.last_day),
        },
    )


@permitted("casemix_payment.see")
def scores(request: HttpRequest) -> HttpResponse:
    """The departments' scores with their bands, and why a department is not assessed."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    language = get_language() or "zh-hans"
    found = list(queries.scores(request.actor, focus.month, focus.institution_ids))  # type: ignore[attr-defined]
    ids = sorted({score.institution_id for score in found})
    names, institutions = queries.department_names(ids), queries.institutions(ids)
    rows = [
        {
            "key": score.pk,
            "department": department_label(names, score.institution_id, score.department_code),
            "institution": institutions[score.institution_id].in_language(language),
            "entry_rate": score.entry_rate,
            "entry_points": score.entry_points,
            "balance_share": score.balance_share,
            "balance_points": score.balance_points,
            "score": score.score,
            "assessment": _("Assessed")
            if score.assessed
            else _("Not assessed: %(reason)s") % {"reason": score.reason_in_language(language)},
            "assessed": score.assessed,
        }
        for score in found
    ]
    columns = [
        Column("department", _("Department")),
        Column("institution", _("Institution"), hidden=len(ids) < 2),
        Column("entry_rate", _("Normal-case entry rate"), "percent", places=2),
        Column("entry_points", _("Points for it"), "number", places=0),
        Column("balance_share", _("Balance over fund spending"), "percent", places=2),
        Column("balance_points", _("Points for it"), "number", places=0),
        Column("score", _("Score"), "number", places=0),
        Column("assessment", _("Assessment"), mark=lambda row: "" if row["assessed"] else "due"),
    ]
    rules = DepartmentRules.from_policy(policy(), on=focus.month.last_day)
    assessed = [row for row in rows if row["assessed"]]
    best = max(assessed, key=lambda row: row["score"], default=None)
    context = {
        "focus": focus,
        "month": month,
        "rules": rules,
        "assessed": len(assessed),
        "count": len(rows),
        "best": best,
        "bands": list(zip(rules.points, rules.entry_rate_bands, rules.balance_bands, strict=True)),
        "source": policy().source_of("casemix.department_points", on=focus.month.last_day),
    }
    table = Table("casemix-scores", columns, key="key", order="-score", size=200)
    return table.respond(request, rows, "casemix_payment/scores.html", context)
