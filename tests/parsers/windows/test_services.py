"""Lists of services in every form that people send, and the health report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers.base import StateResult
from analyzer.parsers.windows import health_report
from analyzer.parsers.windows.commands import parse
from analyzer.parsers.windows.service import start_of, state_of


def services(result: StateResult) -> list[str]:
    return [event.text for event in result.events if event.source == "services"]


QUERY = """
SERVICE_NAME: vss
DISPLAY_NAME: Volume Shadow Copy
        TYPE               : 10  WIN32_OWN_PROCESS
        STATE              : 1  STOPPED
        WIN32_EXIT_CODE    : 1077  (0x435)
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
        WAIT_HINT          : 0x0

SERVICE_NAME: rdagent
        TYPE               : e0  USER_SHARE_PROCESS INSTANCE
        STATE              : 4  RUNNING
                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)
        WIN32_EXIT_CODE    : 0  (0x0)
        SERVICE_EXIT_CODE  : 0  (0x0)
        PID                : 2208

SERVICE_NAME: SQLWriter
        TYP                : 10  WIN32_OWN_PROCESS
        STATUS             : 1  STOPPED
        WIN32_EXIT_CODE    : 1066  (0x42a)
        SERVICE_EXIT_CODE  : 17  (0x11)
"""


def test_sc_query() -> None:
    result = parse("services.txt", QUERY.replace("\n", "\r\n").encode())
    assert services(result) == [
        "service VSS: stopped, exit code 1077",
        "service RdAgent: running, exit code 0",
        "service SQLWriter: stopped, exit code 17",
    ]
    assert [event.level for event in result.events] == ["info", "info", "warning"]
    assert result.facts["windows.service.RdAgent.state"] == "running"
    assert result.facts["windows.service.SQLWriter.exit_code"] == 17
    assert "windows.services_listed" not in result.facts


def test_sc_qc_and_a_service_that_does_not_exist() -> None:
    text = """C:\\>sc qc IaasVmProvider
[SC] QueryServiceConfig SUCCESS

SERVICE_NAME: IaasVmProvider
        TYPE               : 10  WIN32_OWN_PROCESS
        START_TYPE         : 2   AUTO_START  (DELAYED)
        ERROR_CONTROL      : 1   NORMAL
        BINARY_PATH_NAME   : C:\\x.exe

C:\\>sc.exe query WindowsAzureGuestAgent
[SC] EnumQueryServicesStatus:OpenService FAILED 1060:

The specified service does not exist as an installed service.

C:\\>sc qc VSS
SERVICE_NAME: VSS
        TYPE               : 10  WIN32_OWN_PROCESS
        START_TYPE         : 4   DISABLED
"""
    result = parse("notes.txt", text.encode())
    assert services(result) == [
        "service IaasVmProvider: start auto",
        "service WindowsAzureGuestAgent: not installed",
        "service VSS: start disabled",
    ]
    assert result.facts["windows.service.WindowsAzureGuestAgent.missing"] is True
    assert [event.line for event in result.events if event.source == "services"] == [4, 11, 16]


TABLE = """
Status   Name               DisplayName
------   ----               -----------
Running  RDAgent            RdAgent
Stopped  IaasVmProvider     IaasVmProvider
Stopped  swprv              Microsoft Software Shadow Copy Prov...
"""
WMI = """
ProcessId Name                   StartMode State   Status ExitCode
--------- ----                   --------- -----   ------ --------
2208      RdAgent                Auto      Running OK     0
0         WindowsAzureGuestAgent Disabled  Stopped OK     1077
"""
LIST = """

Name        : RdAgent
DisplayName : RdAgent
Status      : Running
StartType   : Automatic

