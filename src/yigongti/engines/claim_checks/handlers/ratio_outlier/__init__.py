"""An institution's share of a kind of cost far above its peers (统计指标异常)."""

from yigongti.engines.claim_checks.handler import Handler, LooksAt, Setting
from yigongti.foundation.errors import Text

HANDLER = Handler(
    label=Text("占比异常", "A share far above the peers'"),
    meaning=Text(
        "住院费用中某类费用的占比超过同级其他机构均值加若干倍标准差（样本标准差）的机构为线索；"
        "机构及其同级机构的住院账单均不少于限值，同级机构不少于限值。"
        "涉及金额为（占比 − 同级均值）× 住院总费用。",
        "An institution whose share of a kind of cost in its stays is above the mean of the others of its level"
        " by so many"
        " (sample) standard deviations; it and its peers have enough stays, and there are enough peers. (Share −"
        " mean) ×"
        " total is at stake.",
    ),
    looks_at=LooksAt.COUNTY,
    parameters=(
        Setting("numerator", "codes", Text("分子费用项", "Fee items of the numerator")),
        Setting("sigmas", "number", Text("标准差倍数", "Standard deviations")),
        Setting("least_peers", "number", Text("同级机构下限", "Least peers")),
        Setting("least_bills", "number", Text("住院账单下限", "Least stays")),
    ),
    reads=("fee_item", "institution_level"),
)
MILLION = 1_000_000
"""Shares are compared as whole millionths, so that both implementations weigh the same whole numbers."""
