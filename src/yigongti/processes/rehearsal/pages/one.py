"""One rehearsal: the answer in words, before and after, who gains and who loses, and what can be done next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.facts.public import Lake
from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.models import Job
from yigongti.kernel.matters.public import Matter, kind_of, may_take
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.processes.rehearsal import queries, wording
from yigongti.processes.rehearsal.checks import standing
from yigongti.processes.rehearsal.labels import DIMENSIONS, Labels
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.pages import charts
from yigongti.processes.rehearsal.pages.listing import MARKS
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import COUNT, Replayer
from yigongti.processes.rehearsal.steps import SHOWN_PLACES

State = Rehearsal.State


@permitted("rehearsal.run")
def rehearsal(request: HttpRequest, number: int) -> HttpResponse:
    """The page."""
    return shown(request, number, None)


def shown(request: HttpRequest, number: int, problem: YigongtiError | None) -> HttpResponse:
    """The page, with what went wrong with the last act."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    labels = Labels.of_register()
    parts = [each for each in REPLAYERS if each.name in found.totals]
    asked = request.GET.get("part", "")
    part = next((each for each in parts if each.name == asked), parts[0] if parts else None)
    dimensions = queries.dimensions(found, part.name) if part else set()
    by = request.GET.get("by", "")
    by = by if by in dimensions and by != "total" else "institution"
    context: dict[str, Any] = {
        "rehearsal": found,
        "mark": MARKS.get(State(found.state), ""),
        "sentence": wording.sentence(found, labels),
        "untouched": wording.untouched_words(found),
        "how": wording.how_it_was_replayed(found),
        "changes": _changes(found, labels),
        "files": list(found.files.all()),
        "problem": problem,
        "job": Job.objects.filter(pk=found.job_id).first() if found.state in (State.RUNNING, State.FAILED) else None,
        "parts": [(each.name, each.label) for each in parts],
        "part": part,
        "by": by,
        "tabs": [(name, DIMENSIONS[name]) for name in DIMENSIONS if name in dimensions and name != "total"],
        **_standing(found),
        **_may(actor, found),
    }
    if part:
        context |= _figures(found, part)
    table = _table(part or REPLAYERS[0])
    answer = table.respond(request, queries.rows(found, part.name if part else "", by), "rehearsal/one.html", context)
    if problem:
        answer.status_code = 400
    return answer


def _changes(found: Rehearsal, labels: Labels) -> list[dict[str, Any]]:
    """The changed values of the result in words, one line each; of files without values their path."""
    told = []
    for change in found.changes:
        words = [wording.value_words(value, labels) for value in change["values"]]
        told.append({**change, "words": words, "from_on": change["values"][0]["from_on"] if change["values"] else ""})
    return told


def _standing(found: Rehearsal) -> dict[str, Any]:
    """What has moved since it ran, while it is still to be decided."""
    if not found.result_digest or found.state not in (State.DRAFT, State.DONE, State.SIGNING, State.SIGNED):
        return {"moved": [], "is_current": found.state == State.PUBLISHED}
    moved = standing(found, policy(), Lake(settings.LAKE_ROOT)).moved
    return {"moved": moved, "is_current": not moved}


def _may(actor: Actor, found: Rehearsal) -> dict[str, Any]:
    editable = found.state in (State.DRAFT, State.DONE, State.FAILED) and actor.may("rehearsal.run", found.office_id)
    matter = Matter.objects.filter(pk=found.matter_id).first()
    kind = kind_of("rehearsal.change")
    steps = kind.leading_out(matter.state) if matter else []
    allowed = {step.id for step in steps if matter and may_take(actor, matter, step)}
    own = actor.account_id in {found.made_by_id, found.ran_by_id, found.changed_by_id}
    ahead = found.effective_on > timezone.localdate()
    return {
        "may_edit": editable,
        "may_stop": found.state == State.RUNNING and actor.may("rehearsal.run", found.office_id),
        "may_send": "send" in allowed and found.state == State.DONE,
        "may_sign": "sign" in allowed and not own,
        "own_work": "sign" in allowed and own,
        "may_publish": "publish" in allowed,
        "may_return": "return" in allowed,
        "may_withdraw": "withdraw" in allowed and found.state != State.RUNNING,
        "may_withdraw_publication": found.state == State.PUBLISHED and ahead
        and actor.may("rehearsal.sign", found.office_id),
        "shown_digest": found.result_digest[:SHOWN_PLACES],
    }  # fmt: skip


