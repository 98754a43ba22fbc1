"""From an uploaded file to its receipt: upload, what the check found, commit, receipt, and the rows of a version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from yigongti.facts.public import PROBLEMS, DryRun, load_dry_run, write_error_workbook
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, YigongtiError
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import limit, policy
from yigongti.kernel.jobs.public import start
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.actions.check_submission import (
    FileBrought,
    check_submission,
    receive_file,
    uploaded_file,
)
from yigongti.systems.front_pages.actions.commit_submission import commit_submission
from yigongti.systems.front_pages.actions.withdraw_submission import withdraw_submission
from yigongti.systems.front_pages.jobs import CHECK, job_of, judge_today
from yigongti.systems.front_pages.models import MappingProfile, Submission
from yigongti.systems.front_pages.pages import sentences
from yigongti.systems.front_pages.pages.columns import language
from yigongti.systems.front_pages.stored_rows import lake, rows_as_csv

State = Submission.State
SUFFIXES = (".csv", ".txt", ".xlsx", ".parquet")
SHOWN_FINDINGS = 50
"""Findings that the page itself shows; the workbook holds all, and the page says so."""
_FORM_BYTES = 64 * 1024  # what the other fields of the form may take


def uploads() -> Path:
    """Where uploaded files are kept."""
    return Path(settings.UPLOAD_FOLDER)


def most_bytes() -> int:
    """The largest file that a page takes."""
    return limit("front_pages.largest_upload_megabytes") * 1024**2


@csrf_exempt  # so that a file that is too large is refused before it is read; the form itself is protected below
def upload(request: HttpRequest) -> HttpResponse:
    """The form that takes a file, guesses what it is, and has it checked."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if request.method == "POST" and size.isdecimal() and int(size) > most_bytes() + _FORM_BYTES:
        raise _too_large()
    return _upload(request)


upload.guarded_by = "front_pages.submit"  # type: ignore[attr-defined]  (by _upload below)


def _too_large() -> InvalidInput:
    megabytes = most_bytes() // 1024**2
    return InvalidInput(
        "front_pages.file_too_large",
        zh=f"文件超过上限 {megabytes:,} MB，请拆分后上传，或请管理员用命令行上报",
        en=f"the file is over the limit of {megabytes:,} MB; split it, or submit it from the command line",
    )


@csrf_protect
@permitted("front_pages.submit")
def _upload(request: HttpRequest) -> HttpResponse:
    focus = focus_of(request)
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                return _receive(request, focus)
        except (InvalidInput, Conflict, NotFound) as error:
            problem = error
    return render(request, "front_pages/upload.html", _form(request, focus, problem), status=400 if problem else 200)


def _form(request: HttpRequest, focus: Focus, problem: YigongtiError | None) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    institutions = submitting_choices(request, focus)
    months = {Month.of(timezone.localdate()).plus(-n) for n in range(13)} | set(focus.months)
    return {
        "focus": focus,
        "problem": problem,
        "institutions": institutions,
        "chosen_institution": given.get("institution", focus.institution.code if focus.institution else ""),
        "kinds": [(kind, table.label) for kind, table in FACT_TABLES.items()],
        "chosen_kind": given.get("kind", "discharges"),
        "months": sorted(months, reverse=True),
        "chosen_month": given.get("of_month", str(focus.month)),
        "profiles": queries.profiles([i.pk for i in institutions]),
        "chosen_profile": given.get("profile", ""),
        "megabytes": most_bytes() // 1024**2,
        "most_bytes": most_bytes(),
        "suffixes": ",".join(SUFFIXES),
    }


def submitting_choices(request: HttpRequest, focus: Focus) -> list[Institution]:
    """The institutions with beds for which the actor may submit."""
    actor = request.actor  # type: ignore[attr-defined]
    allowed = [i for i in focus.institutions if actor.may("front_pages.submit", i.pk)]
    return [i for i in allowed if i.kind in queries.SUBMITTING_KINDS] or allowed


