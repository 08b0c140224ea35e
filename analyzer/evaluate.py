"""How often the named cause is right: verdicts over labelled bundles against what was done to each VM.

A bundle counts as right when a cause that the label accepts is named (outcome `named` or `platform`), or, where the
label allows it, when no cause is named. Naming a cause outside the label on a bundle whose operation went through is
the worst result, and is counted apart ("blamed").
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analyzer.judging import calibration


@dataclass(frozen=True)
class Label:
    """What a labelled bundle's verdict may be."""

    name: str
    accept: tuple[str, ...]
    no_fault_ok: bool
    why: str = ""
    at: str | None = None
    symptom: str | None = None


@dataclass
class Outcome:
    """One labelled bundle's verdict."""

    label: Label
    outcome: str = ""
    cause: str | None = None
    confidence: float | None = None
    top: list[tuple[str, float]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def named(self) -> bool:
        return self.outcome in ("named", "platform")

    @property
    def right(self) -> bool:
        if self.named:
            return self.cause in self.label.accept
        return self.label.no_fault_ok and self.error is None

    @property
    def in_top3(self) -> bool:
        return self.right or any(cause in self.label.accept for cause, _ in self.top[:3])

    @property
    def blamed(self) -> bool:
        return self.label.no_fault_ok and self.named and self.cause not in self.label.accept


def labels(expected: Path) -> list[Label]:
    """ValueError names the entry that lacks a key."""
    data: dict[str, dict[str, Any]] = json.loads(expected.read_text("utf-8"))
    result = []
    for name, entry in sorted(data.items()):
        if "accept" not in entry or "no_fault_ok" not in entry:
            raise ValueError(f"{expected}: '{name}' needs accept and no_fault_ok")
        result.append(
            Label(
                name,
                tuple(entry["accept"]),
                bool(entry["no_fault_ok"]),
                entry.get("why", ""),
                entry.get("at"),
                entry.get("symptom"),
            )
        )
    return result


def evaluate_folder(folder: Path, expected: Path, jobs: int = 1) -> list[Outcome]:
    """Analyse every labelled bundle; one that fails is an outcome with an error."""
    work = [(folder, label) for label in labels(expected)]
    if jobs <= 1:
        return [_one(item) for item in work]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_one, work))


def _one(item: tuple[Path, Label]) -> Outcome:
    from analyzer.analysis import analyze

    folder, label = item
    result = Outcome(label)
    path = _bundle(folder, label.name)
    if path is None:
        result.error = "no such bundle"
        return result
    try:
        document = analyze(path, label.at, label.symptom).to_json()
    except Exception as error:  # the evaluation goes on and reports it
        result.error = f"{type(error).__name__}: {error}"
        return result
    verdict = document["verdict"]
    result.outcome, result.cause, result.confidence = verdict["outcome"], verdict["cause"], verdict["confidence"]
    result.top = [(c["id"], c["score"]) for c in document["causes"] if c["state"] != "effect"]
    result.notes = [c["id"] for c in document["notes"]]
    return result


def _bundle(folder: Path, name: str) -> Path | None:
    """The folder, archive or lone log of that name, whatever its endings."""
    if (folder / name).exists():
        return folder / name
    fit = [path for path in folder.iterdir() if path.name.startswith(f"{name}.")]
    return min(fit, key=lambda path: (len(path.name), path.name), default=None)


def calibrate(outcomes: list[Outcome]) -> Path:
    """Fit the confidence to these verdicts and store it: each bundle's strongest cause, and whether it was right."""
    cases = []
    for o in outcomes:
        if o.top:
            margin = o.top[0][1] - (o.top[1][1] if len(o.top) > 1 else 0.0)
            cases.append((o.top[0][1], margin, o.top[0][0] in o.label.accept))
    return calibration.store(calibration.fit(cases))


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """The table that `vmtriage evaluate` prints."""
    total = len(outcomes)
    right = sum(o.right for o in outcomes)
    yield f"{total} bundles"
    yield f"top-1          {right}/{total} = {right / max(total, 1):.3f}"
    top3 = sum(o.in_top3 for o in outcomes)
    yield f"top-3          {top3}/{total} = {top3 / max(total, 1):.3f}"
    blamed = [o for o in outcomes if o.blamed]
    yield f"healthy blamed {len(blamed)}"
    for outcome in ("undetermined", "not-enough"):
        those = [o for o in outcomes if o.outcome == outcome]
        yield f"{outcome:14} {len(those)} ({sum(o.label.no_fault_ok for o in those)} where no fault is right)"
    noted = sum(any(n in o.label.accept for n in o.notes) for o in outcomes)
    yield f"accepted notes {noted}"
    brier = [((o.confidence or 0.0) - float(o.right)) ** 2 for o in outcomes if o.named]
    if brier:
        yield f"Brier score    {sum(brier) / len(brier):.4f} over {len(brier)} named"
    for o in outcomes:
        if o.error is not None:
            yield f"BROKEN  {o.label.name}: {o.error}"
        elif not o.right:
            top = ", ".join(f"{cause} {score:+.1f}" for cause, score in o.top[:4])
            wanted = "|".join(o.label.accept) or "no fault"
            kind = "BLAMED" if o.blamed else "MISS"
            yield f"{kind:7} {o.label.name}: {o.outcome} {o.cause or ''} wanted {wanted} [{top}]"
