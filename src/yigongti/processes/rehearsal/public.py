"""The door of rehearsal: a question answered from a lake, and the published layer laid.

rehearse(Question(files, effective_on, first, last), layers=…, lake=…, progress=…)    the answer, kept nowhere
unkept(result, title=…, …)       it in words, as data, as workbook and paper (needs the applications)
files_of(folder), with_reasons(layers, files, reason), laid_over(layers, files)       changed files
lay_published()                  the folder of published policy brought to what the record says
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yigongti.processes.rehearsal.changes import effective_day, files_of, laid_over, with_reasons
from yigongti.processes.rehearsal.rehearse import Question, Result, rehearse

if TYPE_CHECKING:
    from yigongti.processes.rehearsal.unkept import Unkept

__all__ = [
    "Question", "Result", "effective_day", "files_of", "laid_over", "lay_published", "rehearse", "unkept",
    "with_reasons",
]  # fmt: skip

# the models are imported when called: this door may be imported before the applications are loaded


def unkept(result: Result, **question: Any) -> Unkept:
    """The result with its question (title, reason, effective_on, months, at)."""
    from yigongti.processes.rehearsal.unkept import Unkept

    return Unkept.of(result, **question)


def lay_published() -> bool:
    """Bring the folder of published policy to what the record says; whether anything was written."""
    from yigongti.processes.rehearsal.publishing import lay_published as lay

    return lay()
