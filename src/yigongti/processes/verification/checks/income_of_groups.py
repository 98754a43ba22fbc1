"""What groups pay and patients pay together is the hospital's income of these cases: what the bills claimed, and the
difference that payment by group posted (account 4103).

"These" are the stays that were billed in the month and are priced; of one that earlier months had already, the change.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.fund_month.public import income_of_cases
from yigongti.processes.verification import posted
from yigongti.processes.verification.difference import ZERO, Books, Check, Line, Place

DIFFERENCE_OF_GROUPS = "4103"


def run(books: Books) -> list[Line]:
    incomes = income_of_cases(books.month, books.connection, using=books.using)
    differences = posted.of_case_payment(books, DIFFERENCE_OF_GROUPS)
    codes = dict(Institution.objects.using(books.using).values_list("pk", "code"))
    lines = []
    for number in sorted({*incomes, *differences}):
        left, claimed = incomes.get(number, (ZERO, ZERO))
        right = claimed - differences.get(number, ZERO)
        places = (Place(DIFFERENCE_OF_GROUPS, left, right),) if left != right else ()
        lines.append(Line(codes[number], left, right, places))
    return lines


CHECK = Check(
    "income_of_groups",
    Text("病组支付加患者支付等于医院收入", "Groups' and patients' payments are the hospital's income"),
    Text("按病组应得（含患者支付）", "Paid by groups, patients' part included"),
    Text("账簿中这些病例的收入", "Income of these cases in the books"),
    run,
)
