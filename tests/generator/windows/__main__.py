"""Writes every Windows scenario as a bundle, with expected.json: python -m tests.generator.windows OUT

`vmtriage evaluate OUT OUT/expected.json` judges vmtriage by them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .scenarios import SCENARIOS


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scenario in SCENARIOS:
        print(scenario.put(folder).name)
    labels = {scenario.name: scenario.label for scenario in SCENARIOS}
    (folder / "expected.json").write_text(json.dumps(labels, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
