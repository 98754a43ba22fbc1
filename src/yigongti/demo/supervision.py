"""What the demo county's supervision has to show: all village clinics inspected (252 of 256, 172 of them ordered to
correct), a hygiene patrol in three shifts, and bills that went all the way to rulings. Everything is invented.

It goes through the same actions as people's own work, seeded, and is made once.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from yigongti.demo.accounts import create_accounts
from yigongti.demo.checklists import Filling, failing_choices, fill_all, invented_picture
from yigongti.demo.ruled_bills import rule_on_bills
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actions.create_account import create_account
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.public import store
from yigongti.kernel.forms.public import form_on
from yigongti.kernel.matters.public import Given, Matter, act
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.supervision.actions.make_campaign import choose_institutions, make_campaign, township_of
from yigongti.systems.supervision.actions.order_from_inspection import inspect_again, order_from_inspection
from yigongti.systems.supervision.actions.take_inspection import not_reached
from yigongti.systems.supervision.models import Campaign, Case, Inspection

CLINIC_ANSWERER = "demo-clinics"
"""The account in whose name clinics of the story answer; nobody signs in with it."""

INSPECTED, ORDERED = 252, 172
ANSWERED, CORRECTED, AGAIN = 30, 18, 24
"""Of the 172 clinics that were ordered: how many have answered, are closed as corrected, were inspected again."""
PICTURES = 8
BEGAN = date(2026, 10, 12)
DAYS = {"inspected": 20, "first_orders": 12, "last_orders": 27, "answers": 33, "again": 40}
"""Days after the campaign's first, in the order of the story; it ends before today."""


def set_up_supervision(month: Month, *, seed: int, at: datetime) -> int:
    """Make whatever is missing of it; how many cases there are. month: the last of the county's closed months."""
    create_accounts()
    if not Campaign.objects.using("bulk").exists():
        story = _Story(seed, timezone.localdate(at))
        story.clinics()
        story.patrol()
    if not Case.objects.using("bulk").filter(source=Case.Source.CLAIM_FINDING).exists():
        rule_on_bills(month, at=at)
    return Case.objects.using("bulk").count()


