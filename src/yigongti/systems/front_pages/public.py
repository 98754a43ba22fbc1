"""The door of front pages: what processes, the command line and the demo may call."""

from yigongti.systems.front_pages.actions.check_submission import FileBrought, check_submission, receive_file
from yigongti.systems.front_pages.actions.commit_submission import commit_submission
from yigongti.systems.front_pages.models import Submission
from yigongti.systems.front_pages.month import judge_month, publish_month, result_key

__all__ = [
    "FileBrought",
    "Submission",
    "check_submission",
    "commit_submission",
    "judge_month",
    "publish_month",
    "receive_file",
    "result_key",
]
