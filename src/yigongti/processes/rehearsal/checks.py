"""Whether a result still says what would happen: what it was made from against what is there now.

Nothing is signed or published on an old result. Four things may have moved since it ran: the files (somebody edited
them), the facts (a hospital submitted a month again), the policy in force (something else was published), the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yigongti.facts.public import Lake, take_snapshot
from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import code_release, months_between
from yigongti.processes.rehearsal.replaying import facts_digest as digest_of_facts

FILES = Text("调整的文件已修改", "the changed files were edited")
FACTS = Text("所选月份的数据有新的版本", "the facts of these months have a newer version")
POLICY = Text("现行政策已有变动", "the policy in force has changed")
CODE = Text("程序已升级", "the program was upgraded")


@dataclass(frozen=True, slots=True)
class Standing:
    """What has moved since the result; nothing when it holds."""

    moved: tuple[Text, ...]

    @property
    def holds(self) -> bool:
        return not self.moved


def standing(rehearsal: Rehearsal, policy: Policy, lake: Lake) -> Standing:
    """What has moved since the rehearsal ran; everything for one that never ran."""
    if not rehearsal.result_digest:
        return Standing((Text("尚未推演", "it has not been rehearsed"),))
    moved = []
    if rehearsal.files_digest != rehearsal.ran_files_digest:
        moved.append(FILES)
    if facts_digest(rehearsal, policy, lake) != rehearsal.facts_digest:
        moved.append(FACTS)
    if policy.release.digest != rehearsal.base_release:
        moved.append(POLICY)
    if code_release() != rehearsal.code_release:
        moved.append(CODE)
    return Standing(tuple(moved))


def facts_digest(rehearsal: Rehearsal, policy: Policy, lake: Lake) -> str:
    """The digest of the facts that it would be rehearsed on now."""
    months = months_between(Month.parse(rehearsal.first_month), Month.parse(rehearsal.last_month))
    parts = [each for each in REPLAYERS if each.name in rehearsal.totals]
    wanted = {month for part in parts for month in part.months_read(policy, months)} or set(months)
    try:
        gathered = [part.gather(months) for part in parts]
    except InvalidInput:  # what it read from the database is gone: it is not what the result was made from
        return ""
    return digest_of_facts(take_snapshot(lake, wanted), gathered)


def require_standing(rehearsal: Rehearsal, policy: Policy, lake: Lake) -> None:
    """Raises Conflict, saying what has moved, unless the result holds as it stands."""
    found = standing(rehearsal, policy, lake)
    if not found.holds:
        zh, en = "；".join(each.zh for each in found.moved), "; ".join(each.en for each in found.moved)
        raise Conflict("rehearsal.result_is_old", zh=f"推演结果已不作数：{zh}。请重新推演", en=f"rehearse again: {en}")


def require_day_ahead(effective_on: date, today: date) -> None:
    """What is published never holds from a day that has begun. Raises InvalidInput."""
    if effective_on <= today:
        raise InvalidInput(
            "rehearsal.day_past",
            zh=f"生效日 {effective_on} 应晚于今天，请改期后重新推演",
            en=f"the day {effective_on} must lie ahead: set another and rehearse again",
            where="effective_on",
        )
