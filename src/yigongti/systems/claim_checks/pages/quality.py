"""How often each check is right, and how much of what there was it found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks.checks_in_force import own_checks
from yigongti.systems.claim_checks.models import StrengthChoices
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.columns import strength_column
from yigongti.systems.claim_checks.quality import Quality, against_truth, by_samples, truth_file

TARGETS = {"violation": 0.99, "doubtful": 0.80}


@permitted("claim_checks.see_quality")
def quality(request: HttpRequest) -> HttpResponse:
    """By check: precision and recall with their lower bounds."""
    focus = focus_of(request)
    level = float(str(policy().value("claim_checks.sample_level", on=timezone.localdate())))
    truth = truth_file()
    found = against_truth(truth, focus.institution_ids, level) if truth else by_samples(focus.institution_ids, level)
    strengths = {check.id: str(check.strength) for check in own_checks(policy())}
    labels = check_labels()
    rows = [_row(one, labels, strengths) for one in found if one.check_id in strengths]
    columns = [
        Column("label", _("Check")),
        strength_column(),
        Column("right", _("Right"), "count", total=True),
        Column("judged", _("Findings"), "count", total=True),
        Column("precision", _("Precision"), "percent", mark=lambda row: "bad" if row["below"] else ""),
        Column("precision_bound", _("At least"), "percent"),
        Column("there", _("Planted"), "count", total=True, hidden=truth is None),
        Column("recall", _("Recall"), "percent", hidden=truth is None),
        Column("recall_bound", _("At least (recall)"), "percent", hidden=truth is None),
    ]
    context = {
        "focus": focus,
        "demo": truth is not None,
        "level": level,
        "sentence": sentences.quality(len(rows), sum(row["below"] for row in rows), truth is not None),
        "strengths": StrengthChoices.choices,
    }
    table = Table("claim-checks-quality", columns, key="check_id", order="label", size=200)
    return table.respond(request, rows, "claim_checks/quality.html", context)


def _row(one: Quality, labels: dict[str, str], strengths: dict[str, str]) -> dict[str, Any]:
    target = TARGETS.get(strengths[one.check_id])
    value = one.precision.value
    recall = one.recall
    return {
        "check_id": one.check_id, "label": labels.get(one.check_id, one.check_id),
        "strength": strengths[one.check_id], "right": one.precision.right, "judged": one.precision.all,
        "precision": value, "precision_bound": one.precision.bound,
        "there": recall.all if recall else None, "recall": recall.value if recall else None,
        "recall_bound": recall.bound if recall else None,
        "below": target is not None and (
            (value is not None and value < target)
            or (recall is not None and recall.value is not None and recall.value < target)
        ),
    }  # fmt: skip
