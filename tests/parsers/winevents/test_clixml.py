"""Objects that Export-Clixml wrote become the events that they were, from any piece of a file."""

from __future__ import annotations

import base64
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import NOT_A_TIME, Clock
from analyzer.parsers.winevents.clixml import read
from analyzer.parsers.winevents.event import LEVEL_CODES, Notes, WinEvent
from analyzer.parsers.winevents.markup import newlines
from analyzer.parsers.winevents.psobjects import LONGEST, plain
from analyzer.parsers.winevents.xmlevent import MOST_VALUES
from tests.shared import SHARED, needs

SAMPLES = SHARED / "samples" / "windows" / "clixml"
RECORD = "System.Diagnostics.Eventing.Reader.EventLogRecord"
OBJS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\r\n'
TEXTS = st.text(st.sampled_from("aZ0 _x\n\r&<>'\"é你😀\x03"), max_size=10)
STAMPS = {
    "2021-10-06T13:51:55.3244766-04:00": (1_633_542_715_324_476, Clock.UTC),
    "2024-05-02T03:12:11Z": (1_714_619_531_000_000, Clock.UTC),
    "2024-05-02T03:12:11.5": (1_714_619_531_500_000, Clock.LOCAL),
    "": (NOT_A_TIME, Clock.NONE),
}
FRAGMENTS = (
    *(
        "<",
        ">",
        '"',
        "&amp;",
        "_x000A_",
        "_xD83D_",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        " ",
        "5",
        "AQID",
        OBJS,
        "</Objs>",
    ),
    *(
        "<Obj>",
        '<Obj N="Properties" RefId="3">',
        "</Obj>",
        '<TN RefId="0">',
        "</TN>",
        '<TNRef RefId="0"/>',
        "<LST>",
        "</LST>",
    ),
    *(
        f"<T>{RECORD}</T>",
        "<Props>",
        "</Props>",
        "<MS>",
        '<I32 N="Id">',
        "</I32>",
        '<S N="Value">',
        "</S>",
        '<BA N="Data">',
    ),
)


def written(text: str) -> str:
    """A string as PowerShell writes it."""
    units = text.replace("_x", "_x005F_x").encode("utf-16-be")
    codes = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    plain_text = "".join(chr(c) if 32 <= c < 0xD800 else f"_x{c:04X}_" for c in codes)
    return plain_text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def element(tag: str, name: str, text: str) -> str:
    return f'<{tag} N="{name}">{text}</{tag}>' if text else f'<Nil N="{name}" />'


def record(event: WinEvent, stamp: str, first: bool, selected: bool) -> str:
    """An EventLogRecord. What was selected stands in <MS>, like the message of a whole one."""
    kind = f"Selected.{RECORD}" if selected else RECORD
    names = f'<TN RefId="0"><T>{kind}</T><T>System.Object</T></TN>' if first else '<TNRef RefId="0" />'
    level = next(number for number, level in LEVEL_CODES.items() if level == event.level)
    values = "".join(
        f'<Obj RefId="1"><TNRef RefId="9" /><ToString>EventProperty</ToString><Props><S N="Value">{written(v)}</S>'
        "</Props></Obj>"
        for _, v in event.data
    )
    if event.binary:
        values += f'<Obj RefId="1"><Props><BA N="Value">{_base64(event.binary)}</BA></Props></Obj>'
    properties = [
        element("I32", "Id", str(event.event_id)),
        element("By", "Level", str(level)),
        element("I64", "RecordId", str(event.record_id) if event.record_id else ""),
        element("S", "ProviderName", written(event.provider)),
        element("G", "ProviderId", event.guid),
        element("S", "LogName", written(event.channel)),
        element("S", "MachineName", event.computer),
        '<Obj N="UserId" RefId="7"><ToString>S-1-5-18</ToString><Props><S N="Value">S-1-5-18</S></Props></Obj>',
        element("DT", "TimeCreated", stamp),
        f'<Obj N="Properties" RefId="2"><TN RefId="8"><T>List</T></TN><LST>{values}</LST></Obj>',
    ]
    message = element("S", "Message", written(event.message))
    if selected:
        return f'<Obj RefId="5">{names}<MS>{"".join(properties)}{message}</MS></Obj>\r\n'
    return f'<Obj RefId="5">{names}<Props>{"".join(properties)}</Props><MS>{message}</MS></Obj>\r\n'


