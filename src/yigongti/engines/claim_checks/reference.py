"""All checks over one bill, told step by step: what the doctor's desk asks before a prescription is signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Bill, Facts, StockMove
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.handler import LooksAt, handler, reference_of
from yigongti.engines.claim_checks.loading import ClaimChecks
from yigongti.engines.claim_checks.merging import Merged, merge
from yigongti.foundation.trace import Trace


@dataclass(frozen=True)
class Judged:
    """What was found on a bill: the findings check by check, the same merged in the order in which they count, and how
    each came about. The trace has a step “check” for each check, followed by the check's own steps."""

    findings: tuple[Finding, ...]
    merged: tuple[Merged, ...]
    trace: Trace


def check_bill(
    bill: Bill,
    history: Sequence[Bill] | None,
    checks: ClaimChecks,
    stage: str,
    on: date,
    *,
    stock_moves: Iterable[StockMove] = (),
    only: Iterable[str] | None = None,
) -> Judged:
    """Judges one bill at a stage (before, during, after).

    history: the person's other bills; checks that look at a person over time run only when it is given, None leaves
    them out. on: the day of asking; bills that begin and lines that are charged later are not known then. Checks that
    look at a whole county are never run here. stock_moves: what the institution bought, for mark-up.

    Findings on the person's other bills are left out: they are theirs. Raises NotFound for an unknown name in `only`.
    """
    asked = _known_on(bill, on)
    earlier = [_known_on(other, on) for other in history or () if other.started_on <= on]
    alone = Facts((asked,), tuple(stock_moves))
    person = Facts((*earlier, asked), alone.stock_moves)
    findings: list[Finding] = []
    trace = Trace()
    for check in checks.chosen([stage], None if only is None else list(only)):
        looks_at = handler(check.handler).looks_at
        if looks_at is LooksAt.COUNTY or (looks_at is LooksAt.PERSON and history is None):
            continue
        found, steps = _run(check, person if looks_at is LooksAt.PERSON else alone, asked)
        findings += found
        trace.add(
            "check",
            zh=f"{check.label.zh}：{f'{len(found)} 处疑点' if found else '没有疑点'}",
            en=f"{check.label.en}: {len(found)} finding(s)" if found else f"{check.label.en}: nothing found",
            evidence=(check.id,),
            passed=bool(found),
        )
        trace.steps += steps.steps
    return Judged(tuple(findings), merge(findings, checks, [asked]), trace)


def _known_on(bill: Bill, on: date) -> Bill:
    return replace(bill, lines=tuple(line for line in bill.lines if line.charged_on <= on))


def _run(check: Check, facts: Facts, bill: Bill) -> tuple[list[Finding], Trace]:
    steps = Trace()
    found = reference_of(check.handler)(facts, check, steps)
    here = (bill.institution_code, bill.case_id)
    return [finding for finding in found if (finding.institution_code, finding.case_id) == here], steps
