"""How sure a sum of evidence makes us: three numbers, fitted on labelled bundles and stored as data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tomli

from analyzer import resources
from analyzer.aside import whole

NEUTRAL_SCORE, NEUTRAL_MARGIN, MOST_MARGIN = 4.0, 1.5, 4.0
PRIOR = (1.4, 0.75, 0.4)
PRIOR_STRENGTH = 4.0  # labelled bundles are few and mostly right; without this the fit would claim certainty
_STEPS = 200


@dataclass(frozen=True)
class Calibration:
    """A logistic curve over score and margin."""

    base: float
    per_point: float
    per_margin: float
    bundles: int = 0

    def confidence(self, score: float, margin: float) -> float:
        """The probability that a cause with this sum, so far ahead of the next, is the right one."""
        point, ahead = _features(score, margin)
        return round(1 / (1 + math.exp(-(self.base + self.per_point * point + self.per_margin * ahead))), 3)


@lru_cache(maxsize=1)
def shipped() -> Calibration:
    data = tomli.loads(_path().read_text("utf-8"))
    return Calibration(data["base"], data["per_point"], data["per_margin"], data["bundles"])


def fit(cases: Sequence[tuple[float, float, bool]]) -> Calibration:
    """From (score, margin, whether the cause was right): the most likely curve near the prior one (Newton's method)."""
    import numpy as np

    prior = np.array(PRIOR)
    weights = prior.copy()
    rows = np.array([(1.0, *_features(score, margin)) for score, margin, _ in cases]).reshape(-1, 3)
    right = np.array([float(r) for _, _, r in cases])
    for _ in range(_STEPS):
        guess = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - guess) - PRIOR_STRENGTH * (weights - prior)
        bend = (rows * (guess * (1 - guess))[:, None]).T @ rows + PRIOR_STRENGTH * np.eye(3)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    base, per_point, per_margin = (round(float(w), 4) for w in weights)
    return Calibration(base, per_point, per_margin, len(cases))


def store(calibration: Calibration, path: Path | None = None) -> Path:
    """Put the numbers into the file; its comments stay."""
    file = path or _path()
    lines = [line for line in file.read_text("utf-8").splitlines() if line.startswith("#")]
    lines += [f"{name} = {value}" for name, value in vars(calibration).items()]
    with whole(file) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    shipped.cache_clear()
    return file


def _features(score: float, margin: float) -> tuple[float, float]:
    return score - NEUTRAL_SCORE, min(margin, MOST_MARGIN) - NEUTRAL_MARGIN


def _path() -> Path:
    return resources.folder("signatures") / "calibration.toml"
