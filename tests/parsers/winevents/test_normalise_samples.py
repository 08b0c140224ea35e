"""Real logs: what their events yield."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from analyzer.parsers.winevents import normalise
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.readers import READERS
from tests.shared import SHARED, needs

SAMPLES = SHARED / "samples" / "windows"


@cache
def events(name: str) -> tuple[WinEvent, ...]:
    return tuple(_read(name))


def _read(name: str) -> Iterator[WinEvent]:
    return READERS["events-evtx"](iter([needs(SAMPLES / name).read_bytes()]), Notes())


def texts(name: str, provider: str, event_id: int) -> list[str]:
    return [
        normalise.text(event)
        for event in events(name)
        if event.event_id == event_id and normalise.provider(event) == provider
    ]


def test_every_change_of_a_service_names_it_by_its_key_and_its_state() -> None:
    found = texts("plaso_System.evtx", "Service Control Manager", 7036)
    assert len(found) > 3000
    shape = re.compile(
        r"\AService Control Manager 7036: service (\S.*) is now (running|stopped|paused)\n  service=\1\n  state=\2\n"
    )
    services = Counter(match[1] for text in found if (match := shape.match(text)))
    assert services.total() == len(found)
    assert {"VSS", "TrustedInstaller", "sppsvc", "swprv", "CryptSvc", "EventLog"} <= set(services)
    assert not [name for name in services if name.endswith(" Service") and name.startswith("Windows ")]


def test_every_change_of_a_start_type_is_read() -> None:
    found = texts("plaso_System.evtx", "Service Control Manager", 7040)
    assert len(found) > 1000
    types = "auto|demand|disabled|boot|system"
    assert all(re.search(rf"^  service=\S+\n  from=({types})\n  to=({types})$", text, re.MULTILINE) for text in found)


def test_codes_of_services_that_ended_are_known() -> None:
    found = texts("plaso_System.evtx", "Service Control Manager", 7023)
    assert found
    assert all(re.search(r"^  code=0x8007[0-9a-f]{4} [A-Z]", text, re.MULTILINE) for text in found)


def test_shadow_copies_crashes_and_clocks() -> None:
    [volsnap] = texts("py_system.evtx", "volsnap", 36)
    assert "\n  volume=C:\n" in volsnap
    assert all("\n  bugcheck=0x" in text for text in texts("py_system.evtx", "Kernel-Power", 41))
    [crash] = texts("py_system.evtx", "BugCheck", 1001)
    assert "\n  bugcheck=0x00010001\n" in crash
    unexpected = texts("py_system.evtx", "EventLog", 6008)
    assert unexpected
    assert all(re.search(r"^  stopped_at=2012-\d\d-\d\dT[\d:.]+Z$", text, re.MULTILINE) for text in unexpected)
    uptimes = texts("plaso_System.evtx", "EventLog", 6013)
    assert uptimes
    assert all(re.search(r"^  uptime=\d+\n  bias=-?\d+\n  timezone=\w", text, re.MULTILINE) for text in uptimes)
    jumps = texts("plaso_System.evtx", "Kernel-General", 1)
    assert jumps
    assert all(re.search(r"^  jump=[+-][\d.]+$", text, re.MULTILINE) for text in jumps)


def test_ordinary_events_have_words() -> None:
    found = [normalise.text(event) for event in events("plaso_System.evtx")]
    silent = Counter(text.split(":")[0] for text in found if text.endswith(normalise.NO_TEXT))
    assert silent.total() < len(found) / 100, silent.most_common(5)
