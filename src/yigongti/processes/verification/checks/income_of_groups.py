"""What groups pay and patients pay together is the hospital's income of these cases: what the bills claimed, and the
difference that the settling of the month by group posted (account 4103).

"These" are the stays that were both settled and priced.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.verification import posted, settled
from yigongti.processes.verification.difference import ZERO, Books, Check, Line, Place
from yigongti.systems.casemix_payment import public as casemix_payment

DIFFERENCE_OF_GROUPS = "4103"


def run(books: Books) -> list[Line]:
    differences = posted.by_book(books, [DIFFERENCE_OF_GROUPS])
    claimed = settled.stays(books)
    codes = dict(Institution.objects.using(books.using).values_list("pk", "code"))
    payments = casemix_payment.payments_of_month(books.month, using=books.using)
    paid = {(codes[number], case): pay for (number, case), pay in payments.items()}
    both = sorted(paid.keys() & claimed.keys())
    lines = []
    for number, amount in sorted(differences.items()):  # only institutions whose month was settled by group
        code = codes[number]
        own = [stay for stay in both if stay[0] == code]
        left = sum((paid[stay] for stay in own), ZERO)
        right = sum((claimed[stay] for stay in own), ZERO) - amount
        places = (Place(DIFFERENCE_OF_GROUPS, left, right),) if left != right else ()
        lines.append(Line(code, left, right, places))
    return lines


CHECK = Check(
    "income_of_groups",
    Text("病组支付加患者支付等于医院收入", "Groups' and patients' payments are the hospital's income"),
    Text("按病组应得（含患者支付）", "Paid by groups, patients' part included"),
    Text("账簿中这些病例的收入", "Income of these cases in the books"),
    run,
)
