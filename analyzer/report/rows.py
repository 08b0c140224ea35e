"""The timeline as rows for other programs: CSV or JSON Lines, streamed, redacted, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from analyzer.redaction import Redactor

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.analysis import Analysis

COLUMNS = ("time", "time_quality", "source", "level", "component", "event_id", "message", "file", "line")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_rows(analysis: Analysis, form: str, file: IO[str]) -> None:
    """Every event of the timeline with its text. Times have six decimals, so that they sort as text."""
    redactor = Redactor()
    if form == "csv":
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in _rows(analysis, redactor):
            writer.writerow([_cell(row[name]) for name in COLUMNS])
    else:
        for row in _rows(analysis, redactor):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(analysis: Analysis, redactor: Redactor) -> Iterator[dict[str, Any]]:
    from analyzer import timeline

    for piece, texts in timeline.stream(analysis.reading, analysis.times):
        times = [None if at is None else at.replace("+00:00", "Z") for at in _iso(piece["time"])]
        plain = {
            name: piece[name].astype(object).where(piece[name].notna(), None).tolist()
            for name in COLUMNS
            if name not in ("time", "message")
        }
        for i, text in enumerate(texts):
            values: dict[str, Any] = {name: column[i] for name, column in plain.items()}
            yield {name: values.get(name) for name in COLUMNS} | {"time": times[i], "message": redactor.text(text)}


def _iso(times: pd.Series) -> list[str | None]:
    return [
        None if missing else at.isoformat(timespec="microseconds")
        for at, missing in zip(times, times.isna(), strict=True)
    ]


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quote in front."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
