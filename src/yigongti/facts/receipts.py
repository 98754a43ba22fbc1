"""The receipt of a submission: what landed, as which version, in the place of what, by whom and when.

It is stored as JSON in the commit of the lake itself, so the data and the account of it cannot part.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yigongti.foundation.period import Month


@dataclass(frozen=True, slots=True)
class Receipt:
    """One landed submission.

    digest: SHA-256 of the file as it was given. reading: digest of how it was read (reader version, profile, code
    conversion), because the same file read otherwise is another submission.
    amount: yuan; the sum of total cost (discharges, settlement lists) or of the lines' amounts.
    version: version number of the lake table; replaced_version: that of the submission replaced, or None.
    """

    submission_id: str
    kind: str
    institution_code: str
    month: Month
    rows: int
    amount: Decimal
    digest: str
    reading: str
    file_name: str
    submitted_by: str
    submitted_at: datetime
    version: int = -1
    replaced_version: int | None = None
    unchanged: bool = False

    def replacing(self, earlier: Receipt | None) -> Receipt:
        return dataclasses.replace(self, replaced_version=earlier.version if earlier else None)

    def at_version(self, version: int) -> Receipt:
        return dataclasses.replace(self, version=version)

    def recognised_again(self) -> Receipt:
        """The same receipt, marked as the answer to a file that was already in force."""
        return dataclasses.replace(self, unchanged=True)

    def to_json(self) -> str:
        """The receipt as it is stored; the version is not in it, because the commit decides that."""
        content = dataclasses.asdict(self)
        content.pop("version")
        content.pop("unchanged")
        content |= {
            "month": str(self.month),
            "amount": str(self.amount),
            "submitted_at": self.submitted_at.isoformat(),
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        content = json.loads(text)
        content |= {
            "month": Month.parse(content["month"]),
            "amount": Decimal(content["amount"]),
            "submitted_at": datetime.fromisoformat(content["submitted_at"]),
        }
        return cls(**content)
