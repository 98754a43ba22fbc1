"""The proved matrix: which role at which institution sees rows about a resident, for which relation.

It is written by the proof itself (tests/systems/access_proof), which asks the database for every table, role, place and
relation, and fails when this file says anything else. The page of the proof shows it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from yigongti.foundation.errors import Text

MATRIX = Path(__file__).parent / "matrix.csv"

LAW_WORDS: dict[str, Text] = {
    "registration": Text("居民登记信息", "Who a resident is"),
    "care": Text("照管关系", "Who cares for a resident"),
    "opening": Text("紧急和事项开启", "To whom a record was opened"),
    "nobody": Text("任何页面都不显示", "Shown by no page"),
    "matching": Text("疑似重复与合并", "Doubtful pairs and merges"),
    "record": Text("健康档案", "The record"),
    "guarded": Text("查看与变更留痕、通知", "Who looked, what changed, notices"),
    "settled": Text("结算单与分录", "Settlements and entries about a person"),
    "enrolled": Text("参保登记", "The register of the insured"),
}
RELATION_WORDS: dict[str, Text] = {
    "none": Text("无关系", "none"),
    "registration": Text("在此登记", "registered"),
    "encounter": Text("在此就诊", "treated"),
    "encounter that is over": Text("就诊期满", "treated, over"),
    "contract with the institution": Text("机构签约", "contract"),
    "contract with a team": Text("团队签约", "contract of a team"),
    "referral": Text("转诊", "referred"),
    "consultation": Text("会诊", "consulted"),
    "consent": Text("居民同意", "consent"),
    "consent withdrawn": Text("同意撤回", "consent withdrawn"),
    "opened in an emergency": Text("紧急开启", "emergency"),
    "emergency that is over": Text("紧急期满", "emergency, over"),
    "opening that was closed": Text("开启已关闭", "opening closed"),
    "opened for a matter": Text("为事项开启", "for a matter"),
}
PLACE_WORDS: dict[str, Text] = {
    "C": Text("县级", "the county"),
    "H1": Text("本院", "that hospital"),
    "T1": Text("下级卫生院", "a township below it"),
    "H2": Text("他院", "another hospital"),
}


@dataclass(frozen=True, slots=True)
class Law:
    """One law: its name, the tables that it holds for, and who is let in: (role, place of the post) → relations.

    Places: C the county, H1 the hospital that the relations are with, T1 a township hospital below it, H2 another
    hospital. Posts that are let in by nothing are left out.
    """

    name: str
    tables: tuple[str, ...]
    lets_in: dict[tuple[str, str], tuple[str, ...]]

    @property
    def label(self) -> Text:
        return LAW_WORDS[self.name]

    def places_of(self, role_id: str, relation: str) -> list[Text]:
        """From which places the role is let in for the relation."""
        return [PLACE_WORDS[place] for place in PLACE_WORDS if relation in self.lets_in.get((role_id, place), ())]


@lru_cache(maxsize=1)
def proved() -> tuple[Law, ...]:
    """The laws in the order of the file."""
    laws: dict[str, Law] = {}
    with MATRIX.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            law = laws.setdefault(row["law"], Law(row["law"], tuple(row["tables"].split()), {}))
            if row["role"]:
                law.lets_in[row["role"], row["place"]] = tuple(row["relations"].split("|"))
    return tuple(laws.values())
