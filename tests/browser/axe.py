"""axe-core in the page: what it finds, one line a node."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.browser.watch import Sheet

RUN = "options => axe.run(document, options).then(done => [done.violations, done.passes.length])"
OPTIONS = {"resultTypes": ["violations"], "preload": False}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""What another colour scheme can change."""


@cache
def script() -> str:
    """axe-playwright-python carries it. The browser's own channel runs it, past the page's policy."""
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")


def findings(sheet: Sheet, **options: Any) -> list[str]:
    """What axe holds against the page as it is shown now; folds are looked into when they are open."""
    if sheet.ask("typeof axe") == "undefined":
        sheet.ask(script())
    violations, passes = sheet.ask(RUN, OPTIONS | options)
    assert passes > (0 if options else 10), "axe looked at the page"
    return [line for violation in violations for line in _lines(violation)]


def _lines(violation: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary'][:300]}"
        for node in violation["nodes"]
    ]