Name        : COMSysApp
Status      : Stopped
StartType   : Manual
"""
CSV = '#TYPE System.ServiceProcess.ServiceController\n"Name","Status","StartType"\n"RdAgent","Running","Automatic"\n'
WMIC = "\r\nNode,ExitCode,Name,StartMode,State\r\nVM1,0,RdAgent,Auto,Running\r\nVM1,1077,VSS,Manual,Stopped\r\n"
WMIC_LIST = "\n\nName=RdAgent\nStartMode=Auto\nState=Running\n\n\nName=VSS\nStartMode=Manual\nState=Stopped\n"

JSON = """[
    {
        "Name":  "RdAgent",
        "CanStop":  true,
        "Status":  4,
        "StartType":  2
    },
    {
        "Name":  "VSS",
        "CanStop":  false,
        "Status":  1,
        "StartType":  4
    }
]"""
JSON_OF_ONE = '{"Name":"VSS","State":"Stopped","StartMode":"Disabled","ExitCode":1077,"StartName":"LocalSystem"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (JSON, ["service RdAgent: running, start auto", "service VSS: stopped, start disabled"]),
        (JSON_OF_ONE, ["service VSS: stopped, start disabled, exit code 1077"]),
        (JSON[:-20], []),
        (TABLE, ["service RdAgent: running", "service IaasVmProvider: stopped", "service swprv: stopped"]),
        (
            WMI,
            [
                "service RdAgent: running, start auto, exit code 0",
                "service WindowsAzureGuestAgent: stopped, start disabled, exit code 1077",
            ],
        ),
        (LIST, ["service RdAgent: running, start auto", "service COMSysApp: stopped, start demand"]),
        (CSV, ["service RdAgent: running, start auto"]),
        (CSV.replace(",", ";"), ["service RdAgent: running, start auto"]),
        (
            WMIC,
            [
                "service RdAgent: running, start auto, exit code 0",
                "service VSS: stopped, start demand, exit code 1077",
            ],
        ),
        (WMIC_LIST, ["service RdAgent: running, start auto", "service VSS: stopped, start demand"]),
    ],
)
def test_lists(text: str, expected: list[str]) -> None:
    assert services(parse("services.txt", text.encode())) == expected
    assert services(parse("services.txt", text.encode("utf-16"))) == expected


def listed(count: int, *more: str) -> bytes:
    rows = [f"{'Running' if n % 2 else 'Stopped'}  Svc{n}   x" for n in range(count)]
    return ("Status   Name   DisplayName\n" + "\n".join([*rows, *more])).encode()


def test_a_complete_list_without_the_agent_says_so() -> None:
    result = parse("services.txt", listed(60, "Running  RdAgent   RdAgent"))
    assert result.facts["windows.services_listed"] is True
    assert services(result)[-1] == "service WindowsAzureGuestAgent: not installed"
    assert result.facts["windows.service.WindowsAzureGuestAgent.missing"] is True
    assert result.events[-1].level == "error"
    assert "windows.service.RdAgent.missing" not in result.facts
    running = parse("services.txt", listed(60).replace(b"Stopped", b"Running"))
    assert "windows.services_listed" not in running.facts
    assert "windows.services_listed" not in parse("services.txt", listed(10)).facts


def test_tasks() -> None:
    text = """
Abbildname                     PID Sitzungsname       Sitz.-Nr. Speichernutzung
========================= ======== ================ =========== ===============
System Idle Process              0 Services                   0             8 K
WaAppAgent.exe                2208 Services                   0        45.000 K
Some Long Name.exe            2210 Services                   0        45.000 K
"""
    assert services(parse("tasklist.txt", text.encode())) == [
        "process WaAppAgent.exe: pid 2208",
        "process Some Long Name.exe: pid 2210",
    ]


def test_processes_of_powershell() -> None:
    text = """
Handles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName
-------  ------    -----      -----     ------     --  -- -----------
    531      30    45000      60000      12.03   2208   0 WaAppAgent
    100      10     1000       2000               412   0 Secure System
