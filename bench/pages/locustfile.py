"""What people do with the pages of a month. Run by measure.py, which says where the site is and who is signed in.

YIGONGTI_BENCH: a JSON file {"sessions": {user name: session cookie}, "pause": [least, most] in seconds}.
Each user opens one account's pages; the cases that it opens are those that its own list shows.
"""

from __future__ import annotations

import html
import itertools
import json
import os
import random
import re
from pathlib import Path
from urllib.parse import parse_qs

from locust import HttpUser, between, constant, task

GIVEN = json.loads(Path(os.environ["YIGONGTI_BENCH"]).read_text("utf-8"))
MONTHS = [f"2026-{number:02d}" for number in range(1, 11)]
NEWEST = MONTHS[-1]
LONGEST_EXPORTS = 0.02  # how often somebody who looks at a list takes all of it along
_turn = itertools.cycle(sorted(GIVEN["sessions"]))
_chance = random.Random(20261122)

PAUSE = GIVEN["pause"]


class Reader(HttpUser):
    """One person at the screen."""

    wait_time = between(*PAUSE) if any(PAUSE) else constant(0)

    def on_start(self) -> None:
        self.account = next(_turn)
        self.client.cookies.set(GIVEN["cookie"], GIVEN["sessions"][self.account], path="/")
        self.cases: list[str] = []
        self.pages: list[str] = []

    def open(self, path: str, name: str, **query: str) -> str:
        """Open a page; anything but 200 counts as a failure, so does a page of signing in."""
        month = {"month": NEWEST if _chance.random() < 0.6 else _chance.choice(MONTHS)}
        with self.client.get(path, params=month | query, name=name, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
            elif "/accounts/sign-in" in answer.url:
                answer.failure("not signed in")
            return answer.text if answer.headers.get("Content-Type", "").startswith("text/html") else ""

    @task(4)
    def home(self) -> None:
        self.open("/", "home")

    @task(8)
    def overview(self) -> None:
        self.open("/casemix_payment/", "month explained")

    @task(6)
    def departments(self) -> None:
        self.open("/casemix_payment/departments/", "departments")

    @task(6)
    def groups(self) -> None:
        self.open("/casemix_payment/groups/", "groups")

    @task(8)
    def case_list(self) -> None:
        query = _chance.choice([{}, {}, {"sort": "-cost"}, {"sort": "balance"}, {"size": "100"}])
        text = self.open("/casemix_payment/cases/", "case list", **query)
        found = re.findall(r'data-href="(\?[^"]*open=[^"]+)"', text)
        self.cases = [html.unescape(link) for link in found] or self.cases
        if _chance.random() < LONGEST_EXPORTS:
            self.open("/casemix_payment/cases/", "case list, exported whole", export=_chance.choice(["csv", "xlsx"]))

    @task(6)
    def case_beside(self) -> None:
        if not self.cases:
            return self.case_list()
        self._follow("/casemix_payment/cases/" + _chance.choice(self.cases), "a case beside the list")

    @task(5)
    def one_case(self) -> None:
        if not self.cases:
            return self.case_list()
        asked = parse_qs(_chance.choice(self.cases).lstrip("?"))
        code, _sign, case_id = asked["open"][0].partition("~")
        link = f"/casemix_payment/cases/{code}/page/{case_id}?month={asked['month'][0]}"
        self._follow(link, "one case and its path")

    @task(5)
    def quality(self) -> None:
        self.open("/front_pages/quality/", "record quality")

    @task(5)
    def defects(self) -> None:
        text = self.open("/front_pages/defects/", "defects")
        self.pages = re.findall(r'"(/front_pages/pages/[^"/?]+/[^"]+)"', text) or self.pages
        if _chance.random() < LONGEST_EXPORTS:
            self.open("/front_pages/defects/", "defects, exported whole", export="xlsx")

    @task(4)
    def one_page(self) -> None:
        if not self.pages:
            return self.defects()
        self._follow(_chance.choice(self.pages), "one front page")

    @task(4)
    def board(self) -> None:
        self.open("/front_pages/", "submission board")

    @task(2)
    def scores(self) -> None:
        self.open("/casemix_payment/scores/", "department scores")

    @task(1)
    def weights(self) -> None:
        self.open("/casemix_payment/weights/", "weights")

    def _follow(self, link: str, name: str) -> None:
        with self.client.get(html.unescape(link), name=name, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
