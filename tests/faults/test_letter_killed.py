"""kill -9 within a step, between a step and its letter, and while the letter is made: no letter is lost or doubled."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from house_database import account, actor, county, database, database_server  # noqa: F401
from systems.matters.conftest import AT, asked, opened, people, tried  # noqa: F401
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.deadlines import remind
from yigongti.kernel.matters.letters.making import make_letters
from yigongti.kernel.matters.models import Letter, LetterSerial, Matter, Reminder
from yigongti.kernel.matters.public import Given, act
from yigongti.kernel.matters.verifying import faults
from yigongti.kernel.messages.models import Notice

pytestmark = pytest.mark.slow
PROCESS = Path(__file__).with_name("letter_process.py")


def killed_at(work: str, number: int = 0) -> None:
    """A process is killed where it says that it is; its connections are gone when this returns."""
    process = subprocess.Popen(
        [sys.executable, str(PROCESS), work, str(number)], env=dict(os.environ), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said = process.stdout.readline().strip()
    if said != "here":
        pytest.fail(process.communicate(timeout=60)[1][-2000:])
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def letters() -> list[tuple[str, bool]]:
    rows = Letter.objects.using("bulk").order_by("id")
    return [(letter.number, letter.made_at is not None) for letter in rows]


def test_a_process_killed_within_a_step_leaves_neither_step_nor_number(people, opened):  # noqa: F811
    with scope(people["bureau"]):
        matter = opened(people["bureau"], kind="tried.loop")
    killed_at("act", matter.pk)
    assert (Matter.objects.using("bulk").get().state, letters()) == ("found", [])
    with scope(people["bureau"]):
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"))
    assert letters() == [("医监〔2026〕1号", False)]
    assert faults() == []


def test_a_letter_whose_worker_is_killed_has_its_number_and_is_made_by_the_next_run(asked):  # noqa: F811
    asked()
    number = Letter.objects.using("bulk").get().pk
    killed_at("make", number)
    assert letters() == [("医监〔2026〕1号", False)]
    assert make_letters(AT) == 1
    assert letters() == [("医监〔2026〕1号", True)]
    assert LetterSerial.objects.using("bulk").get().last == 1
    assert make_letters(AT) == 0


def test_a_reminder_whose_worker_is_killed_is_given_by_the_next_run_and_once(asked):  # noqa: F811
    asked()
    killed_at("remind")
    assert (Reminder.objects.using("bulk").count(), Notice.objects.using("bulk").count()) == (0, 0)
    late = AT.replace(month=10, day=19)
    assert (remind(late).late, remind(late).late) == (1, 0)
    assert (Reminder.objects.using("bulk").count(), Notice.objects.using("bulk").count()) == (1, 1)
