"""Names of diagnosis and procedure codes, from the dictionaries that a county has loaded.

Files of two columns, code and name, with a header, in the data folder below codes/names; what no file names is shown by
its code.
"""

from __future__ import annotations

import csv
from pathlib import Path

from yigongti.foundation.errors import InvalidInput


def code_names(folder: Path) -> dict[str, str]:
    """Code → name of all files of the folder; empty where there is none. Raises InvalidInput for an unreadable one."""
    names: dict[str, str] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"code", "name"} <= set(reader.fieldnames or ()):
                raise InvalidInput(
                    "discharge_records.dictionary_not_readable",
                    zh="编码字典应有 code 和 name 两列",
                    en="a dictionary of codes has the columns code and name",
                    where=path.name,
                )
            names.update({row["code"]: row["name"] for row in reader})
    return names
