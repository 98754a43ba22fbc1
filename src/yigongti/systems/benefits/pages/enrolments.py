"""The register of the insured, as the bureau that keeps it sees it: found by number or name, and enrolling."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.errors import InvalidInput, NotFound, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.public import by_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.benefits.actions.enrol import enrol
from yigongti.systems.benefits.benefit_lists import groups
from yigongti.systems.benefits.models import Enrolment
from yigongti.systems.benefits.models.insured import INSURANCE_TYPES
from yigongti.systems.benefits.pages.words import day, in_words


@permitted("benefits.approve")
def enrolments(request: HttpRequest) -> HttpResponse:
    """The enrolments of a number or a name; the form for a new one."""
    given, problem = request.POST, ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = _enrolled(request)
            return HttpResponseRedirect(f"{reverse('benefits:enrolments')}?find={made.insured_number}")
        except YigongtiError as error:
            problem = in_words(error)
    asked = request.GET.get("find", "").strip()
    rows = Enrolment.objects.filter(Q(insured_number=asked) | Q(name=asked)) if asked else Enrolment.objects.none()
    schemes = dict(INSURANCE_TYPES)
    columns = [
        Column("insured_number", _("Insured number")),
        Column("name", _("Full name")),
        Column("insurance_type", _("Insurance scheme"), value=lambda row: str(schemes[row["insurance_type"]])),
        Column("birth_date", _("Birth date"), "date"),
        Column("valid_from", _("Insured from"), "date"),
        Column("valid_to", _("Insured until"), "date"),
    ]
    context = {
        "asked": asked, "count": rows.count(), "problem": problem, "given": given, "schemes": INSURANCE_TYPES,
        "groups": groups().items(), "insured": Enrolment.objects.filter(valid_to__gte=timezone.localdate()).count(),
        "year": timezone.localdate().year,
    }  # fmt: skip
    return Table("enrolments", columns, order="-valid_from").respond(request, rows, "benefits/enrolments.html", context)


def _enrolled(request: HttpRequest) -> Enrolment:
    actor, given = request.actor, request.POST  # type: ignore[attr-defined]
    office = next(p.institution_id for p in actor.posts if "benefits.approve" in p.role.permissions)
    actor.require("benefits.approve", office)
    with scope(actor, purpose="matching"):  # only whether somebody has this number, and who
        resident = by_number(given.get("identity", ""))
    if resident is None:
        raise NotFound(
            "benefits.no_resident",
            zh="没有登记这位居民，请先登记",
            en="register the resident first",
            where="identity",
        )
    if not given.get("insured_number", "").strip():
        raise InvalidInput("benefits.enrolment_incomplete", zh="请填写医保编号", en="give the insured number")
    return enrol(
        actor, Institution.objects.get(pk=office), resident, insurance_type=given.get("insurance_type", ""),
        insured_number=given.get("insured_number", ""), valid_from=day(given.get("valid_from", ""), "valid_from"),
        valid_to=day(given.get("valid_to", ""), "valid_to"), groups=given.getlist("groups"), at=timezone.now(),
    )  # fmt: skip
