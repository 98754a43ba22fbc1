"""The county's files, drawn by chance from a seed; in a process beside this one while the database is being made."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from yigongti.demo.county.public import generate
from yigongti.demo.plan import DemoPlan
from yigongti.foundation.policy import Policy

ACCOUNT = "county.json"
"""Written last: without it the folder is not whole."""


def draw(folder: Path, plan: DemoPlan, policy: Policy) -> None:
    """Draw the county into the folder; nothing when one is there, whole."""
    if (folder / ACCOUNT).exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    generate(
        folder, plan.residents, plan.months, plan.last_month, plan.seed, policy=policy,
        settlement_months=plan.settlement_months,
    )  # fmt: skip


@contextmanager
def drawn_beside(folder: Path, plan: DemoPlan, policy_folder: Path) -> Iterator[None]:
    """While the block runs, another process draws the county; after the block it has ended. Whatever it did not get
    done is done, or refused in words, by who asks for the county next (setup.py)."""
    beside = multiprocessing.get_context("spawn").Process(
        target=_draw, args=(folder, plan, policy_folder), daemon=True, name="county"
    )
    beside.start()
    try:
        yield
    except BaseException:
        beside.terminate()
        raise
    finally:
        beside.join()


def _draw(folder: Path, plan: DemoPlan, policy_folder: Path) -> None:
    with suppress(KeyboardInterrupt):  # the terminal tells both processes; the other one speaks
        draw(folder, plan, Policy.load([policy_folder]))
