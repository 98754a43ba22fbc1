"""The checks: what each says and rests on, since when, and how much it knows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.engines.claim_checks.public import Check, handler
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.models import StrengthChoices
from yigongti.systems.claim_checks.pages.sentences import language
from yigongti.systems.claim_checks.sources import source_title
from yigongti.systems.claim_checks.wording import FAMILIES, MARKS, STAGES, in_words


@permitted("claim_checks.see")
def checks(request: HttpRequest) -> HttpResponse:
    """All checks as they are in force on the last day of the month in focus."""
    focus = focus_of(request)
    day = focus.month.last_day
    rows = [_row(check, day) for check in in_force(policy(), focus.month)]
    rows.sort(key=lambda row: row["label"])
    columns = [
        Column("label", _("Check"), link=lambda row: row["href"]),
        Column(
            "strength",
            _("Strength"),
            choices=StrengthChoices.choices,
            value=lambda row: str(StrengthChoices(row["strength"]).label),
            mark=lambda row: MARKS[row["strength"]],
        ),
        Column("family", _("Family")),
        Column("handler", _("Kind of judgement")),
        Column("since", _("Version since"), "date"),
        Column("parameters", _("Thresholds"), hidden=True),
        Column("known", _("Rows of knowledge"), "count", total=True),
        Column("source", _("Source")),
        Column("state", _("State"), mark=lambda row: "" if row["in_force"] else "due"),
    ]
    table = Table("claim-checks-checks", columns, key="id", order="label", row_link=lambda row: row["href"], size=200)
    said = {"focus": focus, "count": len(rows), "in_force": sum(row["in_force"] for row in rows), "day": day}
    return table.respond(request, rows, "claim_checks/checks.html", said)


def _row(check: Check, day: date) -> dict[str, Any]:
    version = check.on(day)
    return {
        "id": check.id,
        "label": check.label.in_language(language()),
        "strength": str(check.strength),
        "family": FAMILIES[check.family].in_language(language()),
        "handler": handler(check.handler).label.in_language(language()),
        "since": version.valid_from if version else None,
        "parameters": _written(version.parameters) if version else "",
        "known": sum(row.in_force(day) for row in check.knowledge.rows),
        "source": source_title(version.source, language()) if version else "",
        "state": _("In force") if version else _("Paused"),
        "in_force": version is not None,
        "href": reverse("claim_checks:check", args=[check.id]) + f"?month={Month.of(day)}",
    }


def _written(parameters: Any) -> str:
    return "; ".join(
        f"{name}={'|'.join(value) if isinstance(value, tuple) else value}" for name, value in parameters.items()
    )


@permitted("claim_checks.see")
def check(request: HttpRequest, check_id: str) -> HttpResponse:
    """One check: its words, its versions with their thresholds, what its kind judges, its knowledge on a day."""
    focus = focus_of(request)
    day = focus.month.last_day
    found = in_force(policy(), focus.month).check(check_id)
    kind = handler(found.handler)
    columns = [Column("key", _("Number"))]
    columns += [Column(c.name, c.label.in_language(language()), sortable=True) for c in kind.knowledge]
    columns += [
        Column("valid_from", _("Holds from"), "date"),
        Column("valid_to", _("Until"), "date"),
        Column("source", _("Source")),
    ]
    titles = {source: source_title(source, language()) for source in {row.source for row in found.knowledge.rows}}
    rows = [
        {
            "place": place,
            "key": row.key,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "source": titles[row.source],
            **{c.name: _cell(row[c.name]) for c in kind.knowledge},
        }
        for place, row in enumerate(found.knowledge.rows)
        if row.in_force(day)
    ]
    context = {
        "focus": focus,
        "check": found,
        "words": in_words(found.words.in_language(language()), language()),
        "kind": kind,
        "day": day,
        "stages": "、".join(STAGES[s].in_language(language()) for s in STAGES if s in found.stages),
        "family": FAMILIES[found.family],
        "strength": StrengthChoices(str(found.strength)).label,
        "versions": [
            {
                "version": version,
                "now": version.in_force(day),
                "source": source_title(version.source, language()),
                "parameters": [
                    (_setting_label(found, name), "、".join(v) if isinstance(v, tuple) else v)
                    for name, v in version.parameters.items()
                ],
            }
            for version in found.versions
        ],
        "changes": queries.changes().filter(check_id=check_id),
        "batches": queries.batches().filter(check_id=check_id),
        "may_change": request.actor.may("claim_checks.change"),  # type: ignore[attr-defined]
    }
    if not kind.knowledge:
        return render(request, "claim_checks/check.html", {**context, "table": None})
    table = Table("claim-checks-knowledge", columns, key="place", order="key", size=50)
    return table.respond(request, rows, "claim_checks/check.html", context)


def _cell(value: Any) -> str:
    return "、".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _setting_label(check: Check, name: str) -> str:
    declared = {setting.name: setting.label for setting in handler(check.handler).parameters}
    return declared[name].in_language(language()) if name in declared else name
