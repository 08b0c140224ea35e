"""Tables of the Event Viewer come back as they were written, in every language, and damage costs its own rows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.viewer import read
from tests.parsers.winevents.regions import BY_NAME, REGIONS, Region
from tests.parsers.winevents.textwriter import events_in, micros, read_all, seen, viewer, when

FIELDS = ("provider", "event_id", "level", "micros", "clock", "message")
UNICODE = ("utf-8", "utf-8-sig", "utf-16")
HEAD = "Level,Date and Time,Source,Event ID,Task Category\n"
ROW = "Error,1/21/2024 2:05:11 AM,VSS,12289,None,{}\n"


def messages(text: str) -> list[str]:
    return [event.message for event in read_all(read, text.encode())[0]]


@settings(max_examples=60)
@given(st.data())
def test_what_was_written_is_read(data: st.DataObject) -> None:
    region: Region = data.draw(st.sampled_from(REGIONS))
    events = data.draw(events_in(region))
    delimiter = data.draw(st.sampled_from([",", ";", "\t"]))
    encoding = data.draw(st.sampled_from((*UNICODE, *region.codepages)))
    text = viewer(events, region, delimiter).replace("\n", data.draw(st.sampled_from(["\n", "\r\n"])))
    got, notes = read_all(read, text.encode(encoding, "replace"), data.draw(st.integers(1, 3000)))
    wanted = events
    if not any(day > 12 for day in (when(event).day for event in events)) and region.name == "en-US":
        got, wanted = _without_time(got), _without_time(events)  # the months may be days
    assert seen(got, *FIELDS) == seen(wanted, *FIELDS)
    assert notes.unread == 0


def _without_time(events: list[WinEvent]) -> list[WinEvent]:
    for event in events:
        event.micros = 0
    return events


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_any_size_of_blocks_gives_the_same(region: Region) -> None:
    rows = [
        WinEvent("VSS", n, micros=1_700_000_000_000_000 + n * 10**9, message=f'{region.phrases[0]}, "{n}"\n{n}')
        for n in range(500)
    ]
    data = viewer(rows, region).replace("\n", "\r\n").encode(region.codepages[-1], "replace")
    whole = read_all(read, data, len(data))
    assert len(whole[0]) == 500
    for size in (1, 7, 4096):
        assert read_all(read, data, size) == whole


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nothing_makes_it_raise(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    good = viewer(data.draw(events_in(region, 4)), region).encode(data.draw(st.sampled_from(UNICODE)))
    at = data.draw(st.integers(0, len(good)))
    junk = data.draw(st.binary(max_size=60) | st.sampled_from([b'"', b'""', b"\n", b",", b"\0", b"\xff\xfe", b"\r"]))
    for hostile in (junk, good[:at] + junk + good[at:], good[at:], good[:at]):
        events, notes = read_all(read, hostile)
        assert all(0 <= event.event_id <= 0xFFFF for event in events)
        assert notes.unread >= 0


def test_columns_that_the_user_added_stand_before_the_message() -> None:
    head = "Nível,Data e Hora,Fonte,Identificação do Evento,Categoria da Tarefa,Usuário,Log,Computador\n"
    row = 'Aviso,27/10/2021 12:28:26,disk,153,Nenhum,N/D,System,vm01,"O E/S, de novo"\n'
    (event,), _ = read_all(read, (head + row).encode("utf-8-sig"))
    assert (event.channel, event.computer, event.level) == ("System", "vm01", "warning")
    assert (event.message, event.position) == ("O E/S, de novo", 2)


def test_columns_in_another_order_are_found_by_their_labels_or_by_what_they_hold() -> None:
    row = "27.10.2021 12:28:26,7036,Service Control Manager,Fehler,Keine,gestoppt\n"
    for labels in ("Datum und Uhrzeit,Ereignis-ID,Quelle,Ebene,Aufgabenkategorie\n", "Dag,Nr,Kjelde,Grad,Slag\n"):
        (event,), _ = read_all(read, (labels + row * 1).encode())
        assert (event.provider, event.event_id, event.level) == ("Service Control Manager", 7036, "error")
        assert event.message == "gestoppt"


def test_the_security_log_has_keywords_instead_of_levels() -> None:
    head = "Schlüsselwörter,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\n"
    row = "Überwachung gescheitert,27.10.2021 12:28:26,Microsoft-Windows-Security-Auditing,4625,Logon,x\n"
    (event,), notes = read_all(read, (head + row).encode())
    assert (event.event_id, event.level, notes.words) == (4625, "info", [])


def test_windows_2003_wrote_no_labels() -> None:
    row = "1/21/2004,2:05:11 PM,EventLog,{},None,6008,N/A,SRV1,The previous shutdown, at 1:00, was unexpected.\n"
    events, _ = read_all(read, (row.format("Error") + row.format("Success Audit")).encode("cp1252"))
    assert [(e.level, e.event_id, e.computer) for e in events] == [("error", 6008, "SRV1"), ("info", 6008, "SRV1")]
    assert when(events[0]).isoformat() == "2004-01-21T14:05:11"
    assert events[0].message == "The previous shutdown, at 1:00, was unexpected."


def test_a_message_that_nobody_quoted_keeps_its_lines_tabs_and_quotes() -> None:
    text = (HEAD + ROW.format('one\n\n"two" of\n three, four') + ROW.format("next")).replace(",", "\t")
    assert messages(text) == ['one\n\n"two" of\n three\t four', "next"]


def test_broken_quotes_cost_no_other_row() -> None:
    rows = [ROW.format('"fine, ""quoted"""'), ROW.format('"never closed\nmore'), ROW.format('"a "bare" quote\nand on"')]
    events, notes = read_all(read, (HEAD + "".join(rows) + ROW.format('"cut')).encode())
    wanted = ['fine, "quoted"', "never closed\nmore", 'a "bare" quote\nand on', "cut"]
    assert [event.message for event in events] == wanted
    assert [event.position for event in events] == [2, 3, 5, 7]
    assert notes.words[-1] == "the quotes of 3 rows are broken"


