"""What people do with their inbox. Run by measure.py.

YIGONGTI_BENCH: a JSON file {"cookie", "sessions": {user name: session cookie}, "pause": [least, most] in seconds}.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from pathlib import Path

from locust import HttpUser, between, constant, task

GIVEN = json.loads(Path(os.environ["YIGONGTI_BENCH"]).read_text("utf-8"))
PAUSE = GIVEN["pause"]
_turn = itertools.cycle(sorted(GIVEN["sessions"]))


class Worker(HttpUser):
    """Somebody with an inbox: mostly the inbox itself, its next page, one matter beside it, filters, a number."""

    wait_time = between(*PAUSE) if any(PAUSE) else constant(0)

    def on_start(self) -> None:
        self.next, self.seen = "", ["1"]
        self.account = next(_turn)
        self.client.cookies.set(GIVEN["cookie"], GIVEN["sessions"][self.account], path="/")

    def open(self, path: str, name: str) -> str:
        """Anything but the page itself counts as a failure, so does being sent to sign in."""
        with self.client.get(path, name=name, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
            elif "/accounts/sign-in" in answer.url:
                answer.failure("not signed in")
            return answer.text or ""

    @task(10)
    def inbox(self) -> None:
        page = self.open("/matters/", f"inbox of {self.account}")
        found = re.search(r'rel="next" href="([^"]+)"', page)
        self.next = found[1].replace("&amp;", "&") if found else ""
        self.seen = re.findall(r'data-href="/matters/(\d+)/', page) or self.seen

    @task(3)
    def next_page(self) -> None:
        self.open(f"/matters/{self.next}", "next page")

    @task(2)
    def late(self) -> None:
        self.open("/matters/?late=1", "late ones")

    @task(1)
    def dear(self) -> None:
        self.open("/matters/?sort=-amount&amount=1000", "by amount")

    @task(1)
    def by_number(self) -> None:
        self.open(f"/matters/?q={self.seen[0]}", "by number")
