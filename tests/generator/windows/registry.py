"""Registry exports, as regedit writes them."""

from __future__ import annotations

from collections.abc import Mapping

from ..event_text import crlf
from .vm import WinVm

Values = dict[str, str | int]
GUEST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine\Guest"


def registry(keys: Mapping[str, Values]) -> bytes:
    """UTF-16; a number is a dword."""
    blocks = ["Windows Registry Editor Version 5.00\n"]
    blocks += [f"[{path}]\n" + "".join(_row(name, value) for name, value in own.items()) for path, own in keys.items()]
    return crlf("\n".join(blocks) + "\n").encode("utf-16")


def _row(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return f'"{name}"=dword:{value:08x}\n'
    shown = value.replace("\\", "\\\\")
    return f'"{name}"="{shown}"\n'


def guest(vm: WinVm, **changed: str | int) -> Values:
    """What the agent writes below GUEST."""
    usual: Values = {
        "DHCPStatus": "Success",
        "GuestAgentStatus": "Ready",
        "GuestAgentVersion": vm.agent.version,
        "OsVersion": f"{vm.release.version}.{vm.release.build}",
        "RequiredDotNetVersionPresent": 1,
        "TransparentInstallerStatus": "Running",
        "WireServerStatus": "Success",
    }
    return usual | changed
