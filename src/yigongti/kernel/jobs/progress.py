"""How long work tells where it is: steps with counts, the same for a job on the page and for the command line.

with progress.step(Text("病例分组", "Grouping"), total=3300) as step:
    step.at(1200)
    step.note(Text("…", "…"))
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from yigongti.foundation.errors import Text


@dataclass
class Step:
    """One step: its name, how many of how many are done, how long it took (seconds), what is to be said."""

    name: Text
    total: int | None = None
    done: int = 0
    state: str = "running"
    seconds: float = 0.0
    said: Text | None = None
    _owner: Any = field(default=None, repr=False)

    def at(self, done: int) -> None:
        """So many are done; may be called often, it is written at most twice a second."""
        self.done = done
        self._owner.changed(self, often=True)

    def note(self, said: Text) -> None:
        """One sentence beside the step."""
        self.said = said
        self._owner.changed(self)

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "zh": self.name.zh,
            "en": self.name.en,
            "total": self.total,
            "done": self.done,
            "state": self.state,
            "seconds": round(self.seconds, 2),
            "said": {"zh": self.said.zh, "en": self.said.en} if self.said else None,
        }


class Progress:
    """Keeps the steps; says nothing to anybody. The two below do."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._written_at = 0.0

    @contextmanager
    def step(self, name: Text, total: int | None = None) -> Iterator[Step]:
        """A step, timed; failed when an exception leaves it."""
        step = Step(name, total, _owner=self)
        self.steps.append(step)
        began = time.monotonic()
        self.changed(step)
        try:
            yield step
        except BaseException:
            step.state = "failed"
            raise
        else:
            step.state = "done"
            if step.total is not None:
                step.done = max(step.done, step.total)
        finally:
            step.seconds = time.monotonic() - began
            self.changed(step)

    def changed(self, step: Step, often: bool = False) -> None:
        """A step changed; `often` marks changes that may be told less often."""
        now = time.monotonic()
        if often and now - self._written_at < 0.5:
            return
        self._written_at = now
        self.tell(step)

    def tell(self, step: Step) -> None:
        """Where the change goes; nowhere here."""


class JobProgress(Progress):
    """Writes the steps of a job, visible at once (a connection of its own, outside of the job's transaction)."""

    def __init__(self, job_id: int) -> None:
        super().__init__()
        self.job_id = job_id

    def tell(self, step: Step) -> None:
        from yigongti.kernel.jobs.models import Job

        Job.objects.using("bulk").filter(pk=self.job_id).update(steps=[s.as_data() for s in self.steps])


class TerminalProgress(Progress):
    """One line for each step, in the terminal's language."""

    def __init__(self, language: str, write: Any = print) -> None:
        super().__init__()
        self.language, self.write = language, write

    def tell(self, step: Step) -> None:
        if step.state == "running":
            return
        mark = "✓" if step.state == "done" else "✗"
        rows = f"{step.done:,}" if step.done else ""
        said = step.said.in_language(self.language) if step.said else ""
        line = f"{mark} {step.name.in_language(self.language)}  {rows}  {step.seconds:.2f} s  {said}"
        self.write(line.rstrip())
