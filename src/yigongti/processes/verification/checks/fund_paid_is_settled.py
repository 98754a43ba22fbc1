"""What the fund's book says was paid for an institution is what its settlements say, for each payer."""

from __future__ import annotations

from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.processes.verification import posted, settled
from yigongti.processes.verification.checks.comparing import side_by_side
from yigongti.processes.verification.difference import ZERO, Books, Check, Line
from yigongti.systems.benefits.public import FUND_ACCOUNTS, POOL_ACCOUNTS


def run(books: Books) -> list[Line]:
    left: dict[tuple[str, str], Decimal] = {}
    for code, care, _inside, sums in settled.by_care(books):
        for payer in settled.PAYERS:
            account = FUND_ACCOUNTS.get(payer) or POOL_ACCOUNTS[care]
            left[code, account] = left.get((code, account), ZERO) + sums[payer]
    accounts = {*POOL_ACCOUNTS.values(), *FUND_ACCOUNTS.values()}
    return side_by_side(left, posted.of_settlements(books, accounts, in_fund=True))


CHECK = Check(
    "fund_paid_is_settled",
    Text("基金支出与结算相符", "What the fund paid is what was settled"),
    Text("结算中基金支付合计", "Paid by funds, of the settlements"),
    Text("基金账簿的支出", "Expenditure in the fund's book"),
    run,
)