def _receive(request: HttpRequest, focus: Focus) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise InvalidInput("front_pages.no_file", zh="请选择要上报的文件", en="choose the file to submit")
    if not file.name.lower().endswith(SUFFIXES):
        raise InvalidInput(
            "front_pages.file_type",
            zh="只接受 CSV、XLSX 或 Parquet 文件；旧版 .xls 请另存为 .xlsx",
            en="only CSV, XLSX and Parquet files are taken; save an old .xls as .xlsx",
            where=file.name,
        )
    institution = next(
        (i for i in submitting_choices(request, focus) if i.code == request.POST.get("institution")), None
    )
    if institution is None:
        raise InvalidInput("front_pages.no_institution", zh="请选择上报机构", en="choose the institution")
    kind = request.POST.get("kind", "")
    if kind not in FACT_TABLES:
        raise InvalidInput("front_pages.no_kind", zh="请选择数据类型", en="choose the kind of data")
    brought = FileBrought(
        institution, kind, Month.parse(request.POST.get("of_month", "")), file.name,
        _profile(request.POST.get("profile", ""), institution, kind), request.POST.get("clinical") == "yes",
    )  # fmt: skip
    actor = request.actor  # type: ignore[attr-defined]
    received = receive_file(
        actor, brought, file.chunks(), uploads=uploads(), most_bytes=most_bytes(), at=timezone.now()
    )
    begin_check(request, received)
    return HttpResponseRedirect(reverse("front_pages:submission", args=[received.pk]))


def _profile(number: str, institution: Institution, kind: str) -> MappingProfile | None:
    if not number:
        return None
    profile = MappingProfile.objects.filter(pk=row_number(number)).first()
    if profile is None or profile.institution_id != institution.pk or profile.kind != kind:
        raise InvalidInput(
            "front_pages.profile_does_not_fit",
            zh="所选映射方案不属于该机构或该数据类型，请重新选择",
            en="the mapping profile is another institution's or for another kind; choose again",
        )
    return profile


def begin_check(request: HttpRequest, submission: Submission) -> None:
    """Check at once, or in the background when the file is large."""
    actor = request.actor  # type: ignore[attr-defined]
    threshold = policy().value("front_pages.check_in_background_megabytes", on=timezone.localdate())
    if submission.file_bytes > float(str(threshold)) * 1024**2:
        start(
            CHECK, actor, institution_id=submission.institution_id, arguments={"submission": submission.pk},
            at=timezone.now(),
        )  # fmt: skip
    else:
        check_submission(submission, actor, lake=lake(), uploads=uploads(), at=timezone.now())


