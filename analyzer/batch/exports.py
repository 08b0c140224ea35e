"""The store as files for other programs: one CSV or Parquet file a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import IO

from analyzer.aside import whole
from analyzer.batch.store import Store
from analyzer.report.sheets import as_cell

TABLES = ("bundles", "verdicts", "causes", "evidence", "facts", "unknown", "timings")
FORMS = ("csv", "parquet")
_CHUNK = 50_000  # rows that are in memory at a time


def export(store: Store, folder: Path, form: str) -> list[Path]:
    """Write every table as a file of `folder`. OSError when one cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = {"csv": _csv, "parquet": _parquet}[form]
    for table, path in zip(TABLES, paths(folder, form), strict=True):
        with whole(path) as file:
            writer(store, table, file)
    return paths(folder, form)


def paths(folder: Path, form: str) -> list[Path]:
    """The files of an export in a form (csv or parquet)."""
    return [folder / f"{table}.{form}" for table in TABLES]


def _csv(store: Store, table: str, file: IO[bytes]) -> None:
    columns = store.columns(table)
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(columns)
    for rows in store.chunks(table, _CHUNK):
        out.writerows([as_cell(value) if isinstance(value, str) else value for value in row] for row in rows)
    text.flush()
    text.detach()


def _parquet(store: Store, table: str, file: IO[bytes]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    types = {"INTEGER": pa.int64(), "REAL": pa.float64(), "TEXT": pa.string()}
    columns = store.columns(table)
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    with parquet.ParquetWriter(file, schema, compression="zstd") as out:
        for rows in store.chunks(table, _CHUNK):
            values = list(zip(*rows, strict=True)) or [()] * len(columns)
            out.write_table(pa.table(dict(zip(columns, map(list, values), strict=True)), schema=schema))