def entry(number: int) -> str:
    """An object of Get-EventLog."""
    return (
        '<Obj RefId="0"><TN RefId="0"><T>System.Diagnostics.EventLogEntry#system/VSS/8193</T></TN><Props>'
        '<S N="MachineName">vm1</S><BA N="Data">LQAg</BA><I32 N="Index">77</I32><I32 N="EventID">'
        f"{number}</I32>"
        '<Obj N="EntryType" RefId="1"><TN RefId="1"><T>System.Diagnostics.EventLogEntryType</T></TN>'
        '<ToString>Warning</ToString><I32>2</I32></Obj><S N="Message">text</S><S N="Source">VSS</S>'
        '<Obj N="ReplacementStrings" RefId="2"><TN RefId="2"><T>System.String[]</T></TN><LST><S>one</S><Nil />'
        f'<S>two</S></LST></Obj><I64 N="InstanceId">{0xC0000000 + number}</I64>'
        '<DT N="TimeGenerated">2024-05-02T03:12:11+02:00</DT></Props></Obj>'
    )


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()


@st.composite
def events(draw: st.DrawFn) -> tuple[WinEvent, str]:
    stamp = draw(st.sampled_from(list(STAMPS)))
    micros, clock = STAMPS[stamp]
    event = WinEvent(
        provider=draw(st.sampled_from(["VSS", "Microsoft-Windows-Eventlog"])),
        event_id=draw(st.integers(0, 65535)),
        micros=micros,
        clock=clock,
        level=draw(st.sampled_from(["critical", "error", "warning", "info", "verbose"])),
        channel=draw(st.sampled_from(["", "System", "Microsoft-Windows-CAPI2/Operational"])),
        record_id=draw(st.integers(0, 1 << 50)),
        guid=draw(st.sampled_from(["", "fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148"])),
        computer="vm1",
        data=[("", "" if v.isspace() else v) for v in draw(st.lists(TEXTS, max_size=3))],
        binary=draw(st.sampled_from(["", "00FF10"])),
        message=draw(TEXTS),
    )
    return event, stamp


def blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def of(data: bytes | str, size: int = 1 << 20) -> tuple[list[WinEvent], Notes]:
    notes = Notes()
    raw = data.encode() if isinstance(data, str) else data
    return list(read(blocks(raw, size), notes)), notes


def document(parts: list[tuple[WinEvent, str]], selected: bool = False) -> str:
    return OBJS + "".join(record(*part, first=i == 0, selected=selected) for i, part in enumerate(parts)) + "</Objs>"


def placed(parts: list[tuple[WinEvent, str]]) -> list[WinEvent]:
    """The events with their lines, and with line ends as XML has them."""
    return [
        replace(
            event,
            position=2 + i,
            data=[(name, newlines(text)) for name, text in event.data],
            message=newlines(event.message),
        )
        for i, (event, _) in enumerate(parts)
    ]


@given(
    st.lists(events(), max_size=4),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 999),
)
@settings(max_examples=100, deadline=None)
def test_what_was_exported_is_read(parts: list[tuple[WinEvent, str]], selected: bool, encoding: str, size: int) -> None:
    assert of(document(parts, selected).encode(encoding), size) == (placed(parts), Notes())


@given(st.lists(events(), min_size=1, max_size=3), st.data())
@settings(max_examples=100, deadline=None)
def test_any_cut_leaves_the_events_before_it(parts: list[tuple[WinEvent, str]], data: st.DataObject) -> None:
    text = document(parts)
    at = data.draw(st.integers(0, len(text)))
    found, notes = of(text[:at])
    complete = text[:at].count("</MS></Obj>")
    assert found[:complete] == placed(parts)[:complete]
    assert len(found) <= complete + 1
    assert len(found) == complete or notes.words == ["events without an end; what was whole of them is shown: 1"]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60), st.integers(1, 50))
@settings(max_examples=300, deadline=None)
def test_any_markup_is_read_the_same_in_any_blocks(fragments: list[str], size: int) -> None:
    data = "".join(fragments).encode()
    assert of(data, size) == of(data)


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_random_bytes_give_nothing(data: bytes) -> None:
    assert of(data)[0] == []


def test_long_documents_are_the_same_in_any_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [
        (WinEvent("VSS", i, *STAMPS["2024-05-02T03:12:11Z"], message="<>" * 50), "2024-05-02T03:12:11Z")
        for i in range(60)
    ]
    text = (
        document(parts)
        .replace("</Obj>\r\n", "</Obj><!-- <Obj> < -->\r\n")
        .replace("&lt;&gt;" * 50, f"<![CDATA[{'<>' * 50}]]>")
    )
    for piece in (7, 64, 1 << 18):
        monkeypatch.setattr("analyzer.parsers.winevents.codepage.PIECE", piece)
        assert of(text) == (placed(parts), Notes())