def _figures(found: Rehearsal, replayer: Replayer) -> dict[str, Any]:
    part = replayer.name
    total = found.totals[part]
    institutions = list(queries.rows(found, part, "institution"))
    groups = list(queries.rows(found, part, "group"))
    more, less = queries.gainers(institutions)
    language = wording.language()
    payers = [
        {"label": payer.label, "side": payer.side, **_pair(total["payers"][payer.name])} for payer in replayer.payers
    ]
    told = total["distribution"]
    return {
        "total": total,
        "measured": wording.measured(replayer, total),
        "spread": replayer.spread_words.in_language(language),
        "fund": _pair(total["fund"]),
        "patient": _pair(total["patient"]),
        "has_patient": any(payer["side"] == "patient" for payer in payers),
        "payers": payers,
        "more": more, "less": less, "groups": groups,
        "distribution": charts.distribution(told),
        "bars": [(charts.bar_words(bar[0], bar[1]), bar[2], Decimal(bar[3])) for bar in told["bars"] if bar[2]],
        "quantiles": [(percent, Decimal(value)) for percent, value in told["quantiles"].items()],
        "by_institution": charts.by_key([(row.label(language), row.fund_change) for row in institutions]),
        "by_institution_height": max(160, 26 * min(len(institutions), charts.MOST_BARS) + 60),
        "language": language,
    }  # fmt: skip


def _pair(texts: list[str]) -> dict[str, Decimal]:
    before, after = Decimal(texts[0]), Decimal(texts[1])
    return {"before": before, "after": after, "change": after - before}


def _table(part: Replayer) -> Table:
    """All keys of one dimension: sums before, after and difference, the interval, who is better and worse off."""
    english = wording.language().startswith("en")
    label = "label_en" if english else "label_zh"
    language = wording.language()
    has_patient = any(payer.side == "patient" for payer in part.payers)
    fund = {"what": part.fund_words.in_language(language)}
    columns = [
        Column("key", _("Code"), hidden=True),
        Column(label, _("Name"), value=lambda row: row[label] or row["key"], fields=("key",)),
        Column("rows", part.rows_words.in_language(language), "count", total=True),
        Column("persons", part.persons_words.in_language(language), "count"),
        *_counts(part, language),
        Column("fund_before", _("%(what)s, before") % fund, "money", total=True),
        Column("fund_after", _("%(what)s, after") % fund, "money", total=True),
        Column("fund_change", _("%(what)s, difference") % fund, "money", total=True,
               mark=lambda row: "" if not row["fund_change"] else "due" if row["fund_change"] > 0 else "good"),
    ]  # fmt: skip
    if part.is_drawn:
        columns += [Column("low", _("95 % from"), "money"), Column("high", _("95 % to"), "money")]
    if has_patient:
        columns += [
            Column("patient_before", _("Patients, before"), "money", total=True, hidden=True),
            Column("patient_after", _("Patients, after"), "money", total=True, hidden=True),
            Column("patient_change", _("Patients, difference"), "money", total=True),
            Column("better", _("Bear less"), "count"),
            Column("worse", _("Bear more"), "count"),
            Column("relief", _("Relief together"), "money", total=True, hidden=True),
            Column("burden", _("Burden together"), "money", total=True, hidden=True),
            Column("most_relief", _("Most relief of one"), "money", hidden=True),
            Column("most_burden", _("Most burden of one"), "money", hidden=True),
        ]
    return Table("rehearsal-rows", columns, order="fund_change")


def _counts(part: Replayer, language: str) -> list[Column]:
    """The number of things before and after, where a part counts them (findings)."""
    made = []
    for payer in part.payers:
        for place, moment in enumerate((_("before"), _("after")) if payer.side == COUNT else ()):
            title = f"{payer.label.in_language(language)} {moment}"
            made.append(
                Column(f"{payer.name}_{place}", title, "count", fields=("payers",), value=_count_of(payer.name, place))
            )
    return made


def _count_of(name: str, place: int) -> Any:
    return lambda row: int(Decimal(row["payers"][name][place]))
