"""What can be wrong with a resource, in words: the issues that become an OperationOutcome.

While walking, a finding costs nothing until there is one; its path is put together on the way back up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, as FHIR's OperationOutcome.issue tells it.

    code: FHIR's issue type ("required", "code-invalid", …). expression: where, in FHIRPath ("Patient.name[0].use").
    zh, en: a sentence that a user can act on. severity "warning" does not refuse the resource.
    """

    severity: Severity
    code: str
    expression: str
    zh: str
    en: str


@dataclass(slots=True)
class Found:
    """A finding on its way up: the steps to it are appended from the inside outwards."""

    reason: str
    about: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    def issue(self, root: str) -> Issue:
        severity, code, zh, en = REASONS[self.reason]
        # a rule of R4 is told in its own words
        zh, en = self.about.get("zh", zh), self.about.get("en", en)
        expression = root
        for step in reversed(self.steps):
            expression += step if step.startswith("[") or not expression else f".{step}"
        return Issue(severity, code, expression, zh.format_map(self.about), en.format_map(self.about))


REASONS: dict[str, tuple[Severity, str, str, str]] = {
    "not_an_object": ("error", "structure", "此处应为 JSON 对象", "A JSON object is expected here"),
    "not_a_list": ("error", "structure", "该元素可重复，应写成 JSON 数组", "The element repeats: write a JSON array"),
    "a_list": ("error", "structure", "该元素最多一个，不应写成数组", "The element occurs at most once: no array here"),
    "empty_object": ("error", "structure", "不允许空对象", "An object must not be empty"),
    "empty_list": ("error", "structure", "不允许空数组", "An array must not be empty"),
    "null": ("error", "structure", "不允许 null", "null is not a value here"),
    "unknown_element": (
        "error",
        "structure",
        "{shape} 没有名为“{name}”的元素",
        "{shape} has no element “{name}”",
    ),
    "two_choices": (
        "error",
        "structure",
        "{name}[x] 只能取一种类型，已有 {first}",
        "Only one type of {name}[x] may be given; {first} is there already",
    ),
    "required": ("error", "required", "缺少必填元素 {name}", "The required element {name} is missing"),
    "bad_value": ("error", "value", "不是合法的 {kind}：{value}", "Not a valid {kind}: {value}"),
    "bad_code": (
        "error",
        "code-invalid",
        "代码“{value}”不在规定的取值范围内：{codes}",
        "The code “{value}” is not one of those required: {codes}",
    ),
    "no_required_coding": (
        "error",
        "code-invalid",
        "没有来自规定取值范围的编码：{codes}",
        "None of the codings is from the required value set: {codes}",
    ),
    "wrong_target": (
        "error",
        "value",
        "此处不能引用 {type}，只能引用：{targets}",
        "A {type} cannot be referred to here, only: {targets}",
    ),
    "bad_reference": (
        "error",
        "value",
        "不是合法的引用：{value}",
        "Not a valid reference: {value}",
    ),
    "list_lengths": (
        "error",
        "structure",
        "{name} 与 _{name} 的长度不一致或同一位置都为空",
        "{name} and _{name} differ in length, or are both empty at one place",
    ),
    "unresolved": (
        "error",
        "not-found",
        "contained 中没有 id 为“{id}”的资源",
        "There is no contained resource with the id “{id}”",
    ),
    "contained_unnamed": ("error", "required", "被包含的资源缺少 id", "A contained resource needs an id"),
    "contained_twice": ("error", "invariant", "contained 中重复的 id“{id}”", "The contained id “{id}” is used twice"),
    "contained_nested": (
        "error",
        "invariant",
        "被包含的资源不能再包含资源（dom-2）",
        "A contained resource must not contain another (dom-2)",
    ),
    "contained_meta": (
        "error",
        "invariant",
        "被包含的资源不应有版本、更新时间或密级（dom-4、dom-5）",
        "A contained resource has no version, time of update or security label (dom-4, dom-5)",
    ),
    "contained_unused": (
        "error",
        "invariant",
        "被包含的资源“{id}”未被引用（dom-3）",
        "Nothing refers to the contained resource “{id}” (dom-3)",
    ),
    "unknown_type": (
        "error",
        "not-supported",
        "FHIR R4 没有资源类型“{type}”",
        "FHIR R4 has no resource type “{type}”",
    ),
    "rule": ("error", "invariant", "", ""),
    "modifier_extension": (
        "warning",
        "extension",
        "含有本系统不理解的修饰性扩展（{url}）：原样保存，使用前须人工判断",
        "There is a modifier extension that is not understood here ({url}): kept as it is, to be judged by a person",
    ),
}
