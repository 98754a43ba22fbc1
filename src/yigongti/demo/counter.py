"""A month at the demo's counters: about twenty bills settled at a county and at a township hospital, one refunded, one
corrected, stays admitted without deposit, diseases to be approved, injuries to be looked into, bills that a clinic
accepted without a network, and one brought on paper from outside the county.

All goes through the counter's own actions, in the names of the demo accounts, on days of this month. What is there is
kept: every bill has a key of its own. Everything is invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

import pyarrow.parquet as pq
from django.db.models import Q
from django.utils import timezone

from yigongti.demo.acting import days_before, moment, people, take
from yigongti.demo.counter_bills import (
    CLINIC,
    CORRECTED,
    COUNTY,
    FROM_OUTSIDE,
    INJURIES,
    LAST_MONTH_COUNTY,
    LAST_MONTH_TOWNSHIP,
    REFUNDED,
    RIGHT,
    SPECIAL,
    TOWNSHIP,
    CounterBill,
)
from yigongti.facts.public import Lake
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident
from yigongti.systems.benefits.actions.accept_offline import accept_offline
from yigongti.systems.benefits.actions.admit import admit
from yigongti.systems.benefits.actions.ask_approval import ask_approval
from yigongti.systems.benefits.actions.confirm_offline import confirm_offline
from yigongti.systems.benefits.actions.correct import correct
from yigongti.systems.benefits.actions.hold_injury import hold_injury
from yigongti.systems.benefits.actions.quote import quote
from yigongti.systems.benefits.actions.refund import refund
from yigongti.systems.benefits.asked import Asked, of_mapping
from yigongti.systems.benefits.models import Admission, Approval, Enrolment, HeldInjury, OfflineBill, Settlement
from yigongti.systems.benefits.public import settle

_BULK = "bulk"
SCHEME = "390"
SERVED = 22
"""How many people a counter of the story serves."""
GROWN_UP = 40
"""They are so many years old at least: the bills are those of older people."""
_ACCOUNTS = ("counter", "township", "village", "insurance", "agency")


def settle_last_month(month: Month, *, lake: Lake, at: datetime) -> int:
    """A few bills of the month that is about to be closed; how many settlements stand then."""
    there = people(*_ACCOUNTS, at=at)
    if len(there) == len(_ACCOUNTS) and month.last_day < timezone.localdate(at):
        ends = moment(month.last_day, 17, at=at)
        for name, bills in (("counter", LAST_MONTH_COUNTY), ("township", LAST_MONTH_TOWNSHIP)):
            counter = _Counter(there[name], ends, _served(there[name], month, lake, nearby=name == "township"))
            for bill in bills if len(counter.served) == SERVED else ():
                counter.settle(bill)
    return Settlement.objects.using(_BULK).count()


def settle_a_month(last: Month, *, lake: Lake, at: datetime) -> int:
    """Make whatever of this month is missing; how many settlements stand. last: the last month that was closed.

    Does nothing where nobody is insured today, or where the last month is still to come.
    """
    there = people(*_ACCOUNTS, at=at)
    if len(there) == len(_ACCOUNTS) and last.last_day < timezone.localdate(at):
        county = _Counter(there["counter"], at, _served(there["counter"], last, lake, nearby=False))
        township = _Counter(there["township"], at, _served(there["township"], last, lake, nearby=True))
        clinic = _Counter(there["village"], at, township.served[SERVED // 2 :])
        bureau = _Counter(there["insurance"], at, county.served)
        agency = _Counter(there["agency"], at, county.served)
        if len(county.served) == len(township.served) == SERVED:
            _story(county, township, clinic, bureau)
            agency.settle(FROM_OUTSIDE)
    return Settlement.objects.using(_BULK).count()


def _story(county: _Counter, township: _Counter, clinic: _Counter, bureau: _Counter) -> None:
    for bill in COUNTY:
        county.settle(bill)
    for bill in TOWNSHIP:
        township.settle(bill)
    county.refund(REFUNDED, "（演示）患者改为住院治疗，门诊费用退回")
    county.correct(CORRECTED, RIGHT, "（演示）X 线片误记为 CT")
    first = township.ask_approval(9, "copd", "（演示）肺功能检查 FEV1/FVC 0.58，县人民医院出院记录", 6)
    second = county.ask_approval(SPECIAL.person, "coronary_disease", "（演示）冠脉造影：前降支狭窄 75%", 10)
    county.ask_approval(15, "stroke_sequel", "（演示）头颅磁共振：左侧基底节区陈旧性梗死，右侧肢体肌力 3 级", 2)
    for approval in (first, second):
        bureau.approve(approval)
    county.settle(SPECIAL)
    _waits, asked, released = [county.hold(bill) for bill in INJURIES]  # the first stays on the bureau's desk
    bureau.decide(asked, "question", "请补充用工单位说明和受伤当日的接诊记录")
    bureau.decide(released, "confirm", "经电话核实村委会，自家劳作受伤，无第三方责任")
    county.admit(16, "demo-stay-1", "I63.900", 3)
    county.admit(17, "demo-stay-2", "J18.900", 1)
    township.admit(10, "demo-stay-3", "J44.900x001", 2)
    clinic.accept(CLINIC[0], confirmed=True)
    clinic.accept(CLINIC[1], confirmed=False)


def _served(actor: Actor, month: Month, lake: Lake, *, nearby: bool) -> list[str]:
    """The insured numbers of those whom the counter serves: people of its own township, or of the whole county, who had
    no bill in that year: what they have used of it is then what the counters know of them."""
    day = month.last_day
    rows = Enrolment.objects.using(_BULK).filter(
        insurance_type=SCHEME, groups=[], valid_from__lte=day, valid_to__gte=day + timedelta(days=31),
        birth_date__lte=day - timedelta(days=GROWN_UP * 365), resident__state=Resident.State.ACTIVE,
    )  # fmt: skip
    place = actor.posts[0].institution_id
    own = [place, *Institution.objects.using(_BULK).filter(parent_id=place).values_list("pk", flat=True)]
    at_home = Q(resident__institution_id__in=own)
    # nobody of the story is at two counters
    rows = rows.filter(at_home).order_by("insured_number") if nearby else rows.order_by("-insured_number")
    had = _had_bills(month.year, lake)
    numbers = rows.values_list("insured_number", flat=True)
    return list(islice((number for number in numbers.iterator() if number not in had), SERVED))


def _had_bills(year: int, lake: Lake) -> set[str]:
    """The insured numbers of everybody with a bill in the files of the year (what counters brought does not count)."""
    files = [file.uri for file in lake.files(SETTLEMENTS.name) if file.month.startswith(f"{year}-")]
    columns = [pq.ParquetFile(uri).read(["insured_number", "settlement_number"]) for uri in files]
    of_counters = set(Settlement.objects.using(_BULK).values_list("number", flat=True))
    return {
        row["insured_number"]
        for table in columns
        for row in table.to_pylist()
        if row["settlement_number"] not in of_counters
    }


class _Counter:
    """One counter: who works there, and whom it serves."""

    def __init__(self, actor: Actor, at: datetime, served: list[str]) -> None:
        self.actor, self.at, self.served = actor, at, served
        self.place = actor.posts[0].institution_id

    def when(self, bill: CounterBill) -> datetime:
        return days_before(self.at, bill.days_ago, 8 + (len(bill.key) + bill.person) % 9)

    def asked(self, bill: CounterBill) -> Asked:
        on = timezone.localdate(self.when(bill))
        return of_mapping(bill.asked(self.served[bill.person], on))

    def settled(self, key: str) -> Settlement | None:
        return Settlement.objects.using(_BULK).filter(institution_id=self.place, key=key).first()

    def settle(self, bill: CounterBill) -> None:
        if self.settled(bill.key) is None:
            with scope(self.actor):
                settle(self.actor, self.place, self.asked(bill), at=self.when(bill))

    def refund(self, key: str, reason: str) -> None:
        """The bill that was settled under the key, a day after."""
        found = self.settled(key)
        if found is not None and found.state == Settlement.State.SETTLED:
            with scope(self.actor):
                refund(self.actor, found.pk, reason=reason, at=self._after(found))

    def correct(self, key: str, right: CounterBill, reason: str) -> None:
        found = self.settled(key)
        if found is not None and found.state == Settlement.State.SETTLED:
            asked = of_mapping(right.asked(found.insured_number, found.ended_on))
            with scope(self.actor):
                correct(self.actor, found.pk, asked, reason=reason, at=self._after(found))

    def _after(self, found: Settlement) -> datetime:
        return min(found.settled_at + timedelta(days=1), self.at)

    def ask_approval(self, person: int, disease: str, evidence: str, days_ago: int) -> Approval:
        """The request, once for each person and disease."""
        number = self.served[person]
        rows = Approval.objects.using(_BULK).filter(insured_number=number, disease_code=disease)
        if not rows.exists():
            on = days_before(self.at, days_ago, 9)
            first = timezone.localdate(on)
            with scope(self.actor):
                ask_approval(
                    self.actor, self.place, insured_number=number, kind="special_disease", disease_code=disease,
                    valid_from=first, valid_to=first + timedelta(days=364), evidence=evidence, at=on,
                )  # fmt: skip
        return rows.order_by("pk")[0]

    def approve(self, approval: Approval) -> None:
        if approval.state == Approval.State.ASKED:
            on = min(approval.asked_at + timedelta(days=1), self.at)
            take(self.actor, approval.matter_id, "approve", at=on, words="材料齐全，符合认定标准")

    def hold(self, bill: CounterBill) -> HeldInjury:
        rows = HeldInjury.objects.using(_BULK).filter(institution_id=self.place, key=bill.key)
        if not rows.exists():
            with scope(self.actor):
                hold_injury(self.actor, self.place, self.asked(bill), at=self.when(bill))
        return rows.get()

    def decide(self, held: HeldInjury, step: str, words: str) -> None:
        """The bureau's step on an injury that nobody has looked into yet."""
        if _state_of(held.matter_id) == "held":
            on = min(held.held_at + timedelta(days=1), self.at)
            take(self.actor, held.matter_id, step, at=on, words=words)

    def admit(self, person: int, case_id: str, diagnosis: str, days_ago: int) -> None:
        if not Admission.objects.using(_BULK).filter(institution_id=self.place, case_id=case_id).exists():
            on = days_before(self.at, days_ago, 10)
            with scope(self.actor):
                admit(
                    self.actor, self.place, insured_number=self.served[person], case_id=case_id, diagnosis=diagnosis,
                    started_on=timezone.localdate(on), at=on,
                )  # fmt: skip

    def accept(self, bill: CounterBill, *, confirmed: bool) -> None:
        """Accepted on the device, received when the network returned, settled then or still waiting."""
        rows = OfflineBill.objects.using(_BULK).filter(institution_id=self.place, key=bill.key)
        asked, on = self.asked(bill), self.when(bill)
        if not rows.exists():
            received = min(on + timedelta(hours=5), self.at)
            with scope(self.actor):
                quoted = quote(self.actor, self.place, asked).amounts
                told = {name: str(quoted[name]) for name in ("total_cost", "cash")}
                accept_offline(self.actor, self.place, asked, quoted=told, accepted_at=on, at=received)
        if confirmed and (standing := rows.get()).state == OfflineBill.State.WAITING:
            with scope(self.actor):
                confirm_offline(self.actor, standing.pk, at=standing.received_at)


def _state_of(matter_id: int) -> str:
    return str(Matter.objects.using(_BULK).values_list("state", flat=True).get(pk=matter_id))
