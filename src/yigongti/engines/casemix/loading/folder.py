"""Reads a scheme from a folder of CSV tables.

mdc.csv            mdc, order, name, rule
adrg.csv           mdc, order, adrg, name, rule, drgs
drg.csv            drg, name
sets.csv           set, code
mcc.csv, cc.csv    code, exclusion_group
cc_exclusions.csv  principal_code, exclusion_group
scheme.yaml        optional: name, version, source, choices (choices.py)
diagnoses.csv      optional: code, name; codes that are known without standing in a set
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import yaml

from yigongti.engines.casemix.choices import Choices, read_choices
from yigongti.engines.casemix.loading.tables import Row, SchemeTables
from yigongti.foundation.errors import PolicyError

_TABLES = {
    "mdc.csv": ("mdc", "order", "name", "rule"),
    "adrg.csv": ("mdc", "order", "adrg", "name", "rule"),
    "drg.csv": ("drg", "name"),
    "sets.csv": ("set", "code"),
    "mcc.csv": ("code", "exclusion_group"),
    "cc.csv": ("code", "exclusion_group"),
    "cc_exclusions.csv": ("principal_code", "exclusion_group"),
}


def read_folder(folder: Path) -> SchemeTables:
    """The tables of a folder; raises PolicyError naming the file that is missing, unreadable or lacks a column."""
    digest = hashlib.sha256()
    about, choices = _about(folder, digest)
    tables = {name: _table(folder / name, columns, digest) for name, columns in _TABLES.items()}
    names: tuple[Row, ...] = ()
    if (folder / "diagnoses.csv").is_file():
        names = _table(folder / "diagnoses.csv", ("code", "name"), digest)
    grey = frozenset[str]()
    if choices.grey_codes:
        grey = read_code_list(folder / choices.grey_codes, digest)
    complications = tuple(
        Row({**row.values, "level": level}, row.table, row.number)
        for level in ("mcc", "cc")
        for row in tables[f"{level}.csv"]
    )
    return SchemeTables(
        name=about.get("name", folder.name),
        version=about.get("version", ""),
        source=about.get("source", ""),
        digest=digest.hexdigest(),
        choices=choices,
        mdcs=tables["mdc.csv"],
        adrgs=tables["adrg.csv"],
        drgs=tables["drg.csv"],
        sets=tables["sets.csv"],
        complications=complications,
        exclusions=tables["cc_exclusions.csv"],
        names=names,
        grey=grey,
    )


def read_bytes(path: Path, digest: hashlib._Hash) -> bytes:
    """The bytes of a file, entered into the digest with the file's name."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(
            "casemix.table_missing",
            zh=f"缺少文件 {path.name}，或无法读取",
            en=f"{path.name} is missing or cannot be read",
            where=str(path),
        ) from error
    digest.update(path.name.encode())
    digest.update(len(content).to_bytes(8, "big"))
    digest.update(content)
    return content


def _text(path: Path, digest: hashlib._Hash) -> str:
    content = read_bytes(path, digest)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PolicyError(
        "casemix.table_encoding",
        zh="文件编码应为 UTF-8 或 GB18030",
        en="The file must be encoded in UTF-8 or GB18030",
        where=path.name,
    )


def _table(path: Path, columns: tuple[str, ...], digest: hashlib._Hash) -> tuple[Row, ...]:
    try:
        reader = csv.reader(io.StringIO(_text(path, digest), newline=""), strict=True)
        heading = [name.strip() for name in next(reader, [])]
        missing = [column for column in columns if column not in heading]
        if missing:
            raise PolicyError(
                "casemix.table_columns",
                zh=f"{path.name} 缺少列：{'、'.join(missing)}",
                en=f"{path.name} lacks the columns {', '.join(missing)}",
                where=path.name,
            )
        rows = []
        for cells in reader:
            if len(cells) > len(heading):
                raise PolicyError(
                    "casemix.table_broken",
                    zh="该行的列数多于表头",
                    en="The row has more cells than the heading",
                    where=f"{path.name}:{reader.line_num}",
                )
            values = dict(zip(heading, map(str.strip, cells), strict=False))
            if any(cells):
                rows.append(Row(values, path.name, reader.line_num))
        return tuple(rows)
    except csv.Error as error:
        raise PolicyError(
            "casemix.table_broken",
            zh=f"{path.name} 不是完整的 CSV：{error}",
            en=f"{path.name} is no whole CSV: {error}",
            where=path.name,
        ) from error


def read_code_list(path: Path, digest: hashlib._Hash) -> frozenset[str]:
    """A list of codes, one a line, the code being the first word; a heading “code” is left out."""
    lines = _text(path, digest).splitlines()
    words = (line.replace(",", " ").split() for line in lines)
    return frozenset(word[0] for word in words if word and word[0] not in ("code", "编码"))


def _about(folder: Path, digest: hashlib._Hash) -> tuple[Mapping[str, str], Choices]:
    path = folder / "scheme.yaml"
    if not path.is_file():
        return {}, Choices()
    try:
        document = yaml.load(_text(path, digest), Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise PolicyError(
            "casemix.scheme_yaml",
            zh=f"scheme.yaml 无法解析：{error}",
            en=f"scheme.yaml cannot be read: {error}",
            where=str(path),
        ) from error
    choices = document.get("choices") or {} if isinstance(document, dict) else None
    if not isinstance(choices, dict):
        raise PolicyError(
            "casemix.scheme_yaml",
            zh="scheme.yaml 应为 name、version、source、choices 等项",
            en="scheme.yaml must hold name, version, source and choices",
            where=str(path),
        )
    about = {name: value for name, value in document.items() if isinstance(value, str)}
    label = document.get("name")
    if isinstance(label, dict):
        about["name"] = str(label.get("zh", folder.name))
    return about, read_choices(choices, str(path))
