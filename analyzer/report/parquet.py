"""The timeline as Parquet: typed columns, names as dictionaries, one row group for each piece of the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.report.rows import COLUMNS, NAMES, Piece, stream

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.redaction.documents import Redactor

_NAME = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("time", pa.timestamp("ns", tz="UTC")),
        pa.field("time_quality", _NAME),
        pa.field("source", _NAME),
        pa.field("level", _NAME),
        pa.field("component", _NAME),
        pa.field("event_id", pa.int32()),
        pa.field("message", pa.string()),
        pa.field("file", _NAME),
        pa.field("line", pa.int32()),
    ]
)


class _Sink:
    """A stream that is only written to, such as a pipe, with the place that Parquet asks for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._at, self.closed = file, 0, False

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._file.flush()

    def writable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True


def write_parquet(analysis: Analysis, file: BinaryIO, redactor: Redactor | None = None) -> None:
    """Every event of the timeline with its text. Memory does not grow with their number beyond the timeline's own."""
    with pq.ParquetWriter(_Sink(file), SCHEMA, compression="zstd") as writer:
        for piece in stream(analysis, redactor):
            writer.write_table(pa.Table.from_arrays([_array(piece, name) for name in COLUMNS], schema=SCHEMA))


def _array(piece: Piece, name: str) -> pa.Array:
    kind = SCHEMA.field(name).type
    if name == "message":
        return pa.array([text.encode("utf-8", "replace").decode() for text in piece.messages], kind)
    values = piece.frame[name]
    if name not in NAMES:
        return pa.array(values, kind)
    distinct = list(dict.fromkeys(piece.names[name]))  # what was redacted may have become equal
    place = np.array([distinct.index(text) for text in piece.names[name]] or [0], dtype=np.int32)
    codes = values.cat.codes.to_numpy()
    return pa.DictionaryArray.from_arrays(
        pa.array(place[codes], pa.int32(), mask=codes < 0), pa.array(distinct, pa.string())
    )
