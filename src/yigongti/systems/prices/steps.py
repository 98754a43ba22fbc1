"""What the steps of the two kinds do besides: to the revision, to the catalogue, to the application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.kinds import Change
from yigongti.systems.prices.models import Application, Level, Price, PriceItem, Revision, RevisionLine
from yigongti.systems.prices.protection import PUBLISHING


def _revision(change: Change) -> Revision:
    found = Revision.objects.select_for_update(of=("self",)).filter(pk=change.matter.data["revision"]).first()
    if found is None:
        raise NotFound("prices.revision_not_found", zh="没有这次调价", en="there is no such revision")
    return found


def require_rehearsed(change: Change) -> None:
    """A revision is sent for signature only with lines, and with a rehearsal of the lines as they stand."""
    revision = _revision(change)
    rehearsal = revision.rehearsals.order_by("-id").first()
    if not revision.lines.exists():
        raise InvalidInput("prices.no_lines", zh="还没有任何调价项目", en="the revision has no lines yet")
    if rehearsal is None or rehearsal.seen_at < revision.changed_at:
        raise InvalidInput(
            "prices.not_rehearsed",
            zh="请先按现在的调价项目测算一次，再送签",
            en="rehearse the lines as they stand now before sending them for signature",
        )


def require_signable(change: Change) -> None:
    """The day of a published price is never in the past, and what it replaces is still in force as it was seen."""
    revision = _revision(change)
    if revision.effective_on < timezone.localdate(change.at):
        raise InvalidInput(
            "prices.day_past",
            zh=f"生效日 {revision.effective_on} 已过，请退回改期",
            en=f"the day {revision.effective_on} has passed: return it to set another",
        )
    in_force = prices_on(revision.effective_on, codes=[line.code for line in revision.lines.all()])
    for line in revision.lines.all():
        now = in_force.get((line.code, line.level))
        if (now.price if now else None) != line.before:
            raise Conflict(
                "prices.changed_meanwhile",
                zh=f"{line.code} 的现行价格已变，请退回后重新读取",
                en=f"the price of {line.code} has changed meanwhile: return it and read it again",
                where=f"{line.code} {line.level}",
            )


def prices_on(day: Any, codes: list[str] | None = None) -> dict[tuple[str, str], Price]:
    """(item code, level) → the price in force on the day."""
    found = Price.objects.filter(valid_from__lte=day).exclude(valid_to__lt=day).select_related("item")
    if codes is not None:
        found = found.filter(item__code__in=codes)
    return {(price.item.code, price.level): price for price in found}


def send_for_signature(change: Change) -> None:
    _to(change, Revision.State.SIGNING)


def return_to_draft(change: Change) -> None:
    _to(change, Revision.State.DRAFT)


def take_back(change: Change) -> None:
    _to(change, Revision.State.WITHDRAWN)


def _to(change: Change, state: str) -> None:
    Revision.objects.filter(pk=change.matter.data["revision"]).update(state=state)


def publish(change: Change) -> None:
    """The new prices stand in the catalogue from the day on; those that they replace end the day before."""
    revision = _revision(change)
    lines = list(revision.lines.all())
    with scope(NOBODY, purpose=PUBLISHING):
        known = {item.code: item for item in PriceItem.objects.filter(code__in={line.code for line in lines})}
        fresh = {line.code: line for line in lines if line.code not in known}
        for code, line in fresh.items():
            known[code] = PriceItem.objects.create(code=code, name=line.name, unit=line.unit, fee_item=line.fee_item)
        last = revision.effective_on - timedelta(days=1)
        for line in lines:
            earlier = Price.objects.filter(item=known[line.code], level=line.level, valid_to__isnull=True)
            earlier.filter(valid_from__lte=last).update(valid_to=last)
        Price.objects.bulk_create(
            Price(
                item=known[line.code], level=line.level, price=line.after, valid_from=revision.effective_on,
                revision_number=revision.pk,
            )
            for line in lines
            if line.after is not None
        )  # fmt: skip
        Revision.objects.filter(pk=revision.pk).update(state=Revision.State.PUBLISHED, published_at=change.at)


def _application(change: Change) -> Application:
    found = Application.objects.filter(pk=change.matter.data["application"]).first()
    if found is None:
        raise NotFound("prices.application_not_found", zh="没有这份申请", en="there is no such application")
    return found


def accept_item(change: Change) -> None:
    """The item goes, with the price proposed, into a revision that is being prepared, at the applicant's level."""
    application = _application(change)
    code = str(change.given.data.get("code", "")).strip()
    revision = Revision.objects.filter(
        pk=int(str(change.given.data.get("revision_number") or 0)), state=Revision.State.DRAFT
    ).first()
    if not code or revision is None:
        raise InvalidInput(
            "prices.accept_needs",
            zh="请填写项目编码，并指明一次正在拟稿的调价的编号",
            en="give the item's code and the number of a revision that is being prepared",
        )
    if PriceItem.objects.filter(code=code).exists() or revision.lines.filter(code=code).exists():
        raise Conflict("prices.code_taken", zh=f"编码 {code} 已被使用", en=f"the code {code} is taken", where=code)
    level = application.institution.level if application.institution.level in Level.values else Level.COUNTY
    RevisionLine.objects.create(
        revision=revision, code=code, name=application.name, unit=application.unit, level=level,
        after=application.proposed_price,
    )  # fmt: skip
    Revision.objects.filter(pk=revision.pk).update(changed_at=change.at)
    _application_to(application, Application.State.ACCEPTED)


def decline_item(change: Change) -> None:
    _application_to(_application(change), Application.State.DECLINED)


def ask_back(change: Change) -> None:
    _application_to(_application(change), Application.State.QUESTIONED)


def resend_item(change: Change) -> None:
    _application_to(_application(change), Application.State.ASKED)


def _application_to(application: Application, state: str) -> None:
    Application.objects.filter(pk=application.pk).update(state=state)
