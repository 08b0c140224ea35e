"""Give one input to a target again: `python -m tests.fuzz.replay NAME FILE…`. What it raises is shown as it comes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.fuzz.bounds import in_memory, in_time
from tests.fuzz.target import load


def main() -> None:
    name, *files = sys.argv[1:]
    target = load(name)
    for file in files:
        began = time.process_time()
        with in_memory(), in_time():
            target.run(Path(file).read_bytes())
        print(f"{file}: {time.process_time() - began:.2f} s, nothing wrong")


if __name__ == "__main__":
    main()
