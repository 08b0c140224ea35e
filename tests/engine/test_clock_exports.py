"""Exports of event logs in local time: each gets the zone of the machine that made it, none a wrong one for sure."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.parsers.windows.zones import iana_names
from tests.generator.event_exports import FORMATS, export
from tests.generator.event_xml import Exporter
from tests.generator.stamps import utc
from tests.generator.windows import commands
from tests.generator.windows.story import Story
from tests.generator.windows.vm import AGENT_2019, AGENT_2025, WinVm

from .exporting import IN_UTC, LOCAL, agent_log, is_right, member_of, resolved, system_events
from .support import analyse

CHANGES = (
    "2025-03-30 01:00:00",
    "2025-10-26 01:00:00",
    "2025-03-09 10:00:00",
    "2025-11-02 06:00:00",
    "2025-04-05 15:00:00",
)
"""Moments at which clocks in Europe, America and Australia were changed."""

zones = st.sampled_from(sorted(set(iana_names())))
starts = st.one_of(
    st.datetimes(datetime(2015, 1, 1), datetime(2025, 12, 1)).map(lambda when: utc(f"{when:%Y-%m-%d %H:%M:%S}")),
    st.tuples(st.sampled_from(CHANGES), st.integers(0, 40)).map(
        lambda drawn: utc(drawn[0]) - timedelta(hours=drawn[1])
    ),
)


def name(path: str, how: str) -> str:
    return path + FORMATS[how].ending


def stands_twice(when: datetime, zone: str) -> bool:
    """Whether a local clock shows this moment's time twice, because it is set back."""
    local = when.astimezone(ZoneInfo(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    start=starts,
    count=st.integers(5, 30),
    zone=zones,
    stated=st.none() | zones,
    how=st.sampled_from(LOCAL),
    other=st.sampled_from(IN_UTC),
)
@example(  # lines in an hour that Bucharest's clocks leave out, and Chisinau's show
    seed=0, start=utc("2025-03-29 22:00:00"), count=5, zone="Europe/Chisinau", stated=None, how="eventlog-csv",
    other="evtx",
)  # fmt: skip
def test_an_export_is_read_as_its_twin_in_utc(
    seed: int, start: datetime, count: int, zone: str, stated: str | None, how: str, other: str
) -> None:
    """Daylight saving included, and whatever the bundle states of the VM: it may have been exported elsewhere. Only at
    the very change of another zone's clock it may stay open which of the two it is."""
    events = system_events(seed, start, count, timedelta(minutes=11))
    files = {
        name("here/System", how): export(how, events, Exporter(zone=zone)),
        name("vm/System", other): export(other, events, Exporter()),
    }
    store, times = resolved(files, stated)
    path = name("here/System", how)
    own = times.exports[member_of(store, path)]
    right = is_right(store, times, path, zone)
    twice = any(stands_twice(event.when, zone) for event in events)
    assert right or (twice and not own.known)
    assert own.known or twice or "daylight saving is a guess" in own.how
    assert not own.known or twice or f"100% of its events stand in {name('System', other)} too" in own.how
    assert times.notes[member_of(store, path)][0] == f"local time read as {own.name}: {own.how}"


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    start=starts,
    places=st.lists(st.tuples(zones, st.sampled_from(LOCAL), st.booleans()), min_size=1, max_size=3),
    other=st.sampled_from(IN_UTC),
    part=st.floats(0, 1),
    stated=st.none() | zones,
    beats=st.integers(0, 300),
)
def test_no_wrong_zone_is_known(
    seed: int,
    start: datetime,
    places: list[tuple[str, str, bool]],
    other: str,
    part: float,
    stated: str | None,
    beats: int,
) -> None:
    """Exports from several machines, one in UTC of a part of the events, a regular log: what is known is right."""
    events = system_events(seed, start, 16, timedelta(minutes=3))
    rng = random.Random(seed)
    files: dict[str, str | bytes] = {
        "WindowsAzure/Logs/WaAppAgent.log": agent_log([start + timedelta(minutes=m) for m in range(beats)])
    }
    if cut := events[: int(part * len(events))]:
        files[name("vm/System", other)] = export(other, cut, Exporter())
    for number, (zone, how, few) in enumerate(places):
        chosen = sorted(rng.sample(events, 5), key=lambda e: e.record_id) if few else events
        files[name(f"System{number}", how)] = export(how, chosen, Exporter(zone=zone))
    store, times = resolved(files, stated)
    for number, (zone, how, _) in enumerate(places):
        path = name(f"System{number}", how)
        own = times.exports[member_of(store, path)]
        assert not own.known or is_right(store, times, path, zone)


