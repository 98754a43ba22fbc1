"""What the fund's book distributes of a year's surplus is what the institutions' books received, one by one."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.verification import posted
from yigongti.processes.verification.difference import ZERO, Books, Check, Line, Place

KEPT = "5101"


def run(books: Books) -> list[Line]:
    pool, owed, received = posted.cleared_in_year(books)
    if not pool and not owed and not received:
        return []
    codes = {0: "", **dict(Institution.objects.using(books.using).values_list("pk", "code"))}
    lines = []
    for number in sorted({*owed, *received}):
        left, right = owed.get(number, ZERO), received.get(number, ZERO)
        places = (Place("2003", left, right),) if left != right else ()
        lines.append(Line(codes[number], left, right, places))
    shared = sum(owed.values(), ZERO)
    if pool != shared:
        lines.append(Line("", pool, shared, (Place(KEPT, pool, shared),)))
    return lines


CHECK = Check(
    "distribution_is_the_pool",
    Text("分配之和等于资金池", "What is distributed is the pool"),
    Text("基金账簿分出的结余留用", "Surplus kept, as the fund's book gives it"),
    Text("机构账簿收到的结余留用", "Surplus kept, as the books receive it"),
    run,
)
