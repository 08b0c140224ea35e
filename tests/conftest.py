"""The suite leaves the user's cache folder alone: it has one of its own, which its processes share.

Hypothesis draws the same examples in every run, and no machine is too slow for it: what fails here fails everywhere.
`--hypothesis-profile=search` looks for others, with `--hypothesis-seed=N` for the same others again.
"""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", settings.get_profile("suite"), derandomize=False)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Before any module is imported, since some make a plan at once. What pytest starts inherits the folder."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.mkdtemp(prefix="vmtriage-tests-")
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = folder

    def leave() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        if before is None:
            os.environ.pop("XDG_CACHE_HOME", None)
        else:
            os.environ["XDG_CACHE_HOME"] = before

    config.add_cleanup(leave)


def pytest_sessionstart() -> None:
    """Hypothesis draws some values from the constants of the modules of ours that are loaded: other tests that ran
    before, or a number that is edited anywhere, would change the examples of every test."""
    if settings().derandomize:
        providers._get_local_constants = lambda: providers._local_constants  # none were gathered
