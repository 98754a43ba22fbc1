"""The local choices of a scheme: what the national tables leave to the place that uses them.

They stand in `scheme.yaml` beside the tables, under `choices`; what is not said there keeps the value given here,
which is the plain reading of the national tables. An unknown name or value is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from yigongti.foundation.errors import PolicyError

COMPLICATIONS = ("mcc", "cc", "none")


@dataclass(frozen=True, slots=True)
class Endings:
    """For each complication the last characters of a group's code, the first one that the ADRG has being taken.

    1 with major complication, 3 with complication, 5 without, 9 not divided. The defaults are what the 1.1 witness
    shows: an ADRG with 1 and 5 pays a plain complication as 5, one with 3 and 5 a major one as 3.
    """

    mcc: str = "1359"
    cc: str = "359"
    none: str = "59"

    def of(self, complication: str) -> str:
        return {"mcc": self.mcc, "cc": self.cc, "none": self.none}[complication]


@dataclass(frozen=True, slots=True)
class Choices:
    """Every choice with its default.

    mdcy_reads: which diagnoses the entry to MDCY asks: as_written, principal, any.
    surgical_reads: which procedures the rules of surgical ADRGs ask: as_written, principal, any.
    mdc_fall_through: a case that enters an MDC and matches none of its ADRGs goes on to the next MDC (yes) or has
        no group (no).
    adrg_order: by_partition (surgical, then non-operative, then medical, each as listed) or as_listed.
    qy_groups: a case whose principal procedure is in qy_set, and which no surgical or non-operative ADRG of its
        MDC takes, goes to the MDC's QY group instead of a medical one.
    unknown_principal_is_ungroupable: a principal diagnosis that stands nowhere in the scheme ends the grouping.
    grey_codes_are_ungroupable, grey_codes: whether a principal diagnosis on the grey list ends the grouping, and the
        file of that list beside scheme.yaml.
    cc_exclusion: equal_group (a complication does not count when its exclusion group is one of the principal
        diagnosis's) or none.
    site_prefix: the sets whose names begin so are the body sites that `sites` counts.
    members: exact (set members are codes) or patterns (also I10-I15 and E11*).
    endings: see Endings.
    """

    mdcy_reads: str = "as_written"
    surgical_reads: str = "as_written"
    mdc_fall_through: bool = True
    adrg_order: str = "by_partition"
    qy_groups: bool = False
    qy_set: str = "OR_VALID"
    unknown_principal_is_ungroupable: bool = True
    grey_codes_are_ungroupable: bool = True
    grey_codes: str = ""
    cc_exclusion: str = "equal_group"
    site_prefix: str = "MDCZ.SITE."
    members: str = "exact"
    endings: Endings = field(default_factory=Endings)


_ALLOWED = {
    "mdcy_reads": ("as_written", "principal", "any"),
    "surgical_reads": ("as_written", "principal", "any"),
    "adrg_order": ("by_partition", "as_listed"),
    "cc_exclusion": ("equal_group", "none"),
    "members": ("exact", "patterns"),
}
_FLAGS = ("mdc_fall_through", "qy_groups", "unknown_principal_is_ungroupable", "grey_codes_are_ungroupable")


def read_choices(given: Mapping[str, object], where: str) -> Choices:
    """Choices from scheme.yaml; every scalar is a string there. Raises PolicyError("casemix.choice")."""
    names = {choice.name for choice in fields(Choices)}
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in names:
            raise _wrong(
                name,
                f"没有这个选项，可用：{'、'.join(sorted(names))}",
                f"there is no such choice; there are {', '.join(sorted(names))}",
                where,
            )
        if name == "endings":
            values[name] = _endings(value, where)
        elif not isinstance(value, str):
            raise _wrong(name, "应为一个值", "a single value is expected", where)
        elif name in _FLAGS:
            if value not in ("yes", "no", "true", "false"):
                raise _wrong(name, "应为 yes 或 no", "yes or no is expected", where)
            values[name] = value in ("yes", "true")
        else:
            allowed = _ALLOWED.get(name)
            if allowed and value not in allowed:
                raise _wrong(name, f"应为 {'、'.join(allowed)} 之一", f"one of {', '.join(allowed)} is expected", where)
            values[name] = value
    return Choices(**values)  # type: ignore[arg-type]


def _endings(value: object, where: str) -> Endings:
    if not isinstance(value, Mapping) or not set(value) <= set(COMPLICATIONS):
        raise _wrong("endings", "应按 mcc、cc、none 列出", "mcc, cc and none are expected", where)
    chains = {name: str(chain).replace(" ", "") for name, chain in value.items()}
    for name, chain in chains.items():
        if not chain or len(set(chain)) != len(chain):
            raise _wrong(
                f"endings.{name}", "应为不重复的尾码，如 1359", "endings without repeats are expected: 1359", where
            )
    return Endings(**chains)


def _wrong(name: str, zh: str, en: str, where: str) -> PolicyError:
    return PolicyError("casemix.choice", zh=f"选项 {name}：{zh}", en=f"Choice {name}: {en}", where=where)
