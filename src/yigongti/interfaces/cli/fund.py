"""yigongti fund: the packaged fund's sums of a year on the terminal, and the year's clearing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yigongti.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from yigongti.processes.year_end_clearing.models import ClearingRun


@click.group(help="总额打包基金 · The packaged fund")
def fund() -> None:
    pass


@fund.command(help="打包基金的算式，不写入任何数据 · The sums of the packaged fund; nothing is kept")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--scheme", "schemes", multiple=True, required=True, metavar="390:500000:900.00",
              help="险种:参保人数:人均筹资 · scheme:people:yuan a head")  # fmt: skip
@click.option("--outside", "items", multiple=True, metavar="NAME:YUAN", help="非打包项目 · outside the package")
@click.option("--policy", "policies", multiple=True, type=click.Path(path_type=Path), help="政策目录 · policy folders")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
def budget(
    year: int, schemes: tuple[str, ...], items: tuple[str, ...], policies: tuple[Path, ...], as_json: bool
) -> None:
    from yigongti.engines.fund.public import BudgetRules, OutsideItem, SchemeFinancing, make_budget
    from yigongti.foundation.policy import Policy

    given = []
    for text in schemes:
        kind, people, per_head = _parts(text, 3)
        if not people.replace(",", "").isdigit():
            raise _unreadable(text)
        given.append(SchemeFinancing(kind, int(people.replace(",", "")), _number(per_head)))
    outside = [OutsideItem(name, _number(amount)) for name, amount in (_parts(text, 2) for text in items)]
    policy = Policy.load(list(policies) or [_policy_folder()])
    found = make_budget(given, outside, BudgetRules.from_policy(policy, on=date(year, 1, 1)))
    steps = [step.as_json() for step in found.steps]
    if as_json:
        answer = {"year": year, "packaged": f"{found.packaged:.2f}", "release": policy.release.digest, "steps": steps}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    _echo_steps(steps)


@fund.command(help="计算年度清算（草稿），再次运行结果不变 · Compute the clearing of a year; again changes nothing")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--as", "account", required=True, help="以谁的身份 · in whose name")
@click.option("--community", default="", help="牵头医院代码，默认全部 · leading hospital; all of them if not given")
@click.option("--score", default="", help="医共体考核得分 · assessment score of the community")
@click.option("--post", "posts", is_flag=True, help="已确认的入账 · post what is confirmed")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
def clear(year: int, account: str, community: str, score: str, posts: bool, as_json: bool) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        runs = _cleared(year, account, community, _number(score) if score else None, posts)
        if as_json:
            click.echo(json.dumps([told for _run, told in runs], ensure_ascii=False, indent=2))
            return
        for run, _told_of_it in runs:
            click.echo(f"{run.year} {run.institution.name} · {run.get_state_display()}")
            _echo_steps([*run.steps, *run.tiers])


def _cleared(
    year: int, account: str, community: str, score: Decimal | None, posts: bool
) -> list[tuple[ClearingRun, dict[str, Any]]]:
    """The runs, computed (and posted where confirmed) in the name of the account; each with what --json tells of it,
    read in the account's scope."""
    from django.utils import timezone

    from yigongti.foundation.errors import NotFound
    from yigongti.kernel.access.limits import policy
    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.access.scope import scope
    from yigongti.processes.year_end_clearing.actions.compute_clearing import compute_clearing
    from yigongti.processes.year_end_clearing.actions.post_clearing import post_clearing
    from yigongti.processes.year_end_clearing.gathering import Given, gather
    from yigongti.processes.year_end_clearing.models import ClearingRun
    from yigongti.systems.fund.public import communities

    actor = actor_by_username(account, timezone.localdate())
    with scope(actor):
        places = [place for place in communities() if community in ("", place.code)]
        if not places:
            raise NotFound("fund.no_community", zh="没有这个医共体", en="there is no such community", where=community)
        runs = []
        for place in places:
            at = timezone.now()
            run = compute_clearing(actor, gather(year, place, Given(score), policy()), policy=policy(), at=at)
            if posts and run.state == ClearingRun.State.CONFIRMED:
                run = post_clearing(actor, run.pk, at=at)
            run.institution = place
            runs.append((run, _told(run)))
        return runs


def _told(run: ClearingRun) -> dict[str, Any]:
    names = ("quota", "spending", "surplus", "kept", "returned", "overrun", "fund_share", "community_share")
    return {
        "run": run.pk,
        "year": run.year,
        "community": run.institution.code,
        "state": str(run.state),
        "digest": run.digest,
        "missing_months": run.missing_months,
        **{name: f"{getattr(run, name):.2f}" for name in names},
        "rows": [
            {"institution": row.institution.code, "kept": f"{row.kept:.2f}", "borne": f"{row.borne:.2f}",
             "returned": f"{row.returned:.2f}", "due": f"{row.due:.2f}"}
            for row in run.rows.select_related("institution")
        ],
    }  # fmt: skip


def _echo_steps(steps: Iterable[Mapping[str, Any]]) -> None:
    from yigongti.interfaces.cli.main import terminal_language

    short = "en" if terminal_language().startswith("en") else "zh"
    for step in steps:
        amount = step["amount"]
        shown = "" if amount is None else f"{Decimal(amount):>20,.2f}" if step["unit"] == "yuan" else f"{amount:>20}"
        click.echo(f"{shown:>20}  {step['label'][short]}  {step['sum'][short]}  {step['parameter']}".rstrip())


def _policy_folder() -> Path:
    from yigongti.config.paths import policy_folder

    return policy_folder()


def _parts(text: str, count: int) -> list[str]:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != count or not all(parts):
        raise _unreadable(text)
    return parts


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _unreadable(text) from None


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput("fund.not_readable", zh=f"“{text}”写法不对", en=f"“{text}” cannot be read", where=text)
