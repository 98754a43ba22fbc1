"""The kinds of matter of supervision: the six steps of a case, in their order."""

from __future__ import annotations

from yigongti.systems.supervision.kinds import accountability, appeal, finding, order, ruling, site_check

KINDS = (finding.KIND, order.KIND, appeal.KIND, site_check.KIND, ruling.KIND, accountability.KIND)
