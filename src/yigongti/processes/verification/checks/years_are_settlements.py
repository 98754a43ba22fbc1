"""A person's yearly counter is the sum of the settlements in force: county-wide, for the year of the month."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.processes.verification.difference import ZERO, Books, Check, Line, Place
from yigongti.systems.benefits import public as benefits


def run(books: Books) -> list[Line]:
    wrong = benefits.counters_of(books.month.year, using=books.using)
    if not wrong:
        return [Line("", ZERO, ZERO)]
    places = tuple(
        Place(f"resident:{one.resident_id}/{one.year}/{one.insurance_type}", one.counted_pool, one.settled_pool)
        for one in wrong
    )
    return [Line("", sum((p.left for p in places), ZERO), sum((p.right for p in places), ZERO), places)]


CHECK = Check(
    "years_are_settlements",
    Text("个人年度累计与结算相符", "Persons' years are their settlements"),
    Text("年度累计的统筹支付（不符的人）", "Pool as counted, of those who differ"),
    Text("结算的统筹支付（不符的人）", "Pool as settled, of those who differ"),
    run,
)
