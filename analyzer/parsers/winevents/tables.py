"""The tables about Windows events that ship with the program: `signatures/event-<name>.toml`.

They sit beside the signatures because people edit both together; each table's head explains its keys.
"""

from __future__ import annotations

import functools
from typing import Any

import tomli

from analyzer import resources


@functools.cache
def table(name: str) -> dict[str, Any]:
    """The parsed table: 'providers', 'words', 'fields', 'codes' or 'services'."""
    return tomli.loads((resources.folder("signatures") / f"event-{name}.toml").read_text("utf-8"))
