"""YAML read as people write policy: every scalar stays the text that stands in the file.

PyYAML's usual loaders turn `on` into True, `010101` into 4161 and `1:30` into 90. Here a code stays a code; the reader
of each kind of file decides what is a number, a ratio or a date. A key that stands twice is an error.
"""

from __future__ import annotations

from typing import Any

import yaml

from yigongti.foundation.errors import PolicyError


class _TextLoader(yaml.BaseLoader):
    """BaseLoader keeps scalars as text; this one also refuses a key that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key}” stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(text: str, where: str) -> Any:
    """The document as dicts, lists and strings. `where` names the file in errors. Raises PolicyError."""
    try:
        # _TextLoader derives from BaseLoader: it builds nothing but dict, list and str
        return yaml.load(text, Loader=_TextLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not readable"
        raise PolicyError(
            "policy.yaml_not_readable",
            zh=f"政策文件不是有效的 YAML：{problem}",
            en=f"the policy file is not valid YAML: {problem}",
            where=where + line,
        ) from error
    except (ValueError, RecursionError) as error:
        raise PolicyError(
            "policy.yaml_not_readable",
            zh="政策文件不是有效的 YAML",
            en="the policy file is not valid YAML",
            where=where,
        ) from error
