"""Exports of the registry, setup's streams of events and .NET's configuration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers.windows import dotnet_config, registry_export, setup_events
from analyzer.parsers.windows.registry_value import of_query, of_reg, spelled

REG = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\vss]
"Start"=dword:00000004
"ImagePath"=hex(2):25,00,53,00,79,00,73,00,74,00,65,00,6d,00,52,00,6f,00,6f,00,\
  74,00,25,00,00,00

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine\Guest]
@="a \"quoted\" \\ value"
"GuestAgentVersion"="2.7.41491.1102"
"Several"=hex(7):61,00,00,00,62,00,00,00,00,00
"Bytes"=hex:de,ad
"Quad"=hex(b):01,00,00,00,00,00,00,00

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\SubSystems]
"Windows"="%SystemRoot%\\csrss.exe SharedSection=1024,20480,768 Windows=On"

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\TimeZoneInformation]
"TimeZoneKeyName"="W. Europe Standard Time"

[HKEY_LOCAL_MACHINE\SOFTWARE\X]
"DefaultPassword"="hunter2"
"""
QUERY = r"""
HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\vss
    Start    REG_DWORD    0x4
    ImagePath    REG_EXPAND_SZ    %SystemRoot%

HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Virtual Machine\Guest
    (Standard)    REG_SZ    a "quoted" \ value
    GuestAgentVersion    REG_SZ    2.7.41491.1102
    Several    REG_MULTI_SZ    a\0b
    Bytes    REG_BINARY    DEAD
    Quad    REG_QWORD    0x1

HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\SubSystems
    Windows    REG_EXPAND_SZ    %SystemRoot%\csrss.exe SharedSection=1024,20480,768 Windows=On

HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\TimeZoneInformation
    TimeZoneKeyName    REG_SZ    W. Europe Standard Time

HKEY_LOCAL_MACHINE\SOFTWARE\X
    DefaultPassword    REG_SZ    hunter2
"""
JSON = r"""{"HKEY_LOCAL_MACHINE": {"SYSTEM\\ControlSet001\\Services\\vss": {"Start": 4, "ImagePath": "%SystemRoot%"}},
"HKLM\\SOFTWARE\\Microsoft\\Virtual Machine\\Guest": {"(default)": "a \"quoted\" \\ value",
"GuestAgentVersion": "2.7.41491.1102", "Several": ["a", "b"], "Bytes": "hex:dead", "Quad": "1"},
"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\SubSystems\\Windows":
"%SystemRoot%\\csrss.exe SharedSection=1024,20480,768 Windows=On",
"HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation\\TimeZoneKeyName": "W. Europe Standard Time",
"HKLM\\SOFTWARE\\X\\DefaultPassword": "hunter2"}"""
TOLD = {
    r"registry HKLM\SYSTEM\CurrentControlSet\Services\vss\Start = 4",
    r"registry HKLM\SYSTEM\CurrentControlSet\Services\vss\ImagePath = %SystemRoot%",
    r'registry HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest\(default) = a "quoted" \ value',
    r"registry HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest\GuestAgentVersion = 2.7.41491.1102",
    r"registry HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest\Several = a | b",
    r"registry HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest\Bytes = hex:dead",
    r"registry HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest\Quad = 1",
    r"registry HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\SubSystems\Windows = "
    r"%SystemRoot%\csrss.exe SharedSection=1024,20480,768 Windows=On",
    r"registry HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation\TimeZoneKeyName = W. Europe Standard Time",
    r"registry HKLM\SOFTWARE\X\DefaultPassword = <redacted>",
    "service VSS: start disabled",
}


@pytest.mark.parametrize("text", [REG, QUERY, JSON, REG.replace("\n", "\r\n"), QUERY.replace("\n", "\r\n")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_export_tells_the_same(text: str, encoding: str) -> None:
    result = registry_export.parse("x", text.encode(encoding))
    assert {event.text for event in result.events} == TOLD
    assert result.facts == {
        "windows.service.VSS.start": "disabled",
        "windows.agent_version": "2.7.41491.1102",
        "registry.guest_agent_version": "2.7.41491.1102",
        "registry.shared_section": 768,
        "os.timezone": "Europe/Berlin",
    }


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002\X", r"HKLM\SYSTEM\CurrentControlSet\X"),
        (r"hklm:\SOFTWARE\X" + "\\", r"HKLM\SOFTWARE\X"),
        (r"HKEY_USERS\S-1-5-18", r"HKU\S-1-5-18"),
    ],
)
def test_keys_have_one_spelling(written: str, key: str) -> None:
    assert spelled(written) == key


