"""What a state file's path says: the handler, its version, the instance of a multi-config extension, the sequence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename

_LINUX = re.compile(r"(?:^|/)([^/]{1,255})-(\d+(?:\.\d+)+)(?=/)")
_WINDOWS = re.compile(r"(?:^|/)packages/plugins/([^/]{1,255})/(\d+(?:\.\d+)+)(?=/)", re.IGNORECASE)
_SEQUENCE = re.compile(r"(?:(.+)\.)?(\d{1,18})\.(?:status|settings)$", re.IGNORECASE | re.ASCII)
_INSTANCE_STATE = re.compile(r"(.+)\.HandlerState$")

AGENT = "WALinuxAgent"  # its own versions lie in folders of the same shape


@dataclass(frozen=True)
class HandlerPath:
    """Where in a handler's folder a file lies; fields that the path does not tell are '' or None."""

    handler: str
    version: str
    instance: str  # of a multi-config extension (RunCommand), else ''
    sequence: int | None

    @property
    def name(self) -> str:
        """As the agent writes it in its log: '<Publisher.Type>' or '<Publisher.Type>.<instance>'."""
        return f"{self.handler}.{self.instance}" if self.instance else self.handler


def handler_path(path: str) -> HandlerPath:
    """Linux: `…/Publisher.Type-1.2.3/status/run1.4.status`; Windows: `…/Packages/Plugins/Publisher.Type/1.2.3/…`.

    The last matching folder counts: the bundle's own root may look like one.
    """
    found = _WINDOWS.findall(path) or _LINUX.findall(path)
    handler, version = found[-1] if found else ("", "")
    name = basename(path)
    numbered = _SEQUENCE.match(name)
    if numbered:
        return HandlerPath(handler, version, numbered.group(1) or "", int(numbered.group(2)))
    state = _INSTANCE_STATE.match(name)
    return HandlerPath(handler, version, state.group(1) if state else "", None)