@pytest.mark.parametrize("name", ["E16", "E19"])
def test_samples(name: str) -> None:
    for kind in ("System", "Application"):
        events, notes = of(needs(SAMPLES / f"{name}-GetWinEventOldest{kind}.xml").read_bytes())
        assert [(event.channel, event.clock, bool(event.message)) for event in events] == [(kind, Clock.UTC, True)]
        assert notes == Notes()
        events, notes = of(needs(SAMPLES / f"{name}-GetWinEvent{kind}.xml").read_bytes())
        assert (events, notes.words) == ([], ["objects that are no events: 1"])


def test_a_classic_event_keeps_its_bytes() -> None:
    event = of(needs(SAMPLES / "E16-GetWinEventOldestApplication.xml").read_bytes())[0][0]
    assert (event.provider, event.event_id, event.data) == ("Microsoft-Windows-MSDTC", 4111, [])
    assert bytes.fromhex(event.binary).decode("utf-16-le") == "MSDTC"


def test_get_eventlog() -> None:
    assert of(OBJS + entry(8193) + "</Objs>")[0] == [
        WinEvent(
            provider="VSS",
            event_id=8193,
            micros=1_714_612_331_000_000,
            clock=Clock.UTC,
            level="warning",
            channel="System",
            position=2,
            record_id=77,
            computer="vm1",
            data=[("", "one"), ("", ""), ("", "two")],
            binary="2D0020",
            message="text",
        )
    ]


def test_a_time_that_was_made_a_string_is_read_by_its_order() -> None:
    texts = [entry(i).replace("2024-05-02T03:12:11+02:00", f"{i}/5/2024 3:12:11 PM") for i in (2, 13)]
    events, _ = of(OBJS + "".join(texts) + "</Objs>")
    assert [event.micros for event in events] == [1_714_662_731_000_000, 1_715_613_131_000_000]
    assert {event.clock for event in events} == {Clock.LOCAL}
    assert of(OBJS + texts[0].replace("2/5/2024 3:12:11 PM", "then"))[1].words == ["1 dates could not be read"]


def test_events_in_a_list_and_documents_after_one_another() -> None:
    inner = entry(1) + '<Obj RefId="4"><ToString>other</ToString></Obj>' + entry(2)
    text = f'{OBJS}<Obj RefId="0"><TN RefId="0"><T>System.Object[]</T></TN><LST>{inner}</LST></Obj></Objs>\n'
    events, notes = of(text * 2)
    assert [(event.event_id, event.position) for event in events] == [(1, 2), (2, 2), (1, 4), (2, 4)]
    assert notes == Notes()


def test_an_event_that_another_document_cuts_off_keeps_what_was_whole() -> None:
    broken = OBJS + entry(1)[: entry(1).index('<Obj N="ReplacementStrings"')]
    events, notes = of(broken + OBJS + entry(2))
    assert [(event.event_id, len(event.data)) for event in events] == [(1, 0), (2, 3)]
    assert notes.words == ["events without an end; what was whole of them is shown: 1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_x000D__x000A_b", "a\r\nb"),
        ("_xD83D__xDE00_", "😀"),
        ("_xD83D_", "\ufffd"),
        ("_x005F_x000A_", "_x000A_"),
        ("_x", "_x"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_entities_are_never_expanded() -> None:
    types = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert of(types + OBJS + entry(1).replace("<S>one</S>", "<S>&b;</S>"))[0][0].data[0] == ("", "&b;")


def test_memory_is_bounded() -> None:
    values = '<S N="Value">' + "A" * 1000 + "</S>"
    head, tail = entry(1).split("<S>one</S>")
    file = [OBJS, head, "<S>", *["A" * (1 << 20)] * 60, "</S>", *[values * 1000] * 30, tail, entry(2)]
    notes = Notes()
    tracemalloc.start()
    events = list(read((part.encode() for part in file), notes))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [event.event_id for event in events] == [1, 2]
    assert peak < 64 << 20
    many = of(OBJS + head + "<S>v</S>" * (2 * MOST_VALUES) + tail)[0][0]
    assert len(many.data) == MOST_VALUES


@pytest.mark.parametrize(
    "piece", ["<", "<<>", "<Obj>", "<S>", "<![CDATA[", "<!--", "</Obj>", f"<Obj><T>{RECORD}</T>", "<a '", "&"]
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    begun = time.process_time()
    of(OBJS + entry(1)[:-60] + piece * ((1 << 20) // len(piece)))
    assert time.process_time() - begun < 10


def test_limits_are_apart() -> None:
    text = OBJS + entry(1).replace("<S>one</S>", f"<S>{'A' * (LONGEST + 5)}</S>") + entry(2)
    assert [event.data[-1] for event in of(text)[0]] == [("", "two"), ("", "two")]
