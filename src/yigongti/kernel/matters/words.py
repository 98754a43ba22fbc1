"""The words of a matter's history: what each line is called, and in whose name and by what it was taken."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import Kind
from yigongti.kernel.matters.models import Step

OTHER_STEPS: dict[str, Text] = {
    "opened": Text("提出", "Opened"),
    "comment": Text("留言", "Comment"),
    "assigned": Text("指派", "Assigned"),
    "taken_back": Text("收回指派", "Taken back to the desk"),
    "reminded": Text("催办", "Reminded"),
    "escalated": Text("升级督办", "Escalated"),
    "undone": Text("撤回上一步", "Took the last step back"),
    "told_anew": Text("内容有更新", "Its content has changed"),
}
"""Lines that are no transition of the kind."""

BY_DEADLINE = Text("到期未办理，系统自动办理", "The deadline passed: taken by the product itself")


def action_of(step: Step, kind: Kind) -> Text:
    """What the line is called. A transition that the kind no longer has is called by its id."""
    if step.action in OTHER_STEPS:
        return OTHER_STEPS[step.action]
    found = next((each for each in kind.transitions if each.id == step.action), None)
    return found.label if found else Text(step.action, step.action)


def manner_of(step: Step) -> Text | None:
    """In whose stead or by what the step was taken ("代张三办理"), or to whom; None where there is nothing to say."""
    if step.data.get("automatic") == "deadline":
        return BY_DEADLINE
    if step.data.get("for"):
        name = step.data["for"]["name"]
        return Text(f"代{name}办理", f"on behalf of {name}")
    if step.action == "assigned":
        return Text(f"指定{step.data['name']}办理", f"given to {step.data['name']}")
    return None
