"""What the kinds share: permissions, the page of a case, who already had a hand in it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS, Change, Matter, Step
from yigongti.systems.supervision.course import SITE_CHECK, case_of_matter
from yigongti.systems.supervision.letter_words import letter_values
from yigongti.systems.supervision.models import Case

SEE, TAKE_UP, ORDER, ANSWER = "supervision.see", "supervision.take_up", "supervision.order", "supervision.answer"
INSPECT, RULE, CONFIRM = "supervision.inspect", "supervision.rule", "supervision.confirm_ruling"
ACCOUNT, PUBLISH = "supervision.account", "supervision.publish"


def case_page(matter: Matter) -> str:
    """The page of the case that the matter is a step of."""
    return reverse("supervision:case", args=[matter.data["case"]])


def case_panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    """What the page of the matter tells about the case, as far as the actor sees it."""
    found = Case.objects.filter(steps__matter=matter.pk).select_related("institution").first()
    return {"case": found, "findings": list(found.findings.all()) if found else []}


FACE: dict[str, Any] = {
    "see": SEE,
    "subject_url": case_page,
    "panel": "supervision/matter_panel.html",
    "panel_context": case_panel,
    "letter_values": letter_values,
}
"""What every kind of the six says of itself in the same way."""


def steps_of_case(matter: Matter, kind: str, action: str) -> list[Step]:
    """The steps with this name that were taken in any matter of this kind of the same case, oldest first."""
    with scope(NOBODY, purpose=MATTERS):
        case = case_of_matter(matter)
        links = case.steps.filter(kind=kind).values_list("matter_id", flat=True)
        return list(Step.objects.filter(matter_id__in=list(links), action=action).order_by("at", "id"))


def require_not_inspector(change: Change) -> None:
    """Raises NotPermitted for somebody who checked this case on site: who gathers the evidence does not rule on it."""
    with scope(NOBODY, purpose=MATTERS):
        links = case_of_matter(change.matter).steps.filter(kind=SITE_CHECK).values_list("matter_id", flat=True)
        checks = list(Matter.objects.filter(pk__in=list(links)))
    sent = {int(account) for check in checks for account in check.data.get("all_inspector_ids", ())}
    reported = {step.by_id for step in steps_of_case(change.matter, SITE_CHECK, "report")}
    if change.actor.account_id in sent | reported:
        raise NotPermitted(
            "supervision.inspector_cannot_rule",
            zh="您参加了本案的现场核查，不能参与裁定",
            en="you checked this case on site: you cannot take part in its ruling",
            where=change.matter.number,
        )


def require_no_amount(change: Change) -> None:
    """Raises InvalidInput when a step that decides no amount brings one: it would stand in place of the decided one."""
    if change.given.amount is not None:
        raise InvalidInput(
            "supervision.amount_not_here",
            zh="这一步不能改动金额，如需改动请退回重新拟定",
            en="this step does not change the amount; send it back to be proposed anew",
            where=change.matter.number,
        )
