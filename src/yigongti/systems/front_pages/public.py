"""The door of front pages: what processes, the command line and the demo may call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.actions.check_submission import (
    FileBrought,
    check_submission,
    receive_file,
    uploaded_file,
)
from yigongti.systems.front_pages.actions.commit_submission import commit_submission
from yigongti.systems.front_pages.actions.open_defect_matters import DefectMatters, open_month_matters
from yigongti.systems.front_pages.deadline import Deadline, deadline_of
from yigongti.systems.front_pages.models import Defect, FrontPage, MappingProfile, Submission
from yigongti.systems.front_pages.month import judge_month, publish_month, result_key

__all__ = [
    "Deadline",
    "DefectMatters",
    "FileBrought",
    "MappingProfile",
    "Submission",
    "check_submission",
    "commit_submission",
    "deadline_of",
    "defects_of",
    "judge_month",
    "open_month_matters",
    "publish_month",
    "receive_file",
    "result_key",
    "submission_board",
    "uploaded_file",
]


def submission_board(
    month: Month, institution_ids: Iterable[int], policy: Policy, today: date
) -> tuple[Deadline, list[dict[str, Any]]]:
    """The month's deadline and a row for each institution that submits: code, state (on_time, late, part, nothing,
    overdue), complete, on_time, last_at, and rows in force by kind (-1 for none). Within the caller's scope."""
    from yigongti.systems.front_pages.pages.board import board_rows

    deadline = deadline_of(month, policy)
    return deadline, board_rows(month, list(institution_ids), deadline, today)


def defects_of(institution_id: int, month: Month, case_id: str) -> list[Defect]:
    """The published defects of one case, errors first; empty when there is none or it is not the actor's to see."""
    page = FrontPage.objects.filter(institution_id=institution_id, month=str(month), case_id=case_id).first()
    return list(queries.defects_of(page)) if page else []
