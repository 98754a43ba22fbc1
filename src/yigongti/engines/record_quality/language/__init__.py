"""The small language in which the rules of the front page are written: parsed, typed, then read by two engines."""

from yigongti.engines.record_quality.language.parser import parse_condition
from yigongti.engines.record_quality.language.syntax import Condition, Kind, Value, columns_of

__all__ = ["Condition", "Kind", "Value", "columns_of", "parse_condition"]