NAMES = st.from_regex(r"[A-Za-z][\w .-]{0,12}\w", fullmatch=True)
DATA = st.one_of(st.integers(0, 2**32 - 1), st.from_regex(r"[A-Za-z%][ -~]{0,20}[a-z]", fullmatch=True))


@given(st.lists(st.tuples(NAMES, DATA), min_size=1, max_size=10, unique_by=lambda pair: pair[0]))
def test_reg_and_query_tell_the_same(values: list[tuple[str, int | str]]) -> None:
    reg = ["REGEDIT4", "", r"[HKEY_LOCAL_MACHINE\SOFTWARE\A]"]
    query = ["", r"HKEY_LOCAL_MACHINE\SOFTWARE\A"]
    for name, data in values:
        if isinstance(data, int):
            reg.append(f'"{name}"=dword:{data:08x}')
            query.append(f"    {name}    REG_DWORD    {data:#x}")
        else:
            escaped = data.replace("\\", "\\\\").replace('"', '\\"')
            reg.append(f'"{name}"="{escaped}"')
            query.append(f"    {name}    REG_SZ    {data}")
    told = [[(v.key, v.name, v.data) for v in read] for read in (of_reg("\n".join(reg)), of_query("\n".join(query)))]
    assert told[0] == told[1] == [(r"HKLM\SOFTWARE\A", name, data) for name, data in values]


STREAM = """<Event time="2025-12-12T12:49:05.123Z" category="INFO" source="Agent"><Set name="A" path="C:\\x"/></Event>
<Event time="2025-12-12T12:49:06.000Z" category="ERROR" source="Setup">
  <UnhandledError><Message>failed</Message><Number>-2147024891</Number><Source>x
  y</Source></UnhandledError>
</Event>
<Event time="2025-12-12T12:49:07.000Z" category="WARN" source="Setup">text alone</Event>
<Event time="2025-12-12T12:49:08.000Z" category="WARN" source="Setup"><Broken></Event>
<Event time="2025-12-12T12:49:09.000Z" cat"""


def test_setup_events() -> None:
    result = setup_events.parse("Windows/Panther/WaSetup.xml", STREAM.encode("utf-16"))
    assert [(e.text, e.time, e.level, e.line, e.component) for e in result.events] == [
        ("Agent: Set name=A path=C:\\x", "2025-12-12T12:49:05.123Z", "info", 1, "WaSetup"),
        (
            "Setup: UnhandledError Message=failed; Number=-2147024891; Source=x y",
            "2025-12-12T12:49:06.000Z",
            "error",
            2,
            "WaSetup",
        ),
        ("Setup: text alone", "2025-12-12T12:49:07.000Z", "warning", 6, "WaSetup"),
    ]
    assert result.problems == ["1 events are not XML"]


@given(st.text(alphabet='<Event time="x">/ \n&;', max_size=200))
def test_any_stream_is_read(text: str) -> None:
    setup_events.parse("WaSetup.xml", text.encode())


MACHINE = '<?xml version="1.0"?>\n<configuration>\n<system.serviceModel>{}</system.serviceModel>\n</configuration>'


@pytest.mark.parametrize(
    ("text", "fact", "last"),
    [
        (MACHINE, "ok", "config machine.config is well-formed"),
        (MACHINE[:-9], "malformed", "config machine.config malformed: not XML"),
        ("<other/>", "malformed", "config machine.config malformed: the root element is <other>"),
        ("", "empty", "machine.config is empty"),
        (
            MACHINE.replace("{}", '<x type="Microsoft.VisualStudio.Diagnostics.ServiceModelSink.Behavior, y"/>'),
            "ok",
            "config machine.config: behavior extension x Microsoft.VisualStudio.Diagnostics.ServiceModelSink.Behavior",
        ),
    ],
)
def test_machine_config(text: str, fact: str, last: str) -> None:
    result = dotnet_config.parse_machine("Windows/Microsoft.NET/Framework64/v4/Config/machine.config", text.encode())
    assert result.facts["windows.machine_config"] == fact
    assert result.events[-1].text.startswith(last)


def test_the_damaged_one_of_two_configurations_counts() -> None:
    good = dotnet_config.parse_machine("z/machine.config", MACHINE.encode())
    bad = dotnet_config.parse_machine("a/machine.config", b"<configuration>")
    assert bad.as_of > good.as_of


def test_agent_config() -> None:
    text = '<configuration><appSettings><add key="heartbeat" value="5"/><add value="x"/></appSettings></configuration>'
    result = dotnet_config.parse_agent("CommonAgentConfig.config", text.encode())
    assert result.facts == {"windows.agent_config.heartbeat": "5"}
    assert [event.text for event in result.events] == ["config CommonAgentConfig.config: heartbeat=5"]
