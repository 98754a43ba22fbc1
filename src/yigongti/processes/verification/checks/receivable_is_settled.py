"""What an institution's book says that it has earned and who owes it is what its settlements say.

Bills of hospitals outside the county have the fund's side alone and are left out.
"""

from __future__ import annotations

from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.processes.verification import posted, settled
from yigongti.processes.verification.checks.comparing import side_by_side
from yigongti.processes.verification.difference import ZERO, Books, Check, Line
from yigongti.systems.benefits.public import INCOME_ACCOUNT, INSTITUTION_ACCOUNTS


def run(books: Books) -> list[Line]:
    left: dict[tuple[str, str], Decimal] = {}
    for code, _care, inside, sums in settled.by_care(books):
        if inside:
            for payer, account in INSTITUTION_ACCOUNTS.items():
                left[code, account] = left.get((code, account), ZERO) + sums[payer]
            # what the patients bear is the rest of the income
            left[code, INCOME_ACCOUNT] = left.get((code, INCOME_ACCOUNT), ZERO) + sums["total_cost"]
    right = {
        (code, account): -amount if account == INCOME_ACCOUNT else amount
        for (code, account), amount in posted.of_settlements(
            books, {*INSTITUTION_ACCOUNTS.values(), INCOME_ACCOUNT}, in_fund=False
        ).items()
    }
    return side_by_side(left, right)


CHECK = Check(
    "receivable_is_settled",
    Text("医院应收和收入与结算相符", "Receivables and income are what was settled"),
    Text("结算中各方支付与费用合计", "Payers' parts and bills, of the settlements"),
    Text("机构账簿的应收与收入", "Receivables and income in the books"),
    run,
)