@permitted("front_pages.see")
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """One file: what the check found, what a commit would do, or what it did."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_submission(actor, number)
    standing = queries.in_force(found)
    run = _run_of(found)
    context = {
        "submission": found,
        "sentence": sentences.submission(found, standing),
        "standing": standing,
        "rows_more": found.rows - standing.rows if standing else None,
        "amount_more": found.amount - standing.amount if standing else None,
        "run": run,
        "job": job_of(found) if found.state == State.CHECKING else None,
        "may_submit": actor.may("front_pages.submit", found.institution_id),
        "may_decide": actor.may("front_pages.decide_codes", found.institution_id),
        "questions": [q for q in queries.open_questions([found.institution_id]) if q.submission_id == found.pk],
        **(_told(run, found, actor) if run else {}),
    }
    return render(request, "front_pages/submission.html", context)


def _run_of(found: Submission) -> DryRun | None:
    if found.state in (State.CHECKING, State.UNREADABLE, State.WITHDRAWN):
        return None
    try:
        return load_dry_run(uploads() / found.folder / "checked")
    except InvalidInput:  # the upload folder was cleared: the row alone is shown
        return None


def _told(run: DryRun, found: Submission, actor: Actor) -> dict[str, Any]:
    findings = []
    # a value as written may be anybody's name or number: only those who submit for the institution see it
    may_submit = actor.may("front_pages.submit", found.institution_id)
    if may_submit and found.state == State.WRONG and found.errors:
        for finding in run.findings:
            findings.append((finding, _label(found.kind, finding.column)))
            if len(findings) == SHOWN_FINDINGS:
                break
    table = FACT_TABLES[found.kind]
    return {
        "error_counts": [(_label(found.kind, column), PROBLEMS[code], n) for column, code, n in run.error_counts],
        "findings": findings,
        "recognised": [(column, table[column.column].label) for column in run.recognised],
        "absent": [table[name].label.in_language(language()) for name in run.absent_columns],
        "absent_names": run.absent_columns,
    }


def _label(kind: str, column: str) -> str:
    table = FACT_TABLES[kind]
    return table[column].label.in_language(language()) if column in table else column


@permitted("front_pages.submit")
def error_workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The rows as written with what is wrong beside them; ?rows=all holds the whole file, ready to be corrected."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_submission(actor, number)
    actor.require("front_pages.submit", found.institution_id)
    run = _run_of(found)
    if run is None:
        raise NotFound(
            "front_pages.no_workbook", zh="没有检查结果，请重新检查文件", en="there is no result; check the file again"
        )
    which = "all" if request.GET.get("rows") == "all" else "with_errors"
    target = uploads() / found.folder / f"errors-{which}.xlsx"
    write_error_workbook(uploaded_file(found, uploads()), run, target, rows=which)  # type: ignore[arg-type]
    name = f"{found.institution.code}-{found.month}-{found.kind}-errors.xlsx"
    return FileResponse(target.open("rb"), as_attachment=True, filename=name)


@require_POST
@permitted("front_pages.submit")
def check_again(request: HttpRequest, number: int) -> HttpResponse:
    """Check the same file once more, by the decisions and the profile as they are now."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_submission(actor, number, for_change=True)
    actor.require("front_pages.submit", found.institution_id)
    if found.state in (State.COMMITTED, State.REPLACED, State.WITHDRAWN):
        raise Conflict(
            "front_pages.not_checkable", zh="该文件已提交、被替换或已撤回，请重新上传",
            en="this file has been committed, replaced or withdrawn; upload it again",
        )  # fmt: skip
    found.state = State.CHECKING
    found.save(update_fields=["state"])
    begin_check(request, found)
    return HttpResponseRedirect(reverse("front_pages:submission", args=[found.pk]))


@require_POST
@permitted("front_pages.submit")
def commit(request: HttpRequest, number: int) -> HttpResponse:
    """Put the file in force and show the receipt."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_submission(actor, number, for_change=True)
    now = timezone.now()
    commit_submission(found, actor, lake=lake(), uploads=uploads(), at=now)
    judge_today(found, actor, at=now)
    return HttpResponseRedirect(reverse("front_pages:receipt", args=[found.pk]))


@require_POST
@permitted("front_pages.submit")
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take back a file that was not committed."""
    actor = request.actor  # type: ignore[attr-defined]
    found = withdraw_submission(actor, queries.the_submission(actor, number, for_change=True), at=timezone.now())
    address = reverse("front_pages:history") + f"?institution={found.institution.code}&month={found.month}"
    return HttpResponseRedirect(address)


@permitted("front_pages.see")
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """What landed: rows, yuan, digest, version; to be printed."""
    found = queries.the_submission(request.actor, number)  # type: ignore[attr-defined]
    if not found.receipt_number:
        raise NotFound(
            "front_pages.no_receipt", zh="该文件尚未提交，没有回执", en="this file has not been committed: no receipt"
        )
    context = {"submission": found, "sentence": sentences.submission(found, None), "standing": queries.in_force(found)}
    return render(request, "front_pages/receipt.html", context)


@permitted("front_pages.submit")
def version_rows(request: HttpRequest, number: int) -> HttpResponse:
    """All rows of a committed file as they were then, for those who may submit for the institution; leaves a trail."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_submission(actor, number)
    actor.require("front_pages.submit", found.institution_id)
    if found.version is None:
        raise NotFound("front_pages.no_version", zh="该文件尚未提交", en="this file has not been committed")
    record(
        actor, "front_pages.rows_taken", subject=f"{found.kind} {found.month} {found.receipt_number}",
        at=timezone.now(), institution_id=found.institution_id, detail={"rows": found.rows},
    )  # fmt: skip
    answer = StreamingHttpResponse(rows_as_csv(found), content_type="text/csv; charset=utf-8")
    name = f"{found.institution.code}-{found.month}-{found.kind}-v{found.version}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
