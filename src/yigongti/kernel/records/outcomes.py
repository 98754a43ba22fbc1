"""What went wrong, as FHIR tells it: an OperationOutcome, with the sentence in both languages.

Refused                 nothing was changed; .status is the answer's status of HTTP, .outcome the OperationOutcome
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, YigongtiError
from yigongti.kernel.records.definitions.public import Issue, validate

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


class Refused(YigongtiError):
    """A request that the standard answers with an OperationOutcome. status: of HTTP. issues: one or more."""

    def __init__(
        self, status: int, kind: str, *, zh: str, en: str, where: str = "", issues: Sequence[Issue] = (), code: str = ""
    ) -> None:
        super().__init__(code or f"records.{kind}", zh=zh, en=en, where=where)
        self.status = status
        self.issues = tuple(issues) or (Issue("error", kind, where, zh, en),)

    @property
    def outcome(self) -> dict[str, Any]:
        """The OperationOutcome, Chinese with the English as translation."""
        return outcome_of(self.issues, code=self.code)

    def at(self, place: str) -> Refused:
        """The same, said to be at an entry of a bundle: "Bundle.entry[3]"."""
        issues = [Issue(one.severity, one.code, _at(place, one.expression), one.zh, one.en) for one in self.issues]
        return Refused(
            self.status, self.issues[0].code, zh=self.text.zh, en=self.text.en, where=self.where or place,
            issues=issues, code=self.code,
        )  # fmt: skip


def _at(place: str, expression: str) -> str:
    if expression[:1].isupper():  # "Patient.name" within an entry
        _, point, rest = expression.partition(".")
        return f"{place}.resource{point}{rest}"
    return place


def outcome_of(issues: Iterable[Issue], *, code: str = "") -> dict[str, Any]:
    """An OperationOutcome. code: the product's own stable code, told in `details`."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue, code) for issue in issues]}


def _issue(issue: Issue, code: str) -> dict[str, Any]:
    told: dict[str, Any] = {"severity": issue.severity, "code": issue.code}
    if code:
        told["details"] = {"coding": [{"system": "urn:yigongti:error", "code": code}], "text": issue.en}
    told["diagnostics"] = f"{issue.zh} · {issue.en}"
    if issue.expression and issue.expression[:1].isupper():
        told["expression"] = [issue.expression]
    return told


def told(information: str, english: str) -> dict[str, Any]:
    """An OperationOutcome that says that all is well."""
    return outcome_of([Issue("information", "informational", "", information, english)])  # type: ignore[arg-type]


_STATUS: tuple[tuple[type[YigongtiError], int, str], ...] = (
    (InvalidInput, 400, "invalid"),
    (NotPermitted, 403, "forbidden"),
    (NotFound, 404, "not-found"),
    (Conflict, 409, "conflict"),
)


def as_refused(error: YigongtiError) -> Refused:
    """Any of our own errors as a refusal with its status."""
    if isinstance(error, Refused):
        return error
    status, kind = next(((s, k) for cls, s, k in _STATUS if isinstance(error, cls)), (500, "exception"))
    where = f"（{error.where}）" if error.where else ""
    where_en = f" ({error.where})" if error.where else ""
    return Refused(status, kind, zh=error.text.zh + where, en=error.text.en + where_en, code=error.code)


def not_found(type_name: str, fhir_id: str) -> Refused:
    """There is no such resource, or it is not the actor's to see: the two are not told apart."""
    return Refused(
        404, "not-found", zh=f"没有 {type_name}/{fhir_id}，或无权查看",
        en=f"there is no {type_name}/{fhir_id}, or it is not yours to see",
    )  # fmt: skip


def gone(type_name: str, fhir_id: str) -> Refused:
    return Refused(410, "deleted", zh=f"{type_name}/{fhir_id} 已删除", en=f"{type_name}/{fhir_id} was deleted")


def not_supported(type_name: str) -> Refused:
    return Refused(
        404, "not-supported", zh=f"本系统不保存 {type_name[:60]} 资源", en=f"{type_name[:60]} is not kept here"
    )


def invalid(issues: Sequence[Issue]) -> Refused:
    """Not a valid resource: every issue with its place."""
    first = next(issue for issue in issues if issue.severity == "error")
    return Refused(422, first.code, zh=first.zh, en=first.en, where=first.expression, issues=issues,
                   code="records.not_valid")  # fmt: skip


def validation(type_name: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    """The OperationOutcome of `$validate`: everything wrong with a resource, or that all is well."""
    if resource.get("resourceType") != type_name:
        issue = Issue("error", "invalid", "", f"resourceType 应为 {type_name}", f"resourceType must be {type_name}")
        return outcome_of([issue])
    issues = validate(resource)
    return outcome_of(issues) if issues else told("资源有效", "the resource is valid")
