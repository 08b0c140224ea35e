"""The timeline as rows for other programs: CSV, JSON Lines or Parquet; streamed, redacted, safe in a spreadsheet.

    export(analysis, "csv", "-")                                  # a command's output
    write_beside(analysis, Path("events.parquet"), redactor)      # beside a report: the form is the file's ending

What is written has passed the redactor, with the secrets and names that any line of the bundle gives away.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import numpy as np

from analyzer.aside import whole
from analyzer.redaction.cleaning.windows import pieces
from analyzer.redaction.documents import Redactor
from analyzer.report.sheets import as_cell

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.analysis import Analysis
    from analyzer.redaction.documents import Scrubber

COLUMNS = ("time", "time_quality", "source", "level", "component", "event_id", "message", "file", "line")
NAMES = ("time_quality", "source", "level", "component", "file")
FORMS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
CHUNK = 20_000  # rows that are held as text at a time


@dataclass(frozen=True)
class Piece:
    """Some rows in a row. `names` holds the categories of NAMES, redacted; the frame has their numbers."""

    frame: pd.DataFrame
    messages: list[str]
    names: dict[str, list[str]]

    def column(self, name: str) -> list[Any]:
        """A column's values, None where there is none."""
        if name == "message":
            return list(self.messages)
        values = self.frame[name]
        if name == "time":
            stamps = np.datetime_as_string(values.to_numpy(dtype="datetime64[us]"), unit="us").tolist()
            return [None if stamp == "NaT" else f"{stamp}Z" for stamp in stamps]
        if name in NAMES:
            known = [*self.names[name], None]
            return [known[code] for code in values.cat.codes.tolist()]
        return values.astype(object).where(values.notna(), None).tolist()


def form_of(target: Path) -> str:
    """The form that a file's ending asks for. ValueError for any other."""
    form = FORMS.get(target.suffix.lower())
    if form is None:
        raise ValueError(f"'{target}' does not say which form: events go to a {', '.join(FORMS)} file")
    return form


def export(analysis: Analysis, form: str, target: str, redactor: Redactor | None = None) -> None:
    """Every event in a form ('csv', 'jsonl', 'parquet'), to a file that is there whole or not at all; '-' is stdout."""
    if target == "-":
        _write(analysis, form, sys.stdout.buffer, redactor)
        sys.stdout.buffer.flush()
        return
    with whole(Path(target)) as file:
        _write(analysis, form, file, redactor)


def write_beside(analysis: Analysis, target: Path, redactor: Redactor | None = None) -> None:
    """Every event into a file beside the report, with the stand-ins of the report's own `redactor`."""
    export(analysis, form_of(target), str(target), redactor)


def _write(analysis: Analysis, form: str, file: BinaryIO, redactor: Redactor | None) -> None:
    if form == "parquet":
        from analyzer.report.parquet import write_parquet

        write_parquet(analysis, file, redactor)
        return
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="\n", write_through=True)
    try:
        write_rows(analysis, form, text, redactor)
    finally:
        text.detach()


def write_rows(analysis: Analysis, form: str, file: IO[str], redactor: Redactor | None = None) -> None:
    """CSV or JSON Lines. Times have six decimals, so that they sort as text."""
    writer = csv.writer(file, lineterminator="\n")
    if form == "csv":
        writer.writerow(COLUMNS)
    for piece in stream(analysis, redactor):
        if form == "csv":
            names = {name: list(map(as_cell, values)) for name, values in piece.names.items()}
            piece = Piece(piece.frame, list(map(as_cell, piece.messages)), names)
            writer.writerows(zip(*map(piece.column, COLUMNS), strict=True))
        else:
            rows = zip(*map(piece.column, COLUMNS), strict=True)
            file.writelines(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def stream(analysis: Analysis, redactor: Redactor | None = None) -> Iterator[Piece]:
    """The whole timeline in pieces, redacted."""
    from analyzer import timeline
    from analyzer.report.held import HeldText

    redactor = redactor or Redactor()
    redactor.learn_facts(analysis.facts)

    def study(blocks: Iterator[bytes]) -> None:
        for text in pieces(blocks, ("utf-8", "replace")):
            redactor.study(text)

    held = HeldText(analysis.reading, study)
    built = timeline.build(analysis.reading, analysis.times, set())
    scrubber = redactor.scrubber()
    names = {name: _clean(list(built.frame[name].cat.categories), redactor, scrubber) for name in NAMES}
    for start in range(0, len(built.frame), CHUNK):
        part = slice(start, start + CHUNK)
        places = list(zip(built.member[part].tolist(), built.row[part].tolist(), strict=True))
        yield Piece(built.frame.iloc[part], _clean(held.texts(places), redactor, scrubber), names)


def _clean(values: list[str], redactor: Redactor, scrubber: Scrubber) -> list[str]:
    return scrubber.texts(redactor.texts(values))
