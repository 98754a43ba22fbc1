"""Reads a scheme from a folder of tables or a workbook. The only part of the engine that opens files."""

from yigongti.engines.casemix.loading.build import build_scheme
from yigongti.engines.casemix.loading.load import load_scheme, read_tables
from yigongti.engines.casemix.loading.tables import Row, SchemeTables

__all__ = ["Row", "SchemeTables", "build_scheme", "load_scheme", "read_tables"]