class _Story:
    """One telling: its chance, its days, and who acts."""

    def __init__(self, seed: int, today: date) -> None:
        self.chance = random.Random(f"supervision/{seed}")
        self.today, self.start = today, min(BEGAN, today - timedelta(days=44))
        _clinics_account(today)
        self.officer = _actor("supervisor", today)
        self.second = _actor("supervisor2", today)
        self.inspectors = [_actor(name, today) for name in ("inspector", "inspector2")]
        self.clinic = _actor(CLINIC_ANSWERER, today)
        with scope(self.officer):
            self.county = Institution.objects.filter(kind="county").order_by("id")[0]

    def moment(self, days: int, hour: int = 9) -> datetime:
        """That many days after the campaign began, at that hour."""
        return datetime.combine(self.start + timedelta(days=days), time(hour), timezone.get_default_timezone())

    def clinics(self) -> None:
        """The inspection of every village clinic, its orders, answers and re-inspections."""
        with scope(self.officer):
            campaign = make_campaign(
                self.officer, self.county, title=Text("村卫生室专项检查（示范）", "Village clinics (demo)"),
                form="village_clinic_inspection", starts_on=self.start,
                ends_on=self.start + timedelta(days=DAYS["inspected"] + 5), at=self.moment(0, 8), is_invented=True,
            )  # fmt: skip
            places = list(Institution.objects.filter(kind="village_clinic"))
            choose_institutions(self.officer, campaign, places, self._accounts(), at=self.moment(0, 8))
            rows = list(campaign.inspections.select_related("institution").order_by("id"))
        self.chance.shuffle(rows)
        share = len(places) / 256  # a smaller county has its part of the figures
        inspected, ordered = round(INSPECTED * share), round(ORDERED * share)
        self._inspect(campaign, rows[:inspected], failing=ordered)
        for row in rows[inspected:]:
            with scope(self.officer):
                not_reached(self.officer, row.pk, reason="（演示）乡村医生外出培训，卫生室未开门", at=self.moment(20))
        cases = self._order(rows[:ordered])
        self._answer(cases, round(ANSWERED * share), round(CORRECTED * share))
        self._again(campaign, cases, round(AGAIN * share))

    def _accounts(self) -> list[Account]:
        numbers = [each.account_id for each in self.inspectors]
        return list(Account.objects.filter(pk__in=numbers).order_by("pk"))

    def _inspect(self, campaign: Campaign, rows: Sequence[Inspection], failing: int) -> None:
        choices = failing_choices(form_on(campaign.form, campaign.starts_on))
        pictures = [invented_picture(n) for n in range(PICTURES)]
        fillings = []
        for number, row in enumerate(rows):
            many = self.chance.choice((1, 1, 2, 2, 3, 4)) if number < failing else 0
            failed = self.chance.sample(choices, many)
            early = number < failing // 2
            day = self.chance.randrange(1, DAYS["first_orders"]) if early else DAYS["inspected"]
            fillings.append(
                Filling(
                    row, failed, self.moment(day, 10 + number % 6), self._position(row.institution),
                    pictures[number % PICTURES] if failed else b"",
                )
            )  # fmt: skip
        fill_all(fillings)

    def _position(self, place: Institution) -> str:
        """Somewhere that no village is: the townships on a grid, the clinics scattered around them."""
        township = township_of(place)
        north = 30 + township % 4 * 0.1 + self.chance.uniform(-0.04, 0.04)
        east = 100 + township // 4 % 4 * 0.1 + self.chance.uniform(-0.04, 0.04)
        return f"geo:{north:.6f},{east:.6f}"

    def _order(self, rows: Sequence[Inspection]) -> list[Case]:
        cases = []
        with scope(self.officer):
            for number, row in enumerate(rows):
                day = DAYS["first_orders"] if number < len(rows) // 2 else DAYS["last_orders"]
                cases.append(order_from_inspection(self.officer, row.pk, at=self.moment(day, 15)))
        return cases

    def _answer(self, cases: Sequence[Case], answered: int, corrected: int) -> None:
        """The first ones answer with a photograph; of these most are closed, one is an appeal that is upheld."""
        picture, at = invented_picture(PICTURES), self.moment(DAYS["answers"])
        for number, case in enumerate(cases[:answered]):
            with scope(self.clinic):
                matter = Matter.objects.get(subject=f"case/{case.pk}", kind="supervision.order", closed_at__isnull=True)
                if number == 0:
                    words = Given(words="（演示）检查当日正在维修，已恢复，请复核。")
                    act(self.clinic, matter.pk, "appeal", at=at, given=words)
                else:
                    kept = store(
                        self.clinic, picture, name="演示整改照片.png", subject=f"matters.Matter/{matter.pk}",
                        institution_id=case.institution_id, other_institution_id=case.office_id, at=at,
                    )  # fmt: skip
                    given = Given(words="（演示）已按要求整改，照片附后。", attachments=(kept.pk,))
                    act(self.clinic, matter.pk, "answer", at=at, given=given)
        for number, case in enumerate(cases[:corrected]):
            with scope(self.second):
                matter = Matter.objects.get(
                    subject=f"case/{case.pk}", kind="supervision.appeal", closed_at__isnull=True
                )
                step = "confirm_corrected" if number else "uphold"
                given = Given(words="（演示）经复核，已整改到位。" if number else "（演示）申诉属实。")
                act(self.second, matter.pk, step, at=self.moment(DAYS["answers"] + 3), given=given)

    def _again(self, campaign: Campaign, cases: Sequence[Case], count: int) -> None:
        """A second round for all that were ordered; the first of them have been visited, a few failed again."""
        with scope(self.officer):
            at = self.moment(DAYS["answers"] + 4)
            inspect_again(self.officer, campaign, self._accounts(), due_on=self.today + timedelta(days=20), at=at)
            places = [case.institution_id for case in cases[:count]]
            rows = list(Inspection.objects.filter(campaign=campaign, round=2, institution_id__in=places).order_by("id"))
        choices = failing_choices(form_on(campaign.form, campaign.starts_on))
        at = self.moment(DAYS["again"], 10)
        fill_all([Filling(row, [choices[0]] if n % 6 == 5 else [], at) for n, row in enumerate(rows)])

    def patrol(self) -> None:
        """Three hospitals' surroundings, three times a day on three days; the last shift is still to come."""
        with scope(self.officer):
            campaign = make_campaign(
                self.officer, self.county, title=Text("街面与病区卫生巡查（示范）", "Hygiene patrol (demo)"),
                form="hygiene_patrol", starts_on=self.today - timedelta(days=2), ends_on=self.today, shifts=3,
                at=timezone.now() - timedelta(days=3), is_invented=True,
            )  # fmt: skip
            places = list(Institution.objects.filter(kind__in=("county_hospital", "tcm_hospital")))
            choose_institutions(self.officer, campaign, places, self._accounts(), at=timezone.now() - timedelta(days=3))
            rows = list(campaign.inspections.filter(day__lt=self.today))
        zone = timezone.get_default_timezone()
        fill_all(
            [
                Filling(row, [], datetime.combine(row.day, time(8 * row.shift - 1), zone))
                for row in rows
                if row.day and row.day < self.today
            ]
        )


def _actor(username: str, today: date) -> Actor:
    found = actor_by_username(username, today)
    assert found is not None, f"the demo account {username} is absent"
    return found


def _clinics_account(today: date) -> None:
    if Account.objects.using("bulk").filter(username=CLINIC_ANSWERER).exists():
        return
    county = Institution.objects.using("bulk").filter(kind="county").order_by("id")[0]
    create_account(
        username=CLINIC_ANSWERER, display_name="演示·村卫生室", password=secrets.token_urlsafe(24),
        role_id="township_clerk", institution_code=county.code, at=timezone.now(), valid_from=county.valid_from,
        is_demo=True,
    )  # fmt: skip
