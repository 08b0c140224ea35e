"""The design that everybody writes first, and the judge of ours: a regex for each line, then each signature's regex on
each record.

`found` gives what a run must find, exactly; the pipeline's hits are compared with it at several block sizes.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dateutil import parser as dates

from benchmarks.knowledge import regexes

HEADER = re.compile(
    r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6}) (?:INFO|WARNING|ERROR|VERBOSE) "
)


def records(lines: Iterable[str]) -> Iterator[str]:
    """The text of each record behind its stamp and level, with its continuation lines."""
    text: list[str] = []
    for line in lines:
        header = HEADER.match(line)
        if header:
            if text:
                yield "".join(text).rstrip("\n")
            text = [line[header.end() :]]
        else:
            text.append(line)
    if text:
        yield "".join(text).rstrip("\n")


def found(lines: Iterable[str], patterns: list[str]) -> set[tuple[int, int]]:
    """(record, number of the pattern) for every record that a pattern matches."""
    compiled = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
    return {(i, n) for i, text in enumerate(records(lines)) for n, regex in enumerate(compiled) if regex.search(text)}


def main() -> None:
    """Parse every stamp and try every regex, as a measured program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--signatures", type=int, default=200)
    asked = parser.parse_args()
    with asked.file.open(encoding="ascii") as log:
        stamps = [dates.parse(header[0].split(" ")[0]) for line in log if (header := HEADER.match(line))]
    with asked.file.open(encoding="ascii") as log:
        print(len(stamps), len(found(log, regexes(asked.signatures))))


if __name__ == "__main__":
    main()
