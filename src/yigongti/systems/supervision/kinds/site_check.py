"""Step 4: the check on site (现场核查): two inspectors or more, a report with photographs; they do not close it."""

from __future__ import annotations

from yigongti.foundation.errors import InvalidInput, NotPermitted, Text
from yigongti.kernel.access.limits import limit
from yigongti.kernel.matters.kinds import Change, Desk, Kind, Need, State, Transition
from yigongti.systems.supervision.course import RULING, SITE_CHECK, case_of_matter, close_case, next_matter
from yigongti.systems.supervision.inspectors import inspectors_named
from yigongti.systems.supervision.kinds.words import FACE, INSPECT, require_no_amount
from yigongti.systems.supervision.kinds.words import ORDER as MAY_ORDER
from yigongti.systems.supervision.models import Case


def _require_inspectors(change: Change) -> None:
    """The names are those of accounts that may inspect, enough of them, none with a post at the institution."""
    require_no_amount(change)
    case = case_of_matter(change.matter)
    named = inspectors_named(str(change.given.data.get("inspectors", "")), case, change.at)
    least = limit("supervision.least_inspectors")
    if len(named) < least:
        raise InvalidInput(
            "supervision.too_few_inspectors",
            zh=f"现场核查须有至少 {least} 名检查员，请填写他们的用户名，用顿号或空格分开",
            en=f"at least {least} inspectors go together: give their user names, separated by spaces",
            where="inspectors",
        )


def _assign(change: Change) -> None:
    named = inspectors_named(str(change.given.data["inspectors"]), case_of_matter(change.matter), change.at)
    before = change.matter.data.get("all_inspector_ids", [])
    told = {
        "all_inspector_ids": sorted({*before, *(each.account_id for each in named)}),
        "inspector_id": named[0].account_id,
        "inspector_ids": [each.account_id for each in named],
        "inspector_names": [each.display_name for each in named],
    }
    change.matter.data = {**change.matter.data, **told}
    change.matter.holder_account_id = named[0].account_id
    case = case_of_matter(change.matter, lock=True)
    case.shown = True
    case.save()


def _require_assigned(change: Change) -> None:
    sent = {change.matter.holder_account_id, *change.matter.data.get("inspector_ids", ())}
    if change.actor.account_id not in sent:
        raise NotPermitted(
            "supervision.not_assigned",
            zh="本次核查未派您参加，不能提交报告",
            en="you were not assigned to this check: you cannot report on it",
            where=change.matter.number,
        )


def _to_panel(change: Change) -> None:
    next_matter(case_of_matter(change.matter, lock=True), RULING, at=change.at, words=change.given.words)


def _nothing_found(change: Change) -> None:
    close_case(case_of_matter(change.matter, lock=True), Case.Outcome.CLEARED, at=change.at)


KIND = Kind(
    id=SITE_CHECK,
    label=Text("现场核查", "Check on site"),
    why=Text(
        "到现场核实，拍照取证；检查员只报告，不结案",
        "Seen on site, with photographs; inspectors report and do not close",
    ),
    states=(
        State("planned", Text("待派员", "Inspectors to be named"), desk=Desk(MAY_ORDER),
              days="supervision.assign_days"),
        State("checking", Text("待现场核查", "To be checked on site"), desk=Desk(INSPECT, assigned_by="inspector_id"),
              days="supervision.site_check_days", shown=True, escalates_to=(MAY_ORDER,), tone="due"),
        State("reported", Text("待审阅报告", "Report to be reviewed"), desk=Desk(MAY_ORDER),
              days="supervision.report_review_days", shown=True),
        State("found_true", Text("属实，提交裁定", "Confirmed, sent to the panel"), final=True, shown=True, tone="bad"),
        State("found_nothing", Text("未发现问题，结案", "Nothing found, closed"), final=True, shown=True, tone="good"),
    ),
    transitions=(
        Transition("assign", Text("派员核查", "Send inspectors"), ("planned",), "checking", MAY_ORDER,
                   not_of_institution=True, letter="supervision_site_check",
                   ask=(("inspectors", Text("检查员（用户名，至少两人，主办在前）",
                                            "Inspectors (user names, at least two, the leading one first)"), "text"),),
                   check=_require_inspectors, effect=_assign),
        Transition("report", Text("提交核查报告", "Report"), ("checking",), "reported", INSPECT,
                   needs=(Need.WORDS, Need.EVIDENCE), not_of_institution=True, internal=True, check=_require_assigned),
        Transition("accept", Text("属实，提交裁定", "Confirmed: send to the panel"), ("reported",), "found_true",
                   MAY_ORDER, needs=(Need.WORDS,), not_by=("report",), not_of_institution=True, internal=True,
                   check=require_no_amount, effect=_to_panel),
        Transition("clear", Text("未发现问题，结案", "Nothing found: close"), ("reported",), "found_nothing", MAY_ORDER,
                   needs=(Need.WORDS,), not_by=("report",), not_of_institution=True, check=require_no_amount,
                   effect=_nothing_found, tone="good"),
        Transition("check_again", Text("退回重新核查", "Check again"), ("reported",), "planned", MAY_ORDER,
                   needs=(Need.WORDS,), not_of_institution=True, internal=True, check=require_no_amount),
    ),
    **FACE,
)  # fmt: skip
