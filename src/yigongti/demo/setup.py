"""Making the demo county: generate it, load its register and accounts, submit its months as hospitals do, close them.

Every part can be interrupted and run again: what is there is kept.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from yigongti.demo.accounts import create_accounts
from yigongti.demo.cleared_year import clear_years
from yigongti.demo.counter import settle_a_month, settle_last_month
from yigongti.demo.county.institutions import institution_code as code_of
from yigongti.demo.drawing import ACCOUNT, draw
from yigongti.demo.fund_year import FundPlan, close_books, publish_earlier, run_fund
from yigongti.demo.insured import load_earlier_settlements, load_insured, post_earlier_months
from yigongti.demo.plan import DemoPlan
from yigongti.demo.prices import begin_revision, publish_catalogue
from yigongti.demo.records.publishing import publish_stories
from yigongti.demo.rehearsed import rehearse_a_change
from yigongti.demo.supervision import set_up_supervision
from yigongti.facts.public import Lake
from yigongti.foundation.errors import Conflict, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.access.actions.create_account import create_account
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.progress import Progress
from yigongti.kernel.organisations.loading import load_register
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.loading import load_residents
from yigongti.processes.monthly_close.public import CloseRequest, CloseRun, close_month
from yigongti.systems.front_pages.public import (
    FileBrought,
    Submission,
    check_submission,
    commit_submission,
    receive_file,
)

SUBMITTER = "demo-submitter"
LATE_INSTITUTION = code_of(212)
_PIECE = 1024 * 1024
_MOST_BYTES = 4 * 1024**3


def set_up(plan: DemoPlan, *, lake: Lake, policy: Policy, progress: Progress) -> list[CloseRun]:
    """Make whatever of the county is missing and close its months; answers the runs of the close.

    Raises Conflict when the data folder already holds an installation that is not a demo: the two never mix.
    """
    with _without_waiting_for_the_disk():
        return _set_up(plan, lake, policy, progress)


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Thousands of small commits need not each reach the disk: what a crash takes of a demo is made again."""
    for alias in ("default", "bulk"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        for alias in ("default", "bulk"):
            with connections[alias].cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


def _set_up(plan: DemoPlan, lake: Lake, policy: Policy, progress: Progress) -> list[CloseRun]:
    submit_county(plan, lake=lake, policy=policy, progress=progress)
    _residents(plan, progress)
    with progress.step(Text("参保登记", "The register of the insured")) as step:
        step.done = load_insured(Path(settings.DATA_FOLDER) / "demo-county", at=timezone.now())
    with progress.step(Text("价格目录", "The price catalogue")) as step:
        step.done = publish_catalogue(policy)
    with progress.step(Text("以往月份结算入账", "Earlier settlements posted")) as step:
        step.done = post_earlier_months(plan.all_months[0], lake=lake, at=timezone.now())
    if plan.fund_and_counter:
        with progress.step(Text("以往月份的基金支出", "The fund's spending of earlier months")) as step:
            step.done = publish_earlier(plan.all_months[0], lake=lake, policy=policy, at=timezone.now())
        with progress.step(Text("结算窗口：上月的账单", "The counters: bills of last month")) as step:
            step.done = settle_last_month(plan.last_month, lake=lake, at=timezone.now())
    runs = [
        close_month(CloseRequest(month, SUBMITTER), lake=lake, policy=policy, now=timezone.now, progress=progress)
        for month in plan.all_months
    ]
    _stories(plan, progress)
    with progress.step(Text("调价测算", "A revision of prices, rehearsed")) as step:
        step.done = begin_revision(lake=lake, month=plan.last_month, at=timezone.now())
    if plan.supervision:
        with progress.step(Text("监管案件与专项检查", "Supervision: cases and campaigns")) as step:
            step.done = set_up_supervision(plan.last_month, seed=plan.seed, at=timezone.now())
    if plan.fund_and_counter:
        _fund_and_counter(plan, lake, policy, progress)
    return runs


def _fund_and_counter(plan: DemoPlan, lake: Lake, policy: Policy, progress: Progress) -> None:
    """The story of the money: after supervision, whose rulings the fund recovers."""
    months = tuple(plan.all_months)
    first = plan.last_month.plus(1 - max(plan.months, plan.settlement_months))
    with progress.step(Text("总额协议、预拨与月度结算", "Contracts of the fund, months prepaid and settled")) as step:
        step.done = run_fund(FundPlan(first, months), policy=policy, at=timezone.now())
    with progress.step(Text("年终清算与结账", "The year cleared, books closed")) as step:
        step.done = clear_years(plan.last_month.year, policy=policy, at=timezone.now())
        close_books(plan.last_month.year, at=timezone.now())
    with progress.step(Text("结算窗口：本月的账单", "The counters: bills of this month")) as step:
        step.done = settle_a_month(plan.last_month, lake=lake, at=timezone.now())
    with progress.step(Text("政策推演：待复核签署", "A change of policy, rehearsed and waiting")) as step:
        step.done = rehearse_a_change(months, at=timezone.now())


def _residents(plan: DemoPlan, progress: Progress) -> None:
    """The register of residents, and the names of the codes that their records hold."""
    data = Path(settings.DATA_FOLDER)
    names = data / "codes" / "names"
    names.mkdir(parents=True, exist_ok=True)
    for name in ("diagnoses", "procedures"):
        shutil.copyfile(Path(__file__).parent / "lists" / f"{name}.csv", names / f"{name}.csv")
    now = timezone.now()
    load_residents(data / "demo-county", at=now, today=timezone.localdate(now), progress=progress)


def _stories(plan: DemoPlan, progress: Progress) -> None:
    folder, now = Path(settings.DATA_FOLDER) / "demo-county", timezone.now()
    with progress.step(Text("居民健康档案", "Records of residents")) as step:
        done = publish_stories(
            folder, seed=plan.seed, today=plan.last_month.last_day, at=now, clinics=plan.clinics_with_records
        )
        step.done = done.resources


def submit_county(plan: DemoPlan, *, lake: Lake, policy: Policy, progress: Progress) -> None:
    """Make whatever of the county is missing and submit its files; closes nothing. Raises as set_up does."""
    mark_as_demo(Path(settings.DATA_FOLDER))
    folder = Path(settings.DATA_FOLDER) / "demo-county"
    with progress.step(Text("生成示范县", "Generating the county")) as step:
        step.done = _generate(folder, plan, policy)
    with progress.step(Text("机构、科室、人员与账号", "Institutions, departments, staff and accounts")) as step:
        step.done = load_register(folder).institutions
        create_accounts()
    with progress.step(Text("以往月份的结算", "Settlements of earlier months")) as step:
        step.done = load_earlier_settlements(folder, plan.all_months[0], lake=lake, submitted_by=SUBMITTER)
    submitter = _submitter()
    files = list(_files(folder, plan))
    with progress.step(Text("各机构上报", "Submissions of the institutions"), total=len(files)) as step:
        uploads = Path(settings.UPLOAD_FOLDER)
        for done, brought in enumerate(files, start=1):
            _submit(*brought, submitter, lake, uploads)
            step.at(done)


def mark_as_demo(data: Path) -> None:
    """Leave the mark by which every page says that the county is invented, before there is anything to show.

    Raises Conflict when there are institutions already and no mark: real data and a demo never mix.
    """
    mark = data / "demo"
    if mark.exists():
        return
    if Institution.objects.using("bulk").exists():
        raise Conflict(
            "demo.not_a_demo",
            zh="这个数据目录里已有正式数据，不能再放入示范县；请用 YIGONGTI_DATA 另指一个空目录",
            en="this data folder holds an installation that is not a demo; name an empty one by YIGONGTI_DATA",
            where=str(data),
        )
    mark.write_text("示范数据，均为虚构 · demonstration: everything is invented\n", encoding="utf-8")


def _generate(folder: Path, plan: DemoPlan, policy: Policy) -> int:
    draw(folder, plan, policy)
    made = json.loads((folder / ACCOUNT).read_text(encoding="utf-8"))
    if (made["residents"], made["seed"]) != (plan.residents, plan.seed) or not {*map(str, plan.all_months)} <= {
        *made["months"]
    }:
        raise Conflict(
            "demo.other_county",
            zh=f"这个数据目录里已有另一个示范县（{made['residents']} 人，"
            f"{'、'.join(made['months'])}，种子 {made['seed']}）；请用相同的参数，或用 YIGONGTI_DATA 另指一个空目录",
            en=f"this data folder holds another demo county ({made['residents']} residents,"
            f" {', '.join(made['months'])}, seed {made['seed']}); use the same options, or another"
            " folder by YIGONGTI_DATA",
            where=str(folder),
        )
    return int(made["counts"]["discharges"])


def _submitter() -> Actor:
    """The account in whose name the county's files are submitted: it may do that for every institution."""
    today = timezone.localdate()
    if not Account.objects.using("bulk").filter(username=SUBMITTER).exists():
        create_account(
            username=SUBMITTER,
            display_name="演示·上报",
            password=secrets.token_urlsafe(24),  # nobody signs in as this account
            role_id="hospital_insurance_office",
            institution_code=Institution.objects.using("bulk").filter(kind="county").order_by("id")[0].code,
            at=timezone.now(),
            valid_from=today,
            is_demo=True,
        )
    actor = actor_by_username(SUBMITTER, today)
    assert actor is not None  # it was just created
    return actor


def _files(folder: Path, plan: DemoPlan) -> Iterator[tuple[Path, str, str, Month]]:
    for month in plan.all_months:
        for place in sorted((folder / "submissions" / str(month)).iterdir()):
            for kind in FACT_TABLES:
                path = place / f"{kind}.parquet"
                if path.exists():
                    yield path, kind, place.name, month


def _submit(
    path: Path, kind: str, institution_code: str, month: Month, actor: Actor, lake: Lake, uploads: Path
) -> None:
    with scope(actor):
        institution = Institution.objects.get(code=institution_code)
        in_force = Submission.objects.filter(
            institution=institution, kind=kind, month=str(month), state=Submission.State.COMMITTED
        )
        if in_force.exists():
            return
        brought = FileBrought(institution, kind, month, f"{institution_code}-{month}-{kind}.parquet")
        at = _submitted_at(month, institution_code)
        with path.open("rb") as file:
            pieces = iter(lambda: file.read(_PIECE), b"")
            submission = receive_file(actor, brought, pieces, uploads=uploads, most_bytes=_MOST_BYTES, at=at)
        check_submission(submission, actor, lake=lake, uploads=uploads, at=at)
        commit_submission(submission, actor, lake=lake, uploads=uploads, at=at)


def _submitted_at(month: Month, institution_code: str) -> datetime:
    """When the files of a month came in: on the fourth of the next month; the last township is always late, so that the
    board has something to tell. Never in the future."""
    day = 21 if institution_code == LATE_INSTITUTION else 4
    after = month.plus(1)
    at = datetime(after.year, after.number, day, 9, 30, tzinfo=timezone.get_default_timezone())
    return min(at, timezone.now())
