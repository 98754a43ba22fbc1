"""The dry run: read a file whole, check it, and show what a commit would do. Nothing lands here.

The accepted rows, the findings and the account of the run are kept in a folder that the caller gives, so that the
person may look at them, and another process may commit them later.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yigongti.facts.arrow_schemas import rows_schema
from yigongti.facts.codes.conversion import CodeConversion, PendingCode, UnknownCode
from yigongti.facts.lake import Lake, check_institution_code, known_kind
from yigongti.facts.receipts import Receipt
from yigongti.facts.submissions.headers import SEARCHED_ROWS, Recognition, recognise
from yigongti.facts.submissions.limits import Limits
from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.facts.submissions.readers import Batch, Reader, file_digest, open_reader
from yigongti.facts.submissions.row_errors import ErrorSink, RowErrors
from yigongti.facts.submissions.rows import RowBuilder
from yigongti.facts.submissions.validation import RowRules, note_duplicates
from yigongti.facts.submissions.warnings import FileWarning, tell_warnings
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FactTable

READER_VERSION = "1"
"""Raised when the same file would be read otherwise than before: it then counts as another submission."""

_ACCEPTED, _FINDINGS, _ACCOUNT = "accepted.parquet", "findings.parquet", "dry_run.json"


@dataclass(frozen=True, slots=True)
class RecognisedColumn:
    """A column of the file (its position, from 0, and its header) and what it feeds: `column` of our table, member
    `number` of a list or `part` of a value."""

    position: int
    header: str
    column: str
    how: str
    number: int
    part: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a commit of the file would do.

    rows: rows with data. accepted: those without an error. errors: how many findings, by column and problem in
    `error_counts`. pending_codes, unknown_codes: what a code conversion left as written. amount: yuan, of the
    accepted rows; zero for a kind without amounts. digest: SHA-256 of the file. reading: how it was read.
    seen_version: the version of this institution's month in force when this ran, or None. unchanged: the file is
    the one in force. folder: where the accepted rows and the findings are.
    """

    kind: str
    institution_code: str
    month: Month
    file_name: str
    format: str
    encoding: str
    sheet: str
    digest: str
    reading: str
    header_row: int
    header_rows: int
    recognised: tuple[RecognisedColumn, ...]
    unknown_headers: tuple[str, ...]
    absent_columns: tuple[str, ...]
    rows: int
    accepted: int
    amount: Decimal
    errors: int
    error_counts: tuple[tuple[str, str, int], ...]
    warnings: tuple[FileWarning, ...]
    pending_codes: tuple[PendingCode, ...]
    unknown_codes: tuple[UnknownCode, ...]
    seen_version: int | None
    unchanged: bool
    rows_digest: str
    folder: Path

    @property
    def can_be_committed(self) -> bool:
        """True when every row was accepted and there is at least one."""
        return self.errors == 0 and self.accepted > 0

    @property
    def findings(self) -> RowErrors:
        """The findings row by row."""
        return RowErrors(self.folder / _FINDINGS, self.errors)

    def accepted_batches(self) -> Iterator[pa.RecordBatch]:
        """The accepted rows with the columns of the fact table, in the order of the file."""
        with pq.ParquetFile(self.folder / _ACCEPTED) as file:
            names = [name for name in file.schema_arrow.names if name != "_row"]
            for batch in file.iter_batches(batch_size=20_000, columns=names, use_threads=False):
                yield batch.cast(rows_schema(known_kind(self.kind)))

    def accepted_file_is_intact(self) -> bool:
        return file_digest(self.folder / _ACCEPTED) == self.rows_digest


def dry_run(
    path: Path,
    kind: str,
    institution_code: str,
    month: Month,
    *,
    lake: Lake,
    folder: Path,
    profile: MappingProfile | None = None,
    conversion: CodeConversion | None = None,
    limits: Limits | None = None,
    memory_limit: str = "1GB",
    file_name: str = "",
) -> DryRun:
    """Read and check a file as one institution's month of one kind of fact.

    folder: an empty or new folder for the accepted rows and the findings. file_name: shown instead of the path's.
    conversion: fresh, for a file whose diagnoses and procedures are written in the clinical edition; codes that a
    coder must still decide stay as written, are listed in `pending_codes` and do not block the commit.
    memory_limit: for the search of duplicates, in DuckDB's words.

    Raises InvalidInput when the file as a whole cannot be read (format, encoding, header, size); findings about
    single rows are in the answer instead.
    """
    limits = limits or Limits()
    table = known_kind(kind)
    check_institution_code(institution_code)
    if profile is not None and profile.kind != kind:
        raise InvalidInput(
            "profile.other_kind",
            zh=f"映射方案“{profile.name}”用于 {profile.kind}，不能用于 {kind}",
            en=f"the profile “{profile.name}” is for {profile.kind}, not for {kind}",
        )
    folder.mkdir(parents=True, exist_ok=True)
    seen = lake.in_force(kind, institution_code, month)
    digest = file_digest(path) if path.is_file() else ""
    reading = _reading(profile, conversion)
    reader = open_reader(path, kind, limits)
    try:
        recognition = recognise(kind, reader.top(SEARCHED_ROWS), profile)
        run = _Run(table, institution_code, month, recognition, profile, conversion, limits, folder)
        run.read(reader)
    finally:
        reader.close()
    run.finish(memory_limit)
    answer = DryRun(
        kind=kind,
        institution_code=institution_code,
        month=month,
        file_name=file_name or path.name,
        format=reader.format,
        encoding=reader.encoding,
        sheet=reader.sheet,
        digest=digest,
        reading=reading,
        header_row=recognition.header_row,
        header_rows=recognition.header_rows,
        recognised=_recognised(recognition),
        unknown_headers=recognition.unknown,
        absent_columns=tuple(c.name for c in table if c.name not in recognition.columns),
        rows=run.rows,
        accepted=run.accepted,
        amount=run.amount,
        errors=run.sink.total,
        error_counts=tuple(sorted((column, code, n) for (column, code), n in run.sink.counts.items())),
        warnings=tell_warnings(recognition, run.rules.warnings, run.builder.zero_ages),
        pending_codes=conversion.pending if conversion else (),
        unknown_codes=conversion.unknown if conversion else (),
        seen_version=seen.version if seen else None,
        unchanged=_same(seen, digest, reading),
        rows_digest=file_digest(folder / _ACCEPTED),
        folder=folder,
    )
    _save(answer)
    return answer


