"""The parts that payers bear add up to the bill, for each settlement."""

from __future__ import annotations

from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.processes.verification import settled
from yigongti.processes.verification.difference import ZERO, Books, Check, Line, Place


def run(books: Books) -> list[Line]:
    wrong: dict[str, list[Place]] = {}
    for code, number, bill, parts in settled.not_their_parts(books):
        wrong.setdefault(code, []).append(Place(f"settlement:{code}/{number}", bill, parts))
    parts_of: dict[str, Decimal] = {}
    for code, _care, _inside, sums in settled.by_care(books):
        parts_of[code] = parts_of.get(code, ZERO) + sum((sums[name] for name in settled.PARTS), ZERO)
    return [
        Line(code, bill, parts_of[code], tuple(wrong.get(code, ())))
        for code, bill in sorted(settled.bills(books).items())
    ]


CHECK = Check(
    "bill_is_its_parts",
    Text("各方支付之和等于账单", "The parts are the bill"),
    Text("医疗费用总额", "Bills"),
    Text("各方支付之和", "Sum of the parts"),
    run,
)