def nights(seed: int, zone: str, start: datetime) -> Story:
    """Three nights with backups, and a restart in between."""
    story = Story(
        WinVm(f"export {seed}", "SRV01", zone, agent=random.Random(seed).choice([AGENT_2019, AGENT_2025])), start
    )
    story.nights(2)
    story.rest(5)
    story.restart(story.now + timedelta(minutes=7), "explorer.exe", "SRV01\\admin", "Other (Planned)")
    story.nights(1)
    story.rest(4)
    return story


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), zone=zones, stated=st.none() | zones, how=st.sampled_from(LOCAL), start=starts)
def test_an_export_beside_the_agent_s_logs(seed: int, zone: str, stated: str | None, how: str, start: datetime) -> None:
    """No other export tells; backups and restarts, which both record, do."""
    story = nights(seed, "UTC", start)
    path = name("System", how)
    store, times = resolved(
        {path: export(how, story.log.events("System"), Exporter(zone=zone))} | story.azure(), stated
    )
    own = times.exports[member_of(store, path)]
    assert is_right(store, times, path, zone) or not own.known
    assert own.known or any(doubt in own.how for doubt in ("daylight saving", "fit alike", "nothing in the file tells"))


def test_restarts_and_backups_tell_a_workstation_in_another_zone() -> None:
    """systeminfo is the VM's; the export was made elsewhere."""
    story = nights(1, "Europe/Berlin", utc("2025-06-02 08:00:00"))
    files = {"System.csv": export("viewer-csv", story.log.events("System"), Exporter(zone="Asia/Kolkata"))}
    files |= {"systeminfo.txt": commands.systeminfo(story.vm, story.booted)} | story.azure()
    analysis = analyse(files)
    times, store = analysis.times, analysis.reading.store
    own = times.exports[member_of(store, "System.csv")]
    assert (own.name, own.known) == ("UTC+05:30", True)
    exported = [int(event.when.timestamp()) * 10**6 for event in story.log.events("System")]
    assert times.utc[member_of(store, "System.csv")].tolist() == exported[::-1]
    assert (times.zone.name, times.zone.known) == ("Europe/Berlin", True)
    assert times.how(store) == "the bundle says so (Europe/Berlin); UTC+05:30 for System.csv"
    (file,) = [f for f in analysis.to_json()["coverage"]["files"] if f["path"] == "System.csv"]
    assert file["note"].startswith("local time read as UTC+05:30: derived: it and the logs in UTC record ")
    assert not analysis.covers["event:System"].doubtful
    assert analysis.covers["event:System"].quality == "zone-assumed"


@pytest.mark.parametrize("stated", [None, "Europe/Berlin"])
def test_nothing_tells_where_it_was_exported(stated: str | None) -> None:
    """Then the VM's zone is taken, else UTC, and neither for sure."""
    events = system_events(3, utc("2025-06-02 08:00:00"), 20, timedelta(minutes=5))
    store, times = resolved({"System.csv": export("viewer-csv", events, Exporter(zone="Europe/Berlin"))}, stated)
    own = times.exports[0]
    assert (own.name, own.known) == (stated or "UTC", False)
    assert "nothing" in own.how
    assert is_right(store, times, "System.csv", "Europe/Berlin" if stated else "UTC")


def test_two_distances_that_fit_alike_are_none() -> None:
    """The twin was exported twice with an hour between: somebody wrote a daily job's events to both logs."""
    events = system_events(4, utc("2025-06-02 08:00:00"), 12, timedelta(minutes=20))
    later = [replace(e, when=e.when + timedelta(hours=1), record_id=e.record_id + 10_000) for e in events]
    files = {"a/System.csv": export("viewer-csv", events, Exporter(zone="Asia/Tokyo"))}
    files["b/System.evtx"] = export("evtx", sorted([*events, *later], key=lambda e: e.when), Exporter())
    store, times = resolved(files)
    own = times.exports[member_of(store, "a/System.csv")]
    assert (own.name, own.known) == ("UTC", False)
    assert own.how.startswith("not known, these fit alike: UTC+08:00, UTC+09:00; ")


def test_halves_of_the_day_that_are_lost() -> None:
    """PowerShell's ASCII made '?' of AM and PM: half of the stamps are twelve hours off, so no zone is sure."""
    events = system_events(5, utc("2025-06-02 00:00:00"), 40, timedelta(minutes=15))
    text = export("viewer-csv", events, Exporter(zone="Asia/Tokyo")).decode("utf-8").replace(" PM,", " AM,")
    files = {"a/System.csv": text.encode(), "b/System.evtx": export("evtx", events, Exporter())}
    store, times = resolved(files)
    assert not times.exports[member_of(store, "a/System.csv")].known


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_hour_that_the_clock_shows_twice(newest_first: bool) -> None:
    """The export's order tells which of the two is meant."""
    begin = utc("2025-10-25 22:00:00")
    events = system_events(6, begin, 60, timedelta(seconds=1))
    events = [replace(event, when=begin + timedelta(minutes=4 * n)) for n, event in enumerate(events)]
    local = export("viewer-csv", events if newest_first else events[::-1], Exporter(zone="Europe/Berlin"))
    store, times = resolved({"a/System.csv": local, "b/System.evtx": export("evtx", events, Exporter())})
    found = times.utc[member_of(store, "a/System.csv")].tolist()
    assert found[:: -1 if newest_first else 1] == [int(event.when.timestamp()) * 10**6 for event in events]