class _Run:
    """One reading of a file: batches in, accepted rows and findings out."""

    def __init__(
        self,
        table: FactTable,
        institution_code: str,
        month: Month,
        recognition: Recognition,
        profile: MappingProfile | None,
        conversion: CodeConversion | None,
        limits: Limits,
        folder: Path,
    ) -> None:
        self._table, self._recognition, self._folder = table, recognition, folder
        self._conversion = conversion
        self.sink = ErrorSink(folder / _FINDINGS)
        self.builder = RowBuilder(table, recognition, profile, limits, self.sink)
        self.rules = RowRules(table, institution_code, month, recognition, self.sink)
        self._schema = rows_schema(table).append(pa.field("_row", pa.int64()))
        self._amount = table.amount
        self.rows = self.accepted = 0
        self.amount = Decimal("0.00")

    def read(self, reader: Reader) -> None:
        with pq.ParquetWriter(self._folder / _ACCEPTED, self._schema, compression="zstd") as writer:
            wanted = frozenset(match.position for match in self._recognition.matches)
            for batch in reader.batches(self._recognition.header_rows, len(self._recognition.headers), wanted):
                self._note_broken(batch)
                if not len(batch.numbers):
                    continue
                self.rows += len(batch.numbers)
                columns, bad = self.builder.build(batch)
                self.rules.apply(columns, batch, bad, self.builder.unread)
                columns["_row"] = pa.array(batch.numbers, pa.int64())
                good = pa.table([columns[name] for name in self._schema.names], schema=self._schema)
                good = good.filter(pa.array(~bad))
                if self._conversion is not None:
                    good = self._conversion.convert(good)
                self.accepted += good.num_rows
                if self._amount:
                    self.amount += pc.sum(good[self._amount]).as_py() or Decimal(0)
                writer.write_table(good)

    def _note_broken(self, batch: Batch) -> None:
        self.rows += len(batch.broken)
        if batch.broken:
            numbers = np.array([number for number, _ in batch.broken], dtype=np.int64)
            texts = pa.array([text[:200] for _, text in batch.broken], pa.string())
            self.sink.add(numbers, "", "", texts, np.full(len(numbers), "wrong_cell_count", dtype=object))

    def finish(self, memory_limit: str) -> None:
        duplicates = note_duplicates(
            self._table, str(self._folder / _ACCEPTED), self._recognition, self.sink, memory_limit
        )
        self.accepted -= duplicates
        self.sink.close()
        if not self.rows:
            raise InvalidInput(
                "submission.no_rows",
                zh="表头下面没有数据；空文件不会替换已有的数据",
                en="there are no rows below the header; an empty file does not replace what is there",
            )


def _reading(profile: MappingProfile | None, conversion: CodeConversion | None) -> str:
    content = f"{READER_VERSION}|{profile.digest if profile else ''}|{conversion.digest if conversion else ''}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _same(seen: Receipt | None, digest: str, reading: str) -> bool:
    return seen is not None and (seen.digest, seen.reading) == (digest, reading)


def _recognised(recognition: Recognition) -> tuple[RecognisedColumn, ...]:
    return tuple(
        RecognisedColumn(m.position, m.header, m.target.column, m.target.how, m.target.number, m.target.part)
        for m in recognition.matches
    )


def _save(answer: DryRun) -> None:
    content = dataclasses.asdict(answer) | {"month": str(answer.month), "amount": str(answer.amount)}
    content.pop("folder")
    unfinished = answer.folder / f"{_ACCOUNT}.unfinished"
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(answer.folder / _ACCOUNT)  # last and at once: where it is, the dry run is whole


def load_dry_run(folder: Path) -> DryRun:
    """The dry run that was kept in the folder. Raises InvalidInput when there is none or it is not whole."""
    try:
        content = json.loads((folder / _ACCOUNT).read_text(encoding="utf-8"))
        content |= {
            "month": Month.parse(content["month"]),
            "amount": Decimal(content["amount"]),
            "folder": folder,
            "recognised": tuple(RecognisedColumn(**column) for column in content["recognised"]),
            "warnings": tuple(FileWarning(**warning) for warning in content["warnings"]),
            "error_counts": tuple((column, code, n) for column, code, n in content["error_counts"]),
            "pending_codes": tuple(
                PendingCode(**(code | {"candidates": tuple(code["candidates"])})) for code in content["pending_codes"]
            ),
            "unknown_codes": tuple(UnknownCode(**code) for code in content["unknown_codes"]),
            "unknown_headers": tuple(content["unknown_headers"]),
            "absent_columns": tuple(content["absent_columns"]),
        }
        return DryRun(**content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            "submission.dry_run_lost",
            zh="试运行的结果已不在，请重新上传文件",
            en="the dry run is gone; upload the file again",
        ) from error
