"""`systeminfo`, `w32tm /query /status`, `tzutil /g`, Get-TimeZone, `bcdedit`: the system, its clock and its zone.

systeminfo is translated, so it is read by what its values look like and where they stand: the second line is the
system's name, the third `10.0.17763 N/A Build 17763`, the zone `(UTC+01:00) Amsterdam, Berlin, …`.
Facts: `os.id`, `os.name`, `os.version`, `os.hostname`, `os.boot_time` (as written, local time), `os.timezone` (IANA),
`os.utc_offset`, `os.safe_boot`, `windows.time_source`, `windows.time_stratum`, `windows.time_leap` (3: out of step).
"""

from __future__ import annotations

import re

from analyzer.parsers.scrub import scrub
from analyzer.parsers.windows import zones
from analyzer.parsers.windows.told import Told

_PAIR = re.compile(r"([^\s:][^:]{1,60}?)\s*: {0,40}(\S.{0,300}?)\s*$")
_VERSION = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{4,5}) .{1,40}\b\d{4,5}\b")
_DISPLAYED = re.compile(r"\((?:UTC|GMT)(?:([+-]\d\d:\d\d))?\) ?(\S.{0,120})")
_DATE = re.compile(r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}")
_LEAP = re.compile(r"[^\n:]{3,40}: (\d)\([^)\n]{0,80}\)\s*$")
_STRATUM = re.compile(r"[^\n:]{3,40}: (\d{1,2})\b")
_SOURCE = re.compile(r"(?:Source|Quelle|Origen|Origine|Fonte|ソース|源)\s?: (\S.{0,200}?)\s*$", re.IGNORECASE)
_KEY = re.compile(r"[A-Z][A-Za-z0-9 .()+-]{2,60}$")
_BOOT_ENTRY = re.compile(r"\S{4,30}\s{2,40}\{(?:current|default|bootmgr)\}\s*$")
_SAFE_BOOT = re.compile(r"safeboot\s{2,40}\S")
_ID = re.compile(r"Id {1,40}: (\S.{1,60}?)\s*$")


def systeminfo(lines: list[str]) -> Told:
    pairs = [(found.group(1), found.group(2)) for line in lines if (found := _PAIR.match(line))]
    at = next((place for place, (_, value) in enumerate(pairs) if _VERSION.match(value)), -1)
    told = Told()
    if at < 1:
        return told
    version = _VERSION.match(pairs[at][1])
    told.facts = {"os.id": "windows", "os.name": scrub(pairs[at - 1][1], 200)}
    if version:
        told.facts["os.version"] = version.group(1)
    if at >= 2:
        told.facts["os.hostname"] = scrub(pairs[at - 2][1], 255)
    # the first two dates below: when it was installed, when it was started
    dates = [value for _, value in pairs[at + 1 :] if _DATE.match(value)]
    if len(dates) >= 2:
        told.facts["os.boot_time"] = scrub(dates[1], 60)
    for _, value in pairs[at + 1 :]:
        shown = _DISPLAYED.match(value)
        if shown:
            told.facts |= _displayed(shown)
            break
    return told


def _displayed(shown: re.Match[str]) -> dict[str, str | int | float | bool | list[str]]:
    offset = shown.group(1) or "+00:00"
    zone = zones.of_display(offset, shown.group(2))
    return {"os.utc_offset": offset} | ({"os.timezone": zone} if zone else {})


def time_service(lines: list[str]) -> Told:
    """Leap indicator and stratum are the first two lines in every language."""
    told = Told()
    for place, line in enumerate(lines[:-1]):
        leap, stratum = _LEAP.match(line), _STRATUM.match(lines[place + 1])
        if leap and stratum:
            told.facts = {"windows.time_leap": int(leap.group(1)), "windows.time_stratum": int(stratum.group(1))}
            source = next((found.group(1) for text in lines[place:] if (found := _SOURCE.match(text))), "")
            if source:
                told.facts["windows.time_source"] = scrub(source, 200)
            break
    return told


def time_zone(lines: list[str]) -> Told:
    """`tzutil /g` prints a zone's key and nothing else; Get-TimeZone prints it behind 'Id'."""
    filled = [line.strip() for line in lines if line.strip()]
    keys = [found.group(1) for line in filled if (found := _ID.match(line))]
    if len(filled) == 1 and _KEY.match(filled[0]):
        keys.append(filled[0])
    zone = next((zone for key in keys if (zone := zones.of_key(key))), "")
    return Told(facts={"os.timezone": zone} if zone else {})


def boot_options(lines: list[str]) -> Told:
    """`bcdedit`: whether the system is told to start in safe mode. Its names of elements are not translated."""
    if not any(_BOOT_ENTRY.match(line) for line in lines):
        return Told()
    return Told(facts={"os.safe_boot": any(_SAFE_BOOT.match(line) for line in lines)})