def test_one_export_tells_of_another() -> None:
    """Application.csv shares nothing with what is in UTC; a second export of it is known by the agent's log."""
    story = nights(2, "UTC", utc("2025-06-02 08:00:00"))
    rows = story.log.events("System")
    files = {"System.csv": export("viewer-csv", rows, Exporter(zone="America/New_York"))} | story.azure()
    files["mine/System-errors.txt"] = export(
        "wevtutil-text", [e for e in rows if e.kind.level < 4] or rows[::9], Exporter(zone="Asia/Tokyo")
    )
    store, times = resolved(files)
    own = times.exports[member_of(store, "mine/System-errors.txt")]
    assert own.known
    assert "stand in System.csv" in own.how
    assert is_right(store, times, "mine/System-errors.txt", "Asia/Tokyo")


def test_the_zone_of_the_exports_is_likely_the_vm_s() -> None:
    """setupapi.dev.log is local too, and nothing else tells."""
    events = system_events(7, utc("2025-01-02 08:00:00"), 30, timedelta(minutes=15))
    files: dict[str, str | bytes] = {
        "System.csv": export("viewer-csv", events, Exporter(zone="Asia/Tokyo")),
        "b/System.evtx": export("evtx", events, Exporter()),
    }
    files["Windows/INF/setupapi.dev.log"] = (
        ">>>  [Device Install]\r\n>>>  Section start 2025/01/02 17:05:06.143\r\n<<<  [Exit status: SUCCESS]\r\n"
    )
    _, times = resolved(files)
    assert (times.zone.name, times.zone.known) == ("UTC+09:00", False)
    assert times.zone.how.startswith("likely, not certain")


@pytest.mark.parametrize(
    ("offset", "zone", "known"),
    [
        ("+05:30", "UTC+05:30", True),
        ("+01:00", "UTC+01:00", False),
        ("+00:07", "UTC+00:07", True),
        ("one hour", "UTC", False),
    ],
)
def test_only_the_distance_of_standard_time_is_stated(offset: str, zone: str, known: bool) -> None:
    """In July most zones at +01:00 have daylight saving, and some have none."""
    log = {"var/log/dpkg.log": "2025-07-01 12:00:00 status x\n"}
    _, times = resolved(log, offset=offset)
    assert (times.zone.name, times.zone.known) == (zone, known)
    expected = {"+05:30": "06:30", "+01:00": "10:00", "+00:07": "11:53", "one hour": "12:00"}[offset]
    assert times.utc[0].tolist() == [int(utc(f"2025-07-01 {expected}:00").timestamp()) * 10**6]


def test_the_system_states_its_zone_in_an_event() -> None:
    """The newest of EventLog 6013 counts."""
    text = (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='EventLog'/>"
        "<EventID Qualifiers='32768'>6013</EventID><Level>4</Level><TimeCreated SystemTime='{when}'/>"
        "<EventRecordID>{record}</EventRecordID><Channel>System</Channel><Computer>SRV01</Computer></System><EventData>"
        "<Data></Data><Data></Data><Data></Data><Data></Data><Data>90000</Data><Data>60</Data><Data>{zone}</Data></EventData></Event>\n"
    )
    rows = [
        ("2025-03-01T12:00:00.0000000Z", 2, "480 Pacific Standard Time"),
        ("2025-03-02T12:00:00.0000000Z", 3, "-60 W. Europe Standard Time"),
    ]
    xml = "".join(text.format(when=when, record=record, zone=zone) for when, record, zone in reversed(rows))
    found = analyse(
        {"System.xml": xml, "Windows/INF/setupapi.dev.log": ">>>  Section start 2025/03/02 17:05:06.143\r\n"}
    )
    assert (found.times.zone.name, found.times.zone.known) == ("Europe/Berlin", True)
    assert found.facts["os.timezone"] == "Europe/Berlin"
    translated = xml.replace("W. Europe Standard Time", "Mitteleuropäische Zeit")
    assert analyse({"System.xml": translated}).facts["os.utc_offset"] == "+01:00"
    assert analyse({"System.xml": xml, "tzutil.txt": "Tokyo Standard Time\r\n"}).facts["os.timezone"] == "Asia/Tokyo"
