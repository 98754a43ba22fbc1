"""A case from its lead to its end, and the people who move it on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yigongti.foundation.errors import Text

AT = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)  # a Monday
ARTICLE = "fund-supervision-735#第三十八条"


@dataclass
class Office:
    """The people of the tests, by what they do, and the steps that they take."""

    people: dict[str, Any]
    county: dict[str, Any]
    at: datetime = AT

    def opened(
        self, place: str = "H1", amount: str = "1200.00", key: str = "claim_checks/2026-10/H1/C0001", **more: Any
    ):
        from yigongti.kernel.access.actor import NOBODY
        from yigongti.kernel.access.scope import scope
        from yigongti.systems.supervision.public import CaseFinding, open_case

        finding = CaseFinding(
            Text("同日重复收费", "Charged twice on one day"), Decimal(amount), check_id="duplicate_charge",
            strength="violation", evidence=("H1/C0001/12",), articles=(ARTICLE,),
        )  # fmt: skip
        with scope(NOBODY, purpose="matters"):
            return open_case(
                NOBODY, institution=self.county[place], source="claim_finding", source_key=key, subject=key,
                title=Text("重复收费", "Charged twice"), findings=[finding], amount=Decimal(amount), at=self.at,
                month="2026-10", **more,
            )  # fmt: skip

    def current(self, case: Any) -> Any:
        """The case's open matter."""
        from yigongti.kernel.access.actor import NOBODY
        from yigongti.kernel.access.scope import scope
        from yigongti.kernel.matters.public import Matter

        with scope(NOBODY, purpose="matters"):
            return Matter.objects.get(subject=f"case/{case.pk}", closed_at__isnull=True)

    def take(self, who: str, case: Any, step: str, words: str = "", **given: Any) -> Any:
        """Somebody takes a step of the case's open matter, an hour after the one before."""
        from yigongti.kernel.access.scope import scope
        from yigongti.kernel.matters.public import Given, act

        self.at += timedelta(hours=1)
        with scope(self.people[who]):
            if "attachments" in given:
                given["attachments"] = tuple(self._handed_in(who, number) for number in given["attachments"])
            return act(self.people[who], self.current(case).pk, step, at=self.at, given=Given(words=words, **given))

    def _handed_in(self, who: str, number: int) -> int:
        """A file that somebody brings; within their scope."""
        from yigongti.kernel.attachments.public import store

        actor = self.people[who]
        return store(
            actor, f"演示的证据 {number}".encode(), name="证据.txt", subject="matters.Matter/1",
            institution_id=actor.posts[0].institution_id, at=self.at,
        ).pk  # fmt: skip

    def again(self, case: Any, who: str = "officer") -> Any:
        """The case as it stands now."""
        from yigongti.kernel.access.scope import scope
        from yigongti.systems.supervision.models import Case

        with scope(self.people[who]):
            return Case.objects.get(pk=case.pk)

    def to_ruling(self, case: Any) -> Any:
        """Ordered, answered, checked on site: before the panel."""
        self.take("officer", case, "take_up")
        self.take("officer", case, "issue", "请于期限内核实并整改")
        self.take("hospital", case, "answer", "已核实，部分属实", attachments=(1,))
        self.take("officer", case, "send_inspectors", "现场核对收费清单")
        self.take("officer", case, "assign", data={"inspectors": "inspector inspector2"})
        self.take("inspector", case, "report", "清单与医嘱不符", attachments=(2,))
        self.take("officer", case, "accept", "事实清楚")
        return case

    def to_accountability(self, case: Any, amount: str = "1200.00") -> Any:
        """Ruled by two members of the panel."""
        self.to_ruling(case)
        self.take("panel", case, "propose", "责令退回", amount=Decimal(amount), articles=(ARTICLE,))
        self.take("panel2", case, "confirm")
        return case


@pytest.fixture
def office(actor, county):
    """The office with its people: officers, inspectors, the panel, and those who answer."""
    held = {
        "officer": ("supervision_officer", "C"),
        "officer2": ("supervision_officer", "C"),
        "inspector": ("supervision_inspector", "C"),
        "inspector2": ("supervision_inspector", "C"),
        "panel": ("ruling_member", "C"),
        "panel2": ("ruling_member", "C"),
        "panel3": ("ruling_member", "C"),
        "hospital": ("hospital_insurance_office", "H1"),
        "other": ("hospital_insurance_office", "H2"),
        "village": ("village_doctor", "V1"),
    }
    return Office({name: actor(role, place, username=name) for name, (role, place) in held.items()}, county)
