"""Stand-ins for identities: `<host:1>` for people, and for parsers one in the form of what it stands for.

A bundle that is analysed again has to have addresses where addresses stand, XML that stays XML, and file names that
every system takes; so its stand-ins are addresses of the range for benchmarks, ids of zeros, and names such as host-1.
"""

from __future__ import annotations

import re

_IDS = ("id", "vm-id", "subscription", "tenant", "container")

STAND_IN = re.compile(
    r"<[a-z0-9-]+:\d+>|(?:host|user|domain|resource-group|resource)-\d+(?:\.example)?|account\d+|email-\d+@example\.invalid"
    r"|0{8}-0{4}-000\d-0{4}-[0-9a-f]{12}|02(?P<s>[:-]?)00(?P=s)00(?P=s)[0-9a-f]{2}(?P=s)[0-9a-f]{2}(?P=s)[0-9a-f]{2}"
    r"|S-1-5-21-1-1-\d+(?:-\d+)?",
    re.IGNORECASE,
)


def plain(kind: str, number: int, _: str) -> str:
    return f"<{kind}:{number}>"


def shaped(kind: str, number: int, name: str) -> str:
    """The stand-in in the form of `name`."""
    if kind in _IDS:
        return f"00000000-0000-000{_IDS.index(kind)}-0000-{number:012x}"
    if kind == "ip":
        return f"2001:2::{number:x}" if ":" in name else f"198.18.{number >> 8 & 0xFF}.{number & 0xFF}"
    if kind == "mac":
        separator = name[2] if not name[2].isalnum() else ""
        return separator.join(["02", "00", "00", *(f"{number >> shift & 0xFF:02x}" for shift in (16, 8, 0))])
    if kind == "sid":
        return f"1-1-{number}"
    if kind == "email":
        return f"email-{number}@example.invalid"
    if kind == "account":
        return f"account{number}"
    return f"domain-{number}.example" if kind == "domain" and "." in name else f"{kind}-{number}"