def test_a_message_longer_than_csv_allows_is_read() -> None:
    long = "line of text\n" * 20_000
    assert messages(HEAD + ROW.format(f'"{long}"') + ROW.format("x"))[1:] == ["x"]


def test_labels_that_stand_twice_are_no_event() -> None:
    events, notes = read_all(read, ((HEAD + ROW.format("x")) * 2).encode())
    assert len(events) == 2
    assert (events[1].position, notes.unread) == (4, 0)


def test_unknown_levels_and_dates_are_said() -> None:
    row = "Wichtig,1445/07/09 02:05:11,VSS,1,None,x\n"
    (event,), notes = read_all(read, (HEAD + row).encode())
    assert (event.micros, event.clock, event.level) == (NOT_A_TIME, Clock.NONE, "info")
    assert notes.words == ["levels in words that are not known, read as info: 'Wichtig'", "1 dates could not be read"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "hostile",
    [
        HEAD + 'Error,1/1/2024 1:00:00 AM,s,1,None,"x\n' * 40_000,
        HEAD + ROW.format('"open') + '""\n' * 400_000,
        HEAD + ROW.format("x") + '"' * 3_000_000,
        "," * 3_000_000,
        HEAD + ROW.format("x") + "y\n" * 1_000_000,
        "a,b,c,d,e\n" * 100_000,
    ],
    ids=["open quotes", "empty quotes", "quotes", "commas", "continuation", "no events"],
)
def test_hostile_tables_take_no_time(hostile: str) -> None:
    began = time.process_time()
    events, _ = read_all(read, hostile.encode())
    assert time.process_time() - began < 10
    assert max((len(event.message) for event in events), default=0) < 2 << 20


def test_speed() -> None:
    rows = [WinEvent("VSS", n & 0xFFFF, micros=n * 10**9, message="a\nb, c") for n in range(20_000)]
    data = viewer(rows, BY_NAME["de-DE"]).encode()
    began = time.process_time()
    assert len(read_all(read, data)[0]) == 20_000
    assert time.process_time() - began < 6  # half a second is enough


def test_times_are_the_wall_clock_of_the_machine_that_exported() -> None:
    (event,), _ = read_all(read, (HEAD + ROW.format("x")).encode())
    assert (event.clock, when(event).isoformat()) == (Clock.LOCAL, "2024-01-21T02:05:11")
    assert micros(when(event)) == event.micros
