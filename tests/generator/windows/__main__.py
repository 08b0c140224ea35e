"""Writes every Windows scenario as a bundle, with expected.json: python -m tests.generator.windows OUT [--seed WORD]

`vmtriage evaluate OUT OUT/expected.json` judges vmtriage by them; each seed tells the same stories with other names,
noise and times.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import vm
from .scenarios import SCENARIOS


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scenario in SCENARIOS:
        print(scenario.put(folder).name)
    labels = {scenario.name: scenario.label for scenario in SCENARIOS}
    (folder / "expected.json").write_text(json.dumps(labels, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.generator.windows", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", default="", metavar="WORD")
    given = parser.parse_args()
    vm.variation = given.seed
    main(given.folder)
