"""What the <Binary> of classic events tells: it is the same in every language and on every version of Windows.

Each reader takes the hex digits and gives (field, value) pairs; what it does not understand gives none.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from analyzer.parsers.winevents.services import STATES, key_of

Fields = tuple[tuple[str, str], ...]

_LONGEST = 16_384  # hex digits that are looked at
_SERVICE_DIGITS = 4 * 264  # of a key, which has 256 characters at most, with its state
_SERVICE = re.compile(r"([^\x00-\x1f/\\]{1,256})(?:/(\d))?\x00*")
_COMMAND = re.compile(r"-\s*CMD:\s*([^\x00\r\n]{1,500}?)\s*(?:- User:|\x00|$)")
_PID = re.compile(r"-\s*PID:\s*(\d{1,10})")
_ERROR_STATUS = 0xC0000000  # NTSTATUS values from here on are errors
_FINAL_STATUS = 20  # where the status stands in an IO_ERROR_LOG_PACKET
_SYSTEMTIMES = struct.Struct("<16H")  # two: when the system was last seen alive, in local time and in UTC


def service(digits: str) -> Fields:
    """Service Control Manager: the service's key in UTF-16, behind a slash the state of 7036."""
    return _service(digits[:_SERVICE_DIGITS])


@lru_cache(maxsize=4096)
def _service(digits: str) -> Fields:
    found = _SERVICE.fullmatch(_bytes(digits).decode("utf-16-le", "replace"))
    if found is None or "\ufffd" in found[1]:
        return ()
    key = ("service", key_of(found[1]))
    if found[2] is None:
        return (key,)
    word = STATES.get(int(found[2]))
    return (key, ("state", word)) if word else (key,)


def vss(digits: str) -> Fields:
    """VSS: `- Code: … - PID:  00001528- TID: … - CMD:  C:\\Windows\\system32\\vssvc.exe - User: …`."""
    raw = _bytes(digits)
    wide = raw[1::2].count(0) * 2 > len(raw) // 2
    text = raw.decode("utf-16-le" if wide else "latin-1", "replace")
    fields: list[tuple[str, str]] = []
    if command := _COMMAND.search(text):
        fields += [("process", command[1]), ("command", command[1])]
    if pid := _PID.search(text):
        fields.append(("pid", str(int(pid[1]))))
    return tuple(fields)


def io_error(digits: str) -> Fields:
    """Drivers (IO_ERROR_LOG_PACKET): the status with which the operation ended."""
    raw = _bytes(digits)
    if len(raw) < _FINAL_STATUS + 4:
        return ()
    status: int = struct.unpack_from("<I", raw, _FINAL_STATUS)[0]
    return (("code", f"0x{status:08x}"),) if status >= _ERROR_STATUS else ()


def last_alive(digits: str) -> Fields:
    """EventLog 6008: when the system was last seen alive, and how far its local time was behind UTC."""
    raw = _bytes(digits)
    if len(raw) < _SYSTEMTIMES.size:
        return ()
    numbers = _SYSTEMTIMES.unpack_from(raw)
    try:
        local, utc = (datetime(n[0], n[1], *n[3:7]) for n in (numbers[:8], numbers[8:]))
    except ValueError:
        return ()
    bias = round((utc - local).total_seconds() / 60)
    return (("stopped_at", f"{utc.isoformat()}Z"), ("bias", str(bias)))


def _bytes(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits[:_LONGEST])
    except ValueError:
        return b""


READERS: dict[str, Callable[[str], Fields]] = {
    "service": service,
    "vss": vss,
    "io-error": io_error,
    "last-alive": last_alive,
}
"""By the names that `binary` has in event-fields.toml."""