"""
    assert services(parse("processes.txt", text.encode()))[0] == "process WaAppAgent: pid 2208"


def test_started_services_by_their_display_names() -> None:
    names = ["Base Filtering Engine", "COM+ Event System", "DHCP Client", "DNS Client", "Windows Time", "Contoso X"]
    text = "These Windows services are started:\n\n" + "".join(f"   {name}\n" for name in names)
    assert services(parse("net start.txt", text.encode())) == [
        f"service {key}: running" for key in ("BFE", "EventSystem", "Dhcp", "Dnscache", "W32Time")
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4, "running"),
        ("4", "running"),
        ("START_PENDING", "start-pending"),
        ("Paused", "paused"),
        ("", ""),
        (99, ""),
        (None, ""),
    ],
)
def test_states(value: object, expected: str) -> None:
    assert state_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, "auto"),
        ("AUTO_START  (DELAYED)", "auto"),
        ("Automatic", "auto"),
        ("Manual", "demand"),
        (4, "disabled"),
        (True, ""),
    ],
)
def test_start_modes(value: object, expected: str) -> None:
    assert start_of(value) == expected


REPORT: dict[str, Any] = {
    "reportTime": "2025-03-04T05:06:07.1234567Z",
    "services": [
        {"name": "RdAgent", "state": "Running", "startMode": "Auto", "startName": "LocalSystem", "exitCode": 0},
        {"name": "VSS", "state": "Stopped", "startMode": "Disabled", "exitCode": "1077", "processId": 0},
        {"name": "odd", "state": None},
        "nonsense",
    ],
    "networkAdapters": [{"name": "Ethernet", "dhcpEnabled": False}, {"name": "no dhcp"}],
    "systemInfo": {"windows": {"osVersion": "10.0.17763", "safeBoot": False}},
}


@pytest.mark.parametrize("keys", [str, str.upper, str.lower])
def test_health_report(keys: type[str]) -> None:
    def cased(value: Any) -> Any:
        if isinstance(value, dict):
            return {keys(name): cased(inner) for name, inner in value.items()}
        return [cased(inner) for inner in value] if isinstance(value, list) else value

    result = health_report.parse("TransparentInstaller.log", json.dumps(cased(REPORT)).encode())
    assert services(result) == [
        "service RdAgent: running, start auto, exit code 0",
        "service VSS: stopped, start disabled, exit code 1077",
        "service odd: listed",
        "vm health report: os 10.0.17763, safe boot no",
        "adapter Ethernet: dhcp disabled",
    ]
    assert {event.time for event in result.events} == {"2025-03-04T05:06:07.123456Z"}
    assert result.facts["windows.service.VSS.start"] == "disabled"
    assert result.facts["windows.service.RdAgent.account"] == "LocalSystem"
    assert (result.facts["os.version"], result.facts["os.safe_boot"]) == ("10.0.17763", False)
    assert result.facts["windows.adapter[Ethernet].dhcp"] is False
    assert result.as_of == "2025-03-04T05:06:07.123456Z"


def test_of_later_reports_only_what_changed_is_told() -> None:
    later = json.loads(json.dumps(REPORT))
    later["reportTime"] = "2025-03-04T06:00:00Z"
    later["services"][0]["state"] = "Stopped"
    reports = [(7, json.dumps(REPORT).encode()), (9, json.dumps(REPORT).encode()), (20, json.dumps(later).encode())]
    result = health_report.parse_reports("TransparentInstaller.log", [*reports, (30, b'{"reportTime": cut')])
    assert [(event.line, event.text) for event in result.events if event.line > 7] == [
        (20, "service RdAgent: stopped, start auto, exit code 0"),
        (30, "TransparentInstaller.log is malformed: not JSON: Expecting value at line 1 column 16"),
    ]
    assert result.facts["windows.service.RdAgent.state"] == "stopped"
    assert result.as_of == "2025-03-04T06:00:00Z"


KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_$.]{1,14}", fullmatch=True)
ROWS = st.lists(
    st.tuples(KEYS, st.sampled_from([(1, "STOPPED", "stopped"), (4, "RUNNING", "running"), (7, "PAUSED", "paused")])),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[0].lower(),
)


@given(rows=ROWS)
def test_every_list_tells_the_same(rows: list[tuple[str, tuple[int, str, str]]]) -> None:
    query = "".join(
        f"SERVICE_NAME: {key}\n        TYPE  : 20  X\n        STATE : {n}  {word}\n\n" for key, (n, word, _) in rows
    )
    csv = '"Name","Status"\n' + "".join(f'"{key}","{word}"\n' for key, (_, word, _) in rows)
    width = max(5, *(len(key) + 1 for key, _ in rows))
    table = "Status  " + "Name".ljust(width) + "DisplayName\n"
    table += "".join(f"{word.ljust(8)}{key.ljust(width)}shown\n" for key, (_, word, _) in rows)
    expected = [state for _, (_, _, state) in rows]
    for text in (query, csv, table):
        found = [event.text.partition(": ")[2] for event in parse("x.txt", text.encode()).events]
        assert found == expected
