"""What an institution's book says that it has earned and who owes it is what its settlements say.

Bills of hospitals outside the county have the fund's side alone and are left out.
"""

from __future__ import annotations

from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.processes.verification import posted, settled
from yigongti.processes.verification.checks.comparing import side_by_side
from yigongti.processes.verification.difference import ZERO, Books, Check, Line

ACCOUNTS = {
    "pool_fund": "1101.01", "critical_illness": "1101.02", "medical_assistance": "1101.03", "other_funds": "1101.04",
    "personal_account": "1101.05",
}  # fmt: skip
INCOME = "4101"


def run(books: Books) -> list[Line]:
    left: dict[tuple[str, str], Decimal] = {}
    for code, _care, inside, sums in settled.by_care(books):
        if inside:
            for payer, account in ACCOUNTS.items():
                left[code, account] = left.get((code, account), ZERO) + sums[payer]
            # what the patients bear is the rest of the income
            left[code, INCOME] = left.get((code, INCOME), ZERO) + sums["total_cost"]
    right = {
        (code, account): -amount if account == INCOME else amount
        for (code, account), amount in posted.of_settlements(books, {*ACCOUNTS.values(), INCOME}, in_fund=False).items()
    }
    return side_by_side(left, right)


CHECK = Check(
    "receivable_is_settled",
    Text("医院应收和收入与结算相符", "Receivables and income are what was settled"),
    Text("结算中各方支付与费用合计", "Payers' parts and bills, of the settlements"),
    Text("机构账簿的应收与收入", "Receivables and income in the books"),
    run,
)
