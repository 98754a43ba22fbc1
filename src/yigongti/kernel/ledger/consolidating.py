"""Several books as one: what they owe each other is eliminated, and what does not match is told.

A posting names the institution with which its amount is mutual (partner). When both books are in the set, the posting
is left out of the sum. What two books hold about each other must sum to zero; where it does not, one of them lacks an
entry, and the difference is told by pair instead of being hidden in a balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from yigongti.foundation.period import Month
from yigongti.kernel.ledger.drafts import CNY
from yigongti.kernel.ledger.reading import ZERO, TrialBalance, in_unit, of_books, postings, summed


@dataclass(frozen=True, slots=True)
class Mutual:
    """What two books hold about each other on the last day (first number before second): debits positive."""

    first_id: int
    second_id: int
    in_first: Decimal
    in_second: Decimal

    @property
    def difference(self) -> Decimal:
        """Zero when the two agree."""
        return self.in_first + self.in_second


@dataclass(frozen=True, slots=True)
class Consolidated:
    """trial: of all books with the mutual postings left out. eliminated: account → what was left out (until the last
    day). mutual: every pair that holds something about each other, those that do not match first. plain: the sum of the
    books."""

    trial: TrialBalance
    plain: TrialBalance
    eliminated: tuple[tuple[str, Decimal], ...]
    mutual: tuple[Mutual, ...]

    @property
    def unmatched(self) -> tuple[Mutual, ...]:
        return tuple(pair for pair in self.mutual if pair.difference)

    @property
    def difference(self) -> Decimal:
        """By how much the consolidated books do not balance: the sum of what does not match."""
        return sum((pair.difference for pair in self.mutual), ZERO)


def consolidated(
    book_ids: Sequence[int], first: Month, last: Month, unit: str = CNY, *, using: str = "default"
) -> Consolidated:
    """The books of a community, or of a county with its fund, as one."""
    rows = postings(book_ids, unit, until=last.last_day, using=using)
    within = of_books(book_ids, "partner_id")
    left_out = rows.filter(within)
    eliminated = {
        row["account"]: in_unit(row["found"], unit)
        for row in left_out.order_by("account").values("account").annotate(found=Sum("amount"))
    }
    held: dict[tuple[int, int], dict[int, Decimal]] = {}
    for row in left_out.order_by().values("book_id", "partner_id").annotate(found=Sum("amount")):
        one, other = row["book_id"], row["partner_id"]
        held.setdefault((min(one, other), max(one, other)), {})[one] = in_unit(row["found"], unit)
    pairs = [
        Mutual(one, other, amounts.get(one, ZERO), amounts.get(other, ZERO)) for (one, other), amounts in held.items()
    ]
    pairs.sort(key=lambda pair: (not pair.difference, pair.first_id, pair.second_id))
    return Consolidated(
        summed(rows.filter(Q(partner_id=None) | ~within), first, unit),
        summed(rows, first, unit),
        tuple(sorted(eliminated.items())),
        tuple(pairs),
    )
