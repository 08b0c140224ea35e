"""The suite leaves the user's cache folder alone: it has one of its own, which its processes share."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest


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
