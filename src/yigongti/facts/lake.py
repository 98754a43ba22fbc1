"""The lake: one Delta table per kind of fact, every version readable, an institution's month replaced atomically.

A table is partitioned by month and institution, so replacing a submission exchanges whole files: two institutions
commit side by side, and two commits of the same month by the same institution are told apart by Delta's own
conflict check, also between machines. Nothing is ever deleted: the tables keep their log and their files.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from yigongti.facts.arrow_schemas import PARTITION_COLUMNS, lake_schema
from yigongti.facts.receipts import Receipt
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES, FactTable

_KEPT = "interval 36500 days"
_CONFIGURATION = {"delta.logRetentionDuration": _KEPT, "delta.deletedFileRetentionDuration": _KEPT}
_WRITER = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=122_880)
_MOST_LISTS = 200  # kept file lists: five kinds, some years of months
_RETRIES = 50  # each retry follows another institution's successful commit


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of a version, with the month and institution whose rows it holds."""

    uri: str
    month: str
    institution_code: str


@dataclass(frozen=True, slots=True)
class _ReadLog:
    """What was read of a table's log: the table's own id, up to which version, the receipts, latest first, and the age
    of the last entry read (nanoseconds; 0: none was)."""

    table: str
    version: int
    receipts: list[Receipt]
    age: int = 0


