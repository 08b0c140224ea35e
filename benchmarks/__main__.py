"""`python -m benchmarks FOLDER`: make the corpus there, measure, and print the tables of the README as Markdown.

Every table is one interleaved run; its ratios hold, its seconds are this machine's. `--full` adds 4 GB.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks import tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--full", action="store_true", help="sizes up to 4 GB (takes half an hour)")
    parser.add_argument("--only", choices=sorted(tables.TABLES), help="one table")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    os.environ["XDG_CACHE_HOME"] = str(asked.folder / "cache")
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, medians of {asked.rounds} interleaved runs\n")
    for name, table in tables.TABLES.items():
        if asked.only in (None, name):
            print(table(tables.Setting(asked.folder.resolve(), asked.rounds, asked.full)), flush=True)


if __name__ == "__main__":
    main()
