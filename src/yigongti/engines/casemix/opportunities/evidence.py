"""What should stand on the bill of a stay if a code is true: rules as data, looked at for one stay.

A rule names codes (by prefix) and what they want: words in the names of charged items and medicines, fee items of the
front page, or procedures. One hit is enough for a want; every want must be met. What is missing is a hint to look at
the record, never a finding of fault: the rules are in policy/checks/casemix_evidence and none has been reviewed by
experts yet (source casemix-evidence-starter).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas import FEE_ITEMS

KINDS = ("complication", "principal", "operation")
_FEE_ITEMS = frozenset(item.name for item in FEE_ITEMS)


@dataclass(frozen=True, slots=True)
class Want:
    """One kind of evidence. Met when an item's name contains one of the words, a fee item was charged above 0, or a
    procedure begins with one of the prefixes."""

    id: str
    label: Text
    words: tuple[str, ...] = ()
    fee_items: frozenset[str] = frozenset()
    procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """kind: which codes it looks at: "complication" (diagnoses after the first), "principal" (the first),
    "operation" (procedures). codes: prefixes."""

    id: str
    label: Text
    kind: str
    codes: tuple[str, ...]
    wants: tuple[Want, ...]
    source: str

    def codes_hit(self, diagnoses: Sequence[str], procedures: Sequence[str]) -> tuple[str, ...]:
        """The codes of the case that the rule is about, in their order."""
        looked_at = {"complication": diagnoses[1:], "principal": diagnoses[:1], "operation": procedures}[self.kind]
        return tuple(code for code in looked_at if code.startswith(self.codes))


@dataclass(frozen=True, slots=True)
class StayEvidence:
    """What is known of a stay: the names of charged items and medicines, the fee items charged above 0 (of the lines
    and of the front page), the procedures."""

    item_names: tuple[str, ...] = ()
    fee_items: frozenset[str] = frozenset()
    procedures: tuple[str, ...] = ()

    def meets(self, want: Want) -> bool:
        """Whether the want is met."""
        return (
            any(word in name for word in want.words for name in self.item_names)
            or bool(want.fee_items & self.fee_items)
            or any(code.startswith(want.procedures) for code in self.procedures if want.procedures)
        )


@dataclass(frozen=True, slots=True)
class EvidenceGap:
    """A code whose evidence is not on the bill: which wants are missing."""

    rule: EvidenceRule
    codes: tuple[str, ...]
    missing: tuple[Want, ...]


def evidence_gaps(
    diagnoses: Sequence[str], procedures: Sequence[str], stay: StayEvidence, rules: Iterable[EvidenceRule]
) -> tuple[EvidenceGap, ...]:
    """The gaps of a case, in the order of the rules."""
    gaps = []
    for rule in rules:
        codes = rule.codes_hit(diagnoses, procedures)
        missing = tuple(want for want in rule.wants if not stay.meets(want)) if codes else ()
        if missing:
            gaps.append(EvidenceGap(rule, codes, missing))
    return tuple(gaps)


def evidence_rules(policy: Policy) -> tuple[EvidenceRule, ...]:
    """The rules of policy/checks/casemix_evidence. Raises PolicyError naming the file that is wrong."""
    rules = [_rule(document.data, document.path) for document in policy.documents("checks/casemix_evidence")]
    unknown = sorted({rule.source for rule in rules} - set(policy.sources))
    if unknown:
        raise PolicyError(
            "evidence.source_unknown",
            zh=f"规则引用了不存在的来源 {'、'.join(unknown)}",
            en=f"rules cite unknown sources: {', '.join(unknown)}",
            where="policy/checks/casemix_evidence",
        )
    return tuple(rules)


def _rule(data: Any, where: str) -> EvidenceRule:
    try:
        wants = tuple(_want(row) for row in data["wants"])
        rule = EvidenceRule(
            data["id"],
            Text(data["label"]["zh"], data["label"]["en"]),
            data["kind"],
            tuple(data["codes"]),
            wants,
            data["source"],
        )
    except (KeyError, TypeError) as error:
        raise _wrong("证据规则缺少条目或写法不对", "the evidence rule lacks an entry or is malformed", where) from error
    if rule.kind not in KINDS or not rule.codes or not wants or "" in rule.codes:
        raise _wrong("证据规则的种类、编码或证据为空", "the rule's kind, codes or wants are missing", where)
    unknown = sorted({item for want in wants for item in want.fee_items} - _FEE_ITEMS)
    if unknown:
        raise _wrong(f"没有费用项 {'、'.join(unknown)}", f"no such fee items: {', '.join(unknown)}", where)
    return rule


def _want(row: Any) -> Want:
    want = Want(
        row["id"],
        Text(row["label"]["zh"], row["label"]["en"]),
        tuple(row.get("words", ())),
        frozenset(row.get("fee_items", ())),
        tuple(row.get("procedures", ())),
    )
    if not (want.words or want.fee_items or want.procedures) or "" in (*want.words, *want.procedures):
        raise KeyError("a want without evidence")
    return want


def _wrong(zh: str, en: str, where: str) -> PolicyError:
    return PolicyError("evidence.rule_not_readable", zh=zh, en=en, where=where)