class Lake:
    """The fact tables below one folder. Opening creates what is missing and adds columns that a newer schema has.

    Raises InvalidInput ("lake.column_changed") when a stored column has another type than the schema.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self._read: dict[str, _ReadLog] = {}
        self._listed: dict[tuple[str, int, int], tuple[StoredFile, ...]] = {}
        self._reading = threading.Lock()
        for table in FACT_TABLES.values():
            self._prepare(table)

    def _prepare(self, table: FactTable) -> None:
        schema = lake_schema(table)
        try:
            delta = self.delta_table(table.name)
        except NotFound:
            self._create(table.name, schema)
            return
        stored = {field.name: field for field in pa.schema(delta.schema().to_arrow())}
        for field in schema:
            if field.name in stored and not _same_type(stored[field.name].type, field.type):
                raise InvalidInput(
                    "lake.column_changed",
                    zh=f"数据湖中 {table.name}.{field.name} 的类型与程序不符，请先迁移数据",
                    en=f"{table.name}.{field.name} is stored with another type than this version expects; migrate it",
                    where=str(self.root),
                )
        if any(field.name not in stored for field in schema):
            nothing = pa.table({field.name: pa.array([], field.type) for field in schema}, schema=schema)
            write_deltalake(delta, nothing, mode="append", schema_mode="merge")

    def _create(self, kind: str, schema: pa.Schema) -> None:
        try:
            DeltaTable.create(
                self.table_path(kind),
                schema,
                mode="ignore",
                partition_by=list(PARTITION_COLUMNS),
                configuration=_CONFIGURATION,
            )
        except DeltaError:
            self.delta_table(kind)  # another process made it in the same moment

    def table_path(self, kind: str) -> Path:
        """The folder of one fact table. Raises InvalidInput for a kind that there is not."""
        known_kind(kind)
        return self.root / "facts" / kind

    def delta_table(self, kind: str, version: int | None = None) -> DeltaTable:
        """The table at a version (the latest when None). Raises NotFound for a version that there is not."""
        try:
            return DeltaTable(self.table_path(kind), version=version)
        except (TableNotFoundError, DeltaError) as error:
            raise NotFound(
                "lake.version_not_found",
                zh=f"{kind} 没有版本 {version}",
                en=f"{kind} has no version {version}",
                where=str(self.root),
            ) from error

    def _log_file(self, kind: str, version: int) -> Path:
        return self.table_path(kind) / "_delta_log" / f"{version:020d}.json"

    def version(self, kind: str) -> int:
        """The latest version number of the table."""
        return int(self.delta_table(kind).version())

    def replace(self, receipt: Receipt, rows: Iterable[pa.RecordBatch], seen_version: int | None) -> Receipt:
        """Write the rows as the institution's month, in the place of what was there, and answer the receipt with
        its version.

        rows: batches of the table's columns without the month; every row is of the receipt's institution.
        seen_version: the version of this institution's month that the submitter looked at before deciding (None:
        there was none).

        Raises Conflict ("submission.replaced_meanwhile") when another submission of the same institution, kind
        and month landed after that one was looked at; the other then stays in force.
        """
        table = known_kind(receipt.kind)
        delta = self.delta_table(receipt.kind)
        same = (r for r in self._receipts(receipt.kind, delta) if _same_place(r, receipt))
        in_force = next(same, None)
        if (in_force.version if in_force else None) != seen_version:
            raise _replaced_meanwhile(receipt)
        receipt = receipt.replacing(in_force)
        month = str(receipt.month)
        predicate = f"month = '{month}' AND institution_code = '{_plain(receipt.institution_code)}'"
        stream = pa.RecordBatchReader.from_batches(lake_schema(table), _with_month(rows, month))
        try:
            write_deltalake(
                delta,
                stream,
                mode="overwrite",
                predicate=predicate,
                writer_properties=_WRITER,
                commit_properties=CommitProperties(
                    custom_metadata={"receipt": receipt.to_json()}, max_commit_retries=_RETRIES
                ),
            )
        except CommitFailedError as error:
            raise _replaced_meanwhile(receipt) from error
        # writing has brought `delta` to the version that it made, or to a later one
        landed = (r for r in self._receipts(receipt.kind, delta) if r.submission_id == receipt.submission_id)
        written = next(landed, None)
        if written is None:  # pragma: no cover - the commit succeeded, so its log entry is there
            raise NotFound("lake.commit_not_found", zh="未找到刚写入的版本", en="the version just written is missing")
        return written

    def append_history(self, kind: str, receipts: list[Receipt], rows: pa.Table) -> list[Receipt]:
        """Several institutions' months in one commit, where there was nothing; see history.py. rows: with the month."""
        delta = self.delta_table(kind)
        told = json.dumps([receipt.to_json() for receipt in receipts], ensure_ascii=False)
        write_deltalake(
            delta,
            rows,
            mode="append",
            writer_properties=_WRITER,
            commit_properties=CommitProperties(custom_metadata={"receipts": told}, max_commit_retries=_RETRIES),
        )
        own = {receipt.submission_id for receipt in receipts}
        return [receipt for receipt in self._receipts(kind, delta) if receipt.submission_id in own]

    def submissions(self, kind: str, institution_code: str | None = None, month: Month | None = None) -> list[Receipt]:
        """Every submission that ever landed, the latest first; those replaced since are among them."""
        receipts = self._unchanged(kind)
        if receipts is None:
            receipts = self._receipts(kind, self.delta_table(kind))
        return [
            receipt
            for receipt in receipts
            if institution_code in (None, receipt.institution_code) and month in (None, receipt.month)
        ]

    def _unchanged(self, kind: str) -> list[Receipt] | None:
        """The receipts read before, while the entry that was read last is still the log's last; else None.

        Opening a table of a thousand commits takes longer than writing one. The entry's age tells a lake that was put
        back from a backup.
        """
        self.table_path(kind)
        with self._reading:
            known = self._read.get(kind)
        if known is None or not known.age or self._log_file(kind, known.version + 1).exists():
            return None
        return known.receipts if self._age(kind, known.version) == known.age else None

    def _age(self, kind: str, version: int) -> int:
        log = self._log_file(kind, version)
        return log.stat().st_mtime_ns if log.is_file() else 0

    def _receipts(self, kind: str, delta: DeltaTable) -> list[Receipt]:
        """Every receipt of the table as it was opened, the latest first.

        A commit never changes, so its log entry is read once by each Lake: otherwise every submission would read
        those of all submissions before it, four times.
        """
        latest = int(delta.version())
        with self._reading:
            known = self._read.get(kind)
            # another table stands in its place (a backup was put back): nothing known of the old one holds
            if known is None or known.table != delta.metadata().id or known.version > latest:
                known = _ReadLog(delta.metadata().id, -1, [])
            if known.version < latest:
                new = [self._receipts_at(kind, version) for version in range(latest, known.version, -1)]
                receipts = [r for of_version in new for r in of_version] + known.receipts
                known = _ReadLog(known.table, latest, receipts, self._age(kind, latest))
                self._read[kind] = known
            return known.receipts

    def _receipts_at(self, kind: str, version: int) -> list[Receipt]:
        """The receipt of the commit that made this version, or those of a commit that brought in the past at once;
        none for a commit that is no submission.

        The log file is read itself: DeltaTable.history counts down from the newest commit but begins at the number
        of the version that is open, so a commit that landed meanwhile would shift every receipt's version.
        """
        with self._log_file(kind, version).open(encoding="utf-8") as log:
            for line in log:
                told = json.loads(line).get("commitInfo", {})
                texts = json.loads(told["receipts"]) if "receipts" in told else [told.get("receipt")]
                if any(texts):
                    return [Receipt.from_json(text).at_version(version) for text in texts]
        return []

    def in_force(self, kind: str, institution_code: str, month: Month, version: int | None = None) -> Receipt | None:
        """The submission that holds at that version of the table (the latest when None), or None."""
        for receipt in self.submissions(kind, institution_code, month):
            if version is None or receipt.version <= version:
                return receipt
        return None

    def files(self, kind: str, version: int | None = None, months: Iterable[Month] | None = None) -> list[StoredFile]:
        """The Parquet files of a version, optionally of some months only, in a stable order."""
        wanted = None if months is None else {str(month) for month in months}
        return [file for file in self._files(kind, version) if wanted is None or file.month in wanted]

    def _files(self, kind: str, version: int | None) -> tuple[StoredFile, ...]:
        """All files of a version. A version never changes, so the lists of those asked for by number are kept: a page
        that shows one case would otherwise read the table's log for it."""
        if version is None:
            return self._list_files(kind, None)
        # the entry's own age tells a lake that was put back from a backup from the one it replaced
        key = (kind, version, self._age(kind, version))
        with self._reading:
            kept = self._listed.get(key)
        if kept is None:
            kept = self._list_files(kind, version)
            with self._reading:
                if len(self._listed) >= _MOST_LISTS:
                    self._listed.clear()
                self._listed[key] = kept
        return kept

    def _list_files(self, kind: str, version: int | None) -> tuple[StoredFile, ...]:
        actions = pa.table(self.delta_table(kind, version).get_add_actions(flatten=True))
        if not actions.num_rows:
            return ()
        found = [
            StoredFile(
                str(self.table_path(kind) / row["path"]), row["partition.month"], row["partition.institution_code"]
            )
            for row in actions.select(["path", "partition.month", "partition.institution_code"]).to_pylist()
        ]
        return tuple(sorted(found, key=lambda file: (file.month, file.institution_code, file.uri)))

    def read(self, kind: str, institution_code: str, month: Month, version: int | None = None) -> pa.Table:
        """The rows of one institution's month as they were at that version of the table (the latest when None)."""
        schema = lake_schema(known_kind(kind))
        tables = []
        for file in self.files(kind, version, [month]):
            if file.institution_code != institution_code:
                continue
            stored = pq.ParquetFile(file.uri).read()
            columns = []
            for field in schema:
                if field.name in PARTITION_COLUMNS:
                    value = file.month if field.name == "month" else file.institution_code
                    columns.append(pa.array([value] * stored.num_rows, pa.string()))
                elif field.name in stored.column_names:
                    columns.append(stored[field.name].cast(field.type))
                else:
                    columns.append(pa.nulls(stored.num_rows, field.type))
            tables.append(pa.table(columns, schema=schema))
        return pa.concat_tables(tables) if tables else schema.empty_table()


