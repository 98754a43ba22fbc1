"""CSV: comma, tab or semicolon; quoted cells may hold line breaks; every row must have as many cells as the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from yigongti.facts.submissions.encodings import detect_encoding
from yigongti.facts.submissions.limits import Limits, too_large
from yigongti.facts.submissions.readers import BATCH_ROWS, Batch, blank_rows, without
from yigongti.facts.submissions.vocabularies import Vocabulary
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import FACT_TABLES

_DELIMITERS = (",", "\t", ";")
_BLOCK = 8 << 20


class CsvReader:
    """A CSV file. The delimiter is the one under which most header names are recognised."""

    format = "csv"
    sheet = ""

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        self._path, self._limits = path, limits
        found = detect_encoding(path, limits)
        self.encoding, self._offset = found.name, found.offset
        self._delimiter = self._find_delimiter(kind)

    def top(self, rows: int) -> list[list[str]]:
        return [cells for cells, _ in self._first(rows, self._delimiter)]

    def close(self) -> None:
        """Nothing stays open between calls."""

    def _find_delimiter(self, kind: str) -> str:
        vocabulary = Vocabulary(FACT_TABLES[kind])

        def recognised(delimiter: str) -> tuple[int, int]:
            rows = [cells for cells, _ in self._first(30, delimiter)]
            names = max((sum(vocabulary.look_up(cell) is not None for cell in row) for row in rows), default=0)
            return names, max((len(row) for row in rows), default=0)

        return max(_DELIMITERS, key=recognised)

    def _first(self, rows: int, delimiter: str) -> list[tuple[list[str], int]]:
        """The first records with the byte offset at which each ends."""
        found: list[tuple[list[str], int]] = []
        with self._path.open("rb") as file:
            file.seek(self._offset)
            ends = _Lines(file, self.encoding, self._offset)
            try:
                for cells in csv.reader(ends, delimiter=delimiter):
                    found.append((cells, ends.consumed))
                    if len(found) == rows:
                        break
            except csv.Error as error:
                raise _broken(len(found) + 1) from error
        return found

    def batches(self, header_rows: int, width: int, wanted: frozenset[int] = frozenset()) -> Iterator[Batch]:
        """See Reader. Raises InvalidInput csv_broken (an unclosed quotation mark) and too_large."""
        if width > self._limits.columns:
            raise too_large("列数", "columns", width, self._limits.columns)
        first = self._first(header_rows, self._delimiter)
        broken: dict[int, str] = {}

        def note(row: arrow_csv.InvalidRow) -> str:
            broken[row.number + header_rows] = row.text or ""
            return "skip"

        names = [f"c{position}" for position in range(width)]
        with self._path.open("rb") as file:
            file.seek(first[-1][1])
            if not file.read(1):
                return
            file.seek(first[-1][1])
            source = pa.PythonFile(io.BufferedReader(file, _BLOCK), mode="r")
            try:
                stream = arrow_csv.open_csv(
                    source,
                    read_options=arrow_csv.ReadOptions(
                        use_threads=False, column_names=names, encoding=self.encoding, block_size=_BLOCK
                    ),
                    parse_options=arrow_csv.ParseOptions(
                        delimiter=self._delimiter,
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=note,
                    ),
                    convert_options=arrow_csv.ConvertOptions(
                        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                    ),
                )
                yield from self._number(stream, broken, header_rows)
            except (pa.ArrowInvalid, UnicodeDecodeError) as error:
                raise _broken(0) from error

    def _number(
        self, stream: arrow_csv.CSVStreamingReader, broken: dict[int, str], header_rows: int
    ) -> Iterator[Batch]:
        next_number = header_rows + 1
        reported = 0
        for block in stream:
            for start in range(0, block.num_rows, BATCH_ROWS):
                piece = block.slice(start, BATCH_ROWS)
                numbers = np.empty(piece.num_rows, dtype=np.int64)
                for index in range(piece.num_rows):
                    while next_number in broken:
                        next_number += 1
                    numbers[index] = next_number
                    next_number += 1
                if next_number - header_rows > self._limits.rows:
                    raise too_large("行数", "rows", next_number - header_rows, self._limits.rows)
                cells = piece.columns
                news = [(number, broken[number]) for number in sorted(broken)[reported:] if number < next_number]
                reported += len(news)
                batch = Batch(numbers, cells, news)
                yield without(batch, blank_rows(cells))
        late = [(number, broken[number]) for number in sorted(broken)[reported:]]
        if late:
            empty = [pa.array([], pa.string()) for _ in stream.schema]
            yield Batch(np.empty(0, dtype=np.int64), empty, late)


class _Lines:
    """Decoded lines of a file, with the offset of the last byte handed out."""

    def __init__(self, file: io.BufferedReader, encoding: str, offset: int) -> None:
        self._file, self._encoding, self.consumed = file, encoding, offset

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline()
        if not line:
            raise StopIteration
        self.consumed += len(line)
        return line.decode(self._encoding)


def _broken(row: int) -> InvalidInput:
    return InvalidInput(
        "submission.csv_broken",
        zh="CSV 的结构有误：可能有没有成对的引号，或单元格过长；请用表格软件打开检查后重新导出",
        en="the CSV is broken: a quotation mark may be unpaired, or a cell too long; open it in a spreadsheet, "
        "check it and export it again",
        where=f"第 {row} 行" if row else "",
    )
