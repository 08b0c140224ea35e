"""Event XML is read as lxml reads it, from any piece of a file, in bounded memory, whatever was done to it."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.lines.stamp import Clock
from analyzer.parsers.winevents.event import Notes, WinEvent
from analyzer.parsers.winevents.xml import LONGEST, read
from analyzer.parsers.winevents.xmlevent import MOST_VALUES, event_of
from analyzer.parsers.winevents.xmlordinary import ORDINARY, event_of_match
from tests.parsers.winevents import xmlwriter
from tests.shared import SHARED, needs

SAMPLES = SHARED / "samples" / "windows" / "derived"
COUNTS = {
    "eventviewer-saveas.xml": 412,
    "eventviewer-truncated.xml": 412,
    "wevtutil-qe-noroot.xml": 412,
    "wevtutil-qe-noroot-utf16le.xml": 60,
}
START = f"<Event xmlns='{xmlwriter.NAMESPACE}'>"
SYSTEM = (
    "<System><Provider Name='Service Control Manager'/><EventID Qualifiers='16384'>7036</EventID><Level>4</Level>"
    "<TimeCreated SystemTime='2024-05-02T03:12:11.1234567Z'/><EventRecordID>{}</EventRecordID>"
    "<Channel>System</Channel><Computer>vm1</Computer></System>"
)
FRAGMENTS = (
    *("<", ">", "/", "'", '"', "&", "&amp;", "&x;", "&#0;", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "\r", "\n"),
    *("<Events>", "</Events>", "<Event>", START, "</Event>", "<Event/>", "<e:Event>", "</e:Event>", "Event", "\0", "é"),
    *("<System>", "</System>", SYSTEM.format(1), "<EventID>5</EventID>", "<Provider Name='x'/>", "<Data Name=", "7"),
    *("<EventData>", "</EventData>", "<Data>", "</Data>", "<UserData>", "<RenderingInfo>", "<Message>", "<!DOCTYPE "),
)


def one(number: int, data: str = "<EventData><Data>a</Data></EventData>") -> str:
    return f"{START}{SYSTEM.format(number)}{data}</Event>"


def blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def of(data: bytes | str, size: int = 1 << 20) -> tuple[list[WinEvent], Notes]:
    notes = Notes()
    raw = data.encode() if isinstance(data, str) else data
    return list(read(blocks(raw, size), notes)), notes


def records(data: bytes | str) -> list[int]:
    return [event.record_id for event in of(data)[0]]


@given(st.lists(st.tuples(xmlwriter.events(), st.sampled_from(["", "\n", "\r\n", " \n\n"])), max_size=3), st.data())
@settings(max_examples=80, deadline=None)
def test_a_document_is_read_as_lxml_reads_it(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    head = data.draw(st.sampled_from(["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>\r\n<Events>', "<Root>\n"]))
    tail = "</Events>" if "<Events>" in head else "</Root>" if head else ""
    text, expected = head, []
    for event, between in parts:
        expected.append(replace(xmlwriter.by_lxml(event), position=text.count("\n") + 1))
        text += event + between
    text += tail
    found, notes = of(text, data.draw(st.integers(1, len(text) + 1)))
    assert found == expected
    assert notes == Notes()


@given(xmlwriter.events(ordinary=True))
@settings(max_examples=150, deadline=None)
def test_the_pattern_and_the_walk_give_the_same(text: str) -> None:
    match = ORDINARY.fullmatch(text)
    expected = event_of(text)
    assert expected == xmlwriter.by_lxml(text)
    assert match is None or event_of_match(match) == expected


def test_the_pattern_fits_what_windows_writes() -> None:
    lines = needs(SAMPLES / "wevtutil-qe-noroot.xml").read_text("utf-8").splitlines()
    fits = [line for line in lines if ORDINARY.fullmatch(line)]
    assert len(fits) > 0.85 * len(lines)
    assert [event_of(line) for line in fits] == [event_of_match(m) for line in fits if (m := ORDINARY.match(line))]


@pytest.mark.parametrize("name", COUNTS)
def test_samples(name: str) -> None:
    data = needs(SAMPLES / name).read_bytes()
    events, notes = of(data)
    assert len(events) == COUNTS[name]
    assert notes.unread == 0
    assert all(event.provider and event.clock == Clock.UTC and event.record_id for event in events[:-1])
    assert bool(notes.words) == ("truncated" in name)
    assert all(of(data, size) == (events, notes) for size in (997, 1 << 16))


def test_samples_are_the_same_events_in_either_shape() -> None:
    first, second, third = (of(needs(SAMPLES / name).read_bytes())[0] for name in list(COUNTS)[::2] + list(COUNTS)[3:])
    strip = [replace(event, position=0) for event in first]
    assert strip == [replace(event, position=0) for event in second]
    assert strip[:60] == [replace(event, position=0) for event in third]


@given(st.lists(xmlwriter.events(ordinary=True), min_size=1, max_size=4), st.data())
@settings(max_examples=100, deadline=None)
def test_any_cut_leaves_the_other_events(parts: list[str], data: st.DataObject) -> None:
    text = "\n".join(parts)
    whole, _ = of(text)
    starts = [sum(len(part) + 1 for part in parts[:i]) for i in range(len(parts))]
    ends = [start + len(part) for start, part in zip(starts, parts, strict=True)]
    at = data.draw(st.integers(0, len(text)))
    front, notes = of(text[:at])
    complete = sum(end <= at for end in ends)
    assert front[:complete] == whole[:complete]
    assert len(front) <= complete + 1
    assert notes.words or at in (0, *ends, *starts) or at - starts[complete] < len("<Event ")
    back, _ = of(text[at:])
    intact = [event for event, start in zip(whole, starts, strict=True) if start >= at]
    assert [replace(event, position=0) for event in back] == [replace(event, position=0) for event in intact]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60), st.integers(1, 50))
@settings(max_examples=400, deadline=None)
def test_any_markup_is_read_the_same_in_any_blocks(fragments: list[str], size: int) -> None:
    data = "".join(fragments).encode()
    assert of(data, size) == of(data)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_random_bytes_give_nothing(data: bytes) -> None:
    assert of(data)[0] == []


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_sample_costs_only_what_was_hit(data: st.DataObject) -> None:
    raw = needs(SAMPLES / "wevtutil-qe-noroot.xml").read_bytes()[:30_000]
    start = data.draw(st.integers(0, len(raw)))
    junk = data.draw(st.text(st.sampled_from("<>/'\"&; =aé\0\n"), max_size=300)).encode()
    end = min(len(raw), start + data.draw(st.integers(0, 300)))
    whole = {event.record_id for event in of(raw)[0]}
    found = [event.record_id for event in of(raw[:start] + junk + raw[end:])[0]]
    assert len(set(found) & whole) >= len(whole) - 3


def test_invalid_utf8_costs_characters_only() -> None:
    clean = "".join(one(i, "<EventData><Data>für</Data></EventData>") for i in range(20)).encode()
    broken = clean + one(20).encode().replace(b">a<", b">a\xff\xfeb<") + one(21).encode()
    events, notes = of(broken)
    assert [event.record_id for event in events] == list(range(22))
    assert events[20].data == [("", "a\ufffd\ufffdb")]
    assert notes.words


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    assert records("\r\n".join(one(i) for i in range(3)).encode(encoding)) == [0, 1, 2]


def test_documents_after_one_another() -> None:
    document = f'\ufeff<?xml version="1.0" encoding="utf-16"?>\n<Events>{one(1)}</Events>\n'
    events, notes = of(document * 3)
    assert [(event.record_id, event.position) for event in events] == [(1, 2), (1, 4), (1, 6)]
    assert notes == Notes()


def test_an_event_that_another_one_cuts_off_keeps_what_was_whole() -> None:
    broken = one(1, "<EventData><Data>whole</Data><Data>hal")[: -len("</Event>")]
    events, notes = of(broken + one(2))
    assert [(event.record_id, event.data) for event in events] == [(1, [("", "whole")]), (2, [("", "a")])]
    assert notes.words == ["events without an end; what was whole of them is shown: 1"]


def test_an_element_called_event_inside_an_event_ends_nothing() -> None:
    events, _ = of(one(1, "<UserData><Event xmlns='urn:x'><Leaf>v</Leaf><Event/></Event></UserData>") + one(2))
    assert [(event.record_id, event.data) for event in events] == [
        (1, [("Leaf", "v"), ("Event", "")]),
        (2, [("", "a")]),
    ]


def test_half_a_number_is_no_number() -> None:
    text = one(12345)
    events, _ = of(text[: text.index("2345</EventRecordID>")])
    assert events[0].record_id == 0
    assert events[0].event_id == 7036
    assert of(text[: text.index("36</EventID>")])[0] == []


def test_what_stands_between_events_is_counted() -> None:
    _, notes = of("C:\\>wevtutil qe System\n" + one(1) + "junk" + one(2))
    assert notes.unread == len("C:\\>wevtutil") + len("qe") + len("System") + len("junk")
    assert of(one(1, "<EventData><Data>a")[:300])[1].unread == 0


@pytest.mark.parametrize(
    "junk", ["<>", "</>", "< a>", "<!", "<!-- ", "<!DOCTYPE [", "<!x>", "<?xml ", "<a", "<![CDATA[", "]]>", "\0" * 4096]
)
def test_junk_between_events_costs_none(junk: str) -> None:
    assert records(junk + one(1) + junk + one(2) + junk) == [1, 2]
    assert records(one(1, f"<EventData><Data>{junk}</Data></EventData>") + one(2)) == [1, 2]


def test_entities_are_never_expanded() -> None:
    bomb = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    outside = '<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY e "<Event/>">]>'
    data = "<EventData><Data Name='&j;'>&j;&f;&amp;</Data></EventData>"
    for text in (bomb + outside + "<Events>" + one(1, data), one(1, bomb + outside + data), one(1, data)):
        events, notes = of(text)
        assert [event.data[-1] for event in events] == [("&j;", "&j;&f;&")]
        assert ("a document type declaration was not followed" in notes.words) == text.startswith("<!DOCTYPE")


@pytest.mark.parametrize("size", [1 << 20, LONGEST + 10])
def test_huge_attributes(size: int) -> None:
    events, notes = of(one(1, f"<EventData><Data Name='{'x' * size}'>v</Data></EventData>") + one(2))
    assert [event.record_id for event in events] == [1, 2]
    if size < LONGEST:
        assert events[0].data == [("x" * size, "v")]
        assert notes.words == []
    else:
        assert events[0].data == []
        assert "longer than" in notes.words[0]


def test_memory_is_bounded_by_an_event_of_100_megabytes() -> None:
    head = one(1, "<EventData><Data>first</Data><Data>")[: -len("</Event>")].encode()
    file = [one(0).encode(), head, *[b"A" * (1 << 20)] * 100, b"</Data></EventData></Event>", one(2).encode()]
    notes = Notes()
    tracemalloc.start()
    events = list(read(iter(file), notes))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [event.record_id for event in events] == [0, 1, 2]
    assert events[1].data == [("", "first")]
    assert "events longer than 4 Mi characters; what follows is not shown: 1" in notes.words
    assert notes.unread > 90 << 20
    assert peak < 64 << 20


def test_values_of_one_event_are_bounded() -> None:
    for data in ("<Data/>" * 100_000, "<Data/>" * 100_000 + "<Other/>"):
        assert len(of(one(1, f"<EventData>{data}</EventData>"))[0][0].data) == MOST_VALUES
    assert len(of(one(1, "<UserData>" + "<a b='c'/>" * 100_000 + "</UserData>"))[0][0].data) == MOST_VALUES


@pytest.mark.thorough
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<",
            "<Event ",
            START,
            "<Event><System>",
            START + "<System></System><RenderingInfo>",
            "<a ",
            "<a '",
            "<![CDATA[",
        ),
        *(
            "<!--",
            "<?",
            "<!DOCTYPE [",
            "&#",
            "</",
            "</Event>",
            one(1)[:-8],
            "<Data Name='",
            "<x>",
            " ",
            "e:",
            "<e:e:Event",
        ),
    ],
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    size = 1 << 20
    begun = time.process_time()
    of(piece * (size // len(piece)))
    of(one(1)[: -len("</EventData></Event>")] + piece * (size // len(piece)))
    assert time.process_time() - begun < 10