def _same_place(one: Receipt, other: Receipt) -> bool:
    return (one.institution_code, one.month) == (other.institution_code, other.month)


def known_kind(kind: str) -> FactTable:
    """The schema of a kind of fact. Raises InvalidInput naming the kinds that there are."""
    if kind not in FACT_TABLES:
        known = ", ".join(FACT_TABLES)
        raise InvalidInput(
            "submission.kind_unknown",
            zh=f"没有“{kind}”这种数据，可用的有：{known}",
            en=f"there is no kind “{kind}”; the kinds are {known}",
        )
    return FACT_TABLES[kind]


def check_institution_code(code: str) -> str:
    """The code itself. It names a folder of the lake, so only letters, digits, "-" and "_" are taken."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}", code):
        raise InvalidInput(
            "submission.institution_code_shape",
            zh=f"机构代码“{code}”只能由字母、数字、“-”和“_”组成，最多 40 位",
            en=f"the institution code “{code}” may hold only letters, digits, “-” and “_”, at most 40",
        )
    return code


def _plain(code: str) -> str:
    return check_institution_code(code)


def _with_month(rows: Iterable[pa.RecordBatch], month: str) -> Iterator[pa.RecordBatch]:
    for batch in rows:
        yield batch.append_column("month", pa.array([month] * batch.num_rows, pa.string()))


def _same_type(stored: pa.DataType, expected: pa.DataType) -> bool:
    if pa.types.is_list(expected):
        return bool(
            (pa.types.is_list(stored) or pa.types.is_large_list(stored))
            and _same_type(stored.value_type, expected.value_type)
        )
    if pa.types.is_string(expected):
        return bool(pa.types.is_string(stored) or pa.types.is_large_string(stored) or pa.types.is_string_view(stored))
    return bool(stored == expected)


def _replaced_meanwhile(receipt: Receipt) -> Conflict:
    return Conflict(
        "submission.replaced_meanwhile",
        zh="同一机构同一月份的数据刚刚被另一次提交更新，本次未写入；请重新试运行，核对后再提交",
        en="another submission of the same institution and month landed meanwhile; nothing was written: "
        "run the dry run again, compare, and commit again",
        where=f"{receipt.institution_code} {receipt.kind} {receipt.month}",
    )
