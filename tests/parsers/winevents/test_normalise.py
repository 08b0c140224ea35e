"""An event's text: one layout, the same for every export, whatever the event holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers.winevents import normalise
from analyzer.parsers.winevents.event import WinEvent
from analyzer.parsers.winevents.rules import many, readers
from analyzer.parsers.winevents.tables import table

SCM = "Service Control Manager"
PROVIDERS = st.sampled_from([*table("providers")["providers"], "Contoso Agent", "", "a\nb"])
IDS = st.sampled_from(sorted({i for entry in table("fields")["event"] for i in entry.get("id", ())} | {0, 65535}))
WORDS = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from('0123456789abcdefx%{}-:"„“.\\\n\r \u200e，：/AZ'), max_size=60),
    st.sampled_from(
        [
            "%%1058",
            "0x80042313",
            "-2147212300",
            "The x service entered the stopped state.",
            "\n\nOperation:\n   A\n\nContext:\n   Writer Name: W",
            "The description for Event ID 1 from source x cannot be found.\n"
            "The following information was included with the event: \n\na\nb",
            "2024-05-02T03:12:11.5Z",
            "Name: a.exe, x: 1\nName: b.dll, x: 1\nCode: 0xc0000005",
        ]
    ),
)
EVENTS = st.builds(
    WinEvent,
    provider=PROVIDERS,
    event_id=IDS,
    event_source=st.sampled_from(["", "DCOM", "volsnap"]),
    guid=st.sampled_from(["", "{cb017cd2-1f37-4e65-82bc-3e91f6a37559}", "no guid"]),
    data=st.lists(st.tuples(st.sampled_from(["", "param1", "ErrorCode", "a\nb"]), WORDS), max_size=8),
    binary=st.one_of(st.text(st.sampled_from("0123456789ABCDEF"), max_size=120), st.sampled_from(["", "xyz", "0"])),
    message=st.one_of(st.just(""), WORDS),
)


@given(EVENTS)
def test_any_event_has_a_text_and_always_the_same(event: WinEvent) -> None:
    text = normalise.text(event)
    normalise._texts.clear()
    assert text == normalise.text(event) == normalise.text(replace(event))
    head = f"{normalise.provider(event)} {event.event_id}: "
    assert text.startswith(head)
    assert text.split("\n")[0] != head.rstrip(), "the first line says something"
    assert "\r" not in text
    assert "\u200e" not in text
    assert "\0" not in text


@given(EVENTS)
def test_derived_fields_have_one_line_and_come_once(event: WinEvent) -> None:
    known = readers()
    event.message = ""
    lines = normalise.text(event).split("\n")[1:]
    derived = lines[: len(lines) - sum(value.strip().count("\n") + 1 for _, value in _values(event) if value.strip())]
    names = [line[2:].partition("=")[0] for line in derived]
    assert all(line.startswith("  ") and name in known for line, name in zip(derived, names, strict=True))
    assert all(names.count(name) == 1 for name in names if name not in many())
    assert len(set(derived)) == len(derived)
    assert names == sorted(names, key=list(known).index), "in the order of the table"


def _values(event: WinEvent) -> list[tuple[str, str]]:
    return [(name, normalise.plain(value)) for name, value in event.data]


def test_the_message_comes_first_then_fields_then_values() -> None:
    event = WinEvent(
        SCM,
        7000,
        data=[("param1", "Volumeschattenkopie"), ("param2", "%%1058"), ("empty", ""), ("", "a\r\nb\n")],
        message="\r\nDer Dienst wurde nicht gestartet:\r\nEr ist deaktiviert.\r\n\r\n",
    )
    assert normalise.text(event) == (
        "Service Control Manager 7000: Der Dienst wurde nicht gestartet:\n"
        "Er ist deaktiviert.\n"
        "  service=VSS\n"
        "  code=0x80070422 ERROR_SERVICE_DISABLED: the service is disabled\n"
        "  param1=Volumeschattenkopie\n"
        "  param2=%%1058\n"
        "  data3=a\n"
        "    b"
    )


def test_without_a_message_our_own_words_stand_there() -> None:
    event = WinEvent(SCM, 7031, data=[("param1", "RdAgent"), ("param2", "3"), ("param5", "Restart the service")])
    assert normalise.text(event).split("\n")[0] == (
        "Service Control Manager 7031: service RdAgent ended unexpectedly, time 3; next: Restart the service"
    )
    event.data = event.data[:2]
    assert normalise.text(event).split("\n")[0] == (
        "Service Control Manager 7031: service RdAgent ended unexpectedly, time 3"
    )


def test_an_event_without_words_shows_its_values() -> None:
    event = WinEvent("Contoso Agent", 7, data=[("", "one"), ("x", ""), ("y", " two\n lines ")])
    assert normalise.text(event) == "Contoso Agent 7: one | two lines\n  data0=one\n  y=two\n     lines"
    many_values = WinEvent("Contoso Agent", 7, data=[("", str(i)) for i in range(40)])
    assert normalise.text(many_values).split("\n")[0].endswith("| 11 …")
    assert normalise.text(WinEvent("Contoso Agent", 7)) == f"Contoso Agent 7: {normalise.NO_TEXT}"


def test_marks_of_writing_direction_are_gone() -> None:
    event = WinEvent("EventLog", 6008, data=[("", "1:34:44 PM"), ("", "\u200e8/\u200e25/\u200e2015")])
    assert "  data1=8/25/2015" in normalise.text(event).split("\n")


@pytest.mark.parametrize(
    ("name", "source", "guid", "expected"),
    [
        ("Microsoft-Windows-DistributedCOM", "DCOM", "", "DCOM"),
        ("Volsnap", "volsnap", "{cb017cd2-1f37-4e65-82bc-3e91f6a37559}", "volsnap"),
        ("", "", "CB017CD2-1F37-4E65-82BC-3E91F6A37559", "volsnap"),
        ("MICROSOFT-WINDOWS-KERNEL-POWER", "", "", "Kernel-Power"),
        ("Microsoft-Windows-WER-SystemErrorReporting", "BugCheck", "", "BugCheck"),
        ("Disk", "", "", "disk"),
        ("Microsoft-Windows-Ntfs", "Ntfs", "", "Ntfs"),
        ("MSSQL$PROD", "", "", "MSSQLSERVER"),
        ("W32Time", "", "", "Time-Service"),
        ("Something-New", "VSS", "", "VSS"),
        ("Contoso Agent", "Contoso", "{00000000-0000-0000-0000-000000000000}", "Contoso Agent"),
        ("", "Contoso", "", "Contoso"),
        ("", "", "", "unknown"),
        ("two\n lines", "", "", "two lines"),
    ],
)
def test_a_provider_has_one_spelling(name: str, source: str, guid: str, expected: str) -> None:
    assert normalise.provider(WinEvent(name, 1, event_source=source, guid=guid)) == expected


@pytest.mark.parametrize(
    "message",
    [
        "The description for Event ID 7000 from source Service Control Manager cannot be found. Either the component "
        "is not installed.\r\n\r\nThe following information was included with the event: \r\n\r\nVolume Shadow Copy\r\n"
        "%%1058\r\n\r\nThe message resource is present but the message was not found in the message table\r\n",
        "The description for Event ID '7000' in Source 'Service Control Manager' cannot be found.  The local computer "
        "may not have the necessary registry information.  The following information is part of the event:"
        "'Volume Shadow Copy', '%%1058'",
        "Die Beschreibung für die Ereignis-ID 7000 aus der Quelle Service Control Manager wurde nicht gefunden.\n\n"
        "Die folgenden Informationen wurden mit dem Ereignis gespeichert: \n\nVolumeschattenkopie\n%%1058\n",
    ],
)
def test_a_message_that_could_not_be_made_gives_its_values(message: str) -> None:
    text = normalise.text(WinEvent(SCM, 7000, message=message))
    assert text.startswith("Service Control Manager 7000: service VSS did not start: 0x80070422 ")
    assert "  data1=%%1058" in text


def test_no_more_is_kept_than_a_hostile_export_may_cost() -> None:
    for number in range(30_000):
        normalise.text(WinEvent(f"p{number}" * 20, number))
    assert len(normalise._known) <= normalise._MOST_PLANS
    assert len(normalise._texts) <= normalise._MOST_TEXTS


@pytest.mark.parametrize(
    ("provider", "lines"),
    [
        ("MSSQL$PROD", ["MSSQLSERVER 3041: words", "  instance=MSSQL$PROD"]),
        ("MSSQLSERVER", ["MSSQLSERVER 3041: words"]),
    ],
)
def test_the_instance_of_a_program_stays_known(provider: str, lines: list[str]) -> None:
    assert normalise.text(WinEvent(provider, 3041, message="words")).split("\n") == lines
