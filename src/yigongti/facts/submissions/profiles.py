"""A mapping profile: how one institution's export names its columns, saved once and used every month."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from yigongti.facts.lake import known_kind
from yigongti.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class MappingProfile:
    """Own column name → header(s) in the file, and own column name → written value → code.

    columns: a list column may name several headers in order, or one header with "{n}" for a number.
    values: what the file writes for a code ({"sex": {"男": "1", "女": "2"}}).
    Headers that the profile does not mention are still recognised by the product's own vocabularies.
    """

    name: str
    kind: str
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table = known_kind(self.kind)
        for own in (*self.columns, *self.values):
            if own not in table:
                raise InvalidInput(
                    "profile.column_unknown",
                    zh=f"映射方案“{self.name}”中的“{own}”不是 {self.kind} 的列",
                    en=f"“{own}” in the profile “{self.name}” is not a column of {self.kind}",
                )
        for own, headers in self.columns.items():
            if len(headers) > 1 and not table[own].repeats:
                raise InvalidInput(
                    "profile.several_headers",
                    zh=f"“{own}”只能对应一个表头",
                    en=f"“{own}” can be mapped to one header only",
                )

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> MappingProfile:
        """Reads what to_json wrote. Raises InvalidInput for anything else."""
        try:
            content: dict[str, Any] = json.loads(text)
            columns = {
                str(own): (headers,) if isinstance(headers, str) else tuple(str(header) for header in headers)
                for own, headers in content.get("columns", {}).items()
            }
            values = {
                str(own): {str(written): str(code) for written, code in pairs.items()}
                for own, pairs in content.get("values", {}).items()
            }
            return cls(name=str(content["name"]), kind=str(content["kind"]), columns=columns, values=values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput(
                "profile.not_readable", zh="映射方案的内容无法识别", en="the mapping profile cannot be read"
            ) from error

    @property
    def digest(self) -> str:
        """SHA-256 of the mapping itself: renaming a profile does not change what it reads."""
        content = json.dumps([self.kind, self.columns, self.values], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()
