"""Policy: everything an office may change, as dated data files with their legal source."""

from yigongti.foundation.policy.parameters import Parameter, Scalar, Value
from yigongti.foundation.policy.policy import Document, Policy, Release
from yigongti.foundation.policy.sources import Source
from yigongti.foundation.policy.yaml_text import read_yaml

__all__ = ["Document", "Parameter", "Policy", "Release", "Scalar", "Source", "Value", "read_yaml"]
