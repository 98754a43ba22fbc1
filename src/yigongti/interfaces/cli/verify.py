"""yigongti verify: whether books, bills, counters and pools agree; the exit code is 1 when something does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from yigongti.foundation.period import Month

if TYPE_CHECKING:
    from yigongti.processes.verification.models import VerificationRun


@click.command(
    help="账实核对：基金支出、结算、账簿、账单、个人累计、病组支付与分配是否相符；有不符时退出码为 1 · "
    "Whether fund, settlements, books, bills, counters, group payments and distribution agree; exit code 1 if not"
)
@click.option("--month", default="", metavar="2026-10", help="月份，默认上一个月 · The month; the last one that ended")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · Answer as JSON")
@click.option("--as", "account", default="", help="记录为谁运行 · recorded as run by")
@click.pass_context
def verify(context: click.Context, month: str, as_json: bool, account: str) -> None:
    from yigongti.interfaces.cli.project import opened

    wanted = Month.parse(month) if month else None
    with opened():
        differing = _run(wanted, as_json, account)
    context.exit(1 if differing else 0)


def _run(month: Month | None, as_json: bool, account: str) -> int:
    import getpass

    from django.conf import settings
    from django.utils import timezone

    from yigongti.facts.public import Lake
    from yigongti.processes.verification.public import verify as verify_books

    now = timezone.now()
    month = month or Month.of(timezone.localdate(now)).plus(-1)
    run = verify_books(month, lake=Lake(settings.LAKE_ROOT), requested_by=account or getpass.getuser(), at=now)
    click.echo(json.dumps(_told(run), ensure_ascii=False, indent=1) if as_json else "\n".join(_lines(run)))
    return run.differing


def _told(run: VerificationRun) -> dict[str, Any]:
    """The run as JSON: amounts as text, the institutions of a check below it."""
    results = list(run.results.using("bulk").select_related("institution"))
    return {
        "month": run.month,
        "compared": run.compared,
        "differing": run.differing,
        "difference": str(run.difference),
        "checks": [
            {
                "id": whole.check_id,
                "state": whole.state,
                "left": None if whole.left is None else str(whole.left),
                "right": None if whole.right is None else str(whole.right),
                "difference": str(whole.difference),
                "institutions": [
                    {
                        "institution": row.institution.code, "left": str(row.left), "right": str(row.right),
                        "difference": str(row.difference), "places": row.places,
                    }
                    for row in results
                    if row.check_id == whole.check_id and not row.whole and row.state == "differs"
                ],
            }
            for whole in results
            if whole.whole
        ],
    }  # fmt: skip


def _lines(run: VerificationRun) -> list[str]:
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.processes.verification.checks import BY_ID

    language = terminal_language()
    marks = {"same": "✓", "differs": "✗", "nothing": "·"}
    told = [Month.parse(run.month).in_language(language)]
    for row in run.results.using("bulk").select_related("institution"):
        if row.whole:
            amounts = "" if row.left is None else f"  {row.left:,} = {row.right:,}  Δ {row.difference:,}"
            told.append(f"  {marks[row.state]} {BY_ID[row.check_id].label.in_language(language)}{amounts}")
        elif row.state == "differs":
            told.append(f"      {row.institution.code}  {row.left:,} ≠ {row.right:,}  Δ {row.difference:,}")
            told += [f"        {what}  {left} ≠ {right}" for what, left, right in row.places]
    return told
