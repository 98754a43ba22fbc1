"""What clinicians do with the records of those in their care. Run by measure.py.

YIGONGTI_BENCH: a JSON file {"cookie", "sessions": {user name: session cookie}, "pause": [least, most] in seconds,
"people": {user name: [addresses of persons' pages]}}.
"""

from __future__ import annotations

import itertools
import json
import os
import random
from pathlib import Path

from locust import HttpUser, between, constant, task

GIVEN = json.loads(Path(os.environ["YIGONGTI_BENCH"]).read_text("utf-8"))
PAUSE = GIVEN["pause"]
_turn = itertools.cycle(sorted(GIVEN["sessions"]))
_chance = random.Random(20261124)


class Clinician(HttpUser):
    """One clinician: mostly persons' pages, sometimes the list of those in care, a search, all results of one."""

    wait_time = between(*PAUSE) if any(PAUSE) else constant(0)

    def on_start(self) -> None:
        self.account = next(_turn)
        self.people = GIVEN["people"][self.account]
        self.client.cookies.set(GIVEN["cookie"], GIVEN["sessions"][self.account], path="/")

    def open(self, path: str, name: str) -> None:
        """Anything but the page itself counts as a failure, so does being sent to sign in."""
        with self.client.get(path, name=name, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
            elif "/accounts/sign-in" in answer.url:
                answer.failure("not signed in")

    @task(12)
    def person(self) -> None:
        self.open(_chance.choice(self.people), "a person's page")

    @task(3)
    def in_care(self) -> None:
        self.open("/health_records/", "those in my care")

    @task(2)
    def results(self) -> None:
        self.open(f"{_chance.choice(self.people)}/lists/results", "all results of a person")

    @task(2)
    def found(self) -> None:
        self.open("/health_records/?where_name=" + _chance.choice("王李张刘陈杨赵黄周吴"), "filter by name")
