"""Crosswalk tables between the clinical and the insurance edition, as the national code sets publish them.

A crosswalk is a text file with a pair on each line, "clinical insurance"; a dictionary has "code name". A county
puts the files into one folder; they are told by their names: ICD10… for diagnoses and ICD9… for procedures, with
对照 in a crosswalk's name and 医保 in an insurance dictionary's (灰码, the grey codes, is another list).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from yigongti.foundation.codes import normalise_code
from yigongti.foundation.errors import InvalidInput

DIAGNOSIS, PROCEDURE = "diagnosis", "procedure"
_FILE_STARTS = {DIAGNOSIS: "ICD10", PROCEDURE: "ICD9"}


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """system: "diagnosis" or "procedure". targets: clinical code → the insurance codes it may become, in the order of
    the file. insurance: the codes of the insurance edition (empty when the dictionary was not given)."""

    system: str
    targets: dict[str, tuple[str, ...]]
    insurance: frozenset[str] = frozenset()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Crosswalks:
    """The crosswalks of both systems."""

    of: dict[str, Crosswalk] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        content = "|".join(f"{system}:{self.of[system].digest}" for system in sorted(self.of))
        return hashlib.sha256(content.encode()).hexdigest()


def load_crosswalks(folder: Path) -> Crosswalks:
    """Read every crosswalk of a folder. Raises InvalidInput when there is none, or naming the line that is wrong."""
    found: dict[str, Crosswalk] = {}
    for system, start in _FILE_STARTS.items():
        files = sorted(path for path in folder.glob(f"{start}*.dat") if path.is_file())
        crosswalks = [path for path in files if "对照" in path.name]
        dictionaries = [
            path for path in files if "医保" in path.name and "对照" not in path.name and "灰码" not in path.name
        ]
        if not crosswalks:
            continue
        targets: dict[str, tuple[str, ...]] = {}
        for path in crosswalks:
            for code, target in _pairs(path):
                known = targets.get(code, ())
                if target not in known:
                    targets[code] = (*known, target)
        insurance = frozenset(code for path in dictionaries for code, _ in _pairs(path))
        found[system] = Crosswalk(system, targets, insurance, _digest([*crosswalks, *dictionaries]))
    if not found:
        raise InvalidInput(
            "crosswalk.none_found",
            zh="文件夹中没有对照表（文件名以 ICD10 或 ICD9 开头并含“对照”，扩展名 .dat）",
            en="no crosswalk in the folder (a name that begins with ICD10 or ICD9 and holds 对照, ending in .dat)",
            where=folder.name,
        )
    return Crosswalks(found)


def _pairs(path: Path) -> list[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "crosswalk.not_readable",
            zh="对照表无法读取，应为 UTF-8 文本",
            en="the crosswalk is not readable UTF-8 text",
            where=path.name,
        ) from error
    pairs = []
    crosswalk = "对照" in path.name
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split(maxsplit=1)
        if not words:
            continue
        if len(words) != 2:
            raise InvalidInput(
                "crosswalk.line_wrong",
                zh="这一行应有两项，以空格分开",
                en="this line should hold two items",
                where=f"{path.name} 第 {number} 行",
            )
        pairs.append((normalise_code(words[0]), normalise_code(words[1]) if crosswalk else words[1]))
    return pairs


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()
