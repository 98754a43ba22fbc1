"""The pages of the claim checks: the month, findings, bills, who comes again, the checks themselves; self-checks,
knowledge, samples, changes and quality.

Each begins with its answer in words, shows it as a picture, and lists the rows with totals.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.claim_checks import api
from yigongti.systems.claim_checks.pages import (
    changes,
    checks,
    findings,
    knowledge,
    overview,
    quality,
    repeaters,
    samples,
    self_checks,
)
from yigongti.systems.claim_checks.pages.panel import OVERVIEW

__all__ = ["NAVIGATION", "OVERVIEW", "urlpatterns"]

_SEE = "claim_checks.see"

NAVIGATION = [
    Entry("supervision", _("Claim checks"), "claim_checks:overview", _SEE, order=10, system="S06"),
    Entry("supervision", _("Findings"), "claim_checks:findings", _SEE, order=11, system="S06"),
    Entry("supervision", _("Who comes again"), "claim_checks:repeaters", _SEE, order=12, system="S06"),
    Entry("supervision", _("The checks"), "claim_checks:checks", _SEE, order=13, system="S06"),
    Entry("supervision", _("Knowledge of the checks"), "claim_checks:knowledge", _SEE, order=15, system="S06"),
    Entry("supervision", _("Changes of checks"), "claim_checks:changes", _SEE, order=16, system="S06"),
    Entry(
        "supervision", _("Self-checks"), "claim_checks:self_checks", "claim_checks.self_check", order=14, system="S06"
    ),
]

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("findings/", findings.findings, name="findings"),
    path("findings/<int:number>", findings.finding, name="finding"),
    path("bills/<str:institution_code>/<path:case_id>", findings.bill, name="bill"),
    path("again/", repeaters.repeaters, name="repeaters"),
    path("checks/", checks.checks, name="checks"),
    path("checks/<str:check_id>", checks.check, name="check"),
    path("knowledge/", knowledge.knowledge, name="knowledge"),
    path("knowledge/new", knowledge.upload, name="upload"),
    path("knowledge/<int:number>", knowledge.batch, name="batch"),
    path("knowledge/<int:number>/propose", knowledge.propose, name="propose_batch"),
    path("knowledge/<int:number>/rehearse", knowledge.rehearse, name="rehearse_batch"),
    path("changes/", changes.changes, name="changes"),
    path("changes/<int:number>", changes.change, name="change"),
    path("changes/<int:number>/take-back", changes.take_back, name="take_back_change"),
    path("checks/<str:check_id>/change", changes.propose, name="propose"),
    path("quality/", quality.quality, name="quality"),
    path("samples/", samples.samples, name="samples"),
    path("samples/<int:number>", samples.sample, name="sample"),
    path("samples/<int:number>/review", samples.review, name="review_sampled"),
    path("self-checks/", self_checks.self_checks, name="self_checks"),
    path("self-checks/<int:number>", self_checks.self_check, name="self_check"),
    path("self-checks/<int:number>/delete", self_checks.delete, name="delete_self_check"),
    path("api/month", api.month, name="api_month"),
]
