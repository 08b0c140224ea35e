"""Values of the registry out of the three forms in which people export them, with their keys in one spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

MAX_PARTS = 500  # lines of one value; what is longer is cut
DEFAULT = "(default)"
_ROOTS = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_USERS": "HKU",
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_CONFIG": "HKCC",
}
_CONTROL_SET = re.compile(r"(?i)(?<=^HKLM\\SYSTEM\\)ControlSet\d{3}(?=\\|$)")
_KEY = re.compile(r"\[(-?)(HK[^\]\n]{1,2000})\]\s*$")
_NAMED = re.compile(r'(@|"(?:[^"\\]|\\.){0,1000}")=(.*)$')
_HEX = re.compile(r"hex(?:\(([0-9a-f]{1,2})\))?:([0-9a-f, ]*)$", re.IGNORECASE)
_QUERIED = re.compile(r" {4}(\S.{0,500}?) {4}(REG_[A-Z_]{2,30})(?: {4}(.{0,20000}?))?\s*$")
_EXPAND, _MULTI, _QUAD = "2", "7", "b"


class Value(NamedTuple):
    """`data` of numbers is an int; of several strings they are joined by ' | ', of bytes they are written 'hex:…'."""

    key: str
    name: str
    data: int | str
    line: int


def spelled(key: str) -> str:
    """'HKLM\\SYSTEM\\CurrentControlSet\\…' of any way to write it."""
    root, slash, rest = key.strip().strip("\\").replace("/", "\\").partition("\\")
    root = root.rstrip(":").upper()
    return _CONTROL_SET.sub("CurrentControlSet", _ROOTS.get(root, root) + slash + rest)


def of_reg(text: str) -> Iterator[Value]:
    """A `.reg` file. Lines that end with a backslash go on below."""
    key, begun = "", 1
    held: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        begun = begun if held else number
        goes_on = line.endswith("\\") and (bool(held) or "=hex" in line[:1_100])
        if len(held) < MAX_PARTS:
            held.append(line.strip().removesuffix("\\") if goes_on else line.strip())
        if goes_on:
            continue
        whole = "".join(held)
        held = []
        heading, named = _KEY.match(whole), _NAMED.match(whole)
        if heading:
            key = "" if heading.group(1) else spelled(heading.group(2))
        elif named and key:
            name = DEFAULT if named.group(1) == "@" else _unescaped(named.group(1)[1:-1])
            yield Value(key, name, _reg_data(named.group(2).strip()), begun)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _reg_data(text: str) -> int | str:
    if text.startswith('"'):
        return _unescaped(text[1:].removesuffix('"'))
    if re.fullmatch(r"dword:[0-9a-f]{1,8}", text, re.IGNORECASE):
        return int(text[6:], 16)
    found = _HEX.match(text)
    if not found:
        return text
    kind, digits = (found.group(1) or "").lower(), re.findall(r"[0-9a-f]{2}", found.group(2), re.IGNORECASE)
    data = bytes(int(pair, 16) for pair in digits)
    if kind == _QUAD and len(data) == 8:
        return int.from_bytes(data, "little")
    if kind in (_EXPAND, _MULTI, "1"):
        parts = data.decode("utf-16-le", "replace").split("\0")
        return " | ".join(part for part in parts if part)
    return f"hex:{data[:32].hex()}"


def of_query(text: str) -> Iterator[Value]:
    """The output of `reg query`, also of several, with prompts and messages between them."""
    key = ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("HKEY_", "HKLM\\", "HKCU\\", "HKU\\")):
            key = spelled(line)
            continue
        found = _QUERIED.match(line)
        if found and key:
            kind, data = found.group(2), (found.group(3) or "").strip()
            name = DEFAULT if re.fullmatch(r"\(\w+\)|<[^>]+>", found.group(1)) else found.group(1)
            yield Value(key, name, _query_data(kind, data), number)


def _query_data(kind: str, data: str) -> int | str:
    if kind in ("REG_DWORD", "REG_QWORD") and re.fullmatch(r"0x[0-9a-fA-F]{1,16}", data):
        return int(data, 16)
    if kind == "REG_MULTI_SZ":
        return " | ".join(part for part in data.split("\\0") if part)
    return f"hex:{data[:64].lower()}" if kind == "REG_BINARY" else data


def of_json(document: Any) -> Iterator[Value]:
    """Objects in objects whose names are parts of keys, keys, or keys with a value's name at their end."""
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += [(f"{path}\\{name}" if path else str(name), inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
            stack += [(path, inner) for inner in reversed(value)]
        elif "\\" in path and path.upper().startswith("HK") and value is not None:
            key, _, name = path.rpartition("\\")
            yield Value(spelled(key), name, _json_data(value), 1)


def _json_data(value: Any) -> int | str:
    if isinstance(value, list):
        return " | ".join(str(part) for part in value)
    if isinstance(value, bool) or not isinstance(value, int):
        text = str(value).strip()
        return int(text) if re.fullmatch(r"\d{1,18}", text) else text
    return value
