"""Bills of the demo county that went on from their check: some dismissed, some ordered, some ruled and recovered."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from yigongti.demo.checklists import invented_picture
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments.public import store
from yigongti.kernel.matters.public import MATTERS, Given, Matter, act
from yigongti.kernel.organisations.models import Institution, StaffMember
from yigongti.systems.supervision.models import Case
from yigongti.systems.supervision.public import CaseFinding, mark_deducted, open_case

ARTICLE = "fund-supervision-735#第三十八条"
STORIES: tuple[tuple[str, str, str, str, str], ...] = (
    ("同日重复收取同一检查费", "An examination charged twice on one day", "duplicate_charge", "3260.00", "closed"),
    ("超标准收取护理费", "Nursing above its price", "price_above_ceiling", "1840.50", "recovered"),
    ("分解住院：十五日内同病再入院", "Split admission within fifteen days", "split_admission", "9420.00", "recovering"),
    ("限定性别用药与患者不符", "A medicine limited to the other sex", "sex_limited_medicine", "416.00", "ruled"),
    ("超量开药：慢病处方超三十日", "More than thirty days' supply", "days_above_label", "2310.00", "confirming"),
    ("耗材收费超过进货价", "Consumables above their purchase price", "mark_up_supplies", "68250.00", "signing"),
    ("住院期间门诊重复结算", "A visit settled during a stay", "visit_during_stay", "1275.00", "reported"),
    ("检查费占比异常的体检式住院", "A check-up admission", "check_up_admission", "5630.00", "checking"),
    ("不属支付范围的中药饮片", "A herb that is not payable", "herb_not_payable", "388.00", "answered"),
    ("同切口手术未折价", "Surgery through one incision at full price", "same_incision_discount", "2700.00", "ordered"),
    ("疗程超限用药", "A course above its limit", "course_limit", "960.00", "dismissed"),
    ("重复用药", "Duplicate therapy", "duplicate_therapy", "142.00", "found"),
)  # fmt: skip
"""Title, check, yuan, and how far the case has come. All invented."""

ORDER = ("found", "dismissed", "ordered", "answered", "checking", "reported", "confirming", "signing", "ruled",
         "recovering", "recovered", "closed")  # fmt: skip


def rule_on_bills(month: Month, *, at: datetime) -> int:
    """Open the cases and take each as far as its story; how many there are."""
    today = timezone.localdate(at)
    names = ("supervisor", "supervisor2", "inspector", "panel", "panel2", "panel3", "hospital", "tcm")
    people = {name: actor for name in names if (actor := actor_by_username(name, today))}
    places = _places(people)
    if not places or len(people) < len(names):
        return 0
    for number, (zh, en, check, amount, end) in enumerate(STORIES):
        who, place = places[number % len(places)]
        story = _Bill(people, who, place, at - timedelta(days=30))
        story.open(month, number, Text(zh, en), check, Decimal(amount))
        story.go_on(end)
    return len(STORIES)


def _places(people: dict[str, Actor]) -> list[tuple[Actor, Institution]]:
    """The two hospitals with the accounts that answer for them."""
    found = []
    for name in ("hospital", "tcm"):
        if name in people:
            with scope(people[name]):
                found.append((people[name], Institution.objects.get(code=people[name].posts[0].institution_code)))
    return found


class _Bill:
    """One case on its way; each step two days after the one before."""

    def __init__(self, people: dict[str, Actor], answerer: Actor, place: Institution, at: datetime) -> None:
        self.people, self.answerer, self.place, self.at = people, answerer, place, at
        self.case = Case()

    def open(self, month: Month, number: int, title: Text, check: str, amount: Decimal) -> None:
        finding = CaseFinding(
            said=Text(f"{title.zh}（演示）", f"{title.en} (demo)"), amount=amount, check_id=check, strength="violation",
            evidence=(f"{self.place.code}/DEMO{number:03d}/1",), articles=(ARTICLE,),
        )  # fmt: skip
        with scope(NOBODY, purpose=MATTERS):
            self.case = open_case(
                NOBODY, institution=self.place, source=Case.Source.CLAIM_FINDING, source_key=f"demo/{number}",
                subject=f"{month}/{self.place.code}/DEMO{number:03d}", title=title, findings=[finding], amount=amount,
                at=self.at, month=str(month),
            )  # fmt: skip

    def take(self, name: str, step: str, words: str = "", **given: object) -> None:
        """Somebody of the county takes a step of the open matter."""
        self._act(self.people[name], step, Given(words=words and f"（演示）{words}", **given))  # type: ignore[arg-type]

    def answer(self) -> None:
        with scope(self.answerer):
            kept = store(
                self.answerer, invented_picture(self.case.pk), name="演示证明.png",
                subject=f"supervision.Case/{self.case.pk}", institution_id=self.place.pk, at=self.at,
            )  # fmt: skip
        self._act(self.answerer, "answer", Given(words="（演示）已核实并整改。", attachments=(kept.pk,)))

    def _act(self, actor: Actor, step: str, given: Given) -> None:
        self.at += timedelta(days=2)
        with scope(actor):
            matter = Matter.objects.get(subject=f"case/{self.case.pk}", closed_at__isnull=True)
            act(actor, matter.pk, step, at=self.at, given=given)

    def go_on(self, end: str) -> None:
        """Take the case as far as its story says."""
        far = ORDER.index(end)
        if end == "found":
            return
        if end == "dismissed":
            self.take("supervisor", "dismiss", "经查，属合理用药")
            return
        self.take("supervisor", "take_up")
        self.take("supervisor", "issue", "请核实并退回多收费用")
        if far >= ORDER.index("answered"):
            self.answer()
        if far >= ORDER.index("checking"):
            self.take("supervisor2", "send_inspectors", "现场核对清单、医嘱和票据")
            self.take("supervisor", "assign", data={"inspectors": "inspector inspector2"})
        if far >= ORDER.index("reported"):
            self._report()
        if far >= ORDER.index("confirming"):
            self.take("supervisor", "accept", "事实清楚")
            self.take("panel", "propose", "责令退回", amount=self.case.amount_claimed, articles=(ARTICLE,))
        if end == "signing":
            self.take("panel2", "pass_on")
        elif far >= ORDER.index("ruled"):
            self.take("panel2", "confirm")
            self._account(far)

    def _report(self) -> None:
        inspector = self.people["inspector"]
        with scope(inspector):
            kept = store(
                inspector, invented_picture(self.case.pk + 3), name="演示核查照片.png",
                subject=f"supervision.Case/{self.case.pk}", institution_id=self.case.office_id,
                other_institution_id=None, at=self.at,
            )  # fmt: skip
        self.take("inspector", "report", "清单与医嘱不符", attachments=(kept.pk,))

    def _account(self, far: int) -> None:
        if far < ORDER.index("recovering"):
            return
        month = str(Month.of(timezone.localdate(self.at)).plus(2))
        self.take("supervisor", "order_recovery", amount=self.case.amount_claimed, data={"month": month})
        self.take("supervisor", "mark_institution", data={"rule": "institution/duplicate_or_over_charge"})
        if far >= ORDER.index("recovered"):
            mark_deducted(f"case/{self.case.pk}/1", month=month, reference=f"演示清算 {month}", at=self.at)
            self.take("supervisor2", "publish", "违反规定收费，已责令退回并从支付中扣除")
        if far >= ORDER.index("closed"):
            person = StaffMember.objects.using("bulk").filter(institution_id=self.place.pk).order_by("code").first()
            if person:
                self.take(
                    "supervisor", "mark_practitioner", data={"rule": "practitioner/lighter", "staff_code": person.code}
                )
            self.take("supervisor", "not_needed", "已谈话提醒", data={"part": "ethics"})
            self.take("supervisor", "close")
